"""The stack as a whole: up in parallel, down without a trace, and its parts handled one by one for faults."""

import os
import secrets
import shutil
import signal
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psutil

from mashbus.stack import guard, layout
from mashbus.stack.errors import DiskFullError, OtherBrokersError, StackError, UnknownPartError
from mashbus.stack.jars import Report
from mashbus.stack.kafka import await_brokers
from mashbus.stack.part import Part
from mashbus.stack.ports import HOST, is_free
from mashbus.stack.process import Identity, end, kill
from mashbus.stack.programs import NO_PROGRAMS, java_programs
from mashbus.stack.settings import StackSettings
from mashbus.stack.starting import answers, start_all
from mashbus.stack.state import Folders, Memory, exclusive

SPACE_FOR_DATA = 300 * 1024 * 1024
_STOPS_WITHIN = 2.0
KAFKA = "kafka"
"""In the calls that handle a part: all brokers."""


@dataclass(frozen=True)
class PartStatus:
    """`state`: running, silent (runs and does not answer), paused, stopped, or replaced by a setting."""

    part: str
    state: str
    address: str
    pid: int | None = None
    memory_bytes: int | None = None
    log: Path | None = None


def _say_nothing(_sentence: str) -> None:
    pass


class Stack:
    """One stack in one folder; any process may handle it, one at a time.

    With `owner_pid` (usually `os.getpid()`) everything ends when that process ends, however it ends. Without it
    the stack stays until `down()`. What the environment names (`MASHBUS_KAFKA`, …) is used and not started.
    """

    def __init__(
        self,
        home: Path,
        brokers: int = 1,
        *,
        owner_pid: int | None = None,
        settings: StackSettings | None = None,
        report: Report = _say_nothing,
    ) -> None:
        self.home = home.absolute()
        self.brokers = brokers
        self._owner = Identity.of(owner_pid) if owner_pid else None
        self._settings = settings or StackSettings()
        self._report = report
        self._folders = Folders(self.home)

    @cached_property
    def _memory(self) -> Memory:
        return Memory(self._folders)

    # -- the whole --

    def up(self) -> None:
        """Start what does not run yet and return when every part answers; failing, take down what it started."""
        with exclusive(self._folders):
            self._memory.refresh()
            self._end_what_lost_its_owner()
            self._check_shape()
            missing = [name for name in self._wanted if not self._find(name)]
            if not missing:
                self._report(f"The stack in {self.home} is already running.")
                self._announce()
                return
            self._check_space(self.home, SPACE_FOR_DATA)
            self._choose_ports(missing)
            parts = self._parts()
            self._start([parts[name] for name in missing])

    def down(self) -> None:
        """End every process of the stack; data and logs stay. Does nothing where nothing runs."""
        if not self._folders.state.exists():
            return
        with exclusive(self._folders):
            self._memory.refresh()
            guard.end_everything(self._folders, self._memory)
            self._end_guard()

    def status(self) -> list[PartStatus]:
        self._memory.refresh()
        replaced = [PartStatus(name, "replaced", address) for name, address in layout.replaced(self._settings).items()]
        if not self._memory.state.ports:
            return [PartStatus(name, "stopped", "") for name in self._wanted] + replaced
        parts = layout.parts(self._memory.state, self._folders, NO_PROGRAMS)
        return [self._status(parts[name]) for name in self._wanted] + replaced

    def environment(self) -> dict[str, str]:
        """The variables that point a program's settings at this stack."""
        self._memory.refresh()
        state = self._memory.state
        if self._wanted and not state.ports:
            raise StackError(f"No stack was brought up in {self.home} yet: run `mashbus stack up`.")
        return {"MASHBUS_HOME": str(self.home), **layout.environment(state, self._settings, self._folders)}

    def fetch(self) -> None:
        """Only fetch and check the jars, so that a later start need not."""
        java_programs(self._settings, self._report)

    # -- one part, for faults --

    def start(self, part: str) -> None:
        """On the same ports and data; returns when it answers. `kafka` means all brokers, here and below."""
        with exclusive(self._folders):
            self._memory.refresh()
            parts = self._parts()
            self._start_parts([parts[name] for name in self._named(part) if not self._find(name)])

    def stop(self, part: str) -> None:
        """End it as an operator would."""
        self._each(part, end)

    def kill(self, part: str) -> None:
        """SIGKILL: it gets no chance to write anything."""
        self._each(part, kill)

    def pause(self, part: str) -> None:
        """SIGSTOP: connections stay open and nothing answers once this returns."""
        self._signal(part, signal.SIGSTOP)
        until = time.monotonic() + _STOPS_WITHIN
        while not all(self._is_stopped(name) for name in self._named(part)) and time.monotonic() < until:
            time.sleep(0.01)

    def resume(self, part: str) -> None:
        self._signal(part, signal.SIGCONT)

    # -- how --

    @property
    def _wanted(self) -> list[str]:
        return layout.wanted(self._settings, self._memory.state.brokers or self.brokers)

    def _is_stopped(self, part: str) -> bool:
        """The signal is sent before every thread has stopped: a busy machine takes its time."""
        process = self._find(part)
        return process is None or process.status() == psutil.STATUS_STOPPED

    def _find(self, part: str) -> psutil.Process | None:
        identity = self._memory.state.processes.get(part)
        return identity.find() if identity else None

    def _named(self, part: str) -> list[str]:
        names = [name for name in self._wanted if name == part or (part == KAFKA and name.startswith("kafka-"))]
        if not names:
            raise UnknownPartError(part, self._wanted)
        return names

    def _each(self, part: str, act: Callable[[list[Identity]], object]) -> None:
        self._memory.refresh()
        names = self._named(part)
        act([self._memory.state.processes[name] for name in names if name in self._memory.state.processes])
        for name in names:
            self._memory.set_process(name, None)

    def _signal(self, part: str, number: int) -> None:
        self._memory.refresh()
        for name in self._named(part):
            if process := self._find(name):
                process.send_signal(number)

    def _end_what_lost_its_owner(self) -> None:
        owner = self._memory.state.owner
        if owner and not owner.find():
            guard.end_everything(self._folders, self._memory)
            self._end_guard()

    def _end_guard(self) -> None:
        if identity := self._memory.state.processes.get(guard.NAME):
            end([identity])
            self._memory.set_process(guard.NAME, None)

    def _check_shape(self) -> None:
        had = self._memory.state.brokers
        if had and had != self.brokers:
            if self._folders.data("kafka-1").exists():
                raise OtherBrokersError(self.home, had, self.brokers)
            self._memory.set_shape(self.brokers, "", {})

    def _check_space(self, folder: Path, needed: int) -> None:
        free = shutil.disk_usage(folder).free
        if free < needed:
            raise DiskFullError(folder, free, needed)

    def _choose_ports(self, missing: Sequence[str]) -> None:
        """Keep the ports of the last time unless a setting says otherwise or, with nothing running, one is taken."""
        state = self._memory.state
        new = layout.choose_ports(self._settings, self.brokers)
        kept = new | state.ports | layout.configured_ports(self._settings, self.brokers)
        nothing_runs = len(missing) == len(self._wanted)
        keeps = bool(state.ports) and not (nothing_runs and not all(is_free(port) for port in kept.values()))
        cluster_id = state.cluster or urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        self._memory.set_shape(self.brokers, cluster_id, kept if keeps else new)

    def _parts(self) -> dict[str, Part]:
        return layout.parts(self._memory.state, self._folders, java_programs(self._settings, self._report))

    def _start(self, parts: Sequence[Part]) -> None:
        """Under a guard from the first process on: this one may be killed in the middle."""
        try:
            self._start_guard()
            self._start_parts(parts)
            self._announce()
            if not self._owner:
                self._memory.set_owner(None)
                self._end_guard()
        except BaseException:
            self._take_back(part.name for part in parts)
            raise

    def _start_guard(self) -> None:
        if not self._find(guard.NAME):
            owner = self._owner or Identity.of(os.getpid())
            self._memory.set_owner(owner)
            self._memory.set_process(guard.NAME, guard.start(self._folders, owner))

    def _take_back(self, names: Iterable[str]) -> None:
        listed = [name for name in names if name in self._memory.state.processes]
        end([self._memory.state.processes[name] for name in listed])
        for name in listed:
            self._memory.set_process(name, None)
        if not any(self._find(name) for name in self._wanted):
            guard.end_everything(self._folders, self._memory)
            self._end_guard()

    def _start_parts(self, parts: Sequence[Part]) -> None:
        start_all(parts, self._folders, self._memory, self._report)
        await_brokers([part.ports[0] for part in parts if part.name.startswith(KAFKA)])

    def _announce(self) -> None:
        lines = [f"{name}={value}" for name, value in self.environment().items()]
        unfinished = self._folders.announcement.with_suffix(".unfinished")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write("\n".join(lines) + "\n")
        unfinished.replace(self._folders.announcement)

    def _status(self, part: Part) -> PartStatus:
        address, log = f"{HOST}:{part.ports[0]}", self._folders.log(part.name)
        process = self._find(part.name)
        if not process:
            return PartStatus(part.name, "stopped", address, log=log)
        paused = self._is_stopped(part.name)
        state = "paused" if paused else "running" if answers(part) else "silent"
        return PartStatus(part.name, state, address, process.pid, process.memory_info().rss, log)
