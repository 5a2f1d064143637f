"""Ids are the registry's, kept in a file: a stopped registry stops nothing that was ever started."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from mashbus.bus.errors import NotRegistered, RegistryDown, RegistryRefused
from mashbus.bus.registry import Registry, publish
from mashbus.bus.schema_ids import FILE, SchemaIds, wanted_ids
from mashbus.contracts.catalogue import Catalogue

CATALOGUE = Catalogue.load(Path(__file__).parents[3] / "schemas")
TOPICS = ("mash.hub", "agency.met-police.responses")
SEEN = ("agency.met-police.responses", "uk.mashbus.agency.RequestSeen/1")


class FakeRegistry:
    """A registry in memory, that numbers schemas as they come and can be taken away."""

    def __init__(self, first: int = 1) -> None:
        self.ids: dict[tuple[str, str], int] = {}
        self.compatibility: dict[str, str] = {}
        self.next = first
        self.up = True

    def client(self) -> Registry:
        return Registry("http://registry.example", transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        if not self.up:
            raise httpx.ConnectError("refused")
        body = json.loads(request.content)
        _, kind, subject, *rest = request.url.path.split("/")
        if kind == "config":
            self.compatibility[subject] = body["compatibility"]
            return httpx.Response(200, json=body)
        key = (subject, body["schema"])
        if rest == ["versions"] and key not in self.ids:
            self.ids[key] = self.next
            self.next += 1
        if key not in self.ids:
            return httpx.Response(404, json={"error_code": 40403})
        return httpx.Response(200, json={"id": self.ids[key]})

    def publish(self) -> None:
        asyncio.run(publish(self.client(), CATALOGUE, TOPICS))


async def resolved(home: Path, registry: FakeRegistry) -> SchemaIds:
    ids = SchemaIds(home)
    await ids.resolve(registry.client(), CATALOGUE, TOPICS)
    return ids


async def published(registry: FakeRegistry) -> FakeRegistry:
    await publish(registry.client(), CATALOGUE, TOPICS)
    return registry


async def test_every_schema_of_the_topics_has_its_id_both_ways(tmp_path: Path) -> None:
    ids = await resolved(tmp_path, await published(FakeRegistry()))
    for topic, dataschema in wanted_ids(CATALOGUE, TOPICS):
        assert ids.dataschema_of(ids.id_of(topic, dataschema)) == dataschema
    assert ids.dataschema_of(999) is None


async def test_publishing_again_finds_everything_there() -> None:
    registry = await published(FakeRegistry())
    there = dict(registry.ids)
    await published(registry)
    assert registry.ids == there
    assert set(registry.compatibility.values()) == {"FULL_TRANSITIVE"}
    assert set(registry.compatibility) == {subject for subject, _ in there}


async def test_a_stopped_registry_stops_no_restart(tmp_path: Path) -> None:
    registry = await published(FakeRegistry())
    before = await resolved(tmp_path, registry)
    registry.up = False
    after = await resolved(tmp_path, registry)
    assert after.id_of(*SEEN) == before.id_of(*SEEN)


async def test_without_memory_a_stopped_registry_is_said(tmp_path: Path) -> None:
    registry = FakeRegistry()
    registry.up = False
    with pytest.raises(RegistryDown):
        await resolved(tmp_path, registry)


async def test_a_spoilt_file_is_no_memory_and_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[[")
    assert await resolved(tmp_path, await published(FakeRegistry()))


async def test_a_new_registry_is_believed_over_the_file(tmp_path: Path) -> None:
    await resolved(tmp_path, await published(FakeRegistry(first=1)))
    ids = await resolved(tmp_path, await published(FakeRegistry(first=100)))
    assert ids.id_of(*SEEN) >= 100
    assert SchemaIds(tmp_path).id_of(*SEEN) == ids.id_of(*SEEN)
    assert ids.dataschema_of(1) is None


async def test_a_schema_that_nobody_published_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotRegistered, match="mashbus schemas publish"):
        await resolved(tmp_path, FakeRegistry())


async def test_a_refusal_says_status_and_code_and_no_schema() -> None:
    client = Registry(
        "http://registry.example",
        transport=httpx.MockTransport(lambda _: httpx.Response(409, json={"error_code": 409, "message": "secret"})),
    )
    with pytest.raises(RegistryRefused, match=r"HTTP 409, code 409$"):
        await client.register("mash.hub", CATALOGUE.document("uk.mashbus.hub.PartnerBack/1"))


async def test_a_registry_in_trouble_may_recover() -> None:
    client = Registry("http://registry.example", transport=httpx.MockTransport(lambda _: httpx.Response(503)))
    with pytest.raises(RegistryDown):
        await client.lookup("mash.hub", CATALOGUE.document("uk.mashbus.hub.PartnerBack/1"))
