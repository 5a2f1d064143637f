"""What others see of the casebooks after a turn of the loop that failed."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import TopicPartition
from one_partition import PARTITION, triage_of

from mashbus.bus import loop as loop_module
from mashbus.bus.casebook import CasebookDamaged, CasebookUnusable
from mashbus.bus.clock import Clock
from mashbus.bus.directory.reading import NotFresh
from mashbus.bus.loop import Loop, Stuck
from mashbus.bus.service import Service
from mashbus.domain.case import Case


class Failing(Loop[Case]):
    """One open partition; a batch is handled, and fails before it is published and saved."""

    def __init__(self, service: Service[Case], folder: Path, fault: Exception) -> None:
        nothing: Any = None
        super().__init__(service, kafka=[], codec=nothing, producer=nothing, clock=Clock(), folder=folder)
        self._fault = fault
        self._gate, self.epoch, self._opened = True, 1, 1
        self._keep({PARTITION})

    async def _poll(self) -> Any:
        return {}

    async def _step(self, got: Any) -> None:
        await asyncio.sleep(0)  # others come to wait for the lock
        raise self._fault


@pytest.mark.parametrize("fault", [CasebookDamaged(Path("other.sqlite"), ValueError()), RuntimeError("unforeseen")])
async def test_P2_whoever_waited_for_the_lock_does_not_save_what_a_failed_turn_left_unpublished(
    tmp_path: Path, fault: Exception
) -> None:
    loop = Failing(triage_of(), tmp_path, fault)

    async def beside() -> bool:
        async with loop.lock:
            return loop.ready

    turn = asyncio.create_task(loop._turn())
    await asyncio.sleep(0)
    assert loop.ready
    assert loop.lock.locked()
    assert await beside() is False
    turn.cancel()
    await asyncio.gather(turn, return_exceptions=True)


async def test_whoever_is_never_told_what_he_must_know_first_leaves_instead_of_waiting_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records wait behind it unseen: their cases are not open, so no deadline of theirs alarms anybody."""

    async def before() -> None:
        raise NotFresh("the log is being read into a new file")

    loop = Behind(replace(triage_of(), before=before), tmp_path, RuntimeError())
    loop.stop_at_once()
    await loop._turn()  # what passes may pass
    monkeypatch.setattr(loop_module, "STUCK_AFTER", timedelta(0))
    with pytest.raises(Stuck):
        await loop._turn()


class Behind(Failing):
    """There is always something to handle."""

    async def _poll(self) -> Any:
        return {TopicPartition("mash.cases", PARTITION): []}

    def stop_at_once(self) -> None:
        """No pause between two turns."""
        self._stop.set()


async def test_a_casebook_that_could_not_be_saved_is_closed_to_be_read_again(tmp_path: Path) -> None:
    loop = Failing(triage_of(), tmp_path, RuntimeError())
    await loop.reopen(CasebookUnusable(tmp_path / "3.sqlite", sqlite3.OperationalError()))
    assert (loop.ready, loop.handlers) == (False, {})
