"""The bus on the session's broker: topics, schemas and ids, once; and a field of its own for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from loop_field import Field, TheBus

from mashbus.bus import registry, topics
from mashbus.bus.codec import Codec
from mashbus.bus.running import connected, partnerships
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import Settings
from mashbus.contracts.catalogue import Catalogue


@pytest.fixture(scope="session")
async def the_bus(settings: Settings) -> TheBus:
    """Every topic of the partnerships and every schema, on the session's stack."""
    catalogue = Catalogue.load(settings.schemas)
    wanted = catalogue.topics_for(connected(partnerships(settings).values()))
    await asyncio.to_thread(topics.apply, topics.admin(settings.kafka), wanted)
    ids = SchemaIds(settings.home)
    async with registry.Registry(settings.registry) as client:
        ids.keep(await registry.publish(client, catalogue, [topic.name for topic in wanted]))
    return TheBus(settings, catalogue, Codec(catalogue, ids), tuple(topic.name for topic in wanted))


@pytest.fixture
async def field(the_bus: TheBus, tmp_path: Path) -> AsyncIterator[Field]:
    made = Field(the_bus, tmp_path)
    await made.start()
    try:
        yield made
    finally:
        await made.end()
