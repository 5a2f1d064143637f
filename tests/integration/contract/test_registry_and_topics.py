"""The contract on a real broker and a real registry: published, applied, used, and used without the registry."""

import asyncio
import gzip
import time
import uuid
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType
from typer.testing import CliRunner

from mashbus.bus import topics as bus_topics
from mashbus.bus.codec import Codec
from mashbus.bus.errors import RegistryRefused
from mashbus.bus.headers import cloudevent, normalise
from mashbus.bus.registry import Registry, publish, subject
from mashbus.bus.schema_ids import FixedIds, SchemaIds
from mashbus.bus.settings import Settings
from mashbus.cli import app
from mashbus.contracts.agency import InformationReturned
from mashbus.contracts.catalogue import Catalogue
from mashbus.stack import Stack

SCHEMAS = Path(__file__).parents[3] / "schemas"
CATALOGUE = Catalogue.load(SCHEMAS)


@pytest.fixture
def organisation() -> str:
    """An organisation of this test alone."""
    return f"test-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def client(settings: Settings) -> bus_topics.Admin:
    return bus_topics.admin(settings.kafka)


def example() -> InformationReturned:
    file = SCHEMAS / "examples" / f"{InformationReturned.dataschema()}.json"
    return InformationReturned.model_validate_json(file.read_text())


def of(organisation: str) -> list:
    return [topic for topic in CATALOGUE.topics_for([organisation]) if organisation in topic.name]


async def published(settings: Settings, organisation: str) -> dict[tuple[str, str], int]:
    async with Registry(settings.registry) as registry:
        return await publish(registry, CATALOGUE, [topic.name for topic in of(organisation)])


async def test_publishing_twice_gives_the_same_ids_and_they_resolve(
    settings: Settings, organisation: str, tmp_path: Path
) -> None:
    first = await published(settings, organisation)
    assert await published(settings, organisation) == first

    ids = SchemaIds(tmp_path)
    async with Registry(settings.registry) as registry:
        await ids.resolve(registry, CATALOGUE, [topic.name for topic in of(organisation)])
    assert {key: ids.id_of(*key) for key in first} == first
    assert all(ids.dataschema_of(schema_id) == dataschema for (_, dataschema), schema_id in first.items())


async def test_the_registry_refuses_a_version_that_breaks_an_earlier_one(settings: Settings, organisation: str) -> None:
    await published(settings, organisation)
    document = CATALOGUE.document(InformationReturned.dataschema())
    breaking = {**document, "fields": [*document["fields"], {"name": "needed", "type": "string"}]}
    async with Registry(settings.registry) as registry:
        with pytest.raises(RegistryRefused, match="HTTP 409"):
            await registry.register(f"agency.{organisation}.responses", breaking)


def test_the_subject_is_that_of_ordinary_serializers(organisation: str) -> None:
    document = CATALOGUE.document(InformationReturned.dataschema())
    assert subject("agency.x.responses", document) == "agency.x.responses-uk.mashbus.agency.InformationReturned"


async def test_with_the_registry_stopped_the_codec_works_after_a_restart_too(
    stack: Stack, settings: Settings, organisation: str, tmp_path: Path
) -> None:
    topic = f"agency.{organisation}.responses"
    await published(settings, organisation)
    running = SchemaIds(tmp_path)
    async with Registry(settings.registry) as registry:
        await running.resolve(registry, CATALOGUE, [topic])
    await asyncio.to_thread(stack.stop, "registry")
    try:
        restarted = SchemaIds(tmp_path)
        async with Registry(settings.registry) as registry:
            await restarted.resolve(registry, CATALOGUE, [topic])
        value = Codec(CATALOGUE, running).encode(topic, example())
        assert Codec(CATALOGUE, restarted).decode(topic, value, {}) == example()
    finally:
        await asyncio.to_thread(stack.start, "registry")


def test_applying_the_topics_twice_finds_nothing_to_do(client: bus_topics.Admin, organisation: str) -> None:
    wanted = CATALOGUE.topics_for([organisation])
    assert {one.topic for one in bus_topics.diff(client, wanted) if one.wanted} >= {
        topic.name for topic in of(organisation)
    }

    bus_topics.apply(client, wanted)

    assert [one for one in bus_topics.diff(client, wanted) if one.wanted] == []
    assert [one for one in bus_topics.apply(client, wanted) if one.wanted] == []
    assert len(client.list_topics(timeout=10).topics["mash.cases"].partitions) == 12


def test_a_setting_that_was_changed_by_hand_is_shown_and_put_right(client: bus_topics.Admin, organisation: str) -> None:
    wanted = of(organisation)
    bus_topics.apply(client, wanted)
    name = f"agency.{organisation}.requests"
    entry = ConfigEntry("retention.ms", "1000", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, name, incremental_configs=[entry])
    for future in client.incremental_alter_configs([resource]).values():
        future.result(10)

    shown: list[str] = []
    until = time.monotonic() + 20
    while not shown and time.monotonic() < until:
        shown = [str(one) for one in bus_topics.diff(client, wanted) if one.topic == name]
    assert shown == [f"~ {name} retention.ms: 1000 -> 3024000000"]
    bus_topics.apply(client, wanted)
    assert [one for one in bus_topics.diff(client, wanted) if one.topic == name] == []


