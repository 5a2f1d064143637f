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
    REFERRER,
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
from mashbus.domain.referral import Referrer
from mashbus.domain.vocabulary import EmailKind


def letters(case: Case, record: hub.OutcomeDecided, partnership: Partnership, at: datetime) -> Iterator[Record]:
    said = "\n".join(f"- {partnership.outcomes[outcome].says}" for outcome in record.outcomes)
    for recipient, referrer, told in _referrers(case, record):
        yield from filter(None, [_to_referrer(recipient, referrer, told, case, record, partnership, at, said)])
    yield from filter(None, _to_agencies(case, record, partnership, at, said))


def _referrers(case: Case, record: hub.OutcomeDecided) -> Iterator[tuple[str, Referrer | None, bool]]:
    """The contact's own, who may be nobody, and all further ones, each with the decision to tell him."""
    yield REFERRER, case.contact.referrer if case.contact else None, record.tell_referrer
    withheld = {one.referrer_id for one in record.withheld}
    for referrer_id, referrer in case.referrers.items():
        yield further(referrer_id), referrer, referrer_id not in withheld


def _to_referrer(
    recipient: str, referrer: Referrer | None, told: bool, case: Case, record: Record, partnership: Partnership,
    at: datetime, said: str,
) -> Record | None:  # fmt: skip
    """H-10: told unless inappropriate; then the reason is on the case."""
    if not told:
        return suppressed(EmailKind.OUTCOME, record, NOT_TOLD, at, recipient)
    if referrer is None:
        return to_referrer(EmailKind.OUTCOME, case, record, partnership, at)
    if not is_told(referrer, case, partnership):
        return suppressed(EmailKind.OUTCOME, record, NOT_THIS_KIND, at, recipient)
    if EmailKind.OUTCOME not in partnership.messages:
        return None
    return to_one(EmailKind.OUTCOME, recipient, referrer, case, record, partnership, at, {"outcomes": said})


def _to_agencies(
    case: Case, record: hub.OutcomeDecided, partnership: Partnership, at: datetime, said: str
) -> Iterator[Record | None]:
    """Beside the copy on its own topic, where the profile names a mailbox of its representative."""
    for request in record.answered:
        organisation = partnership.organisation(request.organisation)
        if organisation is not None and organisation.email:
            kind, recipient = EmailKind.OUTCOME_TO_AGENCY, f"{ORGANISATION}/{organisation.id}"
            yield to_address(kind, recipient, organisation.email, case, record, partnership, at, outcomes=said)
