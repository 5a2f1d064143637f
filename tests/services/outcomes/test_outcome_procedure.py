"""A partnership's own procedure at the outcome: its vocabulary, its guards, who is told, and ways that close a case."""

from dataclasses import replace
from uuid import UUID

import pytest
from core_story import (
    CONCERN,
    HACKNEY,
    HOUR,
    MONDAY,
    Story,
    answered,
    enough,
    meta,
    only,
    opened,
    outcome,
    rating,
    referral,
)

from mashbus.contracts import agency, hub
from mashbus.domain.enquiry import Withheld
from mashbus.domain.partnership import Message
from mashbus.domain.procedure import ContactType, Guard, Outcome
from mashbus.domain.referral import Referrer
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import EmailKind, Handling, Rag, ReferrerKind

TEXT = Message(subject="$reference", body="$outcomes\n")
PRACTITIONERS = frozenset({ReferrerKind.PRACTITIONER})
PROFILE = replace(
    HACKNEY,
    guards=(),
    alerts=(),
    rules=(),
    outcomes={
        "social-work": Outcome(name="social-work", says="A referral was made.", belongs_to=("mash-checks",)),
        "letter": Outcome(name="letter", says="A letter was sent.", belongs_to=("early-help-screening", "programme")),
        "nothing": Outcome(name="nothing", says="No needs were identified."),
    },
    pathways={
        **HACKNEY.pathways,
        "mash-checks": replace(HACKNEY.pathways["mash-checks"], tells=PRACTITIONERS),
        "universal": replace(HACKNEY.pathways["closure"], name="universal", closes_with="nothing"),
    },
    contact_types={
        "programme": ContactType(
            name="programme", title="Programme", handling=Handling.RESPONDER, requirement="J-02", reason="so"
        )
    },
    organisations=tuple(
        replace(one, email="desk@police.example" if one.id == "met-police" else None) for one in HACKNEY.organisations
    ),
    messages={**HACKNEY.messages, EmailKind.OUTCOME: TEXT, EmailKind.OUTCOME_TO_AGENCY: TEXT},
)
AUNT = Referrer(kind=ReferrerKind.PUBLIC, name="An Aunt", email="aunt@home.example")
NURSE = Referrer(kind=ReferrerKind.PRACTITIONER, name="A Nurse", email="nurse@health.example")


def routed(*pathways: str, rag: Rag = Rag.AMBER, **contact: object) -> Story:
    story = opened(referral(**contact), profile=PROFILE)
    story.hear(rating(story.case.case_id, rag, pathways=pathways or ("mash-checks",)))
    story.triage()
    return story


def ruled(story: Story, *outcomes: str, **more: object) -> list:
    return story.hear(outcome(story.case.case_id, outcomes=outcomes, **more)).outcomes()


def further(story: Story, name: str, referrer: Referrer) -> UUID:
    record = hub.ReferrerAdded(
        meta=meta(story.case.case_id, name), actor=story.case.ratings[0].actor, referrer=referrer
    )
    story.hear(record)
    return record.meta.event_id


# -- the vocabulary -----------------------------------------------------------------------------------------------------


def test_J_14_an_outcome_of_another_pathway_is_refused() -> None:
    (refused,) = ruled(routed(), "letter")
    assert refused.reason == "no outcome of mash-checks: letter"


@pytest.mark.parametrize("code", ["social-work", "nothing"])
def test_J_14_the_pathway_s_own_and_those_of_any_pathway_are_taken(code: str) -> None:
    said = ruled(routed(), code)
    assert [type(one) for one in said] == [hub.EnquiryCollated, hub.OutcomeDecided]


def test_J_07_in_a_combination_the_outcomes_of_each_way_are_taken() -> None:
    story = routed("mash-checks", "early-help-screening")
    decided = ruled(story, "social-work", "letter")[-1]
    assert decided.outcomes == ("social-work", "letter")


