"""An organisation of its own for each test, on the real broker and registry; and the hub's side of its topics."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from agency_hub import Hub, listen
from aiokafka import AIOKafkaProducer

from mashbus.bus import registry, topics
from mashbus.bus.agency.desk import Desk
from mashbus.bus.codec import Codec
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import Settings
from mashbus.contracts.catalogue import Catalogue


@pytest.fixture
async def hub(settings: Settings, tmp_path: Path) -> AsyncIterator[Hub]:
    organisation = f"test-{uuid4().hex[:12]}"
    catalogue = Catalogue.load(settings.schemas)
    mine = [one for one in catalogue.topics_for([organisation]) if organisation in one.name]
    client = topics.admin(settings.kafka)
    await asyncio.to_thread(topics.apply, client, mine)
    names = [one.name for one in mine]
    ids = SchemaIds(settings.home)
    async with registry.Registry(settings.registry) as client_:
        await registry.publish(client_, catalogue, names)
        await ids.resolve(client_, catalogue, names)
    desk = Desk(tmp_path / "desk.db")
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka_hosts, acks="all") as producer:
        made = Hub(organisation, settings, Codec(catalogue, ids), desk, producer)
        listening = asyncio.create_task(listen(made))
        yield made
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    desk.close()
