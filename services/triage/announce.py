"""What a fact of triage calls for: letters, requests to organisations, and what they are told of a change."""

from collections.abc import Iterator
from datetime import datetime

from mashbus.contracts import agency, hub
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.clocks import CalendarEnds
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Request, Rerating
from mashbus.domain.partnership import Partnership
from services.triage.asking import asked, hub_due
from services.triage.decide import BeyondCalendar
from services.triage.letters import letters
from services.triage.linking import noted
from services.triage.meeting_results import rating_from
from services.triage.milestones import decided
from services.triage.passing_on import copies


def announce(case: Case, record: Record, partnership: Partnership, at: datetime) -> Iterator[Record]:
    """Copies and letters, from the fact as read back from the log."""
    yield from letters(case, record, partnership, at)
    yield from _requests(case, record, partnership)
    match record:
        case hub.CaseRerated():
            for change in record.rerated:
                yield _rerated(case, record, change)
        case hub.PassedToHolder():
            yield from copies(case, record, partnership, at)
        case hub.CaseLinked():
            yield noted(record)
        case hub.MeetingResultRecorded():
            yield from rating_from(record, partnership)
        case hub.OutcomeDecided():
            yield from _also(case, record, partnership)
        case hub.DeadlineSuspended(subject=subject) if subject in case.requests:
            said = "The hub has suspended the time for your answer until further word."
            yield _told(record, case.requests[subject], None, said)
        case hub.DeadlineResumed(deadline=Deadline(subject=subject, due=due)) if subject in case.requests:
            yield _told(record, case.requests[subject], due, "The time for your answer runs again.")


def _requests(case: Case, record: Record, partnership: Partnership) -> Iterator[Record]:
    if isinstance(record, hub.CaseRouted | hub.CaseRerated):
        for request in record.requests:
            yield from asked(case, record, request, partnership)


def _also(case: Case, record: hub.OutcomeDecided, partnership: Partnership) -> Iterator[Record]:
    try:
        yield from decided(case, record, partnership)
    except CalendarEnds as ends:
        raise BeyondCalendar(partnership.name, ends) from None


def _rerated(case: Case, fact: hub.CaseRerated, change: Rerating) -> agency.RequestRerated:
    reason = f"The hub re-rated the case from {fact.previous} to {fact.rag}."
    if change.deadline is None and (needed_by := hub_due(case)):
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
