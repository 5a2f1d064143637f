"""What the HTTP services' tests share: keys, a client with one, and what the log holds."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from mashbus.bus.codec import Codec
from mashbus.bus.headers import normalise
from mashbus.bus.hosting import note_of
from mashbus.bus.http.keys import add_key
from mashbus.bus.producer import Outgoing, Producer, partition_of
from mashbus.bus.rebuild import reader, records_until
from mashbus.bus.settings import Settings
from mashbus.contracts.addressing import key_of, topic_of
from mashbus.contracts.record import Record

T = TypeVar("T")
PATIENCE = 30


@dataclass
class Keys:
    path: Path
    referrer: str
    police: str
    manager: str
    stranger: str
    """Reads for another partnership."""


def made_keys(path: Path) -> Keys:
    def made(label: str, role: str, *may, partnership: str = "hackney", organisation: str | None = None) -> str:
        return add_key(path, label, partnership=partnership, role=role, may=frozenset(may), organisation=organisation)

    return Keys(
        path,
        referrer=made("form", "referrer", "refer", "read"),
        police=made("batches", "police", "police", organisation="met-police"),
        manager=made("desk", "mash_manager", "rate", "decide", "read"),
        stranger=made("camden", "viewer", "read", partnership="camden"),
    )


@dataclass
class Log:
    """The hub's own hand on the log."""

    settings: Settings
    codec: Codec
    producer: Producer

    async def say(self, *records: Record) -> None:
        await self.producer.publish([Outgoing(topic_of(one), one, key_of(one)) for one in records])

    async def records(self, topic: str, case_id: str) -> list[Record]:
        """What the log holds of one case, repetitions included."""
        from aiokafka import TopicPartition

        partition = TopicPartition(topic, partition_of(case_id))
        found = []
        async with reader(self.settings.kafka_hosts) as consumer:
            end = (await consumer.end_offsets([partition]))[partition]
            async for _, batch in records_until(consumer, self.settings.kafka_hosts, {partition: (0, end)}):
                found += [one for one in batch if one.key == case_id.encode()]
        return [self.codec.decode(topic, one.value, normalise(one.headers)) for one in found]


async def until(wanted: Callable[[], Awaitable[T | None]], patience: float = PATIENCE) -> T:
    """The first answer that is one."""
    end = time.monotonic() + patience
    while (found := await wanted()) is None:
        assert time.monotonic() < end, "it did not come"
        await asyncio.sleep(0.05)
    return found


async def address_of(settings: Settings, service: str) -> str:
    """Where a service listens, once it does."""
    note = note_of(settings.home, service, settings.instance)

    async def noted() -> str | None:
        return f"http://127.0.0.1:{json.loads(note.read_text())['port']}" if note.exists() else None

    return await until(noted)


def client_of(base: str, secret: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=base, headers={"Authorization": f"Bearer {secret}"}, timeout=10)
