"""The count of lapses that were not said: it must be none, and what it finds is armed again."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from core_story import CASE_ONE, MONDAY, answered, opened
from one_partition import NOW, PARTITION, Instance, Log

from mashbus.bus.clock import Clock
from mashbus.bus.metrics import SLA_MISSED
from mashbus.contracts import topics
from mashbus.contracts.addressing import topic_of
from services.deadlines.app import service
from services.deadlines.recount import Recount

LATER = timedelta(hours=30)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


class Counted:
    """A casebook some of whose timers were lost, and a count of it."""

    def __init__(self, tmp_path: Path, *blind: str) -> None:
        self.story, self.log = opened(), Log()
        self.instance = Instance(self.log, tmp_path, service())
        self.loop = SimpleNamespace(
            lock=asyncio.Lock(), ready=True, epoch=1, handlers={PARTITION: self.instance.handler}, damaged=None
        )
        clock = Clock(wall=lambda: int(NOW) * 1000 + LATER // timedelta(microseconds=1))
        self.recount = Recount(self.loop, clock, ["hackney"], lambda: blind, every=timedelta(milliseconds=10))
        self.stop = asyncio.Event()

    async def begin(self) -> None:
        self.log.put(*(record for record, _ in self.story.heard if topic_of(record) == topics.CASES))
        await self.instance.run()
        SLA_MISSED.labels("hackney").set(-1)

    def lose(self) -> None:
        self.instance.book.timers.set({CASE_ONE: []})

    def lapses(self) -> int:
        timers = self.instance.book.timers
        return sum(
            len(timers.due(one, MONDAY + LATER, 99)) for one in timers.labels_due(MONDAY + LATER) if "lapse" in one
        )

    async def end(self, running: "asyncio.Task[None]") -> None:
        self.stop.set()
        await running


@pytest.mark.parametrize("blind", [(), ("met-police",)])
async def test_a_timer_that_was_lost_is_counted_and_armed_again(tmp_path: Path, blind: tuple[str, ...]) -> None:
    counted = Counted(tmp_path, *blind)
    await counted.begin()
    there = counted.lapses()
    counted.lose()
    assert counted.lapses() == 0
    running = asyncio.create_task(counted.recount.run(counted.stop))
    await until(lambda: SLA_MISSED.labels("hackney")._value.get() == there - len(blind))
    assert counted.lapses() == there, "all of the case, also what is still waited for"
    await counted.end(running)


async def test_what_was_said_met_or_is_not_due_is_no_miss(tmp_path: Path) -> None:
    counted = Counted(tmp_path)
    story = counted.story
    for request in list(story.case.requests.values()):
        story.hear(answered(CASE_ONE, request, MONDAY))
    await counted.begin()
    running = asyncio.create_task(counted.recount.run(counted.stop))
    await until(lambda: SLA_MISSED.labels("hackney")._value.get() >= 0)
    assert SLA_MISSED.labels("hackney")._value.get() == 1, "the hub's own: 24 hours after receipt"
    await counted.end(running)
