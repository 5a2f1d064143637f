"""Planted: clocks that stand still without a word, at another instant, or that run again from nothing."""

from dataclasses import replace
from datetime import timedelta

from verified_log import (
    HEALTH,
    HOUR,
    SECOND,
    T0,
    breach,
    consistent,
    deadline_of,
    names,
    only,
    said,
    uid,
)

from mashbus.contracts import hub
from mashbus.verify import judge

GIVEN = T0 + 50 * SECOND + 6 * HOUR
"""When the manager said that health's clock of case e should stand still."""


def resumed(log):
    record = log.record("e.resumed")
    assert isinstance(record, hub.DeadlineResumed)
    return record.deadline


def test_P4_a_breach_of_a_deadline_that_stood_still():
    log = consistent()
    owed = deadline_of(log, "e", HEALTH)
    breach(log, "false", owed, "e", owed.due + SECOND)
    names(only(log, "breaches"), uid("false"), owed.deadline_id, "suspended")


def test_P4_a_resumed_deadline_lapses_by_its_new_instant():
    log = consistent()
    late = resumed(log).due + timedelta(milliseconds=1)
    answered = log.get("e.answer.health").record
    log.drop("e.answer.health", "e.answer.health.restated", "e.collated", "e.untold")
    said(log, "e.answer.late", HEALTH, answered, late)
    log.in_time()
    report = judge(log.evidence())
    text = "\n".join(map(str, report.verdict("breaches").broken))
    names(text, resumed(log).deadline_id, "a lapse at")
    assert str(deadline_of(log, "e", HEALTH).deadline_id) not in text


def test_P4_a_word_given_in_time_and_acted_on_after_the_instant_stops_the_lapse():
    """The monitor waits for it; what counts is when the broker took the word."""
    log = consistent()
    running = deadline_of(log, "e", HEALTH)
    log.place("e.suspended", at=running.due + HOUR)
    log.place("e.suspended.told", at=running.due + HOUR + SECOND)
    log.in_time()
    assert judge(log.evidence()).ok


def test_a_clock_that_stood_still_without_anybodys_word():
    log = consistent()
    log.edit("e.suspended", cause_id=None)
    text = "\n".join(map(str, judge(log.evidence()).verdict("suspensions").broken))
    names(text, uid("e.suspended"), "without anybody's word")


def test_a_clock_that_stood_still_from_another_instant_than_the_word():
    log = consistent()
    log.edit("e.suspended", suspended_at=GIVEN - HOUR)
    names(only(log, "suspensions"), uid("e.suspended"), "another instant")


def test_a_suspension_of_what_nobody_owes():
    log = consistent()
    log.edit("e.suspended", deadline_id=uid("no such deadline"))
    report = judge(log.evidence())
    text = "\n".join(map(str, report.verdict("suspensions").broken))
    names(text, uid("e.suspended"), "before any fact stated it", uid("e.resumed"), "nothing stood still")


def test_one_deadline_suspended_twice():
    log = consistent()
    log.again("e.suspended", "twice", event_id=uid("twice"))
    report = judge(log.evidence())
    names("\n".join(map(str, report.verdict("suspensions").broken)), uid("twice"), "suspended twice")


def test_a_clock_that_ran_again_and_had_not_stood_still():
    log = consistent()
    log.drop("e.stop", "e.suspended", "e.suspended.told")
    report = judge(log.evidence())
    names("\n".join(map(str, report.verdict("suspensions").broken)), uid("e.resumed"), "nothing stood still")
    names(
        "\n".join(map(str, report.verdict("breaches").broken)), deadline_of(log, "e", HEALTH).deadline_id, "a lapse at"
    )


def test_a_clock_that_ran_again_without_anybodys_word():
    log = consistent()
    log.edit("e.resumed", cause_id=None)
    text = "\n".join(map(str, judge(log.evidence()).verdict("suspensions").broken))
    names(text, uid("e.resumed"), "resumed without anybody's word")


def test_a_resumption_that_was_due_before_it():
    log = consistent()
    early = replace(resumed(log), due=resumed(log).steps[-1].starts - SECOND)
    log.edit("e.resumed", deadline=early)
    log.edit("e.resumed.told", due=early.due)
    text = "\n".join(map(str, judge(log.evidence()).verdict("suspensions").broken))
    names(text, uid("e.resumed"), "due before that")


def test_P2_a_word_that_nobody_acted_on():
    log = consistent()
    log.again("e.go", "unheard", event_id=uid("unheard"))
    names(only(log, "accounts"), uid("unheard"), "ResumptionGiven was neither acted on nor refused")


def test_P5_the_organisation_is_told_that_its_clock_stands_still_and_runs_again():
    for told in ("e.suspended.told", "e.resumed.told"):
        log = consistent()
        log.drop(told)
        names(only(log, "copies"), uid(told.removesuffix(".told")), "RequestRerated is not on")


def test_P5_an_organisation_that_is_told_another_instant_than_the_facts():
    log = consistent()
    log.edit("e.resumed.told", due=resumed(log).due + HOUR)
    names(only(log, "copies"), uid("e.resumed.told"), "another instant")
    log = consistent()
    log.edit(f"c.rerated.{HEALTH}", due=None)
    names(only(log, "copies"), uid(f"c.rerated.{HEALTH}"), "another instant")
