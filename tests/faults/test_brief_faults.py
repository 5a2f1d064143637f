"""Each kind of fault once, in one run; afterwards the promises held and the ids are those of an undisturbed run.

The undisturbed one has all services in one process, the disturbed one each in its own.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.e2e.hub import running
from tests.e2e.processes import SERVICES
from tests.faults.input import Run, proven
from tests.faults.troubles import flush_views, kill_and_restart, lose_casebooks, restart_broker

REFERRALS, INCIDENTS = 60, 6


async def test_after_kills_a_broker_restart_flushall_and_lost_casebooks_the_ids_are_those_of_an_undisturbed_run(
    tmp_path: Path,
):
    undisturbed = await ids_of_a_run(tmp_path / "undisturbed")
    disturbed = await ids_of_a_run(tmp_path / "disturbed", disturbed=True)
    assert disturbed == undisturbed


async def ids_of_a_run(home: Path, *, disturbed: bool = False) -> Mapping[str, tuple[str, ...]]:
    async with running(home, together=not disturbed) as hub:
        run = Run(hub, REFERRALS, INCIDENTS)
        await run.play(everything if disturbed else None, pause=0.2 if disturbed else 0.0)
        return await proven(run)


async def everything(run: Run) -> None:
    async with asyncio.TaskGroup() as killing:
        for number, name in enumerate(SERVICES, start=1):
            await run.after(number / 30)
            killing.create_task(kill_and_restart(run.hub, name))
    await run.after(0.4)
    await restart_broker(run.hub)
    await run.after(0.6)
    await flush_views(run.hub)
    await run.after(0.7)
    await lose_casebooks(run.hub)


pytestmark = pytest.mark.timeout(300)
