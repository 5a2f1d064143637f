"""What a fact of triage calls for: requests, minimised; the record of what was disclosed; letters to the referrer."""

from collections.abc import Iterator
from datetime import datetime

from mashbus.contracts import agency, hub
from mashbus.contracts.facts import copied
from mashbus.contracts.letters import to_referrer
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.enquiry import Request, Rerating
from mashbus.domain.partnership import Partnership
from mashbus.domain.sharing import minimise
from mashbus.domain.vocabulary import EmailKind


def announce(case: Case, record: Record, partnership: Partnership, at: datetime) -> Iterator[Record]:
    """Copies and letters, from the fact as read back from the log."""
    match record:
        case hub.ReferralReturned():
            items = "\n".join(f"- {item}" for item in record.missing)
            if letter := to_referrer(EmailKind.RETURNED, case, record, partnership, at, missing=items):
                yield letter
        case hub.CaseOpened():
            if letter := to_referrer(EmailKind.ACKNOWLEDGEMENT, case, record, partnership, at):
                yield letter
        case hub.CaseRouted():
            for request in record.requests:
                yield from _asked(case, record, request, partnership)
        case hub.CaseRerated():
            for request in record.requests:
                yield from _asked(case, record, request, partnership)
            for change in record.rerated:
                yield _rerated(record, change)


def _asked(case: Case, fact: Record, request: Request, partnership: Partnership) -> Iterator[Record]:
    """The minimised copy, and what was shared, with whom, for what purpose (H-15)."""
    contact, organisation = case.contact, partnership.organisation(request.organisation)
    assert contact is not None
    assert organisation is not None
    shown = minimise(organisation.shared, contact.children, contact.adults, contact.concern)
    disclosed = tuple(sorted(organisation.shared))
    due = request.deadline.due if request.deadline else None
    yield agency.InformationRequested(
        meta=copied(fact, agency.InformationRequested, request.organisation, fact.meta.occurred_at),
        request_id=request.request_id,
        organisation=request.organisation,
        rag=request.rag,
        purpose=request.purpose,
        context=shown.context,
        asked_at=request.asked_at,
        due=due,
        needed_by=due,
        children=shown.children,
        adults=shown.adults,
        disclosed=disclosed,
    )
    yield hub.DisclosureMade(
        meta=copied(fact, hub.DisclosureMade, request.organisation, fact.meta.occurred_at),
        request_id=request.request_id,
        organisation=request.organisation,
        purpose=request.purpose,
        disclosed=disclosed,
    )


def _rerated(fact: hub.CaseRerated, change: Rerating) -> agency.RequestRerated:
    return agency.RequestRerated(
        meta=copied(fact, agency.RequestRerated, change.organisation, fact.meta.occurred_at),
        request_id=change.request_id,
        organisation=change.organisation,
        rag=change.rag,
        due=change.deadline.due if change.deadline else None,
        reason=f"The hub re-rated the case from {fact.previous} to {fact.rag}.",
    )
