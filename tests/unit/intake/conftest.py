"""The door on a fake log: what it would publish is kept in a list, and the log's moods can be played."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.http.keys import ApiKeys, add_key
from mashbus.bus.producer import Outgoing
from mashbus.bus.schema_ids import FixedIds
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Record
from mashbus.profiles import load
from services.intake.door import Limits, create_app

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
HACKNEY = load("hackney", ROOT / "partnerships")


@dataclass
class FakeLog:
    """Encodes as the real one does, so that what the codec would refuse is refused here too."""

    codec: Codec
    sent: list[Outgoing] = field(default_factory=list)
    mood: Callable[[], Exception | None] = lambda: None

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        for one in outgoing:
            self.codec.encode(one.topic, one.record)
        if fault := self.mood():
            raise fault
        self.sent.extend(outgoing)

    @property
    def records(self) -> list[Record]:
        return [one.record for one in self.sent]


@dataclass
class Keys:
    path: Path
    referrer: str
    other_referrer: str
    police: str
    manager: str
    reader: str


@pytest.fixture
def log() -> FakeLog:
    catalogue = Catalogue.load(ROOT / "schemas")
    return FakeLog(Codec(catalogue, FixedIds(catalogue)))


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    path = tmp_path / "api-keys.json"

    def made(label: str, role: str, *may, organisation: str | None = None) -> str:
        return add_key(path, label, partnership="hackney", role=role, may=frozenset(may), organisation=organisation)

    return Keys(
        path,
        referrer=made("online-form", "referrer", "refer"),
        other_referrer=made("other-form", "referrer", "refer"),
        police=made("met-batches", "police", "police", organisation="met-police"),
        manager=made("managers-desk", "mash_manager", "rate", "decide", "read"),
        reader=made("looking-only", "viewer", "read"),
    )


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
def app(log: FakeLog, keys: Keys, limits: Limits) -> FastAPI:
    clock = Clock(wall=lambda: int(NOW.timestamp() * 1_000_000))
    return create_app(
        publish=log.publish, clock=clock, keys=ApiKeys(keys.path), partnerships={"hackney": HACKNEY}, limits=limits
    )


@pytest.fixture
async def door(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        yield client


def headers(secret: str, key: str = "key-1", kind: str = "application/json") -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}", "Idempotency-Key": key, "Content-Type": kind}
