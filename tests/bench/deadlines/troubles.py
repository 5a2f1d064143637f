"""When things happen during a run: at random moments, the same ones for every contender."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from mashbus.bus.clock import Clock

Acts = Mapping[str, Callable[[], Awaitable[None]]]


@dataclass(frozen=True)
class Trouble:
    kind: str
    """`kill` or `flush`."""
    after: timedelta
    """Real time from the first due instant."""

    def __str__(self) -> str:
        return f"{self.kind} at {self.after.total_seconds():.1f} s"


def drawn(seed: int, seconds: int, kinds: Sequence[str]) -> list[Trouble]:
    """One of each, in this order, at a random moment of its own part of the run."""
    random, part = Random(seed), seconds / len(kinds)
    return [
        Trouble(kind, timedelta(seconds=round((number + random.uniform(0.1, 0.9)) * part, 1)))
        for number, kind in enumerate(kinds)
    ]


@asynccontextmanager
async def happening(clock: Clock, first: datetime, troubles: Sequence[Trouble], acts: Acts) -> AsyncIterator[None]:
    """Each at its moment after `first`; all have happened when the block is left."""

    async def happen() -> None:
        for trouble in sorted(troubles, key=lambda one: one.after):
            await asyncio.sleep(max(0.0, clock.real_seconds_until(first + trouble.after)))
            await acts[trouble.kind]()

    going = asyncio.create_task(happen())
    try:
        yield
        await going
    finally:
        going.cancel()
