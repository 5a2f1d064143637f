"""Where the log ends now: asked before anybody is told that a case does not exist. A client of its own (trap 47)."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from mashbus.contracts import topics

OPENING = (topics.REFERRALS, topics.POLICE_NOTIFICATIONS)
"""What every case begins with."""
PATIENCE = timedelta(seconds=1)


class EndsUnknown(Exception):
    """The broker does not answer."""


class LogEnds:
    """Connects when first asked, and anew after a fault."""

    def __init__(self, kafka: Sequence[str]) -> None:
        self._kafka = list(kafka)
        self._consumer: AIOKafkaConsumer | None = None
        self._one_at_a_time = asyncio.Lock()

    async def of(self, partition: int) -> Mapping[str, int]:
        """By topic: the next offset that will be given out. Raises EndsUnknown."""
        wanted = [TopicPartition(topic, partition) for topic in OPENING]
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()), self._one_at_a_time:
                ends = await (await self._connected()).end_offsets(wanted)
        except (KafkaError, TimeoutError) as fault:
            await self.aclose()
            raise EndsUnknown from fault
        return {one.topic: end for one, end in ends.items()}

    async def aclose(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(consumer.stop(), 2)

    async def _connected(self) -> AIOKafkaConsumer:
        if self._consumer is None:
            consumer = AIOKafkaConsumer(bootstrap_servers=self._kafka, enable_auto_commit=False)
            try:
                await consumer.start()
            except (KafkaError, asyncio.CancelledError):
                await consumer.stop()
                raise
            self._consumer = consumer
        return self._consumer
