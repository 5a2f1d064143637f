"""What a fact of triage calls for: requests, minimised; the record of what was disclosed; letters to the referrer.

An organisation is told every instant that it owes an answer by, and when that changes. Where the procedure sets it
no time, it is told the hub's instant as the one by which the answer is needed (G-08); nothing of its own lapses.
"""

from collections.abc import Iterator
from datetime import datetime

from mashbus.contracts import agency, hub
from mashbus.contracts.facts import copied
from mashbus.contracts.letters import to_referrer
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Request, Rerating
from mashbus.domain.partnership import Partnership
from mashbus.domain.sharing import minimise
from mashbus.domain.vocabulary import EmailKind


def announce(case: Case, record: Record, partnership: Partnership, at: datetime) -> Iterator[Record]:
    """Copies and letters, from the fact as read back from the log."""
    if letter := _letter(case, record, partnership, at):
        yield letter
    if isinstance(record, hub.CaseRouted | hub.CaseRerated):
        for request in record.requests:
            yield from _asked(case, record, request, partnership)
    match record:
        case hub.CaseRerated():
            for change in record.rerated:
                yield _rerated(case, record, change)
        case hub.DeadlineSuspended(subject=subject) if subject in case.requests:
            said = "The hub has suspended the time for your answer until further word."
            yield _told(record, case.requests[subject], None, said)
        case hub.DeadlineResumed(deadline=Deadline(subject=subject, due=due)) if subject in case.requests:
            yield _told(record, case.requests[subject], due, "The time for your answer runs again.")


def _letter(case: Case, record: Record, partnership: Partnership, at: datetime) -> Record | None:
    match record:
        case hub.ReferralReturned():
            items = "\n".join(f"- {item}" for item in record.missing)
            return to_referrer(EmailKind.RETURNED, case, record, partnership, at, missing=items)
        case hub.CaseOpened():
            return to_referrer(EmailKind.ACKNOWLEDGEMENT, case, record, partnership, at)
        case _:
            return None


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
        needed_by=due or _hub_due(case),
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


def _rerated(case: Case, fact: hub.CaseRerated, change: Rerating) -> agency.RequestRerated:
    reason = f"The hub re-rated the case from {fact.previous} to {fact.rag}."
    if change.deadline is None and (needed_by := _hub_due(case)):
        reason = f"{reason} It needs the answer by {needed_by:%Y-%m-%d %H:%M} UTC."
    return _told(fact, case.requests[change.request_id], change.deadline.due if change.deadline else None, reason)


def _told(fact: Record, request: Request, due: datetime | None, reason: str) -> agency.RequestRerated:
    """The latest one counts; without an instant no time runs."""
    return agency.RequestRerated(
        meta=copied(fact, agency.RequestRerated, request.organisation, fact.meta.occurred_at),
        request_id=request.request_id,
        organisation=request.organisation,
        rag=request.rag,
        due=due,
        reason=reason,
    )


def _hub_due(case: Case) -> datetime | None:
    """By when the hub itself owes a response in this colour, if the procedure says so (G-05)."""
    watch = case.watch
    own = (one for one in watch.deadlines.values() if one.subject == case.case_id and one.rag is not None)
    return min((one.due for one in own if watch.in_force(one.subject, one.clock) == one), default=None)
