"""Publishing: everything acknowledged by all in-sync replicas, or a TransientError and a new producer (trap 26)."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2

from mashbus.bus.codec import Codec
from mashbus.bus.errors import TransientError
from mashbus.bus.headers import cloudevent
from mashbus.contracts.record import Record
from mashbus.contracts.topics import PARTITIONS

LIMIT = timedelta(seconds=20)
"""How long an acknowledgement may take: longer than a broker's own session (9 s), shorter than aiokafka's patience,
which has no end while a leader is known (trap 26)."""


class NotSent(TransientError):
    """Nothing was handed to the broker: safe to say "not taken"."""


class NotAcknowledged(TransientError):
    """Sent without an answer: whether it is in the log is unknown. Publish the same ids again."""


@dataclass(frozen=True)
class Outgoing:
    """One record on its way. The key is opaque: a case id, or the record's own id."""

    topic: str
    record: Record
    key: str
    partition: int | None = None
    """Where the caller knows it: computing it costs 11 µs of murmur2 in Python."""


def partition_of(key: str) -> int:
    """Java's default partitioner, which aiokafka shares: a case has the same partition in every topic."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % PARTITIONS


class Producer:
    """One idempotent aiokafka producer at a time; replaced before the next publish after any failure."""

    def __init__(self, kafka: Sequence[str], codec: Codec, source: str, limit: timedelta = LIMIT) -> None:
        self._kafka = list(kafka)
        self._codec = codec
        self._source = source
        self._limit = limit.total_seconds()
        self._producer: AIOKafkaProducer | None = None
        self._renewing = asyncio.Lock()

    async def start(self) -> None:
        """Connect. Raises NotSent where no broker answers."""
        async with self._renewing:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self._kafka,
                    acks="all",
                    enable_idempotence=True,
                    linger_ms=0,
                    max_request_size=4 * 1024 * 1024,
                )
                try:
                    await asyncio.wait_for(producer.start(), self._limit)
                except (KafkaError, TimeoutError) as fault:
                    await _dispose(producer)
                    raise NotSent("broker_unreachable", f"no broker answers ({type(fault).__name__})") from fault
                self._producer = producer

    async def stop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _dispose(producer)

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Send all, then await every acknowledgement.

        Raises NotSent or NotAcknowledged; records that do not encode raise before anything is sent.
        """
        if not outgoing:
            return
        messages = [(one, self._codec.encode(one.topic, one.record)) for one in outgoing]
        await self.start()
        producer = self._producer
        assert producer is not None
        try:
            async with asyncio.timeout(self._limit):
                waiting = [
                    await producer.send(
                        one.topic,
                        value,
                        key=one.key.encode(),
                        partition=partition_of(one.key) if one.partition is None else one.partition,
                        headers=cloudevent(one.record, self._source),
                    )
                    for one, value in messages
                ]
                await asyncio.gather(*waiting)
        except (KafkaError, TimeoutError) as fault:
            await self._forget(producer)
            raise NotAcknowledged("no_acknowledgement", f"the broker did not confirm ({type(fault).__name__})") from fault

    async def _forget(self, producer: AIOKafkaProducer) -> None:
        if self._producer is producer:
            self._producer = None
        await _dispose(producer)


async def _dispose(producer: AIOKafkaProducer) -> None:
    """Stopping with the broker down can hang (trap 52): bounded."""
    with contextlib.suppress(KafkaError, TimeoutError):
        await asyncio.wait_for(producer.stop(), 2)