def test_J_02_what_a_responder_processes_has_an_outcome_without_an_enquiry() -> None:
    story = opened(referral(contact_type="programme"), profile=PROFILE)
    assert story.case.directed is Handling.RESPONDER
    assert [type(one) for one in ruled(story, "letter")] == [hub.OutcomeDecided]


def test_what_is_neither_rated_nor_directed_has_no_outcome_yet() -> None:
    (refused,) = ruled(opened(profile=PROFILE), "nothing")
    assert refused.reason == "the case is not rated yet: rate it first"


def test_M_09_a_way_that_closes_the_case_is_its_outcome_by_whoever_routed_it() -> None:
    story = routed("universal", concern=CONCERN)
    collated, decided = story.outcomes()
    assert isinstance(collated, hub.EnquiryCollated)
    assert (decided.outcomes, decided.decided_by.role, decided.decided_at) == (("nothing",), "mash_manager", MONDAY)
    assert story.outcomes() == []


def test_M_09_beside_another_way_it_closes_nothing() -> None:
    story = routed("universal", "early-help-screening")
    assert not only(story.hear(*answers(story)).outcomes(), hub.OutcomeDecided)


def answers(story: Story) -> list:
    return [answered(story.case.case_id, one, MONDAY + HOUR) for one in story.case.requests.values()]


# -- guards -------------------------------------------------------------------------------------------------------------


def test_G_07_a_guard_refuses_an_outcome_with_its_requirement() -> None:
    guard = Guard(
        name="sign-off", requirement="G-07", of="outcome", reason="Only a social work manager signs this off.",
        conditions=(Condition(fact="outcomes", test="any", value=frozenset({"social-work"})),
                    Condition(fact="role", test="is_not", value="social_work_manager")),
    )  # fmt: skip
    story = routed()
    story.profile = replace(PROFILE, guards=(guard,))
    (refused,) = ruled(story, "social-work")
    assert refused.reason == "Only a social work manager signs this off. (G-07)"
    assert ruled(story, "nothing", name="again")


# -- who is told --------------------------------------------------------------------------------------------------------


def letters(story: Story, decided: hub.OutcomeDecided) -> dict[str, str]:
    """What became of each letter: to whom, or why not."""
    said = [
        one for one in story.copies_of_outcomes(decided) if isinstance(one, hub.EmailRequested | hub.EmailSuppressed)
    ]
    return {
        f"{one.kind}/{one.recipient_kind}": one.to if isinstance(one, hub.EmailRequested) else one.reason
        for one in said
    }


def test_J_17_the_outcome_goes_to_the_practitioner_and_to_every_agency_that_answered() -> None:
    story = routed()
    story.hear(*answers(story))
    decided = ruled(story, "social-work")[-1]
    assert letters(story, decided) == {
        "outcome/referrer": "pat@school.example",
        "outcome_to_agency/organisation": "desk@police.example",
    }
    shared = only(story.copies_of_outcomes(decided), agency.OutcomeShared)
    made = only(story.copies_of_outcomes(decided), hub.DisclosureMade)
    assert (
        {one.organisation for one in shared}
        == {one.organisation for one in made}
        == {"met-police", "homerton-health", "hackney-education"}
    )
    assert {(one.shared_by, one.disclosed) for one in made} == {("OutcomeShared", ("outcomes",))}


@pytest.mark.parametrize("kind", [ReferrerKind.PUBLIC, ReferrerKind.UNKNOWN, ReferrerKind.PARENT_OR_CARER])
def test_J_18_who_is_not_to_be_told_is_not_and_that_is_on_the_record(kind: ReferrerKind) -> None:
    story = routed(referrer=replace(AUNT, kind=kind))
    decided = ruled(story, "social-work")[-1]
    assert letters(story, decided) == {"outcome/referrer": "not_for_this_kind_of_referrer"}


