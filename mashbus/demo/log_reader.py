"""Reads the log as it grows, every partition of the hub's topics, without a group: it leaves no trace on the broker."""

import asyncio
from collections.abc import Callable, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError
from mashbus.bus.headers import normalise
from mashbus.bus.schema_ids import FixedIds
from mashbus.contracts import topics
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Record

HUB_TOPICS = (topics.REFERRALS, topics.POLICE_NOTIFICATIONS, topics.CASES, topics.BREACHES, topics.EMAILS, topics.HUB,
              topics.QUARANTINE)  # fmt: skip
POLL_MS = 200
BATCH = 1000


class LogReader:
    """`take` gets every record in its partition's order; `unreadable` counts what is not a record of the contract."""

    def __init__(self, kafka: Sequence[str], catalogue: Catalogue, take: Callable[[Record], None]) -> None:
        self._kafka = list(kafka)
        self._codec = Codec(catalogue, FixedIds())
        self._take = take
        self.unreadable = 0
        self.quiet_since = 0.0
        """The event loop's time of the last record."""

    async def read(self) -> None:
        """For ever."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._kafka, group_id=None, auto_offset_reset="earliest", enable_auto_commit=False
        )
        await consumer.start()
        try:
            consumer.assign([TopicPartition(topic, n) for topic in HUB_TOPICS for n in range(topics.PARTITIONS)])
            while True:
                for partition, records in (await consumer.getmany(timeout_ms=POLL_MS, max_records=BATCH)).items():
                    self.quiet_since = asyncio.get_running_loop().time()
                    for record in records:
                        self._read(partition.topic, record.value, record.headers)
                await asyncio.sleep(0)
        finally:
            await consumer.stop()

    def _read(self, topic: str, value: bytes | None, headers: Sequence[tuple[str, bytes | None]]) -> None:
        try:
            record = self._codec.decode(topic, value, normalise(headers))
        except PermanentError:
            self.unreadable += 1
        else:
            self._take(record)
