"""Planted: lapses without a breach, breaches without a lapse, and early ones (promise P4)."""

from dataclasses import replace
from datetime import timedelta

from verified_log import (
    EDUCATION,
    HEALTH,
    HOUR,
    MANAGER,
    POLICE,
    SECOND,
    T0,
    answer,
    breach,
    consistent,
    deadline_of,
    meta,
    names,
    only,
    quarantine,
    request_id,
    said,
    uid,
)  # fmt: skip

from mashbus.contracts import agency, hub, topics
from mashbus.domain import ids
from mashbus.domain.deadline import Step
from mashbus.domain.enquiry import Rerating
from mashbus.domain.vocabulary import Collation, Rag
from mashbus.verify import judge

DUE = T0 + 5 * SECOND + 4 * HOUR
"""Of the red requests of case a."""


def owed(log):
    return deadline_of(log, "a", HEALTH)


def test_P4_a_missing_breach():
    log = consistent()
    log.drop("a.breach", "a.resolved")
    log.edit("a.collated", collation=Collation.ENOUGH, lapsed=(), outstanding=(request_id("a", HEALTH),))
    names(only(log, "breaches"), owed(log).deadline_id, "without a breach")


def test_P4_a_lapse_of_this_moment_is_pending():
    log = consistent()
    log.entries = [one for one in log.entries if one.at <= DUE]
    log.mails = [one for one in log.mails if "outcome" not in one.file]
    log.receipts = [one for one in log.receipts if "outcome" not in one.path]
    report = judge(log.evidence(settled=False, now=DUE + SECOND))
    assert report.ok, [str(finding) for one in report.verdicts for finding in one.broken]
    assert str(owed(log).deadline_id) in str(report.verdict("breaches").pending[0])


def test_P4_a_breach_under_two_ids():
    log = consistent()
    breach(log, "second", owed(log), "a", DUE + 3 * SECOND)
    names(only(log, "breaches"), uid("a.breach"), uid("second"))


def test_P3_the_same_breach_twice_is_a_repeat():
    log = consistent()
    log.again("a.breach", "again")
    assert judge(log.evidence()).ok


def test_P4_a_breach_said_too_early():
    log = consistent()
    log.edit("a.breach", occurred_at=DUE - SECOND)
    names(only(log, "breaches"), owed(log).deadline_id, uid("a.breach"), "before")


def test_P4_a_breach_appended_too_early():
    log = consistent()
    log.place("a.breach", at=DUE - SECOND)
    names(only(log, "breaches"), uid("a.breach"), "before")


def test_P4_a_breach_in_the_due_instants_own_millisecond_is_not_early():
    log = consistent()
    log.edit("a.breach", occurred_at=DUE)
    log.place("a.breach", at=DUE)
    assert judge(log.evidence()).ok


def test_P4_a_breach_of_a_timely_answer():
    log = consistent()
    breach(log, "false", deadline_of(log, "a", POLICE), "a", DUE + SECOND)
    names(only(log, "breaches"), uid("false"), deadline_of(log, "a", POLICE).deadline_id, "without a lapse")


def test_P4_a_breach_of_a_timely_decline():
    log = consistent()
    breach(log, "false", deadline_of(log, "a", EDUCATION), "a", DUE + SECOND)
    names(only(log, "breaches"), uid("false"))


def test_P4_a_breach_of_a_superseded_deadline():
    log = consistent()
    old = deadline_of(log, "c", POLICE)
    breach(log, "false", old, "c", old.due + SECOND)
    names(only(log, "breaches"), uid("false"), "superseded, suspended or withdrawn")


def test_P4_a_breach_of_a_withdrawn_request():
    log = consistent()
    fact = log.record("c.rerated")
    assert isinstance(fact, hub.CaseRerated)
    running = next(one.deadline for one in fact.rerated if one.organisation == POLICE)
    assert running is not None
    breach(log, "false", running, "c", running.due + SECOND)
    names(only(log, "breaches"), uid("false"), "superseded, suspended or withdrawn")


def test_P4_an_answer_at_exactly_the_due_instant_is_in_time():
    log = consistent()
    log.drop("a.answer.health", "a.answer.health.restated", "a.resolved")
    said(log, "exact", HEALTH, answer("a", HEALTH, DUE), DUE)
    log.in_time()
    text = only(log, "breaches")
    names(text, uid("a.breach"), "without a lapse")


def test_P4_an_answer_a_millisecond_later_is_late():
    log = consistent()
    late = DUE + timedelta(milliseconds=1)
    log.drop("a.answer.health", "a.answer.health.restated")
    log.edit("a.resolved", met_at=late, lateness_microseconds=1000)
    said(log, "late", HEALTH, answer("a", HEALTH, late), late)
    log.in_time()
    assert judge(log.evidence()).ok


def test_P4_an_answer_set_aside_by_the_door_meets_nothing():
    """Refused and quarantined: the organisation was told, and the clock ran on."""
    log = consistent()
    log.drop("a.answer.health.restated")
    quarantine(log, "q", "a.answer.health", "intake", HEALTH)
    report = judge(log.evidence())
    text = "\n".join(map(str, report.verdict("breaches").broken))
    names(text, "without an answer", uid("a.resolved"))


def test_P4_a_late_answer_that_resolved_nothing():
    log = consistent()
    log.drop("a.resolved")
    names(only(log, "breaches"), owed(log).deadline_id, "SlaBreachResolved")


