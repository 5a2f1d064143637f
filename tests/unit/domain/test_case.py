"""A case folds to the same state however its topics interleave, and what is derived of it follows from sets."""

from datetime import datetime, timedelta
from uuid import UUID

from core_story import HOUR, MONDAY, TICK, Story, answered, case_of, declined, enough, opened, outcome, rating
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mashbus.contracts import hub
from mashbus.contracts.addressing import topic_of
from mashbus.contracts.record import Record
from mashbus.contracts.story import evolve
from mashbus.domain.case import Case
from mashbus.domain.vocabulary import Rag
from services.deadlines import decide as deadlines
from services.triage import decide as triage

CASE = case_of("one")
COLOURS = (Rag.RED, Rag.AMBER, Rag.GREEN)


def breached(story: Story, at: datetime) -> list[Record]:
    """What the monitor says at that instant, folded in."""
    said = [
        record
        for timer in deadlines.timers(story.case.watch)
        if timer.due <= at and (record := deadlines.fired(story.case.watch, timer.name, at, blind=False))
    ]
    story.hear(*said, at=at)
    while record := deadlines.decide(story.case.watch, at):
        story.hear(record, at=at)
        said.append(record)
    return said


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Record, datetime]]:
    """A case with any decisions and answers, at any times, with what triage, outcomes and the monitor made of them."""
    story, at = opened(), MONDAY
    for number in range(draw(st.integers(0, 8))):
        at += draw(st.timedeltas(timedelta(0), timedelta(hours=30)))
        requests = list(story.case.requests.values())
        match draw(st.integers(0, 6)):
            case 0:
                story.hear(rating(CASE, draw(st.sampled_from(COLOURS)), f"rating-{number}"), at=at)
            case 1:
                story.hear(outcome(CASE, f"outcome-{number}"), at=at)
            case 2:
                story.hear(enough(CASE, f"enough-{number}"), at=at)
            case 3 | 4:
                story.hear(answered(CASE, draw(st.sampled_from(requests)), at, f"answer-{number}"), at=at)
            case 5:
                story.hear(declined(CASE, draw(st.sampled_from(requests)), at), at=at)
            case 6:
                breached(story, at)
        story.triage(at)
        story.outcomes(at)
    return story.heard


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.data())
def test_any_interleaving_of_the_topics_folds_to_the_same_case(
    history: list[tuple[Record, datetime]], data: st.DataObject
) -> None:
    by_topic: dict[str, list[tuple[Record, datetime]]] = {}
    for record, at in history:
        by_topic.setdefault(topic_of(record), []).append((record, at))
    expected = other = Case.of(CASE)
    for record, at in history:
        expected = evolve(expected, record, at)
    while by_topic:
        topic = data.draw(st.sampled_from(sorted(by_topic)))
        record, at = by_topic[topic].pop(0)
        other = evolve(other, record, at)
        if not by_topic[topic]:
            del by_topic[topic]
    assert other == expected


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_P4_no_deadline_lapses_that_was_met_in_time_or_ceased_before(history: list[tuple[Record, datetime]]) -> None:
    case = Case.of(CASE)
    for record, at in history:
        case = evolve(case, record, at)
    for deadline in case.watch.deadlines.values():
        met, ceased = case.watch.met_at(deadline), case.watch.ceased.get(deadline.deadline_id)
        if (met and met <= deadline.due) or (ceased and ceased <= deadline.due):
            assert not case.watch.runs_out(deadline)
            assert deadline.deadline_id not in case.watch.lapsed


def test_old_news_never_overwrites_new_the_first_contact_and_the_first_decision_stand() -> None:
    story = opened()
    story.hear(outcome(CASE), at=MONDAY + HOUR)
    story.outcomes(MONDAY + HOUR)
    first = story.case.decided_at
    again = next(record for record, _ in story.heard if isinstance(record, hub.OutcomeDecided))
    assert story.hear(again.model_copy(update={"decided_at": MONDAY}), at=MONDAY).case.decided_at == first


def test_of_two_answers_the_earlier_arrival_counts_whichever_is_read_first() -> None:
    story = opened()
    police = story.request("met-police")
    story.hear(answered(CASE, police, MONDAY + 30 * HOUR, "late"), answered(CASE, police, MONDAY + HOUR, "early"))
    assert story.case.watch.met_at(police.deadline) == MONDAY + HOUR


def test_P4_a_request_that_was_declined_in_time_does_not_lapse_when_an_answer_comes_after_all() -> None:
    story = opened()
    police = story.request("met-police")
    story.hear(declined(CASE, police, MONDAY + HOUR), answered(CASE, police, police.deadline.due + HOUR))
    assert not story.case.watch.runs_out(police.deadline)
    assert not [one for one in deadlines.timers(story.case.watch) if str(police.deadline.deadline_id) in one.name]


