"""Polling that one bad record cannot stop (trap 53).

A header *name* that is not UTF-8 makes aiokafka's poll raise for ever, and Kafka takes such a record: one partner could
stop everybody's door. librdkafka hands it over. Its headers are left out, its value is judged as any other's.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import Consumer, Message
from confluent_kafka import TopicPartition as Position

from mashbus.bus.errors import TransientError
from mashbus.bus.received import RawHeaders, Received

_WITHIN = timedelta(seconds=5)
_AT_MOST = 500

Batch = Mapping[TopicPartition, Sequence[Received]]


class NothingCame(TransientError):
    def __init__(self, partition: TopicPartition) -> None:
        super().__init__("nothing_came", f"{partition.topic}[{partition.partition}] could not be read beside the loop")


async def poll(
    consumer: "AIOKafkaConsumer[bytes, bytes]", kafka: Sequence[str], expected: Callable[[TopicPartition], int],
    *, timeout_ms: int, max_records: int,
) -> Batch:  # fmt: skip
    """What `getmany` gives. `expected` is asked where to begin again when it can give nothing."""
    try:
        got = await consumer.getmany(timeout_ms=timeout_ms, max_records=max_records)
    except UnicodeDecodeError:
        return await _one_by_one(consumer, kafka, expected)
    return {partition: [Received.of(raw) for raw in raws] for partition, raws in got.items()}


async def _one_by_one(
    consumer: "AIOKafkaConsumer[bytes, bytes]", kafka: Sequence[str], expected: Callable[[TopicPartition], int]
) -> Batch:
    """A poll that failed has dropped what it held of other partitions too (trap 24): each is asked again by itself."""
    batch: dict[TopicPartition, Sequence[Received]] = {}
    for partition in consumer.assignment() - consumer.paused():
        start = expected(partition)
        consumer.seek(partition, start)
        if start >= (consumer.highwater(partition) or 0):
            continue
        try:
            got = await consumer.getmany(partition, timeout_ms=1000, max_records=_AT_MOST)
            batch[partition] = [Received.of(raw) for raw in got.get(partition, ())]
        except UnicodeDecodeError:
            batch[partition] = await records_from(kafka, partition, start)
            consumer.seek(partition, batch[partition][-1].offset + 1)
    return {partition: records for partition, records in batch.items() if records}


async def records_from(kafka: Sequence[str], partition: TopicPartition, start: int) -> list[Received]:
    """The next records of one partition, at least one. Raises NothingCame."""
    return await asyncio.to_thread(_read, kafka, partition, start)


def _read(kafka: Sequence[str], partition: TopicPartition, start: int) -> list[Received]:
    consumer = Consumer(
        {"bootstrap.servers": ",".join(kafka), "group.id": "mashbus.beside", "enable.auto.commit": False}
    )
    try:
        consumer.assign([Position(partition.topic, partition.partition, start)])
        messages = consumer.consume(_AT_MOST, _WITHIN.total_seconds())
        records = [_received(message) for message in messages if message.error() is None]
    finally:
        consumer.close()
    if not records:
        raise NothingCame(partition)
    return records


def _received(message: Message) -> Received:
    _, timestamp = message.timestamp()
    return Received(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        timestamp=timestamp,
        key=_bytes(message.key()),
        value=_bytes(message.value()),
        headers=_headers(message),
    )


def _headers(message: Message) -> RawHeaders:
    """None of them where one has an unreadable name: the client then fails with one error or the other."""
    try:
        pairs = dict(message.headers() or ())
    except (UnicodeDecodeError, SystemError):
        return ()
    return tuple((name, _bytes(value)) for name, value in pairs.items())


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
