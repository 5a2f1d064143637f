"""The door: HTTP for people and systems, and the consumption of partners' topics, in one service."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from mashbus.bus.casebook import Casebook
from mashbus.bus.clock import Clock
from mashbus.bus.directory.memory import remembered
from mashbus.bus.http.keys import ApiKeys
from mashbus.bus.producer import Producer
from mashbus.bus.running import bus, connected, loop_of, run_loop
from mashbus.bus.service import NOTHING, Service
from mashbus.bus.settings import Settings
from mashbus.contracts.topics import responses_of, submissions_of
from services.intake.case_systems import CaseSystems
from services.intake.door import create_app
from services.intake.partners import NAME, PartnerRecords, Partners

REACH = timedelta(seconds=1)
"""A broker that does not answer so soon is down: the sender hears 503 within 2 s (promise P1)."""
ACKNOWLEDGED_WITHIN = timedelta(seconds=10)
"""Then the sender hears 504, "unknown": shorter than most clients' own patience of 30 s."""


def reads(organisations: Iterable[str]) -> tuple[str, ...]:
    """Every topic that partners write."""
    return tuple(topic for one in organisations for topic in (responses_of(one), submissions_of(one)))


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, port: int) -> None:
    """The door has a producer of its own: it gives up sooner than the loop, which has nobody waiting."""
    async with bus(settings, NAME) as parts, remembered(settings, parts.catalogue) as memory:
        profiles = parts.profiles
        service = Service(name=NAME, reads=reads(connected(profiles.values())), fold=NOTHING)
        partners = Partners(case_systems=CaseSystems(memory))

        def handling(book: Casebook[None]) -> PartnerRecords:
            return PartnerRecords(book, parts.codec, clock, profiles, partners)

        loop = loop_of(service, settings, clock, parts, handling)
        door = Producer(settings.kafka_hosts, parts.codec, f"/mashbus/{NAME}", ACKNOWLEDGED_WITHIN, REACH)
        app = create_app(
            publish=door.publish, clock=clock, keys=ApiKeys(settings.api_keys), partnerships=profiles, memory=memory
        )
        try:
            await run_loop(loop, settings, stop, port, app=app)
        finally:
            await door.stop()
