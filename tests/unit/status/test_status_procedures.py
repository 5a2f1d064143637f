"""What five procedures added, as readers see it: other ways than triage, recommendations, alerts, facts, no narrative."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from status_story import CASE, MANAGER, SECRET, START, Told, at, meta, opened, referral, returned

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.known import LinkKind
from mashbus.domain.procedure import ContactType, Team
from mashbus.domain.referral import ChildView, Consent, Referrer
from mashbus.domain.vocabulary import ConsentStatus, EmailKind, Handling, Involvement, LawfulBasis, Rag, ReferrerKind
from mashbus.profiles import load
from services.status.answers import CaseAnswer, ReferralAnswer, whole_case
from services.status.answers import referral as referral_answer
from services.status.view import VIEW, State, View, evolve

JERSEY = load("jersey", Path(__file__).parents[3] / "partnerships")
HACKNEY = replace(
    load("hackney", Path(__file__).parents[3] / "partnerships"),
    teams={"short-breaks": Team(name="short-breaks", title="Short breaks team", email="breaks@example.org"),
           "duty-manager": Team(name="duty-manager", title="Duty manager", email="duty@example.org")},
    contact_types={
        "short-break": ContactType(
            name="short-break", title="Request for a short break", handling=Handling.RESPONDER, requirement="J-02",
            reason="the responder deals with it",
        )
    },
)  # fmt: skip
RECOMMENDED = hub.RoutingRecommended(
    meta=meta("recommended", 0.1), rag=Rag.AMBER, level="3", pathways=("mash-checks",), rule="abuse-or-neglect",
    reasons=("Abuse or neglect is the primary need.",), indicators=(SECRET,), held=("only a manager signs off (G-07)",),
)  # fmt: skip
DIRECTED = hub.ContactDirected(
    meta=meta("directed", 0.1), contact_type="short-break", handling=Handling.RESPONDER, team="short-breaks",
    reason="the responder deals with it", requirement="J-02",
)  # fmt: skip
ALERT = hub.AlertRaised(
    meta=meta("alert", 0.1), alert="immediate-concern", requirement="J-03", teams=("duty-manager",),
    reasons=("Immediate harm is reported.",),
)  # fmt: skip


def view_of(*records: Record) -> View:
    view = View(case=Case.of(CASE))
    for record in (referral(), opened(), *records):
        view = evolve(view, record, record.meta.occurred_at)
    assert SECRET not in VIEW.dump_json(view).decode()
    return view


def seen(*records: Record) -> CaseAnswer:
    answer = whole_case(view_of(*records), HACKNEY)
    assert SECRET not in answer.model_dump_json()
    return answer


def told(case: CaseAnswer) -> dict[str, tuple[str, str]]:
    return {moment.what: (moment.who, moment.detail) for moment in case.timeline}


def test_J_02_a_contact_that_goes_another_way_has_a_state_of_its_own() -> None:
    case = seen(DIRECTED)
    assert case.state is State.DIRECTED
    assert case.directed is not None
    assert (case.directed.title, case.directed.team) == ("Request for a short break", "Short breaks team")
    assert case.awaiting == ("Short breaks team: the responder deals with it",)
    assert told(case)["Not triaged: processed by short breaks"] == (
        "hub", "short break, J-02: the responder deals with it",
    )  # fmt: skip


@pytest.mark.parametrize("handling", Handling)
def test_every_handling_has_its_words(handling: Handling) -> None:
    case = seen(DIRECTED.model_copy(update={"handling": handling, "team": None}))
    assert any(what.startswith("Not triaged: ") for what in told(case))


def test_a_recommendation_waits_for_a_person_with_its_reasons_and_why_it_is_held() -> None:
    case = seen(RECOMMENDED)
    assert case.state is State.AWAITING_RATING
    assert case.recommendation is not None
    assert (case.recommendation.rag, case.recommendation.rule) == ("amber", "abuse-or-neglect")
    assert case.recommendation.held == ("only a manager signs off (G-07)",)
    assert case.joint_triage, "J-08; which indicators is narrative, and stands in the picture"
    assert case.awaiting == (
        "joint triage with the decision maker",
        f"a person's word on the recommendation: amber, level 3, {HACKNEY.pathways['mash-checks'].title}",
        "only a manager signs off (G-07)",
    )
    what = "Recommended, for a person to decide: amber, level 3, mash checks"
    assert told(case)[what][1].split("; ")[1:] == [
        "joint triage is called for", "held for a person: only a manager signs off (G-07)",
    ]  # fmt: skip


def test_no_rule_holds_a_person_rates() -> None:
    nothing = {
        "rag": Rag.NONE,
        "level": None,
        "pathways": (),
        "rule": None,
        "reasons": (),
        "indicators": (),
        "held": (),
    }
    case = seen(RECOMMENDED.model_copy(update=nothing))
    assert case.awaiting == ("a person's rating: no rule recommends one",)
    assert "Recommended, for a person to decide: no rule holds" in told(case)


def test_J_03_whom_the_hub_alerted_and_why_is_shown() -> None:
    case = seen(ALERT)
    assert [(one.alert, one.teams, one.requirement) for one in case.alerts] == [
        ("immediate-concern", ("Duty manager",), "J-03")
    ]
    assert told(case)["Alerted at once: duty manager (immediate concern, J-03)"] == (
        "hub", "Immediate harm is reported.",
    )  # fmt: skip


def test_H_09_a_flag_is_the_first_thing_a_manager_sees() -> None:
    flag = hub.RiskFlagged(
        meta=meta("flag", 1), request_id=CASE, organisation="met-police", arrived_at=at(1), information=SECRET,
        suggested_rag=Rag.RED,
    )  # fmt: skip
    police = HACKNEY.organisation("met-police").name
    assert seen(RECOMMENDED, flag).awaiting[0] == f"{police} flagged a risk"


def test_what_people_found_out_is_told_without_what_it_says() -> None:
    consent = hub.ConsentRecorded(
        meta=meta("consent", 1), actor=MANAGER, rationale=SECRET,
        consent=Consent(status=ConsentStatus.REFUSED, given_by=SECRET, reason=SECRET),
        views=(ChildView(child=0, understands=True, view=SECRET),),
    )  # fmt: skip
    involved = hub.InvolvementRecorded(
        meta=meta("involved", 1), actor=MANAGER, involvement=Involvement.RECENTLY_CLOSED, held_by="unit-4",
        closed_on=None,
    )  # fmt: skip
    referrer = hub.ReferrerAdded(
        meta=meta("referrer", 1), actor=MANAGER, referrer=Referrer(kind=ReferrerKind.PUBLIC, name=SECRET)
    )
    word = hub.MilestoneGiven(
        meta=meta("word", 1), actor=MANAGER, milestone="disagreement-raised", reached_at=None, stage="manager",
        answers=None, note=SECRET,
    )  # fmt: skip
    reached = hub.MilestoneRecorded(
        meta=meta("reached", 1, word.meta.event_id), actor=MANAGER, milestone="disagreement-raised", reached_at=at(1),
        stage="manager", note=SECRET,
    )  # fmt: skip
    case = seen(consent, involved, referrer, word, reached)
    assert case.involvement == "recently_closed"
    assert told(case)["Consent recorded"] == ("mash_manager", "")
    assert told(case)["Social care's involvement recorded: recently closed, held by unit-4"] == ("mash_manager", "")
    assert told(case)["Somebody else referred the same"] == ("mash_manager", "")
    assert told(case)["Reached: disagreement-raised"] == ("mash_manager", "stage: manager")


def test_P5_what_another_partnership_states_of_a_case_is_none_of_it() -> None:
    stranger = hub.InvolvementRecorded(
        meta=meta("involved", 1).model_copy(update={"partnership": "medway"}), actor=MANAGER,
        involvement=Involvement.OPEN, held_by=None, closed_on=None,
    )  # fmt: skip
    assert seen(stranger) == seen()


def test_M_01_a_partnership_without_colours_is_told_by_its_levels() -> None:
    routed = hub.CaseRouted(
        meta=meta("routed", 1), rag=Rag.NONE, pathways=("mash-checks",), rule="x", reasons=(), decided_by=None,
        requests=(), not_asked=(), deadlines=(), level="3", indicators=(SECRET,),
    )  # fmt: skip
    case = seen(routed)
    assert (case.rag, case.level, case.joint_triage) == ("none", "3", True)
    assert "Rated level 3 and routed to mash checks; asked: nobody" in told(case)


def test_H_15_the_timeline_says_what_was_shared_for_what_under_which_rule() -> None:
    made = hub.DisclosureMade(
        meta=meta("disclosed", 1), request_id=CASE, organisation="met-police", purpose="to know the risk",
        disclosed=("child.given_name",), rule="organisations.met-police.shared", lawful_basis=LawfulBasis.PUBLIC_TASK,
    )  # fmt: skip
    said = told(seen(made))["Information shared with met-police"][1]
    assert said == (
        "child.given_name; to: to know the risk; under organisations.met-police.shared; lawful basis: public task"
    )


def test_G_02_the_referrer_reads_whose_area_it_is() -> None:
    away = returned().model_copy(update={"authority": "Anytown Council", "missing": ()})
    view = evolve(evolve(View(case=Case.of(CASE)), referral(), START), away, START)
    answer = referral_answer("HAC", view, HACKNEY)
    assert isinstance(answer, ReferralAnswer)
    assert (answer.state, answer.authority) == (State.RETURNED, "Anytown Council")
    assert told(whole_case(view, HACKNEY))["Returned to the referrer: another authority's area"][1] == "Anytown Council"


def test_C_08_when_somebody_deals_with_what_came_at_night_is_shown() -> None:
    night: Told = (opened().model_copy(update={"dealt_with_from": at(24)}), at(0.05))
    view = evolve(View(case=Case.of(CASE)), *night)
    case = whole_case(view, HACKNEY)
    assert case.dealt_with_from == at(24)
    assert told(case)["Case opened"][1] == "it came outside hours; dealt with from 2026-06-09 08:00 UTC"


@pytest.mark.parametrize("kind", [one for one in EmailKind if one is not EmailKind.UNKNOWN])
def test_every_kind_of_email_has_a_line(kind: EmailKind) -> None:
    asked = hub.EmailRequested(
        meta=meta("email", 1), kind=kind, recipient_kind="team", to=f"{SECRET}@example.org", subject=SECRET, body=SECRET
    )
    case = seen(asked)
    assert f"Email for the team: {kind.value.replace('_', ' ')}" in told(case)
    assert [(one.kind, one.recipient, one.fate) for one in case.emails] == [(kind, "team", "requested")]


@pytest.mark.parametrize(
    ("kind", "pathway", "knows"),
    [
        (ReferrerKind.PRACTITIONER, "mash", True),
        (ReferrerKind.PARENT_OR_CARER, "mash", False),
        (ReferrerKind.PARENT_OR_CARER, "early-help", True),
        (ReferrerKind.PUBLIC, "mash", False),
        (ReferrerKind.ANONYMOUS, "early-help", False),
        (ReferrerKind.UNKNOWN, "early-help", False),
        (ReferrerKind.PRACTITIONER, "a-way-that-is-no-more", False),
    ],
)
def test_J_17_J_18_J_22_whoever_is_not_written_to_reads_no_outcome_by_the_reference_either(
    kind: ReferrerKind, pathway: str, knows: bool
) -> None:
    contact = referral(partnership="jersey").model_copy(update={"referrer": Referrer(kind=kind)})
    routed = hub.CaseRouted(
        meta=meta("routed", 0.2), rag=Rag.NONE, pathways=(pathway,), rule=None, reasons=(), decided_by=MANAGER,
        requests=(), not_asked=(), deadlines=(),
    )  # fmt: skip
    decided = hub.OutcomeDecided(
        meta=meta("decided", 1), outcomes=("no-further-action",), rationale=SECRET, decided_by=MANAGER,
        decided_at=at(1), tell_referrer=True, not_told_reason=None, answered=(), withdrawn=(),
    )  # fmt: skip
    view = View(case=Case.of(CASE))
    for record in (contact, opened(), routed, decided):
        view = evolve(view, record, record.meta.occurred_at)
    assert referral_answer("JSY", view, JERSEY).outcomes == (("no-further-action",) if knows else ())


def test_P5_what_another_partnership_s_key_says_of_an_email_is_none_of_the_case_s() -> None:
    """A receipt names the case itself: whoever has a key for receipts could name anybody's."""
    foreign = meta("bounced", 1).model_copy(update={"partnership": "medway"})
    for kind in (hub.EmailBounced, hub.EmailFailed):
        more = {"attempts": 0} if kind is hub.EmailFailed else {}
        said = kind(meta=foreign, kind=EmailKind.OUTCOME, reason="5.1.1", channel="smtp", **more)
        case = seen(said)
        assert case.emails == ()
        assert case.timeline == seen().timeline


PASSED = hub.PassedToHolder(
    meta=meta("passed", 0.1), rule="open", requirement="H-05", instead=True, reason="A case is open.", children=(0,),
    holders=(), team="duty-manager",
)  # fmt: skip
LINKED = hub.CaseLinked(meta=meta("linked", 0.1), to=UUID(int=7), kind=LinkKind.SAME_INCIDENT, decided_by=MANAGER)


@pytest.mark.parametrize(("fact", "state"), [(PASSED, State.PASSED_ON), (LINKED, State.LINKED)])
def test_H_10_whoever_referred_learns_of_no_open_case_and_of_nobody_else_s_contact(fact: Record, state: State) -> None:
    """It may be a neighbour: his reference says what his letter says, that it went another way."""
    view = view_of(fact)
    assert whole_case(view, HACKNEY).state is state
    reference = seen(fact).reference
    assert reference is not None
    assert referral_answer(reference, view, HACKNEY).state is State.DIRECTED
