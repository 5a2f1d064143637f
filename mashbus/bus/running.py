"""Putting a service together from the settings, and running it until told to stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import tenacity
from starlette.types import ASGIApp

from mashbus.bus.casebook import Casebook
from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.errors import TransientError
from mashbus.bus.handling import Handler
from mashbus.bus.hosting import host, with_probes
from mashbus.bus.loop import Loop
from mashbus.bus.producer import Producer
from mashbus.bus.registry import Registry
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.service import Service
from mashbus.bus.settings import Settings
from mashbus.contracts.catalogue import Catalogue
from mashbus.domain.partnership import Partnership
from mashbus.profiles import known, load

S = TypeVar("S")
START_WITHIN = timedelta(seconds=30)
"""Registry and broker may start beside us; after this long the supervisor tries anew."""


@dataclass(frozen=True)
class Bus:
    """What every service needs of the bus."""

    catalogue: Catalogue
    codec: Codec
    producer: Producer
    profiles: Mapping[str, Partnership]
    """Every partnership of the profiles' folder, read once a service."""


def partnerships(settings: Settings) -> Mapping[str, Partnership]:
    """Every profile of the folder, checked."""
    return {name: load(name, settings.partnerships) for name in known(settings.partnerships)}


def connected(profiles: Iterable[Partnership]) -> tuple[str, ...]:
    """Ids of the organisations that have topics on the bus."""
    return tuple(dict.fromkeys(one for profile in profiles for one in profile.with_topics))


@asynccontextmanager
async def bus(settings: Settings, source: str) -> AsyncIterator[Bus]:
    """Catalogue, codec with resolved ids, a connected producer. `source` names the writer in CloudEvents headers."""
    catalogue, profiles = Catalogue.load(settings.schemas), partnerships(settings)
    ids = SchemaIds(settings.home)
    topics = [topic.name for topic in catalogue.topics_for(connected(profiles.values()))]
    codec = Codec(catalogue, ids)
    producer = Producer(settings.kafka_hosts, codec, f"/mashbus/{source}")
    async with Registry(settings.registry) as registry:
        await _patiently(lambda: ids.resolve(registry, catalogue, topics))
    await _patiently(producer.start)
    try:
        yield Bus(catalogue, codec, producer, profiles)
    finally:
        await producer.stop()


async def _patiently(start: Callable[[], Awaitable[None]]) -> None:
    async for attempt in tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception_type(TransientError),
        wait=tenacity.wait_random_exponential(0.2, max=2),
        stop=tenacity.stop_after_delay(START_WITHIN),
        reraise=True,
    ):
        with attempt:
            await start()


def loop_of(
    service: Service[S], settings: Settings, clock: Clock, parts: Bus,
    handling: Callable[[Casebook[S]], Handler] | None = None,
) -> Loop[S]:  # fmt: skip
    return Loop(
        service,
        kafka=settings.kafka_hosts,
        codec=parts.codec,
        producer=parts.producer,
        clock=clock,
        folder=settings.home / "casebooks" / settings.instance / service.name,
        from_start=settings.from_start,
        handling=handling,
    )


async def run_loop(
    loop: Loop[S], settings: Settings, stop: asyncio.Event, port: int, *beside: Awaitable[None],
    app: ASGIApp | None = None, first: Awaitable[None] | None = None,
) -> None:  # fmt: skip
    """The loop, its port, and what runs beside it. When one of them fails all stop, and the fault is raised.

    `first`: what the loop waits for before it begins, while the port already answers that it is not ready.
    """
    routes = with_probes(lambda: loop.ready, app)
    await together(stop, _after(first, loop, stop), host(routes, loop.service.name, settings, port, stop), *beside)


async def _after(first: Awaitable[None] | None, loop: Loop[S], stop: asyncio.Event) -> None:
    if first is not None:
        await first
    await loop.run(stop)


async def together(stop: asyncio.Event, *parts: Awaitable[None]) -> None:
    """Run all until `stop`; the first fault stops the others, which finish what they hold, and is then raised."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        stop.set()
        faults = [one for one in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(one, Exception)]
    if faults:
        raise faults[0]
