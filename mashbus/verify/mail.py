"""The mail folder: one .eml file for each message that the relay took. Only its headers are read."""

from email.parser import BytesHeaderParser
from pathlib import Path
from typing import NamedTuple

RECIPIENT = "X-RcptTo"
"""The envelope's recipient, as the local stack's mail catcher writes it."""


class Mail(NamedTuple):
    file: str
    message_id: str
    to: int | None
    """A hash of the envelope's address, comparable with an EmailRequested's."""
    late: bool = False
    """It came while the log was read: what asked for it may be newer than what was read."""


def read_mails(folder: Path) -> tuple[Mail, ...] | None:
    """None where there is no such folder: a real relay leaves none."""
    if not folder.is_dir():
        return None
    return tuple(_mail(path) for path in sorted(folder.glob("*.eml")))


def marked(before: tuple[Mail, ...] | None, after: tuple[Mail, ...] | None) -> tuple[Mail, ...] | None:
    """The folder as it was after the log was read, with what was not there before marked as late."""
    if after is None:
        return before
    there = {mail.file for mail in before or ()}
    return tuple(mail._replace(late=mail.file not in there) for mail in after)


def _mail(path: Path) -> Mail:
    with path.open("rb") as file:
        headers = BytesHeaderParser().parse(file)
    to = headers.get(RECIPIENT)
    address = hash(str(to).strip().casefold()) if to else None
    return Mail(path.name, str(headers.get("Message-ID", "")).strip(), address)
