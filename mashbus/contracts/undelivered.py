"""Emails that somebody has to act on, and that nobody read: a person is alarmed at once.

A key adult's notification (G-13), a case that was passed on to whoever holds the child (H-05, G-03), and a contact that
went straight to a team (J-02, J-22): the hub plays no further part there, so nobody else would act.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.encompass import alarmed
from mashbus.contracts.letters import TEAM, requested_id
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.encompass import UNDELIVERED
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import ContactType
from mashbus.domain.vocabulary import EmailKind

HOLDER_NOT_REACHED = "holder-not-reached"
_DIRECTIONS = (1, 2)
"""A contact goes to a team at once, or when its case turns out to be open (H-07)."""
_TELL_THEM = "An email that passed a case on was not delivered: whoever has it may not know. Tell them yourself."


def undelivered(record: Record, partnership: Partnership | None, at: datetime) -> hub.AlertRaised | None:
    """The alarm about an email that failed or came back (to a key adult: or was never sent); else None."""
    if partnership is None or not isinstance(record, hub.EmailFailed | hub.EmailBounced | hub.EmailSuppressed):
        return None
    if record.kind is EmailKind.ENCOMPASS_NOTIFICATION and partnership.encompass is not None:
        assert record.meta.case_id is not None
        return alarmed(UNDELIVERED, record.meta.event_id, record.meta.case_id, partnership, at)
    passed = record.kind is EmailKind.PASSED_ON and not isinstance(record, hub.EmailSuppressed)
    return _not_reached(record, partnership, at) if passed else None


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
        requirement=_requirement(record, partnership),
        teams=partnership.alarmed,
        reasons=(_TELL_THEM,),
    )


def _requirement(record: Record, partnership: Partnership) -> str:
    """Of the kind of contact that went straight to a team; else of the profile's first rule of passing on. Empty where
    the profile has lost both since.
    """
    kinds = [one for one in partnership.contact_types.values() if one.team]
    directed = [one.requirement for one in kinds if record.meta.cause_id in list(_emails(record.meta.case_id, one))]
    others = [*(one.requirement for one in partnership.passes_on), *(one.requirement for one in kinds)]
    return next(iter((*directed, *others)), "")


def _emails(case_id: UUID | None, kind: ContactType) -> Iterator[UUID]:
    """Ids of the emails to its team, in that case: nothing else of what came back says by what it was sent."""
    if case_id is None:
        return
    for number in _DIRECTIONS:
        fact_id = ids.once(case_id, hub.ContactDirected.__name__, number)
        yield requested_id(fact_id, EmailKind.PASSED_ON, f"{TEAM}/{kind.team}")
