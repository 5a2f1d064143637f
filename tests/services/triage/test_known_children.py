"""What the hub knows already: open cases go to their holders, duplicates are linked, matches are people's to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from core_story import CASE_ONE, CHILD, CONCERN, HACKNEY, MANAGER, MONDAY, Story, meta, outcome, rating, referral

from mashbus.contracts import agency, hub
from mashbus.domain.contact import Contact
from mashbus.domain.enquiry import Actor
from mashbus.domain.known import (
    Candidate,
    Contradiction,
    EarlierContact,
    Holder,
    Holding,
    Identifier,
    KnownChild,
    LinkKind,
    Looked,
    Window,
)
from mashbus.domain.partnership import Message, Organisation, Partnership
from mashbus.domain.procedure import Known, PassingOn, Team
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import EmailKind, Involvement, Rag

TOKEN = "ab" * 32
OPEN = Holding(
    service=Holder.SOCIAL_CARE, unit="Unit 4", worker_email="worker@unit.example", opened_on=date(2026, 1, 5)
)
CLOSED = replace(OPEN, closed_on=date(2026, 4, 1))
EARLIER_CASE = UUID(int=7)
SIBLING = replace(CHILD, local_id="c-2", given_name="Alder", nhs_number=None, upn=None)


def passing(name: str, on: str, involvement: str, *, instead: bool, **more: object) -> PassingOn:
    conditions = [Condition(fact="involvement", test="is", value=involvement)]
    conditions += [Condition(fact=fact, test="any", value=value) for fact, value in more.items()]
    return PassingOn(
        name=name, requirement="H-05", on=on, instead=instead, reason="Its holder acts.", conditions=tuple(conditions)
    )


PROFILE: Partnership = replace(
    HACKNEY,
    known=Known(holders=("social-care",), recently=Window(months=3), team="duty"),
    teams={"duty": Team(name="duty", title="Duty", email="duty@hub.example")},
    organisations=(
        *HACKNEY.organisations,
        Organisation(
            id="social-care", name="Social care", role="csc", connected=True, purpose="", email=None,
            shared=frozenset({"child.given_name", "concern.summary"}),
        ),
    ),
    messages={**HACKNEY.messages, EmailKind.PASSED_ON: Message(subject="$reference", body="$title: $reason")},
    passes_on=(
        passing("open", "contact", "open", instead=True),
        passing("re-engages", "outcome", "recently_closed", instead=False, outcomes=frozenset({"section-47"})),
    ),
    alerts=(),
)  # fmt: skip


@dataclass
class Remembered:
    """A memory that answers what it is told."""

    answer: Looked = field(default_factory=Looked)
    of_matches: Mapping[str, KnownChild] = field(default_factory=dict)
    cases: Mapping[UUID, datetime] = field(default_factory=lambda: {EARLIER_CASE: MONDAY - timedelta(days=1)})

    def look(
        self, partnership: Partnership, case_id: UUID, contact: Contact, matched: Mapping[int, Sequence[Candidate]]
    ) -> Looked:
        found = [self.of_matches[one.token] for many in matched.values() for one in many if one.token]
        return replace(self.answer, known=(*self.answer.known, *found))

    def received(self, partnership: Partnership, case_id: UUID) -> datetime | None:
        return self.cases.get(case_id)

    def claims(self, partnership: Partnership, case_id: UUID, contact: Contact) -> Sequence[hub.ContactIndexed]:
        return ()


def known(*holdings: Holding, child: int = 0) -> KnownChild:
    return KnownChild(
        child=child, token=TOKEN, organisation="social-care", holdings=holdings, matched_on=(Identifier.UPN,)
    )


def told(answer: Looked, *children: object, profile: Partnership = PROFILE, **changes: object) -> Story:
    story = Story(profile=profile, memory=Remembered(answer))
    return story.hear(referral(children=children or (CHILD,), **changes))


def kinds(records: Sequence[object]) -> list[str]:
    return [type(one).__name__ for one in records]


def test_H_05_an_open_case_goes_to_its_holder_and_nobody_is_asked() -> None:
    said = told(Looked(known=(known(OPEN),))).triage()

    assert kinds(said)[:3] == ["CaseOpened", "ChildrenLookedUp", "PassedToHolder"]
    assert "CaseRouted" not in kinds(said)


def test_an_unknown_child_is_routed_as_ever() -> None:
    assert "CaseRouted" in kinds(told(Looked()).triage())


def test_a_report_of_immediate_harm_goes_on_beside_the_holder() -> None:
    said = told(Looked(known=(known(OPEN),)), concern=replace(CONCERN, immediate_harm=True)).triage()

    passed = next(one for one in said if isinstance(one, hub.PassedToHolder))
    assert not passed.instead
    assert "CaseRouted" in kinds(said)


def test_where_only_one_of_two_children_is_open_its_holder_is_told_and_a_person_decides_on_the_rest() -> None:
    said = told(Looked(known=(known(OPEN),)), CHILD, SIBLING).triage()

    passed = next(one for one in said if isinstance(one, hub.PassedToHolder))
    assert (passed.children, passed.instead) == ((0,), False)
    recommended = next(one for one in said if isinstance(one, hub.RoutingRecommended))
    assert any("Some of the children are open" in one for one in recommended.held)


def test_where_children_are_open_to_different_services_a_person_decides() -> None:
    """One has a social worker, the other an early help worker: both are told, and the hub does not step back."""
    helped = known(replace(OPEN, service=Holder.EARLY_HELP, worker_email="early@help.example"), child=1)
    said = told(Looked(known=(known(OPEN), helped)), CHILD, SIBLING).triage()

    passed = next(one for one in said if isinstance(one, hub.PassedToHolder))
    assert (passed.children, passed.instead) == ((0, 1), False)
    assert any(
        "Some of the children" in why for one in said if isinstance(one, hub.RoutingRecommended) for why in one.held
    )


def test_M_08_beside_an_open_child_whoever_had_the_other_one_is_told_where_the_rule_speaks_of_both() -> None:
    either = PassingOn(
        name="re-engages", requirement="M-08", on="contact", instead=False, reason="The worker re-engages.",
        conditions=(Condition(fact="involvement", test="any", value=frozenset({"open", "recently_closed"})),),
    )  # fmt: skip
    closed = known(replace(OPEN, unit="Unit 5", closed_on=date(2026, 5, 20)), child=1)
    profile = replace(PROFILE, passes_on=(either,))
    said = told(Looked(known=(known(OPEN), closed)), CHILD, SIBLING, profile=profile).triage()

    passed = next(one for one in said if isinstance(one, hub.PassedToHolder))
    assert [(one.child, one.holding.unit) for one in passed.holders] == [(0, "Unit 4"), (1, "Unit 5")]


def test_who_had_a_child_before_is_not_told_where_somebody_else_has_it_now() -> None:
    before = KnownChild(
        child=0, token="ef" * 32, organisation="early-help", matched_on=(Identifier.UPN,),
        holdings=(replace(OPEN, service=Holder.EARLY_HELP, closed_on=date(2026, 5, 20)),),
    )  # fmt: skip
    said = told(Looked(known=(known(OPEN), before))).triage()

    passed = next(one for one in said if isinstance(one, hub.PassedToHolder))
    assert {one.organisation for one in passed.holders} == {"social-care"}


def test_of_the_child_who_is_open_nobody_is_asked_about_its_sibling() -> None:
    story = told(Looked(known=(known(OPEN),)), CHILD, SIBLING)
    story.triage()
    (routed,) = [one for one in story.hear(rating(CASE_ONE, Rag.AMBER)).triage() if isinstance(one, hub.CaseRouted)]

    asked = [one for one in story.copies_of_triage(routed) if isinstance(one, agency.InformationRequested)]
    assert asked
    assert all(len(one.children) == 1 for one in asked)


def names_asked_about(story: Story) -> set[tuple[str | None, ...]]:
    (routed,) = [one for one, _ in story.heard if isinstance(one, hub.CaseRouted)]
    asked = [one for one in story.copies_of_triage(routed) if isinstance(one, agency.InformationRequested)]
    return {tuple(child.given_name for child in one.children) for one in asked}


def test_of_an_open_child_whom_no_rule_passes_on_agencies_are_asked_beside_its_sibling() -> None:
    """Else nobody would act on it."""
    story = told(Looked(known=(known(OPEN),)), CHILD, SIBLING, profile=replace(PROFILE, passes_on=()))
    story.triage()
    story.hear(rating(CASE_ONE, Rag.AMBER)).triage()
    assert names_asked_about(story) == {("Tamsin", "Alder")}


def test_P8_of_immediate_harm_to_an_open_child_agencies_are_asked_beside_its_sibling() -> None:
    story = told(Looked(known=(known(OPEN),)), CHILD, SIBLING, concern=replace(CONCERN, immediate_harm=True))
    story.triage()
    assert names_asked_about(story) == {("Tamsin", "Alder")}


def test_identifiers_that_contradict_one_another_are_a_persons_to_judge() -> None:
    contradiction = Contradiction(child=0, identifiers=(Identifier.UPN, Identifier.NHS_NUMBER))
    said = told(Looked(contradictions=(contradiction,))).triage()

    assert "CaseRouted" not in kinds(said)
    assert "RoutingRecommended" in kinds(said)


def test_the_holder_gets_its_own_children_by_its_sharing_rule_and_the_worker_an_email() -> None:
    story = told(Looked(known=(known(OPEN),)), CHILD, SIBLING)
    story.triage()
    fact = next(one for one, _ in story.heard if isinstance(one, hub.PassedToHolder))
    copies = story.copies_of_triage(fact)

    copy = next(one for one in copies if isinstance(one, agency.CasePassedOn))
    assert [one.given_name for one in copy.children] == ["Tamsin"]
    assert copy.children[0].family_name is None
    assert copy.units == ("Unit 4",)
    assert [one.to for one in copies if isinstance(one, hub.EmailRequested)] == ["worker@unit.example"]
    assert any(isinstance(one, hub.DisclosureMade) and one.shared_by == "CasePassedOn" for one in copies)


def test_a_holder_without_an_address_is_reached_through_the_profiles_team() -> None:
    story = told(Looked(known=(known(replace(OPEN, worker_email=None)),)))
    story.triage()
    fact = next(one for one, _ in story.heard if isinstance(one, hub.PassedToHolder))

    emails = [one for one in story.copies_of_triage(fact) if isinstance(one, hub.EmailRequested)]
    assert "duty@hub.example" in [one.to for one in emails]


def test_whoever_referred_is_not_told_that_the_child_has_an_open_case() -> None:
    """It may be a neighbour: a letter says that the contact went on, and nothing of a worker."""
    letters = {EmailKind.DIRECTED: Message(subject="$reference", body="$title: $reason")}
    profile = replace(PROFILE, messages={**PROFILE.messages, **letters})
    story = told(Looked(known=(known(OPEN),)), profile=profile)
    story.triage()
    fact = next(one for one, _ in story.heard if isinstance(one, hub.PassedToHolder))

    emails = {one.kind: one for one in story.copies_of_triage(fact) if isinstance(one, hub.EmailRequested)}
    assert "A contact about a child: Its holder acts." in emails[EmailKind.DIRECTED].body
    assert "open case" not in emails[EmailKind.DIRECTED].body
    assert "An open case: Its holder acts." in emails[EmailKind.PASSED_ON].body


def test_news_of_a_holder_before_the_routing_is_looked_up_again() -> None:
    manual = replace(PROFILE, routes="manager")
    story = told(Looked(), profile=manual)
    story.triage()
    story.memory.answer = Looked(known=(known(OPEN),))

    said = story.hear(rating(CASE_ONE, Rag.AMBER)).triage()

    assert kinds(said) == ["ChildrenLookedUp", "PassedToHolder", "DecisionRefused"]
    assert said[0].round == 2


def test_H_03_straight_to_section_47_a_recently_closed_case_goes_back_to_its_unit() -> None:
    story = told(Looked(known=(known(CLOSED),)))
    story.triage()
    decided = hub.OutcomeDecided(
        meta=meta(CASE_ONE, "decided"), outcomes=("section-47",), rationale="seen", decided_by=MANAGER,
        decided_at=MONDAY, tell_referrer=True, not_told_reason=None, answered=(), withdrawn=(),
    )  # fmt: skip

    said = story.hear(decided).triage()

    assert kinds(said) == ["PassedToHolder"]
    assert said[0].holders[0].holding.unit == "Unit 4"


def test_H_03_not_where_it_was_closed_longer_ago() -> None:
    story = told(Looked(known=(known(replace(OPEN, closed_on=date(2026, 3, 7))),)))
    story.triage()
    decided = hub.OutcomeDecided(
        meta=meta(CASE_ONE, "decided"), outcomes=("section-47",), rationale="seen", decided_by=MANAGER,
        decided_at=MONDAY, tell_referrer=True, not_told_reason=None, answered=(), withdrawn=(),
    )  # fmt: skip

    assert story.hear(decided).triage() == []


def test_the_same_referral_under_another_key_is_linked_and_sends_no_requests() -> None:
    story = told(Looked(same_as=EARLIER_CASE))
    said = story.triage()

    link = next(one for one in said if isinstance(one, hub.CaseLinked))
    assert (link.to, link.kind) == (EARLIER_CASE, LinkKind.DUPLICATE)
    assert "CaseRouted" not in kinds(said)
    noted = next(one for one in story.copies_of_triage(link) if isinstance(one, hub.LaterCaseNoted))
    assert (noted.meta.case_id, noted.later) == (EARLIER_CASE, CASE_ONE)


def test_the_same_child_again_is_linked_and_triaged_like_any_other() -> None:
    before = EarlierContact(
        child=0, case=EARLIER_CASE, received_at=MONDAY - timedelta(days=30), matched_on=(Identifier.UPN,)
    )
    said = told(Looked(earlier=(before,))).triage()

    assert next(one for one in said if isinstance(one, hub.CaseLinked)).kind is LinkKind.RE_REFERRAL
    assert "CaseRouted" in kinds(said)


def linking(to: UUID, kind: LinkKind = LinkKind.SAME_INCIDENT, actor: Actor = MANAGER) -> hub.LinkGiven:
    return hub.LinkGiven(meta=meta(CASE_ONE, f"link/{to}"), actor=actor, to=to, kind=kind, rationale="one evening")


def test_a_person_links_two_contacts_of_one_incident() -> None:
    manual = replace(PROFILE, routes="manager")
    story = told(Looked(), profile=manual)
    story.triage()

    said = story.hear(linking(EARLIER_CASE), rating(CASE_ONE, Rag.RED)).triage()

    assert kinds(said) == ["CaseLinked", "DecisionRefused"]
    assert said[1].reason.startswith("the case is linked")


def test_a_link_by_mistake_is_mended_by_whoever_rates_the_case_all_the_same() -> None:
    """Else nobody would act on it: of the case that stands for it nobody knows that it doesn't."""
    for story in (told(Looked(same_as=EARLIER_CASE)), told(Looked(), profile=replace(PROFILE, routes="manager"))):
        story.triage()
        story.hear(linking(EARLIER_CASE)).triage()

        said = story.hear(rating(CASE_ONE, Rag.RED)).triage()

        assert kinds(said) == ["CaseRouted"]
        assert said[0].requests
        assert not story.case.asks_nobody


