"""An email as it goes over SMTP, and what no channel may be given. Sent again, it has the same Message-ID."""

import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from mashbus.contracts import hub
from mashbus.contracts.email_reference import HEADER, reference_of

_BREAKING = frozenset({"Cc", "Zl", "Zp"})
"""Control characters, and what else ends a line for a header."""


class Unsendable(ValueError):
    """The address or the subject cannot stand in a header: `reason` names which, never what it says."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def composed(record: hub.EmailRequested, sender: str) -> EmailMessage:
    """Text, and HTML beside it where there is any. Raises Unsendable, as `checked`."""
    to = checked(record)
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = record.subject
    message["Date"] = format_datetime(record.meta.occurred_at)
    message["Message-ID"] = message_id(record, sender)
    message["X-Mashbus-Kind"] = record.kind.value
    message[HEADER] = str(reference_of(record)).replace("/", "/ ")  # so that it may be folded: lines are short
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(record.body)
    if record.html is not None:
        message.add_alternative(record.html, subtype="html")
    return message


def checked(record: hub.EmailRequested) -> Address:
    """Raises Unsendable for line breaks and other control characters, and for what is no address (trap 34)."""
    if _controlled(record.subject):
        raise Unsendable("control_character_in_subject")
    return _address(record.to)


def message_id(record: hub.EmailRequested, sender: str) -> str:
    return f"<{record.meta.event_id}@{sender.rpartition('@')[2]}>"


def _address(text: str) -> Address:
    """As it is written, but for space around it: what a lenient reader makes of it may be somebody else's."""
    if _controlled(text):
        raise Unsendable("control_character_in_address")
    written = text.strip()
    try:
        address = Address(addr_spec=written)
    except Exception as fault:
        raise Unsendable("not_an_address") from fault
    if not address.username or address.addr_spec != written:
        raise Unsendable("not_an_address")
    return address


def _controlled(text: str) -> bool:
    return any(unicodedata.category(character) in _BREAKING for character in text)
