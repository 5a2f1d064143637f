"""From a request and a finding to the records an organisation sends: pure, the same ids however often it is done."""

from datetime import datetime
from uuid import UUID

from mashbus.bus.agency.finding import Declined, Finding, Known, NotKnown, Risk
from mashbus.contracts.agency import (
    ChronologyEntry,
    InformationRequested,
    InformationReturned,
    RequestDeclined,
    RequestSeen,
    RiskFlagged,
)
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.vocabulary import Knowledge

Answer = InformationReturned | RequestDeclined


def seen(request: InformationRequested, at: datetime) -> RequestSeen:
    return RequestSeen(meta=_meta(request, RequestSeen, at), request_id=request.request_id)


def flagged(request: InformationRequested, risk: Risk, at: datetime) -> RiskFlagged:
    return RiskFlagged(
        meta=_meta(request, RiskFlagged, at),
        request_id=request.request_id,
        information=risk.information,
        suggested_rag=risk.suggested_rag,
    )


def answer(request: InformationRequested, finding: Finding, at: datetime, answered_by: str | None = None) -> Answer:
    """The organisation's answer. Only `Known` carries words about anybody."""
    if isinstance(finding, Declined):
        return RequestDeclined(
            meta=_meta(request, RequestDeclined, at), request_id=request.request_id, reason=finding.reason
        )
    if isinstance(finding, Known):
        return InformationReturned(
            meta=_meta(request, InformationReturned, at),
            request_id=request.request_id,
            knowledge=Knowledge.KNOWN,
            summary=finding.summary,
            analysis=finding.analysis,
            chronology=tuple(ChronologyEntry(on=entry.on, text=entry.text) for entry in finding.chronology),
            answered_by=answered_by,
        )
    return InformationReturned(
        meta=_meta(request, InformationReturned, at),
        request_id=request.request_id,
        knowledge=Knowledge.NOT_KNOWN if isinstance(finding, NotKnown) else Knowledge.POSSIBLE,
        answered_by=answered_by,
    )


def key_of(record: Record) -> str:
    """Answers of one case keep their order: they have the case's key."""
    return str(record.meta.case_id or record.meta.event_id)


def _meta(request: InformationRequested, kind: type[Record], at: datetime) -> Meta:
    """A request's answer of one kind has one id for ever, which is what makes doing it again harmless (P3)."""
    cause: UUID = request.meta.event_id
    return Meta(
        event_id=ids.caused(cause, kind.__name__),
        partnership=request.meta.partnership,
        case_id=request.meta.case_id,
        occurred_at=at,
        cause_id=cause,
    )
