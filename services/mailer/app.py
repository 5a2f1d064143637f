"""The mailer reads and writes `mash.emails` and needs to know no case."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import aclosing

from mashbus.bus.clock import Clock
from mashbus.bus.running import bus, loop_of, run_loop
from mashbus.bus.service import NOTHING, Service
from mashbus.bus.settings import Settings
from mashbus.contracts import topics
from mashbus.domain.partnership import Partnership
from services.mailer.notify import NotifyChannel
from services.mailer.sending import Sender
from services.mailer.smtp import SmtpChannel

READS = (topics.EMAILS,)
"""Which emails were seen is all it keeps."""
BATCH = 10
"""Few: after a crash those of the batch in hand are sent again (same Message-ID), and a rebalance waits for a batch."""


def service(sender: Sender) -> Service[None]:
    return Service(name="mailer", reads=READS, fold=NOTHING, perform=sender.perform, batch=BATCH)


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, port: int) -> None:
    async with bus(settings, "mailer") as parts, aclosing(sender_of(settings, parts.profiles)) as sender:
        await run_loop(loop_of(service(sender), settings, clock, parts), settings, stop, port)


def sender_of(settings: Settings, partnerships: Mapping[str, Partnership]) -> Sender:
    """SMTP, except for partnerships with an account at GOV.UK Notify. Raises NoSuchPartnerships."""
    if unknown := settings.notify.keys() - partnerships.keys():
        raise NoSuchPartnerships(unknown)
    own = {name: NotifyChannel(account, settings.notify_url) for name, account in settings.notify.items()}
    return Sender(SmtpChannel(*settings.smtp_address, settings.mail_from), own, partnerships)


class NoSuchPartnerships(ValueError):
    """A misspelt name would leave a council's emails to SMTP in silence."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(f"MASHBUS_NOTIFY names no partnership of this hub: {', '.join(sorted(names))}")
