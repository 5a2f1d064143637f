"""Promise P5, first half: every request has its one copy on its organisation's topic, and nothing else is there."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from mashbus.contracts.topics import requests_of
from mashbus.verify.deadline_facts import Resumed, Suspended
from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Asked, Copy, Told
from mashbus.verify.places import Place
from mashbus.verify.verdict import Verdict


class Call(NamedTuple):
    """What a fact calls for on one organisation's topic."""

    kind: str
    organisation: str
    request_id: UUID
    fact_id: UUID


class Owed(NamedTuple):
    service: str
    case_id: UUID
    place: Place
    ms: int
    due: datetime | None = None
    """The instant that a RequestRerated tells."""


def copied(evidence: Evidence) -> Verdict:
    verdict = Verdict("copies", "every request has one copy on its organisation's topic, and nothing else is there")
    for asked in evidence.index.asked.values():
        verdict.looked["requests"] += 1
        _one_copy(evidence, verdict, asked, evidence.index.copies.get(asked.request_id, []))
    for request_id, copies in evidence.index.copies.items():
        if request_id not in evidence.index.asked:
            for copy in copies:
                verdict.fault("a request that no routing lists", request_id, copy.event_id, copy.place)
    _others(evidence, verdict)
    return verdict


def _one_copy(evidence: Evidence, verdict: Verdict, asked: Asked, copies: list[Copy]) -> None:
    right = [copy for copy in copies if copy.organisation == asked.organisation and copy.case_id == asked.case_id]
    for copy in copies:
        if copy not in right:
            verdict.fault("a request's copy where it does not belong", asked.request_id, copy.event_id, copy.place)
    if not right:
        owed = Owed("triage", asked.case_id, asked.place, asked.ms)
        _missing(
            evidence, verdict, Call("InformationRequested", asked.organisation, asked.request_id, asked.fact_id), owed
        )
    if len(right) > 1:
        verdict.fault("a request was copied under several ids", asked.request_id, *(copy.event_id for copy in right))
    for copy in right:
        if (copy.rag, copy.asked_at, copy.due) != (asked.rag, asked.asked_at, asked.due):
            verdict.fault("a copy says another colour or instant than its fact", asked.request_id, copy.event_id)


def _others(evidence: Evidence, verdict: Verdict) -> None:
    calls = dict(_calls(evidence))
    answers: dict[Call, list[UUID]] = defaultdict(list)
    for told in evidence.index.told:
        verdict.looked[told.kind] += 1
        call = _call_of(told)
        if call in calls:
            answers[call].append(told.event_id)
            if told.due != calls[call].due:
                verdict.fault(f"{told.kind} tells another instant than its fact", told.event_id, told.place)
        elif not _otherwise_called_for(evidence, told):
            verdict.fault(f"{told.kind} that no fact calls for", told.event_id, told.place)
    for call, owed in calls.items():
        if not answers[call]:
            _missing(evidence, verdict, call, owed)
        if len(answers[call]) > 1:
            verdict.fault(f"{call.kind} under several ids", call.request_id, *answers[call])


def _calls(evidence: Evidence) -> Iterator[tuple[Call, Owed]]:
    for one in evidence.index.rerated:
        call = Call("RequestRerated", one.organisation, one.request_id, one.fact_id)
        yield call, Owed("triage", one.case_id, one.place, one.ms, one.due)
    stopped: tuple[Suspended | Resumed, ...] = (*evidence.index.suspended, *evidence.index.resumed)
    for still in stopped:
        if (asked := evidence.index.asked.get(still.subject)) is not None:
            due = still.due if isinstance(still, Resumed) else None
            call = Call("RequestRerated", asked.organisation, still.subject, still.event_id)
            yield call, Owed("triage", still.case_id, still.place, still.ms, due)
    for decided in evidence.index.decided.values():
        owed = Owed("outcomes", decided.case_id, decided.place, decided.ms)
        for request_id, organisation in decided.answered:
            yield Call("OutcomeShared", organisation, request_id, decided.event_id), owed
        for request_id, organisation in decided.withdrawn:
            yield Call("RequestWithdrawn", organisation, request_id, decided.event_id), owed


def _call_of(told: Told) -> Call | None:
    if told.request_id is None or told.cause_id is None:
        return None
    return Call(told.kind, told.organisation, told.request_id, told.cause_id)


def _otherwise_called_for(evidence: Evidence, told: Told) -> bool:
    """AnswerRefused answers a record of that very organisation, which may be quarantined for it."""
    if told.kind != "AnswerRefused":
        return False
    index = evidence.index
    for said in (told.refused_id, told.cause_id):
        if said and ((told.organisation, said) in index.responses or (told.organisation, said) in index.submissions):
            return True
    entry = index.quarantine.get(told.cause_id) if told.cause_id else None
    return entry is not None and entry.organisation == told.organisation


def _missing(evidence: Evidence, verdict: Verdict, call: Call, owed: Owed) -> None:
    topic = requests_of(call.organisation)
    if evidence.index.expired(topic, owed.place.partition, owed.ms):
        verdict.looked["past the topic's retention"] += 1
        return
    verdict.missing(
        evidence, f"{call.kind} is not on {topic}", call.request_id, call.fact_id,
        case_id=owed.case_id, service=owed.service, after=owed.place, ms=owed.ms,
    )  # fmt: skip
