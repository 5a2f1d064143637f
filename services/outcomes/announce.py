"""What an outcome calls for: every referrer told, or why not; the agencies that answered told; the rest let go."""

from collections.abc import Iterator
from datetime import datetime

from mashbus.contracts import agency, hub
from mashbus.contracts.disclosing import disclosure
from mashbus.contracts.facts import copied
from mashbus.contracts.letters import ADDED_LATER, further, suppressed
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.enquiry import Request
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import EmailKind
from services.outcomes.letters import letters

SHARED = ("outcomes",)
"""The class of the decision, and nothing else."""
RULE = "outcome-to-those-who-answered"
"""J-17: whoever collated research is told."""


def announce(case: Case, record: Record, partnership: Partnership, at: datetime) -> Iterator[Record]:
    """Everything is made from the outcome as read back from the log.

    Who is added as a referrer afterwards is not told by the bus: nobody decided to, and that is on the record.
    """
    if isinstance(record, hub.ReferrerAdded) and case.decided:
        yield suppressed(EmailKind.OUTCOME, record, ADDED_LATER, at, further(record.meta.event_id))
    if not isinstance(record, hub.OutcomeDecided):
        return
    yield from letters(case, record, partnership, at)
    for request in record.answered:
        yield from _shared(case, record, request, partnership)
    for request in record.withdrawn:
        yield agency.RequestWithdrawn(
            meta=copied(record, agency.RequestWithdrawn, request.organisation, record.meta.occurred_at),
            request_id=request.request_id,
            organisation=request.organisation,
            reason="The hub has decided on the case; an answer is no longer needed.",
        )


def _shared(case: Case, record: hub.OutcomeDecided, request: Request, partnership: Partnership) -> Iterator[Record]:
    copy = agency.OutcomeShared(
        meta=copied(record, agency.OutcomeShared, request.organisation, record.meta.occurred_at),
        request_id=request.request_id,
        organisation=request.organisation,
        outcomes=record.outcomes,
        decided_at=record.decided_at,
    )
    yield copy
    yield disclosure(case, record, copy, request, SHARED, RULE, partnership)