def test_P4_a_resolution_with_the_wrong_lateness():
    log = consistent()
    log.edit("a.resolved", lateness_microseconds=1)
    names(only(log, "breaches"), uid("a.resolved"), "lateness")


def test_P4_a_resolution_of_no_breach():
    log = consistent()
    log.edit("a.resolved", breach_id=uid("nothing"))
    names(only(log, "breaches"), uid("a.resolved"))


def test_P4_a_warning_before_its_instant():
    log = consistent()
    log.edit("a.at-risk", occurred_at=T0 + HOUR)
    names(only(log, "breaches"), uid("a.at-risk"), "at risk")


def test_P4_a_warning_under_two_ids():
    log = consistent()
    log.again("a.at-risk", "second", event_id=uid("second"))
    names(only(log, "breaches"), uid("a.at-risk"), uid("second"))


def test_P4_a_breach_of_a_deadline_that_nobody_stated():
    log = consistent()
    breach(log, "stranger", replace(owed(log), deadline_id=uid("no such deadline")), "a", DUE + SECOND)
    names(only(log, "breaches"), uid("no such deadline"))


def test_P4_the_hubs_own_deadline_is_met_by_the_decisions_own_instant():
    """Decided in time and acted on late: no lapse."""
    log = consistent()
    fact = log.record("a.routed")
    assert isinstance(fact, hub.CaseRouted)
    screening = fact.deadlines[0]
    breach(log, "false", screening, "a", screening.due + SECOND)
    names(only(log, "breaches"), uid("false"), screening.deadline_id)


def test_P4_the_hubs_own_deadline_lapses_without_a_decision():
    log = consistent()
    for name in [
        one.name
        for one in log.entries
        if one.name.startswith(("a.outcome-given", "a.email.outcome", "a.decided", "a.shared"))
    ]:
        log.drop(name)
    log.mails = [one for one in log.mails if one.file != "a.email.outcome.eml"]
    log.receipts = [one for one in log.receipts if "outcome" not in one.path]
    names(only(log, "breaches"), ids.deadline_of(uid("a"), "csc-screening"))


def test_P4_a_re_rated_deadline_that_was_due_at_once_does_not_lapse_again():
    """Reading 7: lapsed, then re-rated without effect: no second breach is owed, and one said is false."""
    log = consistent()
    key = request_id("a", HEALTH)
    changed = _revised(log, key, at=DUE + HOUR / 2, due=DUE + HOUR / 2)
    assert judge(log.evidence()).ok
    breach(log, "second", changed, "a", DUE + HOUR)
    names(only(log, "breaches"), uid("second"), "lapsed already")


def test_P4_a_re_rating_that_kept_the_instant_and_was_taken_after_it_is_one_lapse():
    """Decided just before the instant, taken by the broker just after it: the first revision has lapsed, and once."""
    log = consistent()
    key = request_id("a", HEALTH)
    changed = _revised(log, key, at=DUE + SECOND, due=DUE, stated=DUE - SECOND)
    assert judge(log.evidence()).ok
    breach(log, "second", changed, "a", DUE + 2 * SECOND)
    names(only(log, "breaches"), uid("second"), "lapsed already")


def test_P4_a_re_rated_deadline_that_runs_on_lapses_again():
    log = consistent()
    key = request_id("a", HEALTH)
    changed = _revised(log, key, at=DUE + HOUR / 2, due=DUE + HOUR / 2 + 60 * SECOND)
    names(only(log, "breaches"), changed.deadline_id)


def _revised(log, key, at, due, stated=None):
    """A re-rating of the lapsed request, told to its organisation."""
    old = deadline_of(log, "a", HEALTH)
    changed = replace(
        old, deadline_id=ids.deadline_of(key, old.clock, 2), due=due, at_risk=None, revision=2, rag=Rag.GREEN,
        steps=(*old.steps, Step(kind="rerated", starts=stated or at, ends=due, reason="test")),
    )  # fmt: skip
    rating = hub.RatingGiven(
        meta=meta("a.rating", uid("a"), at), actor=MANAGER, rag=Rag.GREEN, pathways=("mash-checks",), rationale="r"
    )
    log.put("a.rating", topics.CASES, rating, at)
    change = Rerating(request_id=key, organisation=HEALTH, rag=Rag.GREEN, deadline=changed)
    fact = hub.CaseRerated(
        meta=meta("a.rerated", uid("a"), at, uid("a.rating")), round=1, rag=Rag.GREEN, previous=Rag.RED,
        pathways=("mash-checks",), rationale="r", decided_by=MANAGER, requests=(), rerated=(change,), deadlines=(),
    )  # fmt: skip
    log.put("a.rerated", topics.CASES, fact, at)
    told = agency.RequestRerated(
        meta=meta("a.rerated.copy", uid("a"), at, uid("a.rerated")), request_id=key, organisation=HEALTH, rag=Rag.GREEN,
        due=due, reason="r",
    )  # fmt: skip
    log.put("a.rerated.copy", topics.requests_of(HEALTH), told, at)
    log.in_time()
    return changed


def test_P4_where_bus_time_stands_still_a_withdrawal_counts_all_the_same():
    """Re-rated and decided at one instant of bus time: the broker's own time tells which came first."""
    still = replace(consistent().evidence(), at=lambda _: T0)
    said = "\n".join(str(finding) for finding in judge(still).verdict("breaches").broken)
    assert str(ids.deadline_of(request_id("c", POLICE), "agency-response", 2)) not in said
