"""Reading the whole log, without a group: every topic from its beginning to where it ended when the reading began.

What is judged is one cut through the log: the groups' offsets are read first, then the instant is taken, then the
ends; what was appended after the instant is left out. So whatever is in the cut has its causes in it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from mashbus.bus.polling import poll
from mashbus.contracts.catalogue import Catalogue, NotInCatalogue
from mashbus.verify.index import Index
from mashbus.verify.indexing import CONTACT_TOPICS, Indexer
from mashbus.verify.places import Reading

T = TypeVar("T")
_CHUNK = 2000
_SILENCE = timedelta(seconds=60)
"""A log that gives nothing for so long is not going to."""
_ASK_AGAIN = 5
"""Half-seconds to ask a group for its offsets: a coordinator that loads says it has none (trap 50)."""


class LogUnreadable(Exception):
    def __init__(self, what: str) -> None:
        super().__init__(f"the log can't be read: {what}")


@dataclass(frozen=True)
class Log:
    index: Index
    committed: Mapping[tuple[str, str, int], int]
    ends: Mapping[tuple[str, int], int]
    read_at_ms: int


async def read_log(kafka: Sequence[str], reading: Reading, catalogue: Catalogue, planted: Sequence[str] = ()) -> Log:
    """`planted`: words to search every record for.

    Raises LogUnreadable where no broker answers or nothing of the bus is on it.
    """
    try:
        committed = await _admin(kafka, _committed)
        at_ms = time.time_ns() // 1_000_000
        consumer = AIOKafkaConsumer(
            bootstrap_servers=list(kafka), enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            return await _read(consumer, kafka, reading, catalogue, committed, at_ms, planted)
        finally:
            await consumer.stop()
    except KafkaError as fault:
        raise LogUnreadable(f"{type(fault).__name__}; is the broker up?") from fault


async def _read(
    consumer: "AIOKafkaConsumer[bytes, bytes]", kafka: Sequence[str], reading: Reading, catalogue: Catalogue,
    committed: Mapping[tuple[str, str, int], int], at_ms: int, planted: Sequence[str],
) -> Log:  # fmt: skip
    partitions = await _partitions(consumer, catalogue)
    ends = await consumer.end_offsets(partitions)
    starts = await consumer.beginning_offsets(partitions)
    indexer = Indexer(planted)
    for first in (True, False):
        spans = {
            one: (starts[one], ends[one])
            for one in partitions
            if (one.topic in CONTACT_TOPICS) is first and starts[one] < ends[one]
        }
        await _index(consumer, kafka, spans, reading, indexer, at_ms)
    named = {(one.topic, one.partition): end for one, end in ends.items()}
    return Log(indexer.index, committed, named, at_ms)


async def _partitions(consumer: "AIOKafkaConsumer[bytes, bytes]", catalogue: Catalogue) -> list[TopicPartition]:
    names = sorted(name for name in await consumer.topics() if _ours(name, catalogue))
    if not names:
        raise LogUnreadable("there are no topics of the bus on this broker; `mashbus topics apply` makes them")
    return [TopicPartition(name, number) for name in names for number in range(catalogue.topic(name).partitions)]


def _ours(name: str, catalogue: Catalogue) -> bool:
    try:
        catalogue.topic(name)
    except NotInCatalogue:
        return False
    return True


async def _index(
    consumer: "AIOKafkaConsumer[bytes, bytes]", kafka: Sequence[str], spans: Mapping[TopicPartition, tuple[int, int]],
    reading: Reading, indexer: Indexer, at_ms: int,
) -> None:  # fmt: skip
    if not spans:
        return
    left = dict(spans)
    consumer.assign(list(left))
    for partition, (start, _) in left.items():
        consumer.seek(partition, start)
    reached = {partition: start for partition, (start, _) in left.items()}
    heard = time.monotonic()
    while left:
        got = await poll(consumer, kafka, reached.__getitem__, timeout_ms=200, max_records=_CHUNK)
        heard = time.monotonic() if got else heard
        if time.monotonic() - heard > _SILENCE.total_seconds():
            raise LogUnreadable(f"nothing came of {', '.join(f'{one.topic}[{one.partition}]' for one in left)}")
        for partition, records in got.items():
            if partition not in left:
                continue
            end, reached[partition] = left[partition][1], records[-1].offset + 1
            for one in records:
                if one.offset < end and one.timestamp <= at_ms:
                    indexer.add(reading.logged(one))
        for partition in await _read_to_the_end(consumer, left, reached, asked=not got):
            del left[partition]
            consumer.pause(partition)


async def _read_to_the_end(
    consumer: "AIOKafkaConsumer[bytes, bytes]", left: Mapping[TopicPartition, tuple[int, int]],
    reached: Mapping[TopicPartition, int], *, asked: bool,
) -> list[TopicPartition]:  # fmt: skip
    """A compacted topic may have nothing left before its end: then only the consumer's position says so."""
    found = []
    for partition, (_, end) in left.items():
        at = reached[partition]
        if at < end and asked:
            at = max(at, await consumer.position(partition))
        if at >= end:
            found.append(partition)
    return found


# -- what the groups have consumed -------------------------------------------------------------------------------


async def _admin(kafka: Sequence[str], ask: Callable[[AIOKafkaAdminClient], Awaitable[T]]) -> T:
    admin = AIOKafkaAdminClient(bootstrap_servers=",".join(kafka))
    await admin.start()
    try:
        return await ask(admin)
    finally:
        await admin.close()


async def _committed(admin: AIOKafkaAdminClient) -> dict[tuple[str, str, int], int]:
    """(group, topic, partition) -> next offset, of every group there is."""
    groups = sorted({str(group[0]) for group in await admin.list_consumer_groups()})
    found = {}
    for group in groups:
        for partition, position in (await _positions(admin, group)).items():
            if position.offset >= 0:
                found[group, partition.topic, partition.partition] = position.offset
    return found


async def _positions(admin: AIOKafkaAdminClient, group: str) -> Mapping[TopicPartition, Any]:
    for _ in range(_ASK_AGAIN):
        if positions := await admin.list_consumer_group_offsets(group):
            return dict(positions)
        await asyncio.sleep(0.5)
    return {}
