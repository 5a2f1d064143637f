"""The hub's side of one organisation's topics, for tests: asks, and reads what was said."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from mashbus.bus.agency import AgencyApp, SystemOfRecord, agency_app
from mashbus.bus.agency.desk import Desk
from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.headers import cloudevent, normalise
from mashbus.bus.settings import Settings
from mashbus.contracts.agency import InformationReturned
from mashbus.contracts.record import Record
from mashbus.contracts.topics import PARTITIONS, requests_of, responses_of

LIMIT = 40
"""Real seconds that a condition may take."""


@dataclass
class Hub:
    """What the hub does with one organisation's topics: asks, and reads what was said."""

    organisation: str
    settings: Settings
    codec: Codec
    desk: Desk
    producer: AIOKafkaProducer
    said: list[Record] = field(default_factory=list)
    raw: list[ConsumerRecord] = field(default_factory=list)

    async def ask(self, *records: Record, partition: int = 0) -> None:
        topic = requests_of(self.organisation)
        for record in records:
            await self.send(self.codec.encode(topic, record), cloudevent(record, "test"), partition)

    async def send(self, value: bytes | None, headers: list = (), partition: int = 0) -> None:
        topic = requests_of(self.organisation)
        await self.producer.send_and_wait(topic, value, key=b"case", headers=list(headers), partition=partition)

    def app(self, records: SystemOfRecord, **more) -> AgencyApp:
        return agency_app(
            self.organisation,
            records,
            kafka=self.settings.kafka_hosts,
            codec=self.codec,
            clock=Clock(),
            desk=self.desk,
            **more,
        )

    def answered(self) -> dict:
        """Event ids of the answers by request, with repeats."""
        found: dict = {}
        for one in self.said:
            if isinstance(one, InformationReturned):
                found.setdefault(one.request_id, []).append(one.meta.event_id)
        return found

    async def until(self, true: Callable[[], bool]) -> None:
        """Read what is said until something holds."""
        async with asyncio.timeout(LIMIT):
            while not true():
                await asyncio.sleep(0.02)

    async def committed(self) -> dict[int, int]:
        """Committed position by partition, of those that hold records."""
        async with AIOKafkaConsumer(
            bootstrap_servers=self.settings.kafka_hosts,
            group_id=f"agency.{self.organisation}.answers",
            enable_auto_commit=False,
        ) as consumer:
            partitions = [TopicPartition(requests_of(self.organisation), one) for one in range(PARTITIONS)]
            ends = await consumer.end_offsets(partitions)
            return {one.partition: await consumer.committed(one) or 0 for one in partitions if ends[one]}

    async def until_committed(self, wanted: dict[int, int]) -> None:
        async with asyncio.timeout(LIMIT):
            while await self.committed() != wanted:
                await asyncio.sleep(0.05)


async def listen(hub: Hub) -> None:
    consumer = AIOKafkaConsumer(bootstrap_servers=hub.settings.kafka_hosts, auto_offset_reset="earliest", group_id=None)
    async with consumer:
        consumer.assign([TopicPartition(responses_of(hub.organisation), one) for one in range(PARTITIONS)])
        async for one in consumer:
            hub.raw.append(one)
            hub.said.append(hub.codec.decode(one.topic, one.value, normalise(one.headers)))
