"""From the casebooks into Redis, beside the loop and never in its way: Redis down or emptied costs readers a 503 only.

Each write is one transaction that carries views and mark together, and is given up where the mark is not the one it was
computed from. So an emptied Redis, a new casebook or another instance's word is noticed at the next turn, whatever
happened in between, and nothing needs to be remembered here.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, cast

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError, WatchError

from mashbus.bus.metrics import VIEWS_READY
from mashbus.domain.clocks import Calendar
from mashbus.domain.clocks.instants import micros
from services.status.layout import ANY, Mark, case_key, index_key, keys_key, mark_key, reference_key
from services.status.meetings import index
from services.status.view import VIEW, State, View

TURN = timedelta(milliseconds=100)
LONGEST_PAUSE = timedelta(seconds=2)
"""Between two tries while Redis is down."""
AT_ONCE = 200
"""Cases a transaction: their decoding holds up the loop for some 20 ms at most."""
NAME = "status"
_log = structlog.get_logger()


@dataclass(frozen=True)
class Changes:
    """A casebook's cases after a revision, oldest change first: all of them, or the first `AT_ONCE`."""

    generation: str
    revision: int
    """Up to here they go."""
    complete: bool
    views: Sequence[View]
    positions: Mapping[str, int]
    held: int


class Books(Protocol):
    """The open casebooks: the loop's in a service, a test's own."""

    def partitions(self) -> Iterable[int]: ...

    async def changes(self, partition: int, mark: Mark | None) -> Changes | None:
        """What `mark` lacks; everything where it is of another casebook. None: the partition is not ours now."""
        ...


class Projection:
    def __init__(self, books: Books, redis: Redis, calendars: Mapping[str, Calendar] | None = None) -> None:
        """`calendars`: by partnership, for the days of its meetings."""
        self._books = books
        self._redis = redis
        self._calendars = calendars or {}

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. Never raises for Redis' sake."""
        pause = TURN
        while not stop.is_set():
            try:
                pause = timedelta(0) if await self.turn() else TURN
            except (RedisError, OSError, TimeoutError) as fault:
                if pause <= TURN:
                    _log.warning("views can't be written; readers are told to wait", fault=type(fault).__name__)
                pause = min(max(pause, TURN) * 2, LONGEST_PAUSE)
                VIEWS_READY.labels(NAME).set(0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause.total_seconds())

    async def turn(self) -> bool:
        """One step for every partition; True where there is more to do at once."""
        steps = [await self._step(partition) for partition in self._books.partitions()]
        VIEWS_READY.labels(NAME).set(sum(step.whole for step in steps))
        return any(step.more for step in steps)

    async def _step(self, partition: int) -> "Step":
        async with self._redis.pipeline(transaction=True) as pipe:
            await pipe.watch(mark_key(partition))
            mark = _read(await pipe.get(mark_key(partition)))
            changes = await self._books.changes(partition, mark)
            if changes is None:
                return Step(more=False, whole=False)
            with contextlib.suppress(WatchError):
                return await self._write(pipe, partition, mark, changes)
        return Step(more=True, whole=False)

    async def _write(self, pipe: Pipeline, partition: int, mark: Mark | None, changes: Changes) -> "Step":
        if mark is None or not _continues(mark, changes):
            return await self._begin(pipe, partition, changes)
        if mark.phase == "cleaning":
            return await self._clean(pipe, partition, mark)
        newer = _advanced(mark, changes)
        if newer == mark:
            return Step(more=False, whole=mark.whole)
        pipe.multi()  # type: ignore[no-untyped-call]
        for view in changes.views:
            _put(pipe, partition, view, self._calendars.get(view.case.partnership))
        pipe.set(mark_key(partition), newer.model_dump_json())
        await pipe.execute()
        return Step(more=not changes.complete, whole=newer.whole)

    async def _begin(self, pipe: Pipeline, partition: int, changes: Changes) -> "Step":
        """Nothing there, or another casebook's views: readers wait from here on."""
        pipe.multi()  # type: ignore[no-untyped-call]
        pipe.set(mark_key(partition), Mark(generation=changes.generation, phase="cleaning").model_dump_json())
        await pipe.execute()
        return Step(more=True, whole=False)

    async def _clean(self, pipe: Pipeline, partition: int, mark: Mark) -> "Step":
        old = cast("Sequence[str]", await pipe.srandmember(keys_key(partition), 500))
        pipe.multi()  # type: ignore[no-untyped-call]
        if old:
            pipe.unlink(*old)
            pipe.srem(keys_key(partition), *old)
        else:
            pipe.set(mark_key(partition), mark.model_copy(update={"phase": "writing"}).model_dump_json())
        await pipe.execute()
        return Step(more=True, whole=False)


@dataclass(frozen=True)
class Step:
    more: bool
    whole: bool


def _read(text: bytes | str | None) -> Mark | None:
    """A mark of an older layout is none."""
    with contextlib.suppress(ValueError):
        return Mark.model_validate_json(text or "")
    return None


def _continues(mark: Mark, changes: Changes) -> bool:
    return mark.generation == changes.generation and mark.revision <= changes.revision


def _advanced(mark: Mark, changes: Changes) -> Mark:
    """The casebook's positions hold once all its cases are there."""
    if not changes.complete:
        return mark.model_copy(update={"revision": changes.revision})
    return Mark(
        generation=mark.generation,
        phase="whole",
        revision=changes.revision,
        positions=dict(changes.positions),
        held=changes.held,
    )


def _put(pipe: Pipeline, partition: int, view: View, calendar: Calendar | None) -> None:
    partnership, case_id = view.case.partnership, str(view.case_id)
    key = case_key(partition, view.case_id)
    keys = [key]
    pipe.set(key, VIEW.dump_json(view).decode())
    if view.reference:
        keys.append(reference_key(partition, partnership, view.reference))
        pipe.set(keys[-1], case_id)
    if partnership and view.received_at:
        received = micros(view.received_at)
        for state in State:
            if state is not view.state:
                pipe.zrem(index_key(partition, partnership, state), case_id)
        for state_or_any in (view.state.value, ANY):
            keys.append(index_key(partition, partnership, state_or_any))
            pipe.zadd(keys[-1], {case_id: received})
    if calendar is not None:
        keys += index.put(pipe, partition, view.case, calendar)
    pipe.sadd(keys_key(partition), *keys)
