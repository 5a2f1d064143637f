"""The monitor's account by the log alone: misses, false, early and doubled breaches, and what cannot be judged yet."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from core_story import CASE_ONE, HOUR, MONDAY, TICK, Story, answered, opened, outcome, rating
from deadline_log import AT, case_of, folded, lapse, ms, owed

from mashbus.contracts import hub
from mashbus.domain import ids
from mashbus.domain.vocabulary import Rag
from services.deadlines import canary
from services.deadlines.reconciling.judging import Fault, Finding, Judged, Reconciliation, findings, missed, unfounded

MINUTE = timedelta(minutes=1)


def judged(now: datetime, **more: object) -> Judged:
    by = now - MINUTE
    return Judged(now=now, by=by, by_ms=ms(by), acted_on_by=by - MINUTE, **more)


def of(story: Story, now: datetime, **more: object) -> list[Finding]:
    return list(findings(case_of(story), judged(now, **more)))


def about(found: list[Finding], deadline_id: UUID) -> list[Fault]:
    return [one.fault for one in found if one.deadline_id == deadline_id]


def all_breached(story: Story) -> Story:
    """What a monitor that missed nothing has said, a second after each instant."""
    for deadline in tuple(story.case.watch.deadlines.values()):
        if story.case.watch.runs_out(deadline):
            at = deadline.due + timedelta(seconds=1)
            story.hear(lapse(story, deadline, at), at=at)
    return story


def test_P4_a_monitor_that_said_every_lapse_has_no_findings() -> None:
    story = all_breached(opened())
    assert len(case_of(story).breaches) == len(story.case.watch.deadlines) > 0
    assert of(story, MONDAY + 200 * HOUR) == []


def test_P4_a_lapse_without_a_breach_is_a_miss() -> None:
    story = opened()
    police = owed(story)
    assert missed(story.case.watch, police.due - TICK) == ()
    assert police in missed(story.case.watch, police.due)
    assert about(of(story, police.due + HOUR), police.deadline_id) == [Fault.MISSED]


def test_what_fell_due_within_the_allowance_is_pending() -> None:
    story = opened()
    police = owed(story)
    assert about(of(story, police.due + MINUTE - TICK), police.deadline_id) == [Fault.PENDING]
    assert about(of(story, police.due + MINUTE), police.deadline_id) == [Fault.MISSED]


def test_reading_11_what_was_armed_within_the_allowance_is_pending_however_long_ago_it_was_due() -> None:
    story = opened(at=MONDAY)
    police, late = owed(story), owed(story).due + HOUR
    said = [(record, late) for record, _ in story.heard]
    case = folded(*said).cases[CASE_ONE]
    assert about(list(findings(case, judged(late + MINUTE - TICK))), police.deadline_id) == [Fault.PENDING]
    assert about(list(findings(case, judged(late + MINUTE + MINUTE))), police.deadline_id) == [Fault.MISSED]


def test_answers_that_the_door_has_not_taken_in_are_waited_for_by_the_monitor_too() -> None:
    story = opened()
    police, health = owed(story), owed(story, "homerton-health")
    found = of(story, police.due + HOUR, unseen={"met-police": 7})
    assert about(found, police.deadline_id) == [Fault.PENDING]
    assert about(found, health.deadline_id) == [Fault.MISSED], "another organisation's answers have all been taken in"
    assert "7 records of met-police" in next(one.why for one in found if one.deadline_id == police.deadline_id)


def test_the_hubs_own_deadlines_wait_for_those_who_act_on_its_decisions() -> None:
    story = opened()
    screening = next(one for one in story.case.watch.deadlines.values() if one.owner == "hub")
    found = of(story, screening.due + HOUR, unseen={"hub": 3})
    assert about(found, screening.deadline_id) == [Fault.PENDING]
    assert about(found, owed(story).deadline_id) == [Fault.MISSED]


def test_a_case_that_waits_behind_a_quarantined_record_is_no_miss_and_said() -> None:
    story = opened()
    police = owed(story)
    found = of(story, police.due + HOUR, held={CASE_ONE: "its case waits"})
    assert about(found, police.deadline_id) == [Fault.HELD]
    assert {one.why for one in found} == {"its case waits"}


def test_H_06_a_decision_given_in_time_holds_a_miss_back_for_a_while_only() -> None:
    story = opened()
    screening = next(one for one in story.case.watch.deadlines.values() if one.owner == "hub")
    story.hear(outcome(CASE_ONE), at=screening.due - HOUR)
    assert about(of(story, screening.due + MINUTE + TICK), screening.deadline_id) == [Fault.PENDING]
    assert about(of(story, screening.due + 2 * MINUTE + TICK), screening.deadline_id) == [Fault.MISSED]


def test_P4_a_breach_of_a_timely_answer_is_false_and_says_why() -> None:
    story = opened()
    police = owed(story)
    story.hear(lapse(story, police, police.due), at=police.due)
    story.hear(answered(CASE_ONE, story.request("met-police"), police.due), at=police.due + HOUR)
    found = of(story, police.due + HOUR)
    assert about(found, police.deadline_id) == [Fault.FALSE]
    assert f"met at {police.due.isoformat()}" in next(one.why for one in found if one.fault is Fault.FALSE)


def test_P4_a_breach_of_a_superseded_deadline_is_false() -> None:
    story = opened()
    police = owed(story)
    breach = lapse(story, police, police.due)
    story.hear(rating(CASE_ONE, Rag.RED), at=MONDAY + HOUR)
    story.triage(MONDAY + HOUR)
    story.hear(breach, at=police.due)
    assert unfounded(case_of(story).watch) == {police.deadline_id}


def test_P4_a_breach_of_a_deadline_that_nobody_stated_is_false() -> None:
    story = opened()
    police = owed(story)
    stranger = replace(police, deadline_id=ids.derived("test", "stranger"))
    breach = lapse(story, police, police.due).model_copy(update={"deadline": stranger})
    story.hear(breach, at=police.due)
    found = of(story, MONDAY + HOUR)
    assert about(found, stranger.deadline_id) == [Fault.FALSE]


def test_P4_a_breach_before_its_instant_is_early() -> None:
    story = opened()
    police = owed(story)
    story.hear(lapse(story, police, police.due), at=police.due - timedelta(seconds=1))
    assert about(of(story, police.due + HOUR), police.deadline_id) == [Fault.EARLY]


def test_P4_one_lapse_under_two_ids_and_one_id_with_two_contents_are_doubled() -> None:
    story = opened()
    police, health = owed(story), owed(story, "homerton-health")
    breach, other = lapse(story, police, police.due), lapse(story, health, health.due)
    second = breach.model_copy(
        update={"meta": breach.meta.model_copy(update={"event_id": ids.derived("test", "again")})}
    )
    differs = other.model_copy(update={"deadline": replace(health, due=health.due + HOUR)})
    story.hear(breach, second, other, differs, at=police.due)
    found = of(story, police.due + HOUR)
    assert about(found, police.deadline_id) == [Fault.DOUBLED]
    assert about(found, health.deadline_id) == [Fault.DOUBLED]


def test_P3_the_same_breach_said_again_is_nothing() -> None:
    story = opened()
    police = owed(story)
    breach = lapse(story, police, police.due)
    story.hear(breach, breach.model_copy(update={"blind": True}), at=police.due)
    assert about(of(story, police.due + HOUR), police.deadline_id) == []


def test_the_last_canary_of_each_partnership_counts_and_one_that_did_not_fire_is_a_miss() -> None:
    told = [canary.armed("hackney", "1+00000000", HOUR, MONDAY + hours * HOUR) for hours in range(3)]
    said = [(one, MONDAY) for one in told]
    for armed in told[:2]:
        at = armed.deadline.due + MINUTE
        meta = armed.meta.model_copy(update={"event_id": ids.breach_of(armed.deadline.deadline_id, "lapse")})
        fired = hub.CanaryFired(meta=meta.model_copy(update={"occurred_at": at}), deadline=armed.deadline)
        said.append((fired, at))
    reconciliation = Reconciliation(judged(MONDAY + 5 * HOUR), AT)
    reconciliation.take(folded(*said).cases.values())
    account = reconciliation.accounts["hackney"]
    assert account.canary == (told[1].deadline.due, told[1].deadline.due + MINUTE)
    assert (account.deadlines, account.breaches, account.first_at) == (3, 2, MONDAY)
    assert [(one.fault, one.deadline_id) for one in account.findings] == [(Fault.MISSED, told[2].deadline.deadline_id)]
