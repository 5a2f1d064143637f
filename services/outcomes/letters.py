"""Who is told the outcome in writing: each referrer by a decision of its own, and the agencies that answered (J-17).

A letter names the class of the decision in the partnership's words and nothing of the case (H-10, J-18, J-22).
"""

from collections.abc import Iterator
from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.letters import (
    NOT_THIS_KIND,
    NOT_TOLD,
    ORGANISATION,
    further,
    is_told,
    suppressed,
    to_address,
    to_one,
    to_referrer,
)
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import EmailKind


def letters(case: Case, record: hub.OutcomeDecided, partnership: Partnership, at: datetime) -> Iterator[Record]:
    said = "\n".join(f"- {partnership.outcomes[outcome].says}" for outcome in record.outcomes)
    yield from filter(None, [_to_the_referrer(case, record, partnership, at, said)])
    yield from _to_further_referrers(case, record, partnership, at, said)
    yield from _to_agencies(case, record, partnership, at, said)


def _to_the_referrer(
    case: Case, record: hub.OutcomeDecided, partnership: Partnership, at: datetime, said: str
) -> Record | None:
    """H-10: told unless inappropriate; then the reason is on the case."""
    if not record.tell_referrer:
        return suppressed(EmailKind.OUTCOME, record, NOT_TOLD, at)
    referrer = case.contact.referrer if case.contact else None
    if referrer is not None and not is_told(referrer, case, partnership):
        return suppressed(EmailKind.OUTCOME, record, NOT_THIS_KIND, at)
    return to_referrer(EmailKind.OUTCOME, case, record, partnership, at, outcomes=said)


def _to_further_referrers(
    case: Case, record: hub.OutcomeDecided, partnership: Partnership, at: datetime, said: str
) -> Iterator[Record]:
    withheld = {one.referrer_id for one in record.withheld}
    for referrer_id, referrer in case.referrers.items():
        recipient = further(referrer_id)
        if referrer_id in withheld:
            yield suppressed(EmailKind.OUTCOME, record, NOT_TOLD, at, recipient)
        elif not is_told(referrer, case, partnership):
            yield suppressed(EmailKind.OUTCOME, record, NOT_THIS_KIND, at, recipient)
        elif EmailKind.OUTCOME in partnership.messages:
            yield to_one(EmailKind.OUTCOME, recipient, referrer, case, record, partnership, at, {"outcomes": said})


def _to_agencies(
    case: Case, record: hub.OutcomeDecided, partnership: Partnership, at: datetime, said: str
) -> Iterator[Record]:
    """Beside the copy on its own topic, where the profile names a mailbox of its representative."""
    for request in record.answered:
        organisation = partnership.organisation(request.organisation)
        if organisation is not None and organisation.email:
            kind, recipient = EmailKind.OUTCOME_TO_AGENCY, f"{ORGANISATION}/{organisation.id}"
            address = organisation.email
            yield from filter(
                None, [to_address(kind, recipient, address, case, record, partnership, at, outcomes=said)]
            )
