"""A case system's word from its own topic to the directory, through the running door."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from core_story import MONDAY
from loop_field import TheBus

from mashbus.bus.clock import Clock
from mashbus.bus.directory.memory import Memory, remembered
from mashbus.bus.producer import Outgoing, Producer
from mashbus.bus.settings import Settings
from mashbus.contracts import agency, topics
from mashbus.contracts.record import Meta
from mashbus.domain.known import Holder, Holding
from mashbus.domain.referral import Child
from services.intake.app import serve

LIMIT = 90
CSC = "hackney-csc"
SECRET = "a secret of this test and of nobody"
OPEN = Holding(service=Holder.SOCIAL_CARE, unit="Unit 4")


@pytest.fixture
async def memory(the_bus: TheBus, tmp_path: Path) -> AsyncIterator[Memory]:
    """Of the door itself: it runs in this process."""
    said = the_bus.settings
    settings = Settings(
        home=tmp_path, kafka=said.kafka, registry=said.registry, partnerships=said.partnerships,
        directory_key=SECRET, from_start=True,
    )  # fmt: skip
    stop = asyncio.Event()
    async with remembered(settings, the_bus.catalogue) as memory:
        door = asyncio.create_task(serve(settings, Clock(), stop, 0))
        try:
            yield memory
        finally:
            stop.set()
            await asyncio.wait_for(door, LIMIT)


def news(local_id: str, minute: int, **changes: object) -> Outgoing:
    child = Child(local_id=local_id, upn="A123456789012")
    record = agency.CaseHoldingChanged(
        meta=Meta(event_id=uuid4(), partnership="hackney", case_id=None, occurred_at=MONDAY),
        **{
            "changed_at": MONDAY - timedelta(days=365) + timedelta(minutes=minute),
            "child": child,
            "holdings": (replace(OPEN, unit=f"Unit {minute}"),),
            **changes,
        },
    )
    return Outgoing(topics.submissions_of(CSC), record, local_id)


async def test_words_on_one_child_that_come_at_once_are_taken_in_their_order(the_bus, memory: Memory) -> None:
    producer = Producer(the_bus.settings.kafka_hosts, the_bus.codec, f"agency.{CSC}")
    await producer.start()
    many = [f"L-{uuid4().hex}" for _ in range(30)]
    last = Child(local_id=many[0])
    await producer.publish([*(news(one, minute) for minute in range(4) for one in many), news(many[0], 4, child=last)])
    await producer.stop()
    tokens = [memory.keys.child("hackney", CSC, one.upper()) for one in many]
    async with asyncio.timeout(LIMIT):
        while {units(memory, token) for token in tokens[1:]} != {("Unit 3",)} or units(memory, tokens[0]) != (
            "Unit 4",
        ):
            await asyncio.sleep(0.1)
    await memory.fresh()
    assert sum(len(memory.asked(lambda table, one=one: table.keys_of(one))) for one in tokens) == 1


def units(memory: Memory, token: str) -> tuple[str | None, ...]:
    if not memory.ready:
        return ()
    held = memory.child(token)
    return tuple(one.unit for one in held.holdings) if held else ()