def test_what_is_linked_as_a_re_referral_may_turn_out_to_be_the_same_incident() -> None:
    before = EarlierContact(child=0, case=EARLIER_CASE, received_at=MONDAY, matched_on=(Identifier.UPN,))
    story = told(Looked(earlier=(before,)), profile=replace(PROFILE, routes="manager"))
    story.triage()

    assert kinds(story.hear(linking(EARLIER_CASE)).triage()) == ["CaseLinked"]
    assert story.case.asks_nobody


def test_two_cases_never_stand_for_one_another_whoever_links_them_at_once() -> None:
    story = told(Looked(), profile=replace(PROFILE, routes="manager"))
    story.memory.cases = {EARLIER_CASE: MONDAY + timedelta(hours=1)}
    story.triage()

    said = story.hear(linking(EARLIER_CASE)).triage()

    assert kinds(said) == ["DecisionRefused"]
    assert "came later" in said[0].reason


def test_a_link_to_nowhere_to_itself_or_by_a_stranger_is_refused() -> None:
    manual = replace(PROFILE, routes="manager")
    for word in (linking(UUID(int=9)), linking(CASE_ONE), linking(EARLIER_CASE, actor=Actor(label="x", role="x"))):
        story = told(Looked(), profile=manual)
        story.triage()
        assert kinds(story.hear(word).triage()) == ["DecisionRefused"]


