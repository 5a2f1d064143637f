"""While 2,000 deadlines lapse over two minutes something is done to the monitor or to what it rests on (`make faults`).

Afterwards every lapse has exactly one breach id, no breach lacks a lapse, none is early: by the log itself, by
`mashbus verify`, and by the reconciler. `MASHBUS_FAULTS_SEED` repeats the moments of an earlier run.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import SystemRandom

import pytest

from tests.faults import deadline_troubles as troubles
from tests.faults.deadline_account import Account, proven
from tests.faults.deadline_hub import monitored
from tests.faults.deadline_input import Run

pytestmark = [pytest.mark.faults, pytest.mark.timeout(540)]
CASES, SECONDS = 640, 120.0
"""2,560 deadlines, of which some are answered or withdrawn."""
LAPSES = 2000

Trouble = Callable[[Run], Awaitable[None]]


async def lapsed_despite(trouble: Trouble, home: Path) -> Account:
    seed = int(os.environ.get("MASHBUS_FAULTS_SEED") or SystemRandom().randrange(1_000_000))
    async with monitored(home) as hub:
        print(f"seed {seed}", flush=True)
        await Run(hub, CASES, SECONDS, seed).play(trouble)
        found = await proven(hub)
    assert len(found.lapsed) >= LAPSES
    return found


@pytest.mark.parametrize("trouble", [
    troubles.killed,
    troubles.frozen_beside_another,
    troubles.broker_restarted,
    troubles.flushed,
    troubles.casebook_deleted,
    troubles.casebook_cut_short,
    troubles.intake_down,
    troubles.clock_stepped,
], ids=lambda one: one.__name__)  # fmt: skip
async def test_every_lapse_has_one_breach_and_no_breach_lacks_a_lapse(trouble: Trouble, tmp_path: Path):
    await lapsed_despite(trouble, tmp_path)


async def test_answers_of_the_last_millisecond_cause_no_breach_while_consumers_lag(tmp_path: Path):
    found = await lapsed_despite(troubles.consumers_lag, tmp_path)
    assert found.answered(0, 5) >= 20, "too few answers in the last 5 ms to say anything"
    assert found.answered(-5, 0) >= 20, "too few answers just after the instant to say anything"
