"""A partner that writes in transactions leaves offsets that are no records: what it sent is known to be handled."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from core_story import HACKNEY
from loop_field import Field

from mashbus.bus.clock import Clock
from mashbus.bus.loop import Loop
from mashbus.bus.service import NOTHING, Service
from mashbus.contracts.topics import responses_of
from services.intake.partners import PartnerRecords, Partners

PLACE = TopicPartition(responses_of("met-police"), 5)


class Intake:
    def __init__(self, field: Field, folder: Path) -> None:
        self.kafka, self.codec, self.producer = field.bus.settings.kafka_hosts, field.bus.codec, field.producer
        self.service = Service(name=f"door-{uuid4().hex}", reads=(PLACE.topic,), fold=NOTHING)
        self.folder = folder

    @asynccontextmanager
    async def runs(self) -> AsyncIterator[None]:
        loop = Loop(
            self.service, kafka=self.kafka, codec=self.codec, producer=self.producer, clock=Clock(), folder=self.folder,
            from_start=True,
            handling=lambda book: PartnerRecords(book, self.codec, Clock(), {"hackney": HACKNEY}, Partners()),
        )  # fmt: skip
        stop = asyncio.Event()
        running = asyncio.create_task(loop.run(stop))
        try:
            async with asyncio.timeout(60):
                while not loop.ready:
                    await asyncio.sleep(0.05)
            yield
        finally:
            stop.set()
            await running

    async def has_committed_all(self) -> None:
        async with AIOKafkaConsumer(bootstrap_servers=self.kafka, group_id=self.service.group) as consumer:
            async with asyncio.timeout(15):
                while await consumer.committed(PLACE) != (await consumer.end_offsets([PLACE]))[PLACE]:
                    await asyncio.sleep(0.1)


async def test_P4_the_door_is_past_a_partner_s_transaction_though_its_last_offset_is_no_record(
    field: Field, tmp_path: Path
) -> None:
    """The monitor waits until the door has committed past the end: it would have been blind for that partner."""
    door = Intake(field, tmp_path / "casebooks")
    async with AIOKafkaProducer(bootstrap_servers=door.kafka, transactional_id=uuid4().hex) as partner:
        async with door.runs():
            async with partner.transaction():
                await partner.send_and_wait(PLACE.topic, b"unreadable", partition=PLACE.partition)
            await door.has_committed_all()
        shutil.rmtree(door.folder)
        async with door.runs():
            await door.has_committed_all()
            async with partner.transaction():
                await partner.send_and_wait(PLACE.topic, b"unreadable", partition=PLACE.partition)
            await door.has_committed_all()
