"""Counting from the log: by stage, organisation and colour, in whatever order the topics are read."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID, uuid4

from mashbus.contracts import hub
from mashbus.contracts.record import Meta, Record
from mashbus.demo.tally import BY_A_PERSON, NO_RULE, Row, Tally, worth_telling
from mashbus.domain.deadline import HUB, Deadline
from mashbus.domain.enquiry import Actor, NotAsked, Request, Rerating
from mashbus.domain.vocabulary import Collation, EmailKind, Knowledge, Rag
from tests.unit.demo.played import HACKNEY

STARTS = HACKNEY.starts
MANAGER = Actor(label="m1", role="mash_manager")
CASE = UUID(int=7)


def meta(case_id: UUID = CASE) -> Meta:
    return Meta(event_id=uuid4(), partnership="hackney", case_id=case_id, occurred_at=STARTS)


def deadline(subject: UUID, owner: str = "met-police", clock: str = "agency-response") -> Deadline:
    met_by = ("OutcomeDecided",) if owner == HUB else ("InformationReturned",)
    return Deadline(
        deadline_id=uuid4(), subject=subject, clock=clock, rag=Rag.RED, owner=owner, met_by=met_by, anchor=STARTS,
        due=STARTS + timedelta(hours=4), at_risk=None, revision=1, profile="1+0", steps=(),
    )  # fmt: skip


def request(organisation: str = "met-police", rag: Rag = Rag.RED) -> Request:
    return Request(
        request_id=uuid4(),
        organisation=organisation,
        role="police",
        rag=rag,
        purpose="p",
        asked_at=STARTS,
        deadline=None,
    )


def routed(*requests: Request, rule: str | None = "abuse-or-neglect", rag: Rag = Rag.RED) -> hub.CaseRouted:
    return hub.CaseRouted(
        meta=meta(), rag=rag, pathways=("mash-checks",), rule=rule, reasons=("because",), decided_by=None, requests=requests,
        not_asked=(NotAsked(organisation="hackney-housing", reason="not connected"),), deadlines=(),
    )  # fmt: skip


def answered(one: Request) -> hub.AnswerReceived:
    return hub.AnswerReceived(
        meta=meta(), request_id=one.request_id, organisation=one.organisation, arrived_at=STARTS, knowledge=Knowledge.KNOWN,
        summary=None, analysis=None, chronology=(),
    )  # fmt: skip


def breached(one: Request) -> hub.SlaBreached:
    return hub.SlaBreached(meta=meta(), deadline=deadline(one.request_id), blind=False)


def decided(*withdrawn: Request, tell: bool = True) -> hub.OutcomeDecided:
    return hub.OutcomeDecided(
        meta=meta(), outcomes=("no-further-action",), rationale="r", decided_by=MANAGER, decided_at=STARTS, tell_referrer=tell,
        not_told_reason=None if tell else "unsafe", answered=(), withdrawn=withdrawn,
    )  # fmt: skip


def tally_of(*records: Record) -> Tally:
    tally = Tally()
    for record in records:
        tally.take(record)
    return tally


def test_every_request_is_in_time_late_breached_withdrawn_or_open() -> None:
    in_time, late, silent, withdrawn, still = (request() for _ in range(5))
    tally = tally_of(
        routed(in_time, late, silent, withdrawn, still),
        answered(in_time),
        breached(late), answered(late),
        breached(silent),
        decided(withdrawn),
    )  # fmt: skip
    assert tally.by_organisation() == {
        ("met-police", Rag.RED): Row(asked=5, in_time=1, late=1, breached=2, withdrawn=1, open=1)
    }


def test_the_order_in_which_topics_are_read_changes_nothing() -> None:
    one = request(rag=Rag.GREEN)
    again = hub.CaseRerated(
        meta=meta(), round=1, rag=Rag.RED, pathways=(), previous=Rag.GREEN, rationale="r", decided_by=MANAGER, requests=(),
        rerated=(Rerating(request_id=one.request_id, organisation="met-police", rag=Rag.RED, deadline=None),), deadlines=(),
    )  # fmt: skip
    records = (routed(one), again, breached(one), answered(one))
    found = [tally_of(*order).by_organisation() for order in permutations(records)]
    assert all(
        rows == {("met-police", Rag.RED): Row(asked=1, in_time=0, late=1, breached=1, withdrawn=0, open=0)}
        for rows in found
    )


def test_the_first_record_of_an_id_is_the_fact_and_the_rest_are_counted() -> None:
    once = routed(request())
    tally = tally_of(once, once, once)
    assert (tally.count(hub.CaseRouted), tally.repeated, len(tally.requests)) == (1, 2, 1)


def test_rows_come_by_organisation_and_from_red_to_green() -> None:
    tally = tally_of(routed(request("b", Rag.GREEN), request("b", Rag.RED), request("a", Rag.AMBER)))
    assert list(tally.by_organisation()) == [("a", Rag.AMBER), ("b", Rag.RED), ("b", Rag.GREEN)]


def test_the_hub_s_own_clocks_are_no_agency_s_breaches() -> None:
    own = deadline(CASE, owner=HUB, clock="csc-screening")
    tally = tally_of(hub.SlaAtRisk(meta=meta(), deadline=own), hub.SlaBreached(meta=meta(), deadline=own, blind=False))
    assert tally.hub_clocks == {("csc-screening", "at_risk"): 1, ("csc-screening", "breached"): 1}
    assert tally.by_organisation() == {}


def test_H_11_organisations_that_are_not_connected_are_counted_as_not_asked() -> None:
    assert tally_of(routed(), routed()).not_asked == {"hackney-housing": 2}


def test_a_routing_without_a_rule_was_a_person_s() -> None:
    assert tally_of(routed(rule=None), routed()).rules == {BY_A_PERSON: 1, "abuse-or-neglect": 1}


def test_what_is_recommended_is_counted_by_its_rule() -> None:
    said = hub.RoutingRecommended(
        meta=meta(), rag=Rag.AMBER, level=None, pathways=(), rule="r", reasons=(), indicators=(), held=(),
    )  # fmt: skip
    alone = said.model_copy(update={"meta": meta(), "rule": None})
    assert tally_of(said, alone).recommended == {"r": 1, NO_RULE: 1}


def test_H_10_outcomes_that_the_referrer_is_not_told_are_counted() -> None:
    tally = tally_of(decided(), decided(tell=False))
    assert (tally.outcomes, tally.not_told) == ({"no-further-action": 2}, 1)


def test_emails_are_counted_by_kind_and_fate() -> None:
    tally = tally_of(
        hub.EmailSent(meta=meta(), kind=EmailKind.OUTCOME, message_id="m", attempts=1),
        hub.EmailSuppressed(meta=meta(), kind=EmailKind.OUTCOME, reason="no_address"),
    )
    assert tally.emails == {("outcome", "sent"): 1, ("outcome", "suppressed: no_address"): 1}


def test_the_case_worth_telling_is_the_one_in_which_most_happened() -> None:
    dull, eventful = UUID(int=1), UUID(int=2)
    one = request()
    tally = tally_of(
        routed().model_copy(update={"meta": meta(dull)}),
        hub.EnquiryCollated(meta=meta(eventful), collation=Collation.ALL, answered=(), declined=(), lapsed=(), outstanding=()),
        breached(one).model_copy(update={"meta": meta(eventful)}),
    )  # fmt: skip
    assert worth_telling(tally) == eventful
    assert worth_telling(Tally()) is None


def silent(organisation: str = "hackney-education") -> hub.PartnerSilent:
    own = Meta(event_id=uuid4(), partnership="hackney", case_id=None, occurred_at=STARTS + timedelta(hours=14))
    since, due = STARTS + timedelta(hours=6), STARTS + timedelta(hours=24)
    return hub.PartnerSilent(meta=own, organisation=organisation, owes=17, earliest_due=due, since=since)


def back(silence: hub.PartnerSilent) -> hub.PartnerBack:
    at, cause = STARTS + timedelta(hours=34), silence.meta.event_id
    own = Meta(event_id=uuid4(), partnership="hackney", case_id=None, occurred_at=at, cause_id=cause)
    return hub.PartnerBack(meta=own, organisation=silence.organisation, silent_since=silence.since)


def test_a_silence_is_kept_with_its_end_whichever_is_read_first() -> None:
    one = silent()
    for order in permutations((one, back(one))):
        tally = tally_of(*order)
        assert tally.silences[one.meta.event_id] == one
        assert tally.returns == {one.meta.event_id: STARTS + timedelta(hours=34)}
