"""Emails as records: rendered from the partnership's message, or suppressed with a reason. The mailer adds nothing."""

from datetime import datetime
from string import Template

from mashbus.contracts import hub
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import EmailKind

REFERRER = "referrer"


def to_referrer(
    kind: EmailKind, case: Case, fact: Record, partnership: Partnership, at: datetime, **values: str
) -> hub.EmailRequested | hub.EmailSuppressed | None:
    """The referrer's email of that kind about `fact`. None where the partnership has no such message."""
    message = partnership.messages.get(kind)
    contact = case.contact
    if message is None or contact is None:
        return None
    address = contact.referrer.email if contact.referrer else None
    if not address:
        return suppressed(kind, fact, "no_address" if contact.referrer else "no_referrer", at)
    said = {"reference": contact.reference or "", "partnership": partnership.title, **values}
    return hub.EmailRequested(
        meta=copied(fact, hub.EmailRequested, f"{kind}/{REFERRER}", at),
        kind=kind,
        recipient_kind=REFERRER,
        to=address,
        subject=Template(message.subject).safe_substitute(said),
        body=Template(message.body).safe_substitute(said).lstrip(),
    )


def suppressed(kind: EmailKind, fact: Record, reason: str, at: datetime) -> hub.EmailSuppressed:
    """An email that is not sent, on the record: `no_address`, `no_referrer`, or why the referrer is not told."""
    return hub.EmailSuppressed(
        meta=copied(fact, hub.EmailSuppressed, f"{kind}/{REFERRER}", at), kind=kind, reason=reason
    )
