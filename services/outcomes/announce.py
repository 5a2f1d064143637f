"""What an outcome calls for: the referrer told, or why not; the agencies that answered told; the rest let go."""

from collections.abc import Iterator
from datetime import datetime

from mashbus.contracts import agency, hub
from mashbus.contracts.facts import copied
from mashbus.contracts.letters import suppressed, to_referrer
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import EmailKind


def announce(case: Case, record: Record, partnership: Partnership, at: datetime) -> Iterator[Record]:
    """Only OutcomeDecided speaks; everything is made from it as read back from the log."""
    if not isinstance(record, hub.OutcomeDecided):
        return
    if letter := _letter(case, record, partnership, at):
        yield letter
    for request in record.answered:
        yield agency.OutcomeShared(
            meta=copied(record, agency.OutcomeShared, request.organisation, record.meta.occurred_at),
            request_id=request.request_id,
            organisation=request.organisation,
            outcomes=record.outcomes,
            decided_at=record.decided_at,
        )
    for request in record.withdrawn:
        yield agency.RequestWithdrawn(
            meta=copied(record, agency.RequestWithdrawn, request.organisation, record.meta.occurred_at),
            request_id=request.request_id,
            organisation=request.organisation,
            reason="The hub has decided on the case; an answer is no longer needed.",
        )


def _letter(case: Case, record: hub.OutcomeDecided, partnership: Partnership, at: datetime) -> Record | None:
    """H-10: the referrer is told the outcome unless inappropriate; then the reason is on the case."""
    if not record.tell_referrer:
        return suppressed(EmailKind.OUTCOME, record, "not_told", at)
    said = "\n".join(f"- {partnership.outcomes[outcome].says}" for outcome in record.outcomes)
    return to_referrer(EmailKind.OUTCOME, case, record, partnership, at, outcomes=said)
