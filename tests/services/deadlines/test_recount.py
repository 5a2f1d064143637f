"""The count of lapses that were not said: it must be none, and what it finds is armed again."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from core_story import CASE_ONE, MONDAY, answered, opened
from one_partition import NOW, PARTITION, Instance, Log

from mashbus.bus.casebook import CasebookUnusable
from mashbus.bus.clock import Clock
from mashbus.bus.metrics import SLA_MISSED
from mashbus.contracts import topics
from mashbus.contracts.addressing import topic_of
from services.deadlines.app import service
from services.deadlines.decide import fired
from services.deadlines.reconciling.recount import Recount

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


async def test_a_casebook_that_cannot_be_saved_is_opened_again_as_its_timers_may_be_miscounted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A save that fails half-way has counted timers that the file does not hold: their label could fall silent."""
    counted = Counted(tmp_path)
    await counted.begin()
    counted.lose()

    def full() -> None:
        raise CasebookUnusable(counted.instance.path, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(counted.instance.book, "save", full)
    reopened: list[object] = []

    async def reopen(fault: object) -> None:
        reopened.append(fault)

    counted.loop.reopen = reopen
    running = asyncio.create_task(counted.recount.run(counted.stop))
    await until(lambda: bool(reopened))
    await counted.end(running)


async def test_a_count_that_is_broken_off_tells_nothing(tmp_path: Path) -> None:
    """A passing fault closed the casebooks in the midst of it: "none" of those that were not looked at is not known."""
    counted = Counted(tmp_path)
    await counted.begin()

    class Closed:
        def __getitem__(self, _: int) -> object:
            counted.loop.ready = False
            return counted.instance.handler

        def __iter__(self) -> Iterator[int]:
            return iter((PARTITION, PARTITION + 1))

    counted.loop.handlers = Closed()
    running = asyncio.create_task(counted.recount.run(counted.stop))
    await until(lambda: not counted.loop.ready)
    await asyncio.sleep(0.3)
    assert SLA_MISSED.labels("hackney")._value.get() == -1
    await counted.end(running)


async def test_a_breach_that_waits_behind_a_quarantined_record_of_its_case_is_no_miss(tmp_path: Path) -> None:
    counted = Counted(tmp_path)
    await counted.begin()
    deadlines = counted.story.case.watch.deadlines.values()
    said = [
        fired(counted.story.case.watch, f"lapse/{one.deadline_id}", MONDAY + LATER, blind=False) for one in deadlines
    ]
    unreadable = counted.log.bytes(topics.CASES, b"unreadable", str(CASE_ONE).encode())
    counted.log.put(*(one for one in said if one))
    await counted.instance.run()
    assert unreadable.offset in [one.received.offset for one in counted.instance.book.waiting.of(CASE_ONE)]
    running = asyncio.create_task(counted.recount.run(counted.stop))
    await until(lambda: SLA_MISSED.labels("hackney")._value.get() >= 0)
    assert SLA_MISSED.labels("hackney")._value.get() == 0
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