def test_a_topic_that_the_catalogue_does_not_name_is_shown_and_left(
    client: bus_topics.Admin, organisation: str
) -> None:
    bus_topics.apply(client, of(organisation))
    name = f"agency.{organisation}.requests"
    rest = [topic for topic in of(organisation) if topic.name != name]
    assert f"? {name} is not in the catalogue; left alone" in map(str, bus_topics.apply(client, rest))
    assert name in client.list_topics(timeout=10).topics


async def position(settings: Settings, group: str, place: TopicPartition, commit: int | None = None) -> int | None:
    """What is committed, after committing `commit` where one is given."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_hosts, group_id=group, enable_auto_commit=False)
    async with consumer:
        consumer.assign([place])
        if commit is not None:
            await consumer.commit({place: commit})
        return await consumer.committed(place)


async def test_the_start_is_committed_once_and_never_over_a_position(
    settings: Settings, client: bus_topics.Admin, organisation: str
) -> None:
    topic, group = f"agency.{organisation}.responses", f"test.{organisation}"
    place = TopicPartition(topic, 3)
    await asyncio.to_thread(bus_topics.apply, client, of(organisation))
    assert await asyncio.to_thread(bus_topics.commit_start, client, {group: [topic]}) == {group: 12}
    assert await position(settings, group, place) == 0
    assert await position(settings, group, place, commit=7) == 7
    assert await asyncio.to_thread(bus_topics.commit_start, client, {group: [topic]}) == {}
    assert await position(settings, group, place) == 7


async def test_trap_50_a_coordinator_that_is_loading_is_waited_for(
    stack: Stack, settings: Settings, client: bus_topics.Admin, organisation: str
) -> None:
    """Just after a broker's return "nothing is committed" is not believed; and librdkafka 5040 does not end us."""
    topic, group = f"agency.{organisation}.responses", f"test.{organisation}"
    place = TopicPartition(topic, 3)
    await asyncio.to_thread(bus_topics.apply, client, of(organisation))
    await asyncio.to_thread(bus_topics.commit_start, client, {group: [topic]})
    await position(settings, group, place, commit=7)
    await asyncio.to_thread(stack.kill, "kafka-1")
    await asyncio.to_thread(stack.start, "kafka-1")
    again = bus_topics.admin(settings.kafka)
    assert await asyncio.to_thread(bus_topics.commit_start, again, {group: [topic]}) == {}
    assert await position(settings, group, place) == 7


async def test_a_record_travels_with_its_headers_and_is_read_without_a_registry(
    settings: Settings, client: bus_topics.Admin, organisation: str, tmp_path: Path
) -> None:
    topic = f"agency.{organisation}.responses"
    await asyncio.to_thread(bus_topics.apply, client, of(organisation))
    ids = SchemaIds(tmp_path)
    ids.keep(await published(settings, organisation))
    value, headers = Codec(CATALOGUE, ids).encode(topic, example()), cloudevent(example(), "/test")
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka_hosts, acks="all") as producer:
        await producer.send_and_wait(topic, value, partition=0, headers=headers)
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_hosts, auto_offset_reset="earliest")
    async with consumer:
        consumer.assign([TopicPartition(topic, 0)])
        got = await asyncio.wait_for(consumer.getone(), 20)
    assert got.timestamp_type == 1, "the broker's own time, not the writer's"
    assert Codec(CATALOGUE, FixedIds()).decode(topic, got.value, normalise(got.headers)) == example()


async def test_trap_25_what_unpacks_beyond_the_limit_never_reaches_a_reader(
    settings: Settings, client: bus_topics.Admin, organisation: str
) -> None:
    """40 kB on the wire that would be 40 MB: the broker unpacks it, as it keeps the topic uncompressed, and refuses."""
    await asyncio.to_thread(bus_topics.apply, client, of(organisation))
    bomb = bytes(40_000_000)
    assert len(gzip.compress(bomb)) < 50_000
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka_hosts,
        compression_type="gzip",
        max_request_size=len(bomb) + 1000,
        max_batch_size=len(bomb) + 1000,
    )
    async with producer:
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(f"agency.{organisation}.responses", bomb)


def test_the_commands_say_what_they_did(settings: Settings, organisation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASHBUS_HOME", str(settings.home))
    run = CliRunner().invoke
    named = ["--partnership", "hackney", "--organisation", organisation]

    assert f"+ agency.{organisation}.requests" in run(app, ["topics", "diff", *named]).output
    assert run(app, ["topics", "diff", *named]).exit_code == 1
    applied = run(app, ["topics", "apply", *named, "--group", f"test.{organisation}.two=mash.cases,mash.breaches"])
    assert f"+ agency.{organisation}.requests" in applied.output
    assert f"+ test.{organisation}.two: offset 0 committed for 24 partitions" in applied.output
    assert run(app, ["topics", "diff", *named]).exit_code == 0
    assert "ids" in run(app, ["schemas", "publish", *named]).output
    assert "sound" in run(app, ["schemas", "check"]).output
