"""Counts, again and again and slowly, the lapses that should have been said and were not: it must find none.

It asks every folded case and never the timers, so that a timer that was lost cannot hide. What it finds it arms again,
and says so: a lapse that is said late is better than one that is not. `mashbus deadlines reconcile` counts the same
from the log alone.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from mashbus.bus.casebook import CasebookDamaged
from mashbus.bus.clock import Clock
from mashbus.bus.errors import TransientError
from mashbus.bus.loop import Loop
from mashbus.bus.metrics import SLA_MISSED
from mashbus.domain.watch import Watch
from services.deadlines.labels import source_of
from services.deadlines.reconciling.judging import missed

EVERY = timedelta(minutes=5)
"""Real time between two counts."""
ALLOWED = timedelta(minutes=2)
"""Real time in which a lapse is said at the latest while every source can be seen: twice the put-off of a decision."""
_PORTION = 50
_PAUSE = 0.1
"""Fifty cases a tenth of a second take a twentieth of a processor; 200,000 cases are counted in seven minutes."""

_log = structlog.get_logger()


class Recount:
    def __init__(
        self, loop: Loop[Watch], clock: Clock, partnerships: Iterable[str], blind: Callable[[], Collection[str]],
        every: timedelta = EVERY, allowed: timedelta = ALLOWED,
    ) -> None:  # fmt: skip
        """`blind`: sources that cannot be seen; what waits for them is late, which is said elsewhere."""
        self._loop = loop
        self._clock = clock
        self._partnerships = tuple(partnerships)
        self._blind = blind
        self._every = every
        self._allowed = allowed

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._every.total_seconds())
            try:
                if not stop.is_set() and self._loop.ready:
                    await self._count(stop)
            except CasebookDamaged as damage:
                await self._loop.damaged(damage)
            except TransientError as fault:
                await self._loop.reopen(fault)  # the machine's trouble, not the casebook's: counted the next time

    async def _count(self, stop: asyncio.Event) -> None:
        """One count of all our partitions; given up when they move on."""
        epoch, by = self._loop.epoch, self._clock.some_time_ago(self._allowed)
        found: Counter[str] = Counter(dict.fromkeys(self._partnerships, 0))
        for partition in tuple(self._loop.handlers):
            after: UUID | None = None
            while (portion := self._portion(epoch, partition, after)) or portion is None:
                if portion is None or stop.is_set():
                    return  # half a count is none
                for case_id, watch in portion:
                    if late := self._missed(watch, by):
                        found[watch.partnership] += await self._arm_again(epoch, partition, case_id, late)
                after = portion[-1][0]
                await asyncio.sleep(_PAUSE)
        for partnership, count in found.items():
            SLA_MISSED.labels(partnership).set(count)

    def _portion(self, epoch: int, partition: int, after: UUID | None) -> list[tuple[UUID, Watch]] | None:
        """None: the casebooks are closed, or another assignment's."""
        if not self._loop.ready or epoch != self._loop.epoch:
            return None
        return self._loop.handlers[partition].book.portion(after, _PORTION)

    def _missed(self, watch: Watch, by: datetime) -> int:
        blind = self._blind()
        return sum(source_of(one.owner, one.met_by) not in blind for one in missed(watch, by))

    async def _arm_again(self, epoch: int, partition: int, case_id: UUID, late: int) -> int:
        """How many of them count: where records of the case wait behind a quarantined one, its breach may wait too."""
        async with self._loop.lock:
            if not self._loop.ready or epoch != self._loop.epoch:
                return 0
            book = self._loop.handlers[partition].book
            book.rearm(case_id)
            book.save()
            if case_id in book.waiting:
                return 0
        _log.error("lapses missed", partition=partition, case_id=str(case_id), lapses=late)
        return late
