"""A hub whose monitor and door are processes of their own; the other services share one, the partners are silent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from tests.e2e.hub import MONDAY, Hub, running
from tests.faults.deadline_troubles import MONITOR, step_file
from tests.faults.stepped import write_step

REST = ("triage", "outcomes", "mailer", "status", "matching")
BEFORE_CANARIES = timedelta(seconds=75)
"""Canaries of an hour lapse while the run lasts."""


@asynccontextmanager
async def monitored(home: Path, *, before: timedelta = BEFORE_CANARIES) -> AsyncIterator[Hub]:
    """Bus time is as fast as real time."""
    async with running(home, starts=MONDAY - before, services=()) as hub:
        write_step(step_file(hub.settings.home), 0)
        hub.processes.programs[MONITOR] = ("-m", "tests.faults.stepped", str(step_file(hub.settings.home)))
        hub.processes.start("intake", MONITOR)
        hub.processes.start_together(*REST)
        await hub.processes.ready("intake", MONITOR, *REST)
        yield hub
