"""Both channels with their far ends on this machine, behind one set of words: what arrived, and what to answer."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Protocol

import uvicorn
from aiosmtpd.smtp import SMTP
from core_story import CASE_ONE, meta

from mashbus.bus.settings import NotifyAccount
from mashbus.contracts import hub
from mashbus.domain.vocabulary import EmailKind
from mashbus.stack.notify_double import KEY, TEMPLATE, Answer, NotifyDouble
from services.mailer.channel import Channel
from services.mailer.notify import NotifyChannel
from services.mailer.smtp import SmtpChannel

PATIENCE = timedelta(seconds=0.5)
"""Of the channels under test: what comes later is an unknown result."""
SILENCE = 3.0
"""Seconds: far longer."""
ADDRESS = "pat@school.example"


def email(name: str = "e", **changes: object) -> hub.EmailRequested:
    said = {"to": ADDRESS, "subject": "Outcome", "body": "It is done.\n", "kind": EmailKind.OUTCOME}
    return hub.EmailRequested(meta=meta(CASE_ONE, name), recipient_kind="referrer", **{**said, **changes})


@dataclass(frozen=True)
class Arrived:
    to: str
    subject: str
    text: str
    named: str
    """Message-ID or reference."""


class FarEnd(Protocol):
    @property
    def arrived(self) -> list[Arrived]: ...

    def refuse_for_good(self) -> None:
        """The next email's recipient."""

    def refuse_us(self) -> None:
        """The next request: our account or sender is not wanted."""

    def be_away(self) -> None:
        """The next request finds it closing or overloaded."""

    def swallow(self, *, keeping: bool) -> None:
        """The next email is met with silence: taken (`keeping`) or not."""


@dataclass
class Relay:
    """An SMTP server."""

    messages: list = field(default_factory=list)
    rcpt: deque[str] = field(default_factory=deque)
    mail: deque[str] = field(default_factory=deque)
    silences: deque[bool] = field(default_factory=deque)

    @property
    def arrived(self) -> list[Arrived]:
        return [
            Arrived(one["To"], one["Subject"], one.get_body(("plain",)).get_content(), one["Message-ID"])
            for one in self.messages
        ]

    def refuse_for_good(self) -> None:
        self.rcpt.append(f"550 {ADDRESS} is unknown here")

    def refuse_us(self) -> None:
        self.mail.append("550 who are you")

    def be_away(self) -> None:
        self.rcpt.append("421 shutting down")

    def swallow(self, *, keeping: bool) -> None:
        self.silences.append(keeping)

    async def handle_MAIL(
        self, _server: object, _session: object, envelope: object, address: str, options: list
    ) -> str:
        if self.mail:
            return self.mail.popleft()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server: object, _session: object, envelope: object, address: str, _: list) -> str:
        if self.rcpt:
            return self.rcpt.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        silence = self.silences.popleft() if self.silences else None
        if silence is not False:
            self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        if silence is not None:
            await asyncio.sleep(SILENCE)
        return "250 taken"


@dataclass
class Notify:
    """The double of GOV.UK Notify."""

    double: NotifyDouble = field(default_factory=NotifyDouble)

    @property
    def arrived(self) -> list[Arrived]:
        emails = [one.email for one in self.double.taken]
        return [
            Arrived(one.email_address, one.personalisation["subject"], one.personalisation["body"], one.reference)
            for one in emails
        ]

    def refuse_for_good(self) -> None:
        self.double.answers.append(Answer(status=400, error="ValidationError", message=f"{ADDRESS} is not valid"))

    def refuse_us(self) -> None:
        self.double.answers.append(Answer(status=403, error="AuthError", message="Invalid token: API key not found"))

    def be_away(self) -> None:
        self.double.answers.append(Answer(status=503))

    def swallow(self, *, keeping: bool) -> None:
        self.double.answers.append(Answer(status=504, taken=keeping, after=SILENCE))


@asynccontextmanager
async def smtp_end() -> AsyncIterator[tuple[Relay, Channel]]:
    relay = Relay()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(relay, enable_SMTPUTF8=False), "127.0.0.1", 0)
    channel = SmtpChannel(*server.sockets[0].getsockname()[:2], "door@hub.example", PATIENCE)
    try:
        yield relay, channel
    finally:
        await channel.aclose()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def notify_end(key: str = KEY) -> AsyncIterator[tuple[Notify, Channel]]:
    far = Notify()
    async with serving(far.double.app) as url:
        channel = NotifyChannel(NotifyAccount(api_key=key, template=TEMPLATE), url, PATIENCE)
        try:
            yield far, channel
        finally:
            await channel.aclose()


@asynccontextmanager
async def serving(app: object) -> AsyncIterator[str]:
    """An application on a free port of this machine, in this loop."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, timeout_graceful_shutdown=1))
    task = asyncio.create_task(server._serve())
    while not server.started:
        assert not task.done()
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


ENDS = {"smtp": smtp_end, "notify": notify_end}