def test_outstanding_is_what_is_neither_answered_nor_declined_nor_withdrawn() -> None:
    story = opened()
    assert {one.organisation for one in story.case.outstanding} == {
        "met-police",
        "homerton-health",
        "hackney-education",
    }
    story.hear(answered(CASE, story.request("met-police"), MONDAY + HOUR))
    story.hear(declined(CASE, story.request("homerton-health"), MONDAY + HOUR))
    assert [one.organisation for one in story.case.outstanding] == ["hackney-education"]
    story.hear(outcome(CASE), at=MONDAY + HOUR)
    story.outcomes(MONDAY + HOUR)
    assert story.case.outstanding == ()


def test_a_lapsed_request_is_outstanding_and_no_longer_awaited() -> None:
    story = opened()
    police = story.request("met-police")
    breached(story, police.deadline.due)
    assert police.request_id not in {one.request_id for one in story.case.awaited}
    assert police.request_id in {one.request_id for one in story.case.outstanding}


def test_reading_7_lapsed_then_re_rated_to_less_urgent_it_is_awaited_again_where_the_new_instant_is_later() -> None:
    story = opened()
    story.hear(rating(CASE, Rag.RED), at=MONDAY)
    story.triage()
    due = story.case.watch.in_force(story.request("met-police").request_id).due
    breached(story, due)
    assert story.case.awaited == ()
    story.hear(rating(CASE, Rag.GREEN, "second"), at=due + HOUR)
    story.triage(due + HOUR)
    assert len(story.case.awaited) == 3
    assert len(breached(story, MONDAY + 72 * HOUR)) >= 3


def test_reading_7_lapsed_then_re_rated_too_late_to_matter_it_does_not_lapse_twice() -> None:
    story = opened()
    story.hear(rating(CASE, Rag.RED), at=MONDAY)
    story.triage()
    late = MONDAY + 100 * HOUR
    first = [one for one in breached(story, late) if isinstance(one, hub.SlaBreached)]
    story.hear(rating(CASE, Rag.GREEN, "second"), at=late)
    story.triage(late)
    again = [one for one in breached(story, late + 9 * HOUR) if isinstance(one, hub.SlaBreached)]
    asked = {one.request_id for one in story.case.requests.values()}
    assert len([one for one in first if one.deadline.subject in asked]) == 3
    assert not [one for one in again if one.deadline.subject in asked]


def test_P4_re_rated_after_its_instant_and_before_the_breach_was_said_it_lapses_once_and_a_timely_answer_counts() -> (
    None
):
    """A monitor that waits for the answers says it late: both revisions would be due at once."""
    story = opened()
    amber = story.request("met-police").deadline
    story.hear(rating(CASE, Rag.RED), at=amber.due + HOUR)
    story.triage(amber.due + HOUR)
    red = story.case.watch.in_force(amber.subject)
    assert (red.revision, red.due) == (2, amber.due)
    assert [story.case.watch.runs_out(one) for one in (amber, red)] == [True, False]
    assert amber.subject in {one.request_id for one in story.case.awaited}  # nothing is known to have lapsed yet
    assert not story.case.watch.met(amber.subject, "InformationReturned", amber.due).runs_out(red)


def test_superseded_before_its_instant_a_deadline_does_not_lapse_and_after_it_it_does() -> None:
    story = opened()
    amber = story.request("met-police").deadline
    story.hear(rating(CASE, Rag.RED), at=amber.due - TICK)
    story.triage(amber.due - TICK)
    assert not story.case.watch.runs_out(amber)

    late = opened()
    late.hear(rating(CASE, Rag.RED), at=amber.due + TICK)
    late.triage(amber.due + TICK)
    assert late.case.watch.runs_out(amber)


def test_a_case_nobody_has_heard_of_has_no_partnership_and_owes_nothing() -> None:
    case = Case.of(UUID(int=9))
    assert (case.partnership, case.awaited, case.routed, case.decided) == ("", (), False, False)


def test_P4_re_rated_just_before_its_instant_and_taken_just_after_it_a_kept_instant_lapses_once() -> None:
    """The re-rating was decided before the instant, and the broker took it after: both revisions are due at it."""
    story = opened()
    amber = story.request("met-police").deadline
    story.hear(rating(CASE, Rag.RED), at=amber.due - TICK)
    story.hear(triage.decide(story.case, story.profile, amber.due - TICK), at=amber.due + TICK)
    red = story.case.watch.in_force(amber.subject)
    assert (red.revision, red.due) == (2, amber.due)
    assert [story.case.watch.runs_out(one) for one in (amber, red)] == [True, False]
