"""Notices of non-delivery (RFC 3464) as mail systems write them: what became of an email, and which one it was.

Of the message only the outcome, its status code and our own header in the quoted email are read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from mashbus.contracts.email_reference import HEADER, EmailReference, read_reference

STATUSES = {"failed": "permanent-failure", "delayed": "delayed", "delivered": "delivered"}
"""RFC 3464's actions in our words; relayed and expanded say nothing of the end."""
_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


class NotANotice(ValueError):
    def __init__(self, lacks: str) -> None:
        super().__init__(f"the message is no notice of non-delivery: it lacks {lacks}")


@dataclass(frozen=True)
class Notice:
    reference: EmailReference | None
    """None: it quotes no email of ours."""
    status: str
    code: str
    """The enhanced status code, such as 5.1.1; else `unknown`."""


def read_notice(raw: bytes) -> Notice:
    """Raises NotANotice. Takes time with hostile ones, so not on the event loop."""
    try:
        parts = list(message_from_bytes(raw).walk())
    except RecursionError:
        raise NotANotice("an end to its parts within parts") from None
    recipient = next((block for part in parts for block in _blocks(part) if "Action" in block), None)
    if recipient is None:
        raise NotANotice("a message/delivery-status part with an Action")
    action = str(recipient["Action"]).strip().lower()
    code = _CODE.match(str(recipient.get("Status", "")).strip())
    quoted = next((text for part in parts if (text := _quoted(part))), None)
    return Notice(read_reference(quoted), STATUSES.get(action, "other"), code.group() if code else "unknown")


def _blocks(part: Message) -> Iterator[Message]:
    """Its groups of fields: one of the message, then one a recipient. We write to one recipient at a time."""
    if part.get_content_type() == "message/delivery-status" and part.is_multipart():
        yield from (block for block in part.get_payload() if isinstance(block, Message))


def _quoted(part: Message) -> str | None:
    """Our name for the email, from the original's headers: alone, or with the whole of it."""
    content = part.get_payload(decode=True) if part.get_content_type() == "text/rfc822-headers" else None
    name = (message_from_bytes(content) if isinstance(content, bytes) else part).get(HEADER)
    return None if name is None else str(name)  # what is not ASCII comes as an object of the library's
