"""The view: the same for any interleaving, without personal content, and every stage and fate told."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from status_story import (
    CASE,
    EDUCATION,
    HEALTH,
    HEALTH_RED,
    HUB_DEADLINE,
    POLICE,
    REFERENCE,
    SECRET,
    START,
    Told,
    opened,
    referral,
    returned,
    story,
)

from mashbus.contracts import hub, topics
from mashbus.contracts.facts import copied
from mashbus.domain.case import Case
from mashbus.profiles import load
from services.status.answers import request_status, whole_case
from services.status.view import VIEW, VIEWS, State, View, evolve

ROOT = Path(__file__).parents[3]
HACKNEY = load("hackney", ROOT / "partnerships")


def folded(told: list[Told]) -> View:
    view = View(case=Case.of(CASE))
    for record, appended in told:
        view = evolve(view, record, appended)
    return view


def in_time() -> list[Told]:
    return sorted((one for records in story().values() for one in records), key=lambda one: one[1])


@st.composite
def interleavings(draw: st.DrawFn) -> list[Told]:
    left = {topic: list(records) for topic, records in story().items()}
    mixed = []
    while left:
        topic = draw(st.sampled_from(sorted(left)))
        mixed.append(left[topic].pop(0))
        left = {name: records for name, records in left.items() if records}
    return mixed


@settings(max_examples=200, deadline=None)
@given(interleavings())
def test_any_interleaving_of_topics_gives_the_same_view(told: list[Told]) -> None:
    assert folded(told) == folded(in_time())


def test_P7_no_view_holds_what_the_catalogue_marks_as_personal() -> None:
    for count in range(len(in_time()) + 1):
        view = folded(in_time()[:count])
        assert SECRET not in VIEW.dump_json(view).decode()
        if view.case.partnership:
            assert SECRET not in whole_case(view, HACKNEY).model_dump_json()


def test_a_view_is_kept_and_read_back_as_it_is() -> None:
    view = folded(in_time())
    assert VIEW.validate_json(VIEW.dump_json(view)) == view
    assert VIEWS.start(CASE) == View(case=Case.of(CASE))


def test_a_case_goes_through_its_states() -> None:
    cases = {type(record): (record, appended) for record, appended in story()[topics.CASES]}
    told = [(referral(), START)]
    assert folded(told).state is State.RECEIVED
    for kind, state in (
        (hub.CaseOpened, State.AWAITING_RATING),
        (hub.CaseRouted, State.ENQUIRING),
        (hub.EnquiryCollated, State.AWAITING_OUTCOME),
        (hub.OutcomeDecided, State.DECIDED),
    ):
        told.append(cases[kind])
        assert folded(told).state is state
    sent_back = folded([(referral(), START), (returned(), START)])
    assert (sent_back.state, sent_back.missing) == (State.RETURNED, ("children[0].birth", "concern.summary"))


def test_every_request_and_deadline_has_its_fate() -> None:
    case = folded(in_time()).case
    assert request_status(case, POLICE) == "answered"
    assert request_status(case, case.requests[HEALTH.request_id]) == "late"
    assert request_status(case, EDUCATION) == "withdrawn"
    assert [
        case.watch.state(one)
        for one in (POLICE.deadline, HEALTH.deadline, HEALTH_RED.deadline, EDUCATION.deadline, HUB_DEADLINE)
    ] == ["met", "superseded", "lapsed_then_met", "withdrawn", "lapsed_then_met"]
    before = folded([one for one in in_time() if not isinstance(one[0], hub.OutcomeDecided | hub.SlaBreachResolved)])
    assert request_status(before.case, EDUCATION) == "awaited"
    assert before.case.watch.state(EDUCATION.deadline) == "running"


def test_a_lapsed_request_is_told_so() -> None:
    breach = next(record for record, _ in story()[topics.BREACHES] if isinstance(record, hub.SlaBreached))
    told = [one for one in in_time() if one[1] < START.replace(hour=11)] + [(breach, breach.deadline.due)]
    case = folded(told).case
    assert request_status(case, case.requests[HEALTH.request_id]) == "lapsed"
    assert case.watch.state(HEALTH_RED.deadline) == "lapsed"


def test_the_timeline_is_in_order_of_occurrence_and_in_plain_words() -> None:
    answer = whole_case(folded(in_time()), HACKNEY)
    told = [moment.what for moment in answer.timeline]
    assert told[0] == f"Referral {REFERENCE} received by online form"
    assert told.index("Rated amber and routed to csc screening, mash checks; asked: met-police, homerton-health, "
                      "hackney-education") < told.index("Re-rated from amber to red")  # fmt: skip
    missed = told.index("Deadline missed: homerton-health, agency response (red)")
    assert told.index("Deadline at risk: homerton-health, agency response (red)") < missed
    assert (
        missed < told.index("homerton-health answered") < told.index("Met late: homerton-health, agency response (red)")
    )
    assert told[-1] == "Email not sent: outcome"
    instants = [moment.at for moment in answer.timeline]
    assert instants == sorted(instants)
    assert answer.timeline[0].at_local == "2026-06-08T09:00:00+01:00"
    assert answer.model_dump(mode="json")["timeline"][0]["at"] == "2026-06-08T08:00:00Z"


def test_emails_have_their_fates_and_organisations_not_asked_are_shown() -> None:
    answer = whole_case(folded(in_time()), HACKNEY)
    assert [(one.kind, one.recipient, one.fate) for one in answer.emails] == [
        ("acknowledgement", "referrer", "sent"), ("outcome", "", "suppressed"),
    ]  # fmt: skip
    assert [(one.organisation, one.reason) for one in answer.not_asked] == [("hackney-housing", "not connected")]
    assert answer.flagged_by == ("met-police",)
    assert answer.awaited == ()


def test_an_email_that_came_back_stays_so_though_its_sending_is_told_later() -> None:
    """Intake hears of the bounce before the mailer's word is in the log."""
    asked, sent = (one for one, _ in story()[topics.EMAILS][:2])
    assert isinstance(asked, hub.EmailRequested)
    bounced = hub.EmailBounced(meta=copied(asked, hub.EmailBounced, "", START), kind=asked.kind, reason="5.1.1")
    view = folded([(opened(), START), (asked, START), (bounced, START), (sent, START)])
    assert [(one.fate, one.reason) for one in view.emails.values()] == [("bounced", "5.1.1")]


def test_the_case_may_be_known_before_the_contact() -> None:
    early = folded([(opened(), START)])
    assert (early.reference, early.case.partnership) == (REFERENCE, "hackney")
