"""A part's process: started in a session of its own, known by pid and start time, ended without leaving anything.

Nothing here needs a library but psutil, as the guard's process uses it too.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil

MARK = "MASHBUS_STACK_OF"
"""Environment variable of every part: the stack's folder. Finds a process that no file knows of."""
SAME_START = 2.0
"""Seconds by which one process's start may seem to differ: it is counted from the boot time, which clocks shift."""
GRACE = timedelta(seconds=10)


@dataclass(frozen=True)
class Identity:
    """A process, not merely a pid: a recycled pid has another start time."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> "Identity":
        return cls(pid, psutil.Process(pid).create_time())

    def find(self) -> psutil.Process | None:
        """The process while it runs (or is stopped), else None."""
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.created) < SAME_START and process.status() != psutil.STATUS_ZOMBIE:
                return process
        return None


def spawn(command: Sequence[str], *, folder: Path, log: Path, mark: Path, extra: Mapping[str, str]) -> Identity:
    """Start a command whose output goes to the log's end; it survives this process and its terminal's Ctrl-C."""
    with log.open("ab") as output:
        child = subprocess.Popen(  # noqa: S603  commands are composed by the stack alone
            command,
            cwd=folder,
            env=environment(mark, extra),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _children[child.pid] = child
    return Identity.of(child.pid)


def environment(mark: Path, extra: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **extra, MARK: str(mark)}


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs one of our modules in a Python of its own, from any folder."""
    return [sys.executable, "-m", name, *arguments]


def module_path() -> dict[str, str]:
    ours = str(Path(__file__).resolve().parents[2])
    return {"PYTHONPATH": os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))}


_children: dict[int, "subprocess.Popen[bytes]"] = {}
"""Those that this process started: they stay zombies until somebody asks for their end."""


def exit_code(identity: Identity) -> int | None:
    """How a child of this process ended; None while it runs or when it is not ours."""
    child = _children.get(identity.pid)
    return child.poll() if child else None


def end(identities: Iterable[Identity], grace: timedelta = GRACE) -> None:
    """End them together: SIGTERM (and SIGCONT, as a paused one cannot hear), then SIGKILL after the grace."""
    found = [process for identity in identities if (process := identity.find())]
    for process in found:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
            process.send_signal(signal.SIGCONT)
    _, left = psutil.wait_procs(found, timeout=grace.total_seconds())
    kill_processes(left)
    for process in found:
        _reap(process.pid)


def kill(identities: Iterable[Identity]) -> None:
    found = [process for identity in identities if (process := identity.find())]
    kill_processes(found)
    for process in found:
        _reap(process.pid)


def kill_processes(processes: Iterable[psutil.Process]) -> None:
    listed = list(processes)
    for process in listed:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(listed, timeout=GRACE.total_seconds())


def _reap(pid: int) -> None:
    if child := _children.pop(pid, None):
        child.wait(GRACE.total_seconds())


def strays(mark: Path) -> Iterator[Identity]:
    """The user's processes that carry the stack's mark; a starter killed in mid-start leaves some unrecorded."""
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            if process.pid != os.getpid() and process.environ().get(MARK) == str(mark):
                yield Identity(process.pid, process.create_time())
