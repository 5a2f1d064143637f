"""What is done to the monitor, and to what it rests on, while deadlines lapse."""

import asyncio
import itertools
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from tests.faults.deadline_input import Run
from tests.faults.stepped import write_step
from tests.faults.troubles import flush_views, kill_and_restart, restart_broker

MONITOR = "deadlines"
HOUR = 3600
OUTAGE = 30.0
"""Real seconds: longer than a group waits for a member (10 s)."""


async def killed(run: Run, times: int = 6) -> None:
    for moment in run.moments(times):
        await run.reaches(moment)
        await kill_and_restart(run.hub, MONITOR)


async def frozen_beside_another(run: Run) -> None:
    """First the one, then the other; what each says when it wakes must be what was said already."""
    processes = run.hub.processes
    processes.start(MONITOR, instance="2")
    await processes.ready(MONITOR, instance="2")
    for share, instance in ((0.1, "1"), (0.55, "2")):
        await run.reaches(share)
        processes.freeze(MONITOR, instance)
        await asyncio.sleep(OUTAGE)
        processes.thaw(MONITOR, instance)


async def broker_restarted(run: Run) -> None:
    for share, gently in ((0.2, False), (0.6, True)):
        await run.reaches(share)
        await restart_broker(run.hub, gently=gently)


async def flushed(run: Run) -> None:
    for moment in run.moments(5):
        await run.reaches(moment)
        await flush_views(run.hub)


async def casebook_deleted(run: Run) -> None:
    """Between two runs of it, and while it runs: then it works on until it is killed."""
    for number, moment in enumerate(run.moments(5)):
        await run.reaches(moment)
        await _harmed(run, partial(shutil.rmtree, ignore_errors=True), running=number % 2 == 1)


async def casebook_cut_short(run: Run) -> None:
    """Between two runs of it, and while it runs: then it works on with what is left."""

    def cut(folder: Path) -> None:
        """Every file, the write-ahead log's too, at a random byte."""
        for path in sorted(folder.iterdir()):
            with path.open("r+b") as file:
                file.truncate(run.random.randrange(path.stat().st_size + 1))

    for number, moment in enumerate(run.moments(5)):
        await run.reaches(moment)
        await _harmed(run, cut, running=number % 2 == 1)


async def _harmed(run: Run, harm: Callable[[Path], None], *, running: bool) -> None:
    casebooks = run.hub.settings.home / "casebooks" / "1" / MONITOR
    if running:
        return harm(casebooks)
    run.hub.processes.kill(MONITOR)
    harm(casebooks)
    return await run.hub.processes.restart(MONITOR)


async def intake_down(run: Run) -> None:
    """Once it is gone, once it stands still: while it is, no answer can be seen."""
    await run.reaches(0.1)
    run.hub.processes.kill("intake")
    await asyncio.sleep(OUTAGE)
    await run.hub.processes.restart("intake")
    await run.reaches(0.55)
    run.hub.processes.freeze("intake")
    await asyncio.sleep(OUTAGE)
    run.hub.processes.thaw("intake")


async def clock_stepped(run: Run) -> None:
    """An hour ahead, back, an hour behind, and back; once it is killed and must learn the time anew."""
    for share, hours in ((0.1, 1), (0.35, 0), (0.5, -1), (0.85, 0)):
        await run.reaches(share)
        write_step(step_file(run.hub.settings.home), hours * HOUR)
        if hours:
            await asyncio.sleep(5)
            await kill_and_restart(run.hub, MONITOR)


def step_file(home: Path) -> Path:
    return home / "clock-step"


# -- answers at the last millisecond -------------------------------------------------------------------------------

BURST = 24
"""Cases; each asks three organisations."""
AHEAD = timedelta(seconds=2)
"""Between a burst's routing and its instants."""
FIRST = timedelta(milliseconds=-10)
APART = timedelta(milliseconds=1)


async def consumers_lag(run: Run) -> None:
    """Who takes the answers in stands still for longer than its group waits for it; then others with it."""
    for number, beside in enumerate(((), ("triage",), (MONITOR,), ())):
        await run.reaches(number / 4)
        await lagging(run, ("intake", *beside), [await run.open(f"burst-{number}-{one}", BURST) for one in range(3)])


async def lagging(run: Run, frozen: Sequence[str], bursts: Iterable[Sequence[UUID]], more: float = 4) -> None:
    """`more`: real seconds for which they stand still after the last burst."""
    for name in frozen:
        run.hub.processes.freeze(name)
    for cases in bursts:
        await burst(run, cases)
    await asyncio.sleep(more)
    for name in reversed(frozen):
        run.hub.processes.thaw(name)


async def burst(run: Run, cases: Sequence[UUID]) -> None:
    """Answers sent all at once to requests due one millisecond after the other, from before the sending on.

    Nobody can hit a millisecond at will; so whichever the broker takes them in, some were due just before and some
    just after.
    """
    sending = run.hub.clock.now() + AHEAD
    instants = (sending + FIRST + APART * number for number in itertools.count())
    placed = {case_id: {one.id: next(instants) for one in run.asked} for case_id in cases}
    await run.route(placed)
    answers = [run.answered(case_id, organisation) for case_id, dues in placed.items() for organisation in dues]
    await run.until(sending)
    await run.writer.insist(answers)
