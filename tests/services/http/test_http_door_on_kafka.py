"""The door on a real broker: what a 202 means, and what is said while the broker is away (promise P1)."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from http_bus import Keys, Log, until

from mashbus.bus.clock import Clock
from mashbus.bus.http.keys import ApiKeys
from mashbus.bus.producer import Producer
from mashbus.bus.running import partnerships
from mashbus.bus.settings import Settings
from mashbus.contracts import topics
from mashbus.stack import Stack
from services.intake.app import REACH
from services.intake.door import create_app
from services.intake.referral_route import EXAMPLE


@pytest.fixture
async def door(mine: Settings, log: Log, keys: Keys) -> AsyncIterator[httpx.AsyncClient]:
    """As the service puts it together, with a shorter patience for acknowledgements."""
    producer = Producer(mine.kafka_hosts, log.codec, "/mashbus/intake", timedelta(seconds=4), REACH)
    app = create_app(
        publish=producer.publish, clock=Clock(), keys=ApiKeys(mine.api_keys), partnerships=partnerships(mine)
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
        yield client
    await producer.stop()


async def refer(door: httpx.AsyncClient, keys: Keys, key: str) -> tuple[httpx.Response, float]:
    started = time.monotonic()
    sent = {"Authorization": f"Bearer {keys.referrer}", "Idempotency-Key": key}
    answer = await door.post("/v1/referrals", json=EXAMPLE, headers=sent)
    return answer, time.monotonic() - started


async def test_P1_what_was_answered_202_is_in_the_log_once(door, log, keys) -> None:
    key = str(uuid4())
    first, _ = await refer(door, keys, key)
    second, _ = await refer(door, keys, key)
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    (record,) = await log.records(topics.REFERRALS, first.json()["case_id"])
    assert record.reference == first.json()["reference"]


async def test_P1_with_the_broker_down_everybody_hears_503_within_two_seconds(door, log, keys, stack: Stack) -> None:
    key = str(uuid4())
    await refer(door, keys, str(uuid4()))
    stack.kill("kafka")
    try:
        answers = await asyncio.gather(*(refer(door, keys, f"{key}-{number}") for number in range(20)))
        again, seconds = await refer(door, keys, key)
    finally:
        stack.start("kafka")
    for answer, took in [*answers, (again, seconds)]:
        assert answer.status_code in {503, 504}, "504 only where it was on its way when the broker went"
        assert took < 2 or answer.status_code == 504
    assert (again.status_code, again.headers["retry-after"]) == (503, "2")
    assert seconds < 2

    async def taken() -> httpx.Response | None:
        answer, _ = await refer(door, keys, key)
        return answer if answer.status_code == 202 else None

    case_id = (await until(taken)).json()["case_id"]
    assert len(await log.records(topics.REFERRALS, case_id)) == 1, "503 meant that nothing was sent"


async def test_P1_sent_and_not_acknowledged_is_504_and_the_same_key_is_taken_once(
    door, log, keys, stack: Stack
) -> None:
    key = str(uuid4())
    await refer(door, keys, str(uuid4()))
    stack.pause("kafka")
    try:
        unknown, seconds = await refer(door, keys, key)
        silent, silent_seconds = await refer(door, keys, str(uuid4()))
    finally:
        stack.resume("kafka")
    assert (unknown.status_code, seconds < 6) == (504, True)
    assert silent.status_code == 503, "a broker that has not answered lately is asked before anything is sent"
    assert silent_seconds < 2

    async def taken() -> httpx.Response | None:
        answer, _ = await refer(door, keys, key)
        return answer if answer.status_code == 202 else None

    case_id = (await until(taken)).json()["case_id"]
    found = await log.records(topics.REFERRALS, case_id)
    assert len({record.meta.event_id for record in found}) == 1


async def test_a_police_batch_is_in_the_log_with_its_account(door, log, keys) -> None:
    from datetime import date
    from zoneinfo import ZoneInfo

    from mashbus.synthetic.police_batch import batch

    body = batch(60, monday=date(2026, 6, 8), zone=ZoneInfo("Europe/London"), seed=uuid4().hex)
    sent = {"Authorization": f"Bearer {keys.police}", "Idempotency-Key": str(uuid4()), "Content-Type": "text/csv"}
    answer = await door.post("/v1/police/notifications", content=body, headers=sent)
    said = answer.json()
    assert answer.status_code == 202
    assert said["received"] == said["accepted"] + said["not_recorded"] + said["refused"] == 60
