"""The log as it is read on somebody's demand: a few records by their places, or what is new of a topic.

A consumer of its own for each demand, without a group: nothing polls between two demands, and none waits for another's.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError, TransientError
from mashbus.bus.headers import normalise
from mashbus.bus.polling import poll
from mashbus.bus.producer import partition_of
from mashbus.bus.received import Received
from mashbus.contracts.record import Record
from mashbus.contracts.topics import PARTITIONS
from services.status.places import Places

WITHIN = timedelta(seconds=5)
"""Real time for one demand."""
AT_ONCE = 4
"""Demands that are read at the same time; others wait for their turn within their own time."""
_NEAR = 100
"""Records between two places that are read along rather than jumped over: a jump costs a question to the broker."""
_FETCH = {"fetch_max_wait_ms": 50, "max_partition_fetch_bytes": 256 * 1024}
_log = structlog.get_logger()


class LogUnreadable(Exception):
    """It can't be read now, or does not hold what it held."""


class LogReader:
    def __init__(self, kafka: Sequence[str], codec: Codec) -> None:
        self._kafka = list(kafka)
        self._codec = codec
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def of_case(self, case_id: UUID, places: Places) -> Sequence[Record]:
        """The records of a case at these places, topic by topic. Raises LogUnreadable.

        What lies there and is another case's is shown to nobody (promise P5).
        """
        async with self._consumer() as consumer:
            partition = partition_of(str(case_id))
            wanted = {TopicPartition(topic, partition): offsets for topic, offsets in places.items() if offsets}
            found = [one async for one in self._at(consumer, wanted)]
        records = [self.decoded(one) for one in found]
        if any(record.meta.case_id != case_id for record in records):
            _log.error("the log does not hold what its offsets said: was a topic made anew?", case_id=str(case_id))
            raise LogUnreadable
        return records

    async def newer(self, topic: str, reached: dict[int, int]) -> AsyncIterator[Received]:
        """What lies behind `reached` (by partition: the next offset) up to the end of now. Raises LogUnreadable.

        `reached` advances with every record: who did not come to the end in time goes on from there.
        """
        async with self._consumer() as consumer:
            partitions = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
            ends = await consumer.end_offsets(partitions)
            spans = {one: (reached.get(one.partition, 0), ends[one]) for one in partitions}
            async for one in self._from(consumer, spans):
                yield one
                reached[one.partition] = one.offset + 1

    def decoded(self, received: Received) -> Record:
        """A record that was taken before. Raises LogUnreadable."""
        try:
            return self._codec.decode(received.topic, received.value, normalise(received.headers), known=True)
        except PermanentError as fault:
            _log.error("a record that was taken before can't be read", topic=received.topic, offset=received.offset)
            raise LogUnreadable from fault

    @asynccontextmanager
    async def _consumer(self) -> "AsyncIterator[AIOKafkaConsumer[bytes, bytes]]":
        consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
            bootstrap_servers=self._kafka, enable_auto_commit=False, auto_offset_reset="none", **_FETCH
        )
        try:
            async with asyncio.timeout(WITHIN.total_seconds()), self._turns:
                try:
                    await consumer.start()
                    yield consumer
                finally:
                    await consumer.stop()
        except (KafkaError, TransientError, OSError, TimeoutError) as fault:
            _log.warning("the log can't be read for a reader", fault=type(fault).__name__)
            raise LogUnreadable from fault

    async def _at(
        self, consumer: "AIOKafkaConsumer[bytes, bytes]", wanted: "dict[TopicPartition, tuple[int, ...]]"
    ) -> AsyncIterator[Received]:
        for partition, offsets in wanted.items():
            there = frozenset(offsets)
            for start, last in _runs(offsets):
                async for one in self._from(consumer, {partition: (start, last + 1)}):
                    if one.offset in there:
                        yield one

    async def _from(
        self, consumer: "AIOKafkaConsumer[bytes, bytes]", spans: "dict[TopicPartition, tuple[int, int]]"
    ) -> AsyncIterator[Received]:
        """Every record of the spans [from, until)."""
        reached = {partition: start for partition, (start, until) in spans.items() if start < until}
        consumer.assign(list(reached))
        for partition, start in reached.items():
            consumer.seek(partition, start)
        while reached:
            got = await poll(consumer, self._kafka, reached.__getitem__, timeout_ms=100, max_records=_NEAR * 20)
            for partition, records in got.items():
                for one in records:
                    if one.offset < spans[partition][1]:
                        yield one
                reached[partition] = records[-1].offset + 1
                if reached[partition] >= spans[partition][1]:
                    del reached[partition]
                    consumer.pause(partition)


def _runs(offsets: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of each group of places that lie near one another."""
    start = last = None
    for offset in offsets:
        if start is None or last is None or offset - last > _NEAR:
            if start is not None and last is not None:
                yield start, last
            start = offset
        last = offset
    if start is not None and last is not None:
        yield start, last
