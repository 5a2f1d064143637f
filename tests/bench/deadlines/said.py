"""What a topic says from now on, record by record: whose id, and when the broker appended it. Decodes nothing."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from mashbus.contracts.topics import PARTITIONS


@dataclass(frozen=True)
class Saying:
    appended: datetime
    """Real time, whole milliseconds."""
    stated: datetime | None
    """Bus time at which its writer made it, where it says so."""


@dataclass
class Said:
    """By id, in the order of coming: a second saying of an id is a double on the wire."""

    by_id: dict[str, list[Saying]] = field(default_factory=dict)
    changed: float = 0.0
    """When something new came, on the loop's clock."""

    def take(self, raw: Any) -> None:
        headers = dict(raw.headers)
        name = headers.get("ce_id", raw.key).decode()
        stated = datetime.fromisoformat(headers["ce_time"].decode()) if "ce_time" in headers else None
        saying = Saying(datetime.fromtimestamp(raw.timestamp / 1000, UTC), stated)
        if name not in self.by_id:
            self.changed = asyncio.get_running_loop().time()
        self.by_id.setdefault(name, []).append(saying)

    async def all_of(self, expected: Mapping[str, object], within: float, quiet: float) -> None:
        """Until each was said, or nothing new came for `quiet` seconds after `within`."""
        clock = asyncio.get_running_loop().time
        until = clock() + within
        while not expected.keys() <= self.by_id.keys():
            if clock() > max(until, self.changed + quiet):
                return
            await asyncio.sleep(0.05)


@asynccontextmanager
async def listening(kafka: Sequence[str], topic: str) -> AsyncIterator[Said]:
    """From the topic's present end on."""
    said = Said()
    async with AIOKafkaConsumer(
        bootstrap_servers=list(kafka), enable_auto_commit=False, auto_offset_reset="earliest"
    ) as consumer:
        consumer.assign([TopicPartition(topic, one) for one in range(PARTITIONS)])
        for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
            consumer.seek(partition, end)
        following = asyncio.create_task(_follow(consumer, said))
        try:
            yield said
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _follow(consumer: "AIOKafkaConsumer[bytes, bytes]", said: Said) -> None:
    while True:
        for raws in (await consumer.getmany(timeout_ms=200, max_records=2000)).values():
            for raw in raws:
                said.take(raw)