def offered(candidate_id: UUID) -> hub.MatchOffered:
    candidate = Candidate(candidate_id=candidate_id, token=TOKEN, probability=0.9, evidence=())
    return hub.MatchOffered(meta=meta(CASE_ONE, "offer"), child=0, candidates=(candidate,))


def match(candidate_id: UUID, *, same: bool, name: str = "match") -> hub.MatchDecided:
    return hub.MatchDecided(
        meta=meta(CASE_ONE, name), actor=MANAGER, candidate_id=candidate_id, same=same, rationale="the same school"
    )


def test_an_offered_match_changes_nothing_until_a_person_decides_and_then_is_known() -> None:
    manual = replace(PROFILE, routes="manager")
    story = told(Looked(), profile=manual)
    story.memory.of_matches = {TOKEN: known(OPEN)}
    story.triage()
    assert story.hear(offered(UUID(int=3))).triage() == []

    said = story.hear(match(UUID(int=3), same=True)).triage()

    assert kinds(said) == ["ChildrenLookedUp", "PassedToHolder"]


def test_a_match_that_is_not_the_child_is_on_the_record_and_changes_nothing() -> None:
    manual = replace(PROFILE, routes="manager")
    story = told(Looked(), profile=manual)
    story.memory.of_matches = {TOKEN: known(OPEN)}
    story.triage()

    said = story.hear(offered(UUID(int=3)), match(UUID(int=3), same=False)).triage()

    assert kinds(said) == ["ChildrenLookedUp"]
    assert said[0].known == ()


