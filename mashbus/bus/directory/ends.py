"""How far the two topics reach now: asked on a connection that fetches nothing, so that no long poll holds up the
answer (trap 47), and once for all who ask at the same time.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from confluent_kafka import TopicCollection

from mashbus.bus.admin import Admin, awaited
from mashbus.contracts import topics

NAMES = (topics.DIRECTORY, topics.CONTACTS)
ALL = tuple(TopicPartition(name, part) for name in NAMES for part in range(topics.PARTITIONS))

Ends = Mapping[TopicPartition, int]


class Asker:
    """Raises KafkaError. The caller bounds the time."""

    def __init__(self, kafka: Sequence[str]) -> None:
        self._kafka = list(kafka)
        self._turn = asyncio.Lock()
        self._next: asyncio.Task[Ends] | None = None
        """The question that nobody has begun to ask yet: whoever comes now shares its answer."""
        self._consumer: AIOKafkaConsumer[bytes, bytes] | None = None

    async def ends(self) -> Ends:
        """Every record that was acknowledged before the call lies before them."""
        if self._next is None:
            self._next = asyncio.create_task(self._asked())
            self._next.add_done_callback(lambda task: task.cancelled() or task.exception())  # whoever asked may be gone
        return await asyncio.shield(self._next)

    async def begins(self) -> Ends:
        async with self._turn:
            return await (await self._connected()).beginning_offsets(list(ALL))  # type: ignore[no-any-return]

    async def stop(self) -> None:
        if self._next:
            self._next.cancel()
        await self._drop()

    async def _asked(self) -> Ends:
        async with self._turn:
            self._next = None
            try:
                return await (await self._connected()).end_offsets(list(ALL))  # type: ignore[no-any-return]
            except KafkaError:
                await self._drop()
                raise

    async def _connected(self) -> "AIOKafkaConsumer[bytes, bytes]":
        """Where all partitions are led is asked once, for all; one by one it would take 0.1 s each."""
        if self._consumer is None:
            consumer = AIOKafkaConsumer(
                bootstrap_servers=self._kafka,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                request_timeout_ms=5000,  # a broker that died holds up nobody for longer
            )
            try:
                await consumer.start()
            except BaseException:
                await consumer.stop()
                raise
            consumer.assign(list(ALL))
            consumer.pause(*ALL)
            self._consumer = consumer
        return self._consumer

    async def _drop(self) -> None:
        """Stopping with the broker away can hang (trap 52)."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(consumer.stop(), 5)


async def topic_ids(kafka: Sequence[str]) -> Mapping[str, str]:
    """By name: a topic that was deleted and made again has another. Raises BrokerRefused."""

    def ask() -> Mapping[str, str]:
        client = Admin(",".join(kafka))  # kept until it has answered
        answers = client.describe_topics(TopicCollection(list(NAMES)))
        return {name: str(awaited(f"describe {name}", future).topic_id) for name, future in answers.items()}

    return await asyncio.to_thread(ask)
