"""The nine services as processes of their own: started, awaited, asked to stop, killed, frozen."""

import asyncio
import json
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from mashbus.bus.hosting import note_of
from mashbus.cli.run import SERVICES
from mashbus.stack.process import Identity, end, exit_code, kill, module_path, spawn

__all__ = ["AGENCIES", "SERVICES", "Processes"]

AGENCIES = {
    "agency_police": "met-police",
    "agency_health": "homerton-health",
    "agency_education": "hackney-education",
}
"""Service and organisation."""
READY_WITHIN = 60
"""Real seconds."""


class Died(Exception):
    def __init__(self, name: str, code: int | None, log: Path) -> None:
        super().__init__(f"{name} ended with {code}: {log.read_text()[-3000:]}")


@dataclass
class Process:
    identity: Identity
    log: Path
    url: str = ""
    """Where it answers; known once it is ready."""


class Processes:
    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self._home = home
        self._environment = {**module_path(), **environment}
        self._running: dict[tuple[str, str], Process] = {}
        self.programs: dict[str, tuple[str, ...]] = {}
        """Python's arguments for a service that is started by another program than `mashbus`."""
        self.deaths: list[str] = []
        """Of services that ended by themselves while supervised."""

    def start(self, *names: str, instance: str = "1") -> None:
        """Each in a process of its own."""
        for name in names:
            self._running[name, instance] = self._spawned(name, instance)

    def start_together(self, *names: str) -> None:
        """All, or these, in one process, as a small hub runs them."""
        process = self._spawned(" ".join(names) or "all", "1")
        self._running |= {(name, "1"): Process(process.identity, process.log) for name in names or SERVICES}

    def _spawned(self, name: str, instance: str) -> Process:
        """`name`: of one service, or several with spaces between."""
        log = self._home / "logs" / f"{name.replace(' ', '+')}-{instance}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        identity = spawn(
            [sys.executable, *self.programs.get(name, ("-m", "mashbus.cli")), "run", *name.split()],
            folder=Path.cwd(),
            log=log,
            mark=self._home / "stack",
            extra={**self._environment, "MASHBUS_INSTANCE": instance},
        )
        return Process(identity, log)

    async def ready(self, *names: str, instance: str = "1") -> None:
        """Returns when all say so. Raises Died for one of them, TimeoutError."""
        async with asyncio.timeout(READY_WITHIN), httpx.AsyncClient(timeout=5) as client:
            for name in names:
                process = self._running[name, instance]
                while not await self._is_ready(client, note_of(self._home, name, instance), process):
                    if not process.identity.find():
                        raise Died(name, exit_code(process.identity), process.log)
                    await asyncio.sleep(0.1)

    async def _is_ready(self, client: httpx.AsyncClient, note: Path, process: Process) -> bool:
        with suppress(OSError, ValueError, KeyError, httpx.HTTPError):
            said = json.loads(note.read_text())  # noqa: ASYNC240 - a few bytes
            if said["pid"] == process.identity.pid:
                process.url = f"http://127.0.0.1:{said['port']}"
            return (await client.get(f"{process.url}/readyz")).is_success
        return False

    async def restart(self, name: str, instance: str = "1") -> None:
        self.start(name, instance=instance)
        await self.ready(name, instance=instance)

    async def supervise(self) -> None:
        """For ever: start again what ended by itself, as an operator's supervisor does, and remember why."""
        while True:
            await asyncio.sleep(0.2)
            for (name, instance), process in list(self._running.items()):
                if not process.identity.find():
                    self.deaths.append(str(Died(name, exit_code(process.identity), process.log)))
                    self.start(name, instance=instance)
                    with suppress(Died, TimeoutError):
                        await self.ready(name, instance=instance)

    def check(self) -> None:
        """Raises Died for the first that should run and does not."""
        for (name, _), process in self._running.items():
            if not process.identity.find():
                raise Died(name, exit_code(process.identity), process.log)

    def runs(self, name: str, instance: str = "1") -> bool:
        return (name, instance) in self._running

    def url(self, name: str, instance: str = "1") -> str:
        """Where it answers; of one that was killed nowhere, which its callers meet as a fault of the network."""
        return self._running[name, instance].url if self.runs(name, instance) else ""

    def pids(self) -> dict[str, int]:
        return {name: one.identity.pid for (name, instance), one in self._running.items() if instance == "1"}

    async def stop(self, name: str, instance: str = "1") -> int | None:
        """As an operator would; its exit code."""
        process = self._running.pop((name, instance))
        if found := process.identity.find():
            found.terminate()
        async with asyncio.timeout(30):
            while (code := exit_code(process.identity)) is None:
                await asyncio.sleep(0.05)
        return code

    def kill(self, name: str, instance: str = "1") -> None:
        """SIGKILL."""
        kill([self._running.pop((name, instance)).identity])

    def freeze(self, name: str, instance: str = "1") -> None:
        self._running[name, instance].identity.find().send_signal(signal.SIGSTOP)

    def thaw(self, name: str, instance: str = "1") -> None:
        self._running[name, instance].identity.find().send_signal(signal.SIGCONT)

    def end_all(self) -> None:
        running, self._running = {one.identity for one in self._running.values()}, {}
        end(running)

    def memory(self) -> dict[str, int]:
        """Proportional set size in bytes: pages that several processes share are counted once in all."""
        return {name: psutil.Process(pid).memory_full_info().pss for name, pid in self.pids().items()}

    def seconds(self) -> dict[str, float]:
        """Processor seconds used so far."""
        times = {name: psutil.Process(pid).cpu_times() for name, pid in self.pids().items()}
        return {name: spent.user + spent.system for name, spent in times.items()}
