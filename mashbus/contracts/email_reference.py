"""The name an email goes by at its channel: opaque ids, enough to restate what the channel says of it later.

A receipt or a bounce comes back with this name alone. It leads to the case and the email without anybody keeping state.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from mashbus.contracts.hub import EmailRequested
from mashbus.domain.vocabulary import EmailKind

HEADER = "X-Mashbus-Reference"
"""Of an email by SMTP: a notice of non-delivery quotes it."""

_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SHAPE = re.compile(f"({_ID})/({_ID})/([A-Za-z_]{{1,40}})/([a-z0-9][a-z0-9_-]{{0,62}})")


@dataclass(frozen=True)
class EmailReference:
    email_id: UUID
    """The EmailRequested's own: written first, as in a Message-ID."""
    case_id: UUID
    kind: EmailKind
    partnership: str

    def __str__(self) -> str:
        return f"{self.email_id}/{self.case_id}/{self.kind}/{self.partnership}"


def reference_of(email: EmailRequested) -> EmailReference:
    """The same at every repetition. An email of no case names itself for it."""
    meta = email.meta
    return EmailReference(meta.event_id, meta.case_id or meta.event_id, email.kind, meta.partnership)


def read_reference(text: str | None) -> EmailReference | None:
    """None where the name is not one of ours: others may send through the same account or mailbox.

    White space in it is a mail system's folding.
    """
    found = _SHAPE.fullmatch("".join((text or "").split()))
    if found is None:
        return None
    email_id, case_id, kind, partnership = found.groups()
    known = EmailKind(kind) if kind in set(EmailKind) else EmailKind.UNKNOWN
    return EmailReference(UUID(email_id), UUID(case_id), known, partnership)