def test_a_match_that_nobody_offered_is_refused() -> None:
    story = told(Looked(), profile=replace(PROFILE, routes="manager"))
    story.triage()

    assert kinds(story.hear(match(UUID(int=4), same=True)).triage()) == ["DecisionRefused"]


def test_a_person_who_found_the_case_open_passes_it_on_without_the_directory() -> None:
    story = told(Looked(), profile=replace(PROFILE, routes="manager"))
    story.triage()
    found = hub.InvolvementRecorded(
        meta=meta(CASE_ONE, "found"), actor=MANAGER, involvement=Involvement.OPEN, held_by="Unit 9", closed_on=None
    )

    said = story.hear(found).triage()

    assert kinds(said) == ["PassedToHolder"]
    assert said[0].team == "duty"


def involved(found: Involvement, name: str = "found") -> hub.InvolvementRecorded:
    return hub.InvolvementRecorded(
        meta=meta(CASE_ONE, name), actor=MANAGER, involvement=found, held_by=None, closed_on=None
    )


def test_what_was_passed_on_by_mistake_is_the_hubs_again_once_the_case_system_corrects_itself() -> None:
    story = told(Looked(known=(known(OPEN),)))
    story.triage()
    refused = story.hear(rating(CASE_ONE, Rag.AMBER)).triage()
    assert kinds(refused) == ["DecisionRefused"]
    assert "whose case is open" in refused[0].reason
    story.memory.answer = Looked()

    said = story.hear(rating(CASE_ONE, Rag.AMBER, "again")).triage()

    assert kinds(said) == ["ChildrenLookedUp", "CaseRouted"]
    assert said[1].requests


