"""The door on a fake log."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from intake_door import HACKNEY, NOW, ROOT, FakeLog, Keys

from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.http.keys import ApiKeys, add_key
from mashbus.bus.schema_ids import FixedIds
from mashbus.contracts.catalogue import Catalogue
from mashbus.domain.partnership import Partnership
from services.intake.door import create_app
from services.intake.routes import Limits


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
        manager=made("managers-desk", "mash_manager", "rate", "decide", "record", "read"),
        reader=made("looking-only", "viewer", "read"),
        advisor=made("advice-line", "advisor", "calls", "record"),
        channel=made("notify-callback", "channel", "receipts"),
    )


@pytest.fixture
def limits() -> Limits:
    return Limits()


@pytest.fixture
def partnership() -> Partnership:
    return HACKNEY


@pytest.fixture
def app(log: FakeLog, keys: Keys, limits: Limits, partnership: Partnership) -> FastAPI:
    clock = Clock(wall=lambda: int(NOW.timestamp() * 1_000_000))
    return create_app(
        publish=log.publish, clock=clock, keys=ApiKeys(keys.path), partnerships={"hackney": partnership}, limits=limits
    )


@pytest.fixture
async def door(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        yield client
