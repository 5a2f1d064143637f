"""Planted: what was accepted and is lost (promise P1)."""

from verified_log import HOUR, MANAGER, T0, consistent, meta, names, only, quarantine, uid

from mashbus.contracts import hub, topics
from mashbus.domain.referral import Concern
from mashbus.domain.vocabulary import Involvement, ReferrerKind
from mashbus.verify import judge
from mashbus.verify.receipts import Receipt


def test_P1_a_referral_with_a_receipt_that_is_not_in_the_log():
    log = consistent()
    log.receipts.append(Receipt(7, "/v1/referrals", "key", {"reference": "R", "case_id": str(uid("lost"))}))
    names(only(log, "accepted"), uid("lost"), "line 7")


def test_P1_a_receipt_without_a_case_is_no_receipt():
    log = consistent()
    log.receipts.append(Receipt(8, "/v1/referrals", "key", {}))
    names(only(log, "accepted"), "line 8")


def test_P1_a_referral_neither_opened_nor_returned():
    log = consistent()
    log.drop("b.returned")
    names(only(log, "accepted"), uid("b"), uid("b.received"))


def test_P2_a_quarantined_referral_is_not_lost():
    log = consistent()
    log.drop("b.returned")
    quarantine(log, "q", "b.received", "triage")
    assert judge(log.evidence()).ok


def test_P1_a_referral_that_triage_has_not_come_to_is_pending_on_a_running_bus():
    log = consistent()
    log.drop("b.returned")
    topic, partition, offset = log.offset("b.received")
    log.committed["mashbus.triage", topic, partition] = offset
    report = judge(log.evidence(settled=False))
    assert report.ok
    assert str(uid("b")) in str(report.verdict("accepted").pending[0])


def test_P1_a_referral_that_triage_has_passed_is_broken_on_a_running_bus():
    log = consistent()
    log.drop("b.returned")
    names(only(log, "accepted", settled=False), uid("b"))


def test_P8_a_report_of_immediate_harm_is_never_returned():
    log = consistent()
    log.edit("b.received", concern=Concern(summary="Synthetic worry.", immediate_harm=True))
    report = judge(log.evidence())
    assert report.broken == ("accepted", "returned")
    names(str(report.verdict("accepted").broken[0]), uid("b"), "immediate harm")


def test_P1_a_batch_without_an_account():
    log = consistent()
    log.receipts.append(Receipt(9, "/v1/police/notifications", "k", {"batch_id": str(uid("no batch"))}))
    names(only(log, "accepted"), uid("no batch"))


def test_P1_a_batch_whose_account_differs_from_its_receipt():
    log = consistent()
    log.edit("batch.account", received=5, refused=2)
    names(only(log, "accepted"), uid("batch"))


def test_P1_a_lost_incident_of_a_batch():
    log = consistent()
    log.receipts = [one for one in log.receipts if "police" not in one.path]
    log.edit("batch.account", incidents=2)
    names(only(log, "accepted"), uid("batch"), "incidents")


def test_P1_an_accepted_outcome_that_is_not_in_the_story():
    log = consistent()
    log.receipts.append(Receipt(10, f"/v1/cases/{uid('a')}/outcome", "another key", {}))
    names(only(log, "accepted"), uid("a"), "OutcomeGiven")


def test_P1_an_accepted_decision_under_an_id_that_is_not_in_the_story():
    log = consistent()
    log.receipts[-1] = Receipt(12, f"/v1/cases/{uid('a')}/outcome", "key", {"event_id": str(uid("c.outcome-given"))})
    names(only(log, "accepted"), uid("a"), uid("c.outcome-given"))


def test_a_receipt_of_an_unknown_kind_is_said_not_skipped():
    log = consistent()
    log.receipts.append(Receipt(11, "/v1/elsewhere", "k", {}))
    names(only(log, "accepted"), "line 11")


def test_P1_a_fact_that_a_person_found_out_is_in_the_log():
    log = consistent()
    log.receipts.append(Receipt(91, f"/v1/cases/{uid('a')}/involvement", "k", {"event_id": str(uid("a.involved"))}))
    names(only(log, "accepted"), uid("a.involved"))
    record = hub.InvolvementRecorded(
        meta=meta("a.involved", uid("a"), T0 + HOUR), actor=MANAGER, involvement=Involvement.NONE, held_by=None,
        closed_on=None,
    )  # fmt: skip
    log.put("a.involved", topics.CASES, record, T0 + HOUR)
    log.in_time()
    assert judge(log.evidence()).ok


def test_P1_a_call_that_was_logged_is_in_the_log():
    log = consistent()
    log.receipts.append(Receipt(92, "/v1/calls", "k", {"reference": "CALL-1"}))
    names(only(log, "accepted"), "line 92")
    record = hub.CallLogged(
        meta=meta("call", None, T0), actor=MANAGER, reference="CALL-1", topic="neglect", outcome="advice",
        caller_kind=ReferrerKind.PRACTITIONER, source="3A", called_at=T0,
    )  # fmt: skip
    log.put("call", topics.HUB, record, T0)
    assert judge(log.evidence()).ok


def test_G_02_what_is_another_areas_goes_back_even_where_harm_is_reported():
    """P8 forbids returning it for what it lacks."""
    log = consistent()
    log.edit("b.received", concern=Concern(summary="Synthetic worry.", immediate_harm=True))
    log.edit("b.returned", missing=(), authority="Elsewhere")
    assert "accepted" not in judge(log.evidence()).broken
