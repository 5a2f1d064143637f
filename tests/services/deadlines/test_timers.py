"""Which timers a case calls for, what they say when they fire, and what a late answer resolves (P4)."""

from datetime import datetime

from core_story import (
    CASE_ONE as CASE,
)  # fmt: skip
from core_story import (
    HOUR,
    MONDAY,
    TICK,
    Story,
    answered,
    only,
    opened,
    outcome,
    rating,
    referral,
)

from mashbus.contracts import hub
from mashbus.domain import ids
from mashbus.domain.vocabulary import Rag
from services.deadlines.decide import decide, fired, is_being_met, timers


def police(story: Story) -> str:
    return str(story.case.watch.in_force(story.request("met-police").request_id).deadline_id)


def lapse(story: Story, at: datetime) -> hub.SlaBreached | None:
    return fired(story.case.watch, f"lapse/{police(story)}", at, blind=False)


def due(story: Story) -> datetime:
    return story.request("met-police").deadline.due


def test_each_running_deadline_has_a_warning_and_a_lapse() -> None:
    story = opened()
    named = {timer.name: timer.due for timer in timers(story.case.watch)}
    for deadline in story.case.watch.deadlines.values():
        assert named[f"lapse/{deadline.deadline_id}"] == deadline.due
        assert named[f"at_risk/{deadline.deadline_id}"] == deadline.at_risk
    assert len(named) == 2 * len(story.case.watch.deadlines)


def test_reading_6_met_at_exactly_due_is_met_and_a_microsecond_later_is_not() -> None:
    story = opened()
    story.hear(answered(CASE, story.request("met-police"), due(story)))
    assert lapse(story, due(story) + HOUR) is None
    late = opened()
    late.hear(answered(CASE, late.request("met-police"), due(late) + TICK))
    assert lapse(late, due(late) + HOUR).deadline.due == due(late)


def test_a_breach_is_said_once_under_one_id_whoever_says_it() -> None:
    story = opened()
    first, second = lapse(story, due(story)), lapse(story, due(story) + HOUR)
    assert first.meta.event_id == second.meta.event_id
    story.hear(first)
    assert lapse(story, due(story)) is None
    assert not [one for one in timers(story.case.watch) if police(story) in one.name]


def test_P4_never_early_even_if_the_clock_stepped_back_since_the_timer_was_found() -> None:
    story = opened()
    assert lapse(story, due(story) - TICK) is None
    deadline = story.request("met-police").deadline
    assert fired(story.case.watch, f"at_risk/{deadline.deadline_id}", deadline.at_risk - TICK, blind=False) is None


def test_superseded_before_its_instant_it_does_not_lapse_and_after_it_it_does() -> None:
    for shift, lapses in ((-TICK, False), (TICK, True)):
        story = opened()
        first, instant = story.request("met-police").deadline, due(story) + shift
        story.hear(rating(CASE, Rag.RED), at=instant)
        story.triage(instant)
        said = fired(story.case.watch, f"lapse/{first.deadline_id}", due(story) + HOUR, blind=False)
        assert (said is not None) is lapses


def test_the_new_revision_has_timers_of_its_own() -> None:
    story = opened()
    story.hear(rating(CASE, Rag.RED), at=MONDAY)
    story.triage()
    newer = story.case.watch.in_force(story.request("met-police").request_id)
    assert newer.revision == 2
    assert f"lapse/{newer.deadline_id}" in {one.name for one in timers(story.case.watch)}


def test_a_withdrawn_request_never_lapses() -> None:
    story = opened().hear(outcome(CASE), at=MONDAY + HOUR)
    story.outcomes(MONDAY + HOUR)
    assert list(timers(story.case.watch)) == []


def test_a_late_answer_resolves_the_breach_with_its_lateness() -> None:
    story = opened()
    breach = lapse(story, due(story))
    story.hear(breach)
    assert decide(story.case.watch, MONDAY) is None
    story.hear(answered(CASE, story.request("met-police"), due(story) + HOUR))
    resolved = decide(story.case.watch, due(story) + 2 * HOUR)
    assert (resolved.breach_id, resolved.lateness_microseconds) == (breach.meta.event_id, 3_600_000_000)
    assert resolved.met_at == due(story) + HOUR
    assert decide(story.hear(resolved).case.watch, MONDAY) is None


def test_an_answer_read_before_the_breach_resolves_it_just_the_same() -> None:
    story = opened()
    breach = lapse(story, due(story))
    story.hear(answered(CASE, story.request("met-police"), due(story) + HOUR))
    assert decide(story.case.watch, MONDAY) is None
    assert isinstance(decide(story.hear(breach).case.watch, MONDAY), hub.SlaBreachResolved)


def test_design_6_a_timely_answer_seen_after_its_breach_resolves_with_lateness_0() -> None:
    story = opened()
    story.hear(lapse(story, due(story)), answered(CASE, story.request("met-police"), due(story)))
    assert decide(story.case.watch, MONDAY).lateness_microseconds == 0


def test_at_risk_is_said_once_and_skipped_once_the_instant_has_passed() -> None:
    story = opened()
    deadline = story.request("met-police").deadline
    name = f"at_risk/{deadline.deadline_id}"
    warned = fired(story.case.watch, name, deadline.at_risk, blind=False)
    assert warned.meta.event_id == ids.breach_of(deadline.deadline_id, "at_risk")
    assert fired(story.case.watch, name, deadline.due, blind=False) is None
    assert name not in {one.name for one in timers(story.hear(warned).case.watch)}


def test_reading_11_already_past_when_armed_it_is_breached_at_once_without_a_warning() -> None:
    story = opened(referral(received_at=MONDAY - 30 * HOUR))
    (hubs,) = [one for one in story.case.watch.deadlines.values() if one.owner == "hub"]
    said = [
        fired(story.case.watch, one.name, MONDAY, blind=False) for one in timers(story.case.watch) if one.due <= MONDAY
    ]
    (breach,) = [one for one in said if one]
    assert (breach.deadline, type(breach)) == (hubs, hub.SlaBreached)
    assert breach.deadline.due == MONDAY - 6 * HOUR


def test_H_06_the_hub_s_own_clock_is_met_by_the_decision_when_it_was_given() -> None:
    story = opened()
    (hubs,) = [one for one in story.case.watch.deadlines.values() if one.owner == "hub"]
    name = f"lapse/{hubs.deadline_id}"
    story.hear(outcome(CASE), at=hubs.due)
    assert is_being_met(story.case.watch, name), "given in time, not acted on yet"
    story.outcomes(hubs.due + HOUR)
    assert not is_being_met(story.case.watch, name)
    assert fired(story.case.watch, name, hubs.due + HOUR, blind=False) is None


def test_a_decision_given_late_or_refused_holds_no_breach_back() -> None:
    story = opened()
    (hubs,) = [one for one in story.case.watch.deadlines.values() if one.owner == "hub"]
    name = f"lapse/{hubs.deadline_id}"
    assert not is_being_met(story.hear(outcome(CASE), at=hubs.due + TICK).case.watch, name)
    bad = opened().hear(outcome(CASE, outcomes=()), at=hubs.due)
    bad.outcomes(hubs.due)
    assert not is_being_met(bad.case.watch, name)
    assert only([fired(bad.case.watch, name, hubs.due, blind=False)], hub.SlaBreached)
