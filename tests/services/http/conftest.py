"""The bus with its topics and schemas, keys for callers, and a hand on the log."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
from http_bus import Keys, Log, made_keys
from redis.asyncio import Redis

from mashbus.bus import registry, topics
from mashbus.bus.codec import Codec
from mashbus.bus.producer import Producer
from mashbus.bus.running import connected, partnerships
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import Settings
from mashbus.cli.groups import groups
from mashbus.contracts.catalogue import Catalogue
from services.status.views import redis_of


@pytest.fixture(scope="session")
async def a_bus(settings: Settings) -> Codec:
    """Topics applied, groups begun, schemas published: what `mashbus topics apply` and `schemas publish` do."""
    catalogue = Catalogue.load(settings.schemas)
    organisations = connected(partnerships(settings).values())
    wanted = catalogue.topics_for(organisations)
    client = topics.admin(settings.kafka)
    await asyncio.to_thread(topics.apply, client, wanted)
    await asyncio.to_thread(topics.commit_start, client, groups(organisations))
    ids = SchemaIds(settings.home)
    async with registry.Registry(settings.registry) as client_:
        ids.keep(await registry.publish(client_, catalogue, [one.name for one in wanted]))
    return Codec(catalogue, ids)


@pytest.fixture(scope="module")
async def log(settings: Settings, a_bus: Codec) -> AsyncIterator[Log]:
    producer = Producer(settings.kafka_hosts, a_bus, "/test")
    yield Log(settings, a_bus, producer)
    await producer.stop()


@pytest.fixture(scope="module")
def mine(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of the shared stack with casebooks and keys of the module's own."""
    instance = f"http-{uuid4().hex[:8]}"
    keys = tmp_path_factory.mktemp("keys") / "api-keys.json"
    yield settings.model_copy(update={"instance": instance, "api_keys": keys})
    shutil.rmtree(settings.home / "casebooks" / instance, ignore_errors=True)


@pytest.fixture(scope="module")
def keys(mine: Settings) -> Keys:
    return made_keys(mine.api_keys)


@pytest.fixture
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    async with redis_of(settings.redis.removesuffix("/0") + "/7") as client:
        await client.flushdb()
        yield client
        await client.flushdb()