def test_what_was_passed_on_by_mistake_is_the_hubs_again_where_a_person_found_that_nobody_holds_it() -> None:
    for story in (told(Looked(known=(known(OPEN),))), told(Looked(), profile=replace(PROFILE, routes="manager"))):
        story.triage()
        story.hear(involved(Involvement.OPEN)).triage()
        assert story.case.passed_instead
        story.hear(involved(Involvement.NONE, "found otherwise")).triage()

        assert kinds(story.hear(rating(CASE_ONE, Rag.AMBER)).triage()) == ["CaseRouted"]


def test_where_another_child_turns_out_to_be_open_too_its_holder_is_told() -> None:
    story = told(Looked(known=(known(OPEN),)), CHILD, SIBLING)
    story.triage()
    sibling = known(replace(OPEN, worker_email="other@unit.example"), child=1)
    story.memory.answer = Looked(known=(known(OPEN), sibling))

    said = story.hear(involved(Involvement.UNKNOWN)).triage()

    assert kinds(said) == ["ChildrenLookedUp", "PassedToHolder"]
    assert (said[1].children, said[1].instead) == ((0, 1), True)
    assert len({one.meta.event_id for one, _ in story.heard if isinstance(one, hub.PassedToHolder)}) == 2


def test_a_persons_word_that_the_case_is_open_does_not_lose_the_child_who_is_not() -> None:
    story = told(Looked(), CHILD, SIBLING, profile=replace(PROFILE, routes="manager"))
    story.triage()
    story.memory.answer = Looked(known=(known(OPEN),))
    story.hear(linking(UUID(int=9))).triage()

    story.hear(involved(Involvement.OPEN)).triage()

    assert not story.case.passed_instead
    story.hear(involved(Involvement.UNKNOWN, "one of them only")).triage()
    assert "CaseRouted" in kinds(story.hear(rating(CASE_ONE, Rag.AMBER)).triage())


def test_a_passed_on_case_may_still_have_an_outcome() -> None:
    story = told(Looked(known=(known(OPEN),)))
    story.triage()

    assert kinds(story.hear(outcome(CASE_ONE)).outcomes()) == ["OutcomeDecided"]
