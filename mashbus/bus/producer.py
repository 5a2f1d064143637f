"""Publishing: everything acknowledged by all in-sync replicas, or a TransientError and a new producer (trap 26)."""

import asyncio
import contextlib
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2

from mashbus.bus.clock import BrokerTime
from mashbus.bus.codec import Codec
from mashbus.bus.errors import TransientError
from mashbus.bus.headers import cloudevent
from mashbus.contracts.addressing import key_of, topic_of
from mashbus.contracts.record import Record
from mashbus.contracts.topics import PARTITIONS

LIMIT = timedelta(seconds=20)
"""How long an acknowledgement may take: longer than a broker's own session (9 s), shorter than aiokafka's patience,
which has no end while a leader is known (trap 26)."""

BATCH_BYTES = 256 * 1024
"""Of one partition: a whole turn in one request, and below every topic's limit. With aiokafka's own 16 KB a full batch
holds up the records of all other partitions until it is acknowledged."""

_BY_THE_BROKER = 1
"""A timestamp's type: else it is our own, as of a record that the broker took for a repeat."""

ANSWERS_FOR = 1.0
"""Seconds for which a broker that answered is taken to answer still."""


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
    value: bytes | None = None
    """Its bytes where the caller has encoded it, so that what can't be encoded is his fault and found by him."""


def partition_of(key: str) -> int:
    """Java's default partitioner, which aiokafka shares: a case has the same partition in every topic."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % PARTITIONS


def addressed(record: Record, partition: int | None = None, codec: Codec | None = None) -> Outgoing:
    """A record on its way to its own topic, under its own key.

    With `codec` it is encoded here: what can't be encoded is then the fault of the record that called for it.
    """
    topic, key = topic_of(record), key_of(record)
    value = codec.encode(topic, record) if codec else None
    return Outgoing(topic, record, key, partition_of(key) if partition is None else partition, value)


class Producer:
    """One idempotent aiokafka producer at a time; replaced before the next publish after any failure."""

    def __init__(
        self, kafka: Sequence[str], codec: Codec, source: str, limit: timedelta = LIMIT, reach: timedelta | None = None
    ) -> None:
        """`reach`: look before sending whether the partition's leader answers within so long, else NotSent."""
        self._kafka = list(kafka)
        self._codec = codec
        self._source = source
        self._limit = limit.total_seconds()
        self._reach = reach.total_seconds() if reach else None
        self._answered = float("-inf")
        """When a broker last answered, on the monotonic clock."""
        self.broker_time = BrokerTime()
        """Learnt from every acknowledgement."""
        self._producer: AIOKafkaProducer | None = None
        self._renewing = asyncio.Lock()
        self._ending: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect. Raises NotSent where no broker answers."""
        async with self._renewing:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self._kafka,
                    acks="all",
                    enable_idempotence=True,
                    linger_ms=0,
                    max_batch_size=BATCH_BYTES,
                    max_request_size=4 * 1024 * 1024,
                )
                try:
                    await asyncio.wait_for(producer.start(), self._limit)
                except asyncio.CancelledError:
                    await self._end(producer)
                    raise
                except (KafkaError, TimeoutError) as fault:
                    await self._end(producer)
                    raise NotSent("broker_unreachable", f"no broker answers ({type(fault).__name__})") from fault
                self._producer = producer

    async def stop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _dispose(producer)
        await asyncio.gather(*self._ending)

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        """Send all, then await every acknowledgement.

        Raises NotSent or NotAcknowledged; records that do not encode raise before anything is sent.
        """
        if not outgoing:
            return
        messages = [(one, one.value or self._codec.encode(one.topic, one.record)) for one in outgoing]
        producer, began = await self._ready(outgoing), time.monotonic_ns()
        try:
            async with asyncio.timeout(self._limit):
                waiting = [
                    await producer.send(
                        one.topic,
                        value,
                        key=one.key.encode(),
                        partition=_partition(one),
                        headers=cloudevent(one.record, self._source),
                    )
                    for one, value in messages
                ]
                acks = await asyncio.gather(*waiting)
                self._answered = time.monotonic()
                if appended := [ack.timestamp for ack in acks if ack.timestamp_type == _BY_THE_BROKER]:
                    self.broker_time.saw(max(appended), began)
        except (KafkaError, TimeoutError) as fault:
            await self._forget(producer)
            detail = f"the broker did not confirm ({type(fault).__name__})"
            raise NotAcknowledged("no_acknowledgement", detail) from fault

    async def _ready(self, outgoing: Sequence[Outgoing]) -> AIOKafkaProducer:
        """Connected; with `reach` also: the partitions' leaders answered just now. Raises NotSent within `reach`."""
        try:
            async with asyncio.timeout(self._reach):
                await self.start()
                producer = self._producer
                if producer is None:
                    raise NotSent("broker_unreachable", "the connection was lost meanwhile")
                if self._reach is not None:
                    await self._ask(producer, {TopicPartition(one.topic, _partition(one)) for one in outgoing})
        except TimeoutError as fault:
            raise NotSent("broker_unreachable", "no broker answers in time") from fault
        return producer

    async def _ask(self, producer: AIOKafkaProducer, partitions: Collection[TopicPartition]) -> None:
        """Return once every leader can be reached. What answered a moment ago is taken to answer still."""
        client, pause = producer.client, 0.0
        while time.monotonic() - self._answered > ANSWERS_FOR or not await _led(client, partitions):
            await asyncio.sleep(pause)
            pause = 0.1
            for topic in {one.topic for one in partitions}:
                client.add_topic(topic)
            if await client.force_metadata_update():
                self._answered = time.monotonic()

    async def _forget(self, producer: AIOKafkaProducer) -> None:
        if self._producer is producer:
            self._producer = None
        await self._end(producer)

    async def _end(self, producer: AIOKafkaProducer) -> None:
        """With `reach` the caller has promised an answer in time, so it ends on its own."""
        ending = asyncio.create_task(_dispose(producer))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        if self._reach is None:
            await ending


async def _led(client: AIOKafkaClient, partitions: Collection[TopicPartition]) -> bool:
    """Whether every partition has a leader with an open connection; opens one where there is none."""
    leaders = {client.cluster.leader_for_partition(one) for one in partitions}
    if leaders & {None, -1}:
        return False
    return all([await client.ready(leader) for leader in leaders])


def _partition(outgoing: Outgoing) -> int:
    return partition_of(outgoing.key) if outgoing.partition is None else outgoing.partition


async def _dispose(producer: AIOKafkaProducer) -> None:
    """Stopping with the broker down can hang (trap 52): bounded."""
    with contextlib.suppress(KafkaError, TimeoutError):
        await asyncio.wait_for(producer.stop(), 2)
