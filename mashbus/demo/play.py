"""Plays the week: feeds the door, acts the manager, makes the trouble, counts the log, and ends with the week."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx

from mashbus.bus.clock import Clock, ClockFile
from mashbus.bus.settings import Settings
from mashbus.contracts.catalogue import Catalogue
from mashbus.demo import feed
from mashbus.demo.agencies import silence
from mashbus.demo.cast import Cast, ServiceDied
from mashbus.demo.door import Door
from mashbus.demo.input import Input
from mashbus.demo.keys import Keys
from mashbus.demo.log_reader import LogReader
from mashbus.demo.manager import Manager
from mashbus.demo.progress import Progress
from mashbus.demo.recording import Recorder
from mashbus.demo.story import Story, told
from mashbus.demo.tally import Tally, worth_telling
from mashbus.demo.troubles import fall_silent, until
from mashbus.demo.week import Week

FRAME = 0.25
"""Real seconds between two looks at counts and services."""
QUIET = 2.0
SETTLES_WITHIN = 20.0
"""Real seconds after the week in which what is under way may end: until the log is quiet for so long."""
STANDS_STILL = 0.0
CONNECTIONS = 64
PATIENCE = httpx.Timeout(30)


@dataclass
class Played:
    """What the week left behind."""

    tally: Tally
    door: Door
    story: Story
    holder_story: Story
    """Of a contact that went to whoever holds the child."""
    died: list[str]


@dataclass
class Play:
    week: Week
    settings: Settings
    cast: Cast
    keys: Keys
    input: Input
    speed: float
    receipts: Path

    async def run(self, progress: Progress) -> Played:
        tally, died = Tally(), list[str]()
        clock = Clock(self.clock_path)
        reader = LogReader(self.settings.kafka_hosts, Catalogue.load(self.settings.schemas), tally.take)
        limits = httpx.Limits(max_connections=CONNECTIONS)
        async with httpx.AsyncClient(timeout=PATIENCE, limits=limits) as client:
            door = Door(client, self.receipts)
            async with _beside(reader.read(), self._show(progress, tally, door, clock), self._watch(progress, died)):
                ClockFile(self.clock_path).pace(self.speed)
                async with _beside(*self._actors(door, clock, tally)):
                    await until(clock, self.week.ends)
                ClockFile(self.clock_path).pace(STANDS_STILL)
                await self._settle(reader)
                story = await self._story(door, worth_telling(tally))
                holder_story = await self._story(door, tally.known.worth_telling())
        return Played(tally, door, story, holder_story, died)

    @property
    def clock_path(self) -> Path:
        return self.settings.home / "clock.json"

    def _actors(self, door: Door, clock: Clock, tally: Tally) -> tuple[Awaitable[None], ...]:
        intake, status = self.cast.address("intake").url, self.cast.address("status").url
        return (
            feed.referrals(door, intake, self.keys.form, self.input.arrivals, clock),
            feed.police_batch(door, intake, self.keys.force, self.input.batch, clock, self.week.batch_at),
            Manager(door, intake, status, self.keys.people, clock, self.week, tally.files).work(),
            Recorder(door, intake, self.keys.people, clock, self.week, tally.files).work(),
            fall_silent(self.cast, clock, silence(self.week)),
        )

    async def _show(self, progress: Progress, tally: Tally, door: Door, clock: Clock) -> None:
        while True:
            progress.show(tally, clock.now(), door.accepted["referrals"] + door.accepted["police"])
            await asyncio.sleep(FRAME)

    async def _watch(self, progress: Progress, died: list[str]) -> None:
        """A service that dies is said, once; the week goes on without it."""
        while True:
            try:
                self.cast.check()
            except ServiceDied as fault:
                died.append(str(fault))
                progress.alarm(f"{self.week.local(Clock(self.clock_path).now())}: {fault}")
                self.cast.stop(fault.name)
            await asyncio.sleep(FRAME)

    async def _settle(self, reader: LogReader) -> None:
        now = asyncio.get_running_loop().time
        give_up = now() + SETTLES_WITHIN
        begun = now()
        while now() < give_up and now() - max(begun, reader.quiet_since) < QUIET:  # noqa: ASYNC110  silence has no event
            await asyncio.sleep(FRAME)

    async def _story(self, door: Door, case_id: UUID | None) -> Story:
        if case_id is None:
            return ()
        with contextlib.suppress(OSError, ValueError):  # status may be the one that died
            case = await door.ask(self.cast.address("status").url, f"/v1/cases/{case_id}", self.keys.reader)
            return told(case, self.week)
        return ()


@contextlib.asynccontextmanager
async def _beside(*works: Awaitable[None]) -> AsyncIterator[None]:
    """Run these beside the block and end them with it. One that fails ends the block with its fault."""
    outer = asyncio.current_task()
    assert outer
    tasks = [asyncio.ensure_future(one) for one in works]
    faults: list[BaseException] = []

    def ended(task: asyncio.Future[None]) -> None:
        if not task.cancelled() and (fault := task.exception()):
            faults.append(fault)
            outer.cancel()

    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield
    except asyncio.CancelledError:
        if faults and outer.uncancel() == 0:
            raise faults[0] from None
        raise
    finally:
        for task in tasks:
            task.remove_done_callback(ended)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
