"""The mailer reads and writes `mash.emails` and needs to know no case."""

import asyncio
from contextlib import aclosing

from mashbus.bus.clock import Clock
from mashbus.bus.running import bus, loop_of, run_loop
from mashbus.bus.service import NOTHING, Service
from mashbus.bus.settings import Settings
from mashbus.contracts import topics
from services.mailer.sending import Sender

READS = (topics.EMAILS,)
"""Which emails were seen is all it keeps."""
BATCH = 10
"""Few: after a crash those of the batch in hand are sent again (same Message-ID), and a rebalance waits for a batch."""


def service(sender: Sender) -> Service[None]:
    return Service(name="mailer", reads=READS, fold=NOTHING, perform=sender.perform, batch=BATCH)


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, port: int) -> None:
    async with bus(settings, "mailer") as parts, aclosing(Sender(*settings.smtp_address, settings.mail_from)) as sender:
        await run_loop(loop_of(service(sender), settings, clock, parts), settings, stop, port)
