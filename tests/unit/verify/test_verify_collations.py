"""Planted: collations and outcomes that disagree with the log before them."""

from verified_log import EDUCATION, HEALTH, HOUR, POLICE, T0, Log, consistent, names, only, request_id, uid

from mashbus.contracts import hub
from mashbus.domain.vocabulary import Collation
from mashbus.verify.checks.collations import _anew
from mashbus.verify.verdict import Verdict


def asked_of(log: Log, case: str, organisation: str):
    routed = log.record(f"{case}.routed")
    assert isinstance(routed, hub.CaseRouted)
    return next(one for one in routed.requests if one.organisation == organisation)


def test_a_second_collation():
    log = consistent()
    log.again("a.collated", "second", event_id=uid("second"))
    names(only(log, "collations"), uid("a"), uid("second"), "EnquiryCollated")


def test_J_12_an_enquiry_is_closed_again_where_a_re_rating_asked_somebody_since():
    log = consistent()
    log.edit("a.collated", answered=(), declined=(), lapsed=())
    (green,) = (one for one in log.evidence().index.collated[uid("a")])
    verdict = Verdict("collations", "")
    _anew(verdict, [green, green._replace(event_id=uid("second"), answered=(request_id("a", POLICE),))])
    assert verdict.ok
    _anew(verdict, [green, green._replace(event_id=uid("second"))])
    assert not verdict.ok


def test_a_second_outcome():
    log = consistent()
    log.again("a.decided", "second", event_id=uid("second"), cause_id=None)
    names(only(log, "collations"), uid("a"), uid("second"), "OutcomeDecided")


def test_a_second_opening():
    log = consistent()
    log.again("a.opened", "second", event_id=uid("second"))
    names(only(log, "collations"), uid("a"), uid("second"), "CaseOpened")


def test_an_enquiry_that_should_be_closed_and_is_not():
    log = consistent()
    log.drop("a.collated")
    names(only(log, "collations"), uid("a"), "not closed")


def test_an_answer_that_the_log_does_not_have_when_it_is_collated():
    log = consistent()
    log.edit("a.collated", answered=(request_id("a", POLICE), request_id("a", HEALTH)), lapsed=())
    names(only(log, "collations"), uid("a.collated"), request_id("a", HEALTH), "AnswerReceived")


def test_a_decline_that_nobody_sent():
    log = consistent()
    log.edit("a.collated", answered=(), declined=(request_id("a", EDUCATION), request_id("a", POLICE)))
    names(only(log, "collations"), uid("a.collated"), request_id("a", POLICE), "AnswerDeclined")


def test_a_lapse_that_nobody_said():
    log = consistent()
    log.edit("a.collated", answered=(), lapsed=(request_id("a", POLICE), request_id("a", HEALTH)))
    names(only(log, "collations"), uid("a.collated"), request_id("a", POLICE), "SlaBreached")


def test_a_request_that_is_left_out():
    log = consistent()
    log.edit("a.collated", declined=())
    names(only(log, "collations"), uid("a.collated"), request_id("a", EDUCATION))


def test_a_request_of_another_case():
    log = consistent()
    log.edit("a.collated", collation=Collation.ENOUGH, outstanding=(request_id("c", POLICE),))
    names(only(log, "collations"), uid("a.collated"), request_id("c", POLICE))


def test_complete_with_requests_outstanding():
    log = consistent()
    log.edit("c.collated", collation=Collation.ALL)
    names(only(log, "collations"), uid("c.collated"), request_id("c", POLICE))


def test_a_request_left_open_after_the_decision():
    log = consistent()
    log.edit("c.decided", withdrawn=(asked_of(log, "c", POLICE),))
    log.drop(f"c.withdrawn.{EDUCATION}")
    report = _broken(log)
    names(report["collations"], request_id("c", EDUCATION), uid("c.decided"))


def _broken(log: Log) -> dict[str, str]:
    """A request that is not withdrawn keeps its deadline too: that one lapses."""
    from mashbus.verify import judge

    report = judge(log.evidence())
    assert report.broken == ("breaches", "collations")
    return {one.check: "\n".join(map(str, one.broken)) for one in report.verdicts}


def test_an_outcome_that_nobody_gave():
    log = consistent()
    log.edit("a.decided", cause_id=uid("nothing"))
    log.drop("a.outcome-given")
    log.receipts = [one for one in log.receipts if "outcome" not in one.path]
    names(only(log, "collations"), uid("a.decided"), uid("a"))


def test_an_outcome_that_is_back_dated():
    log = consistent()
    log.edit("a.decided", decided_at=T0 + HOUR)
    names(only(log, "collations"), uid("a.decided"), uid("a.outcome-given"))
