"""A few hundred deadlines lapse while the monitor is killed and frozen, its host's clock steps and answers wait unread."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults import deadline_troubles as troubles
from tests.faults.deadline_account import account, proven
from tests.faults.deadline_hub import monitored
from tests.faults.deadline_input import Run
from tests.faults.stepped import write_step
from tests.faults.troubles import kill_and_restart

pytestmark = pytest.mark.timeout(180)
CASES, SECONDS, SEED = 90, 12.0, 4
LAPSES = 200
BURSTS = 6
"""At most; one is nearly always enough."""


async def test_a_killed_frozen_monitor_on_a_stepped_clock_says_every_lapse_once_and_no_answer_in_time_is_one(
    tmp_path: Path,
):
    async with monitored(tmp_path, before=timedelta(seconds=20)) as hub:
        await Run(hub, CASES, SECONDS, SEED).play(everything)
        found = await proven(hub)
    assert len(found.lapsed) >= LAPSES
    assert found.answered(0, 5)
    assert found.answered(-5, 0)


async def everything(run: Run) -> None:
    step = troubles.step_file(run.hub.settings.home)
    await run.reaches(0.05)
    write_step(step, troubles.HOUR)
    await run.reaches(0.15)
    await kill_and_restart(run.hub, troubles.MONITOR)
    write_step(step, -troubles.HOUR)
    for number in range(BURSTS):
        cases = await run.open(f"burst-{number}", troubles.BURST)
        await troubles.lagging(run, ("intake", troubles.MONITOR), [cases], more=1)
        answers = account(run.hub)
        if answers.answered(0, 5) and answers.answered(-5, 0):
            break
    write_step(step, 0)
