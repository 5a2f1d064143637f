"""Each kind of fault again and again during a longer run (`make faults`); the same proof after each."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest

from tests.e2e.hub import Hub, running
from tests.e2e.processes import SERVICES
from tests.faults.input import Run, proven
from tests.faults.troubles import (
    HUB_SERVICES,
    flush_views,
    freeze_beside_a_second_instance,
    kill_and_restart,
    lose_casebooks,
    restart_broker,
)

pytestmark = [pytest.mark.faults, pytest.mark.timeout(420)]
REFERRALS, INCIDENTS = 240, 24
PAUSE = 0.1
SHARES = (0.2, 0.45, 0.7)
"""When it happens: at these shares of the input."""

Ids = Mapping[str, tuple[str, ...]]


@pytest.fixture(scope="module")
async def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Ids:
    return await ids_of_a_run(tmp_path_factory.mktemp("undisturbed"))


async def ids_of_a_run(home: Path, trouble: Callable[[Hub], Awaitable[None]] | None = None) -> Ids:
    """Bus time jumps twice, so that whatever is unanswered then lapses."""

    async def disturb(run: Run) -> None:
        for share in SHARES:
            await run.after(share)
            if share != SHARES[-1]:
                hub.advance(hours=5)
            if trouble:
                await trouble(hub)

    async with running(home) as hub:
        run = Run(hub, REFERRALS, INCIDENTS)
        await run.play(disturb, PAUSE)
        ids = await proven(run)
        assert hub.processes.deaths == [], "a service gave up by itself"
        return ids


@pytest.mark.parametrize("name", SERVICES)
async def test_a_service_is_killed_and_started_again_three_times(name: str, undisturbed: Ids, tmp_path: Path):
    assert await ids_of_a_run(tmp_path, lambda hub: kill_and_restart(hub, name)) == undisturbed


async def test_all_services_are_killed_at_once_three_times(undisturbed: Ids, tmp_path: Path):
    async def trouble(hub: Hub) -> None:
        await asyncio.gather(*(kill_and_restart(hub, name) for name in SERVICES))

    assert await ids_of_a_run(tmp_path, trouble) == undisturbed


@pytest.mark.parametrize("gently", [False, True], ids=["killed", "stopped"])
async def test_the_broker_is_restarted_three_times(gently: bool, undisturbed: Ids, tmp_path: Path):
    assert await ids_of_a_run(tmp_path, lambda hub: restart_broker(hub, gently=gently)) == undisturbed


async def test_the_views_are_lost_three_times(undisturbed: Ids, tmp_path: Path):
    assert await ids_of_a_run(tmp_path, flush_views) == undisturbed


async def test_every_casebook_is_lost_three_times(undisturbed: Ids, tmp_path: Path):
    assert await ids_of_a_run(tmp_path, lose_casebooks) == undisturbed


@pytest.mark.parametrize("name", [*HUB_SERVICES, "agency_police"])
async def test_a_frozen_instance_loses_its_partitions_to_a_second_one_and_comes_back(
    name: str, undisturbed: Ids, tmp_path: Path
):
    assert await ids_of_a_run(tmp_path, lambda hub: freeze_beside_a_second_instance(hub, name)) == undisturbed
