"""A random sample for the weekly audit that anybody can draw again (G-17).

Who is drawn depends on the seed, the month, the focus and the log up to the month's end, and on nothing that came
later. Contacts are put in the order of a keyed hash of their case id: so a sample of ten is the head of that of twenty.
"""

import hmac
import secrets
from collections.abc import Collection
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from pydantic import BaseModel

from mashbus.domain.partnership import Partnership
from services.status.instants import Utc
from services.status.reports.contacts import Contact
from services.status.reports.focus import Focus
from services.status.reports.months import Month

MOST = 200
"""Cases of one sample."""


class Drawn(BaseModel):
    case_id: UUID
    reference: str | None
    """None: a police notification, which has none."""
    received_at: Utc
    received_on: date
    """The partnership's own day."""
    outcome_on: date | None
    """When it was decided, if that was before the month's end."""


class AuditSample(BaseModel):
    """Case ids, references and dates only. With the same seed, month and focus it is drawn again."""

    partnership: str
    month: str
    focus: str
    focus_title: str
    seed: str
    size: int
    contacts: int
    """So many the sample is drawn from: all of the focus that the hub had on record before the month's end."""
    cases: tuple[Drawn, ...]


def new_seed() -> str:
    return secrets.token_hex(8)


def sample_of(
    contacts: Collection[Contact], partnership: Partnership, month: Month, focus: Focus, size: int, seed: str
) -> AuditSample:
    """`contacts`: of the partnership, duplicates among them; `month`: over. A contact is of the month in which the hub
    had it on record, whatever earlier receipt is stated: else one that is typed in later would change the sample.
    """
    since, until = (int(at.timestamp()) for at in (month.starts(partnership.zone), month.ends(partnership.zone)))
    found = [
        one
        for one in contacts
        if since <= one.recorded < until and not one.is_duplicate(until) and focus.chosen(one, until)
    ]
    found.sort(key=lambda one: (_place(seed, one), one.number))
    return AuditSample(
        partnership=partnership.title,
        month=str(month),
        focus=focus.name,
        focus_title=focus.title,
        seed=seed,
        size=size,
        contacts=len(found),
        cases=tuple(_drawn(one, partnership, until) for one in found[:size]),
    )


def _place(seed: str, contact: Contact) -> bytes:
    return hmac.new(seed.encode(), contact.case_id.bytes, sha256).digest()


def _drawn(contact: Contact, partnership: Partnership, until: int) -> Drawn:
    zone = partnership.zone
    decided = contact.decided_before(until)
    return Drawn(
        case_id=contact.case_id,
        reference=contact.reference,
        received_at=contact.received_at,
        received_on=contact.received_at.astimezone(zone).date(),
        outcome_on=datetime.fromtimestamp(decided, zone).date() if decided is not None else None,
    )