def test_H_10_each_further_referrer_is_told_or_not_by_a_decision_of_its_own() -> None:
    story = routed("early-help-screening")
    aunt, nurse = further(story, "aunt", AUNT), further(story, "nurse", NURSE)
    withheld = outcome(story.case.case_id, outcomes=("letter",)).model_copy(
        update={"withheld": (Withheld(referrer_id=aunt, reason="a party to the matter"),)}
    )
    decided = story.hear(withheld).outcomes()[-1]
    said = [
        one for one in story.copies_of_outcomes(decided) if getattr(one, "recipient_kind", "") == "further_referrer"
    ]
    assert [(type(one).__name__, getattr(one, "to", "")) for one in said] == [
        ("EmailSuppressed", ""), ("EmailRequested", NURSE.email)
    ]  # fmt: skip
    assert len({one.meta.event_id for one in said}) == 2
    assert nurse in story.case.referrers


def test_H_10_who_is_added_after_the_outcome_is_told_by_a_person_or_not_at_all_and_that_is_on_the_record() -> None:
    story = routed("early-help-screening")
    ruled(story, "letter")
    late = hub.ReferrerAdded(meta=meta(story.case.case_id, "late"), actor=story.case.ratings[0].actor, referrer=NURSE)
    (said,) = story.hear(late).copies_of_outcomes(late)
    assert (type(said), said.reason, said.recipient_kind) == (
        hub.EmailSuppressed, "added_after_the_outcome", "further_referrer"
    )  # fmt: skip


def test_a_further_referrer_that_nobody_added_cannot_be_withheld_from() -> None:
    story = routed()
    word = outcome(story.case.case_id, outcomes=("nothing",)).model_copy(
        update={"withheld": (Withheld(referrer_id=UUID(int=9), reason="why"),)}
    )
    (refused,) = story.hear(word).outcomes()
    assert refused.reason.startswith("no such further referrer")


def test_the_letter_says_the_class_of_the_decision_in_both_forms_and_nothing_of_the_case() -> None:
    story = routed("early-help-screening")
    decided = ruled(story, "letter")[-1]
    (letter,) = only(story.copies_of_outcomes(decided), hub.EmailRequested)
    assert letter.body == "- A letter was sent.\n"
    assert "<li>A letter was sent.</li>" in letter.html
    assert not [word for word in ("Sampleton", "worry", "looked at") if word in letter.body + letter.html]


# -- a case that asks later -----------------------------------------------------------------------------------------------


def test_J_12_an_enquiry_that_green_closed_with_nobody_asked_is_open_again_once_amber_asks() -> None:
    """The manager sees who has not answered, may say `enough`, and the enquiry is closed once all have."""
    story = opened(referral(), profile=replace(PROFILE, asks_nobody=frozenset({Rag.GREEN})))
    case_id = story.case.case_id
    story.hear(rating(case_id, Rag.GREEN)).triage()
    (first,) = story.outcomes()
    assert (story.case.collated, first.answered) == (True, ())
    story.hear(rating(case_id, Rag.AMBER, "amber")).triage()
    assert (story.case.collated, len(story.case.awaited)) == (False, 3)
    assert story.outcomes() == []
    (second,) = story.hear(*answers(story), at=MONDAY + HOUR).outcomes(MONDAY + HOUR)
    assert isinstance(second, hub.EnquiryCollated)
    assert (len(second.answered), second.meta.event_id != first.meta.event_id) == (3, True)
    assert story.outcomes() == []


def test_J_12_enough_may_be_said_of_an_enquiry_that_began_late() -> None:
    story = opened(referral(), profile=replace(PROFILE, asks_nobody=frozenset({Rag.GREEN})))
    story.hear(rating(story.case.case_id, Rag.GREEN)).triage()
    story.outcomes()
    story.hear(rating(story.case.case_id, Rag.AMBER, "amber")).triage()
    (closed,) = story.hear(enough(story.case.case_id)).outcomes()
    assert (type(closed), len(closed.outstanding)) == (hub.EnquiryCollated, 3)
