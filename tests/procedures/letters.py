"""Emails as they arrive: read from the mail folder, one for each that the hub says it has sent."""

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

from mashbus.contracts import hub
from mashbus.domain.vocabulary import EmailKind


@dataclass(frozen=True)
class Letter:
    kind: EmailKind
    to: str
    subject: str
    text: str
    html: str | None

    @property
    def whole(self) -> str:
        return "\n".join((self.subject, self.text, self.html or ""))


class NotInTheMail(AssertionError):
    def __init__(self, sent: hub.EmailSent) -> None:
        super().__init__(f"the hub says that it sent {sent.message_id}, and no such email arrived")


class MailFolder:
    """Reads each file once."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._read: set[Path] = set()
        self._letters: dict[str, EmailMessage] = {}

    def letter(self, sent: hub.EmailSent) -> Letter:
        """Raises NotInTheMail."""
        if sent.message_id not in self._letters:
            self._look()
        if sent.message_id not in self._letters:
            raise NotInTheMail(sent)
        return _letter(sent.kind, self._letters[sent.message_id])

    def everything(self) -> list[str]:
        self._look()
        return [message.as_string() for message in self._letters.values()]

    def _look(self) -> None:
        for path in set(self._folder().glob("*.eml")) - self._read:
            message = BytesParser(policy=default).parsebytes(path.read_bytes())
            self._letters[str(message["Message-ID"])] = message  # type: ignore[assignment]
            self._read.add(path)


def _letter(kind: EmailKind, message: EmailMessage) -> Letter:
    html = message.get_body(("html",))
    text = message.get_body(("plain",))
    return Letter(
        kind,
        str(message["To"]),
        str(message["Subject"]),
        text.get_content() if text else "",
        html.get_content() if html else None,
    )
