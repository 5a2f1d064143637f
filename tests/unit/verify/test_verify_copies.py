"""Planted: requests without their copy, and copies without their request (promise P5)."""

from dataclasses import replace

from verified_log import CATALOGUE, HEALTH, POLICE, consistent, names, only, quarantine, request_id, uid

from mashbus.contracts import topics
from mashbus.verify import judge
from mashbus.verify.indexing import Indexer
from mashbus.verify.places import Reading


def test_P5_a_dropped_copy():
    log = consistent()
    log.drop(f"a.copy.{HEALTH}")
    names(only(log, "copies"), request_id("a", HEALTH), topics.requests_of(HEALTH))


def test_P5_a_copy_that_waits_behind_a_quarantined_record_is_pending():
    log = consistent()
    log.drop(f"a.copy.{HEALTH}")
    log.drop(f"a.disclosed.{HEALTH}")
    quarantine(log, "q", "a.routed", "triage")
    report = judge(log.evidence())
    assert report.ok
    assert "quarantined" in str(report.verdict("copies").pending[0])


def test_P5_a_second_copy_under_another_id():
    log = consistent()
    log.again(f"a.copy.{HEALTH}", "twice", event_id=uid("twice"))
    names(only(log, "copies"), request_id("a", HEALTH), uid("twice"))


def test_P3_the_same_copy_twice_is_a_repeat():
    log = consistent()
    log.again(f"a.copy.{HEALTH}", "twice")
    assert judge(log.evidence()).ok


def test_P5_a_copy_for_nobodys_request():
    log = consistent()
    log.again(f"a.copy.{HEALTH}", "extra", event_id=uid("extra"), request_id=uid("no such request"))
    names(only(log, "copies"), uid("no such request"), uid("extra"))


def test_P5_a_copy_on_another_organisations_topic_breaks_both_promises():
    log = consistent()
    log.again(f"a.copy.{HEALTH}", "astray")
    log.place("astray", topic=topics.requests_of(POLICE))
    report = judge(log.evidence())
    assert report.broken == ("copies", "addressing")
    names(str(report.verdict("copies").broken[0]), request_id("a", HEALTH), topics.requests_of(POLICE))


def test_P5_a_copy_with_another_due_instant_than_its_fact():
    log = consistent()
    log.edit(f"a.copy.{HEALTH}", due=None)
    names(only(log, "copies"), request_id("a", HEALTH))


def test_P5_an_outcome_that_an_answering_organisation_was_not_told():
    log = consistent()
    log.drop(f"a.shared.{POLICE}")
    names(only(log, "copies"), request_id("a", POLICE), "OutcomeShared")


def test_P5_an_outcome_told_to_one_that_did_not_answer():
    log = consistent()
    log.again(f"c.shared.{HEALTH}", "extra", event_id=uid("extra"), request_id=request_id("c", POLICE))
    names(only(log, "copies"), uid("extra"))


def test_P5_a_withdrawal_that_was_not_sent():
    log = consistent()
    log.drop(f"c.withdrawn.{POLICE}")
    names(only(log, "copies"), request_id("c", POLICE), "RequestWithdrawn")


def test_P5_a_withdrawal_that_nobody_decided():
    log = consistent()
    log.again(f"c.withdrawn.{POLICE}", "extra", event_id=uid("extra"), cause_id=uid("nothing"))
    names(only(log, "copies"), uid("extra"))


def test_P5_a_re_rating_that_was_not_sent():
    log = consistent()
    log.drop(f"c.rerated.{POLICE}")
    names(only(log, "copies"), request_id("c", POLICE), "RequestRerated")


def test_P5_a_re_rating_of_a_case_that_was_not_re_rated():
    log = consistent()
    log.again(f"c.rerated.{POLICE}", "extra", event_id=uid("extra"), cause_id=uid("a.routed"))
    names(only(log, "copies"), uid("extra"))


def test_P5_a_refusal_of_what_was_never_sent():
    log = consistent()
    log.again("stray.wrong.refused", "extra", event_id=uid("extra"), cause_id=uid("nothing"), refused_id=uid("nothing"))
    names(only(log, "copies"), uid("extra"), "AnswerRefused")


def test_P5_a_copy_that_the_topic_no_longer_keeps_is_not_missed():
    """Agency topics keep 35 days, mash.cases for ever."""
    log = consistent()
    name = f"a.copy.{HEALTH}"
    gone = log.offset(name)
    evidence = log.evidence()
    kept = [one for one in log.received() if (one.topic, one.partition, one.offset) != gone]
    reading = Reading(CATALOGUE, log.home)
    trimmed = replace(evidence, index=Indexer().add_all(map(reading.logged, kept)))
    report = judge(trimmed)
    assert report.ok, [str(finding) for one in report.verdicts for finding in one.broken]
    assert report.verdict("copies").looked["past the topic's retention"] == 1


def test_P5_a_missing_copy_is_pending_while_triage_has_not_read_its_fact_back():
    log = consistent()
    log.drop(f"a.copy.{HEALTH}")
    topic, partition, offset = log.offset("a.routed")
    log.committed["mashbus.triage", topic, partition] = offset
    report = judge(log.evidence(settled=False))
    assert report.ok
    assert report.verdict("copies").pending
