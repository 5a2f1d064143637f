"""Emails that somebody has to act on, and that nobody read: a person is alarmed at once.

A key adult's notification (G-13), and a case that was passed on to whoever holds the child: the hub plays no further
part there, so nobody else would act (H-05, G-03).
"""

from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.encompass import alarmed
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.encompass import UNDELIVERED
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import EmailKind

HOLDER_NOT_REACHED = "holder-not-reached"
_TELL_THEM = "An email that passed a case on was not delivered: whoever has it may not know. Tell them yourself."


def undelivered(record: Record, partnership: Partnership | None, at: datetime) -> hub.AlertRaised | None:
    """The alarm about an email that failed or came back (to a key adult: or was never sent); else None."""
    if partnership is None or not isinstance(record, hub.EmailFailed | hub.EmailBounced | hub.EmailSuppressed):
        return None
    if record.kind is EmailKind.ENCOMPASS_NOTIFICATION and partnership.encompass is not None:
        assert record.meta.case_id is not None
        return alarmed(UNDELIVERED, record.meta.event_id, record.meta.case_id, partnership, at)
    passed = record.kind is EmailKind.PASSED_ON and not isinstance(record, hub.EmailSuppressed)
    return _not_reached(record, partnership, at) if passed and partnership.passes_on else None


def _not_reached(record: Record, partnership: Partnership, at: datetime) -> hub.AlertRaised:
    """To the hub itself, as the mailbox of whoever holds cases was not reached; also where no team has a mailbox."""
    return hub.AlertRaised(
        meta=Meta(
            event_id=ids.caused(record.meta.event_id, hub.AlertRaised.__name__, HOLDER_NOT_REACHED),
            partnership=partnership.name,
            case_id=record.meta.case_id,
            occurred_at=at,
            cause_id=record.meta.event_id,
        ),
        alert=HOLDER_NOT_REACHED,
        requirement=partnership.passes_on[0].requirement,
        teams=partnership.alarmed,
        reasons=(_TELL_THEM,),
    )
