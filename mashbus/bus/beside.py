"""Reading what aiokafka cannot: a header *name* that is not UTF-8 makes its poll raise for ever.

Kafka takes such a record, so one partner could stop everybody's door. librdkafka hands it over; its headers are left
out, the value is judged as any other's.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from aiokafka import TopicPartition
from confluent_kafka import Consumer, Message
from confluent_kafka import TopicPartition as Position

from mashbus.bus.errors import TransientError
from mashbus.bus.received import RawHeaders, Received

UNREADABLE = (UnicodeDecodeError,)
"""What aiokafka's poll raises; its pure Python build says CorruptRecordException, a KafkaError, instead."""
_WITHIN = timedelta(seconds=5)
_AT_MOST = 500


class NothingCame(TransientError):
    def __init__(self, partition: TopicPartition) -> None:
        super().__init__("nothing_came", f"{partition.topic}[{partition.partition}] could not be read beside the loop")


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
