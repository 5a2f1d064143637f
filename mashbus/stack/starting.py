"""Starting one part and waiting until it answers, or saying why it does not."""

import errno
import re
import shutil
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import monotonic

from mashbus.stack import ports
from mashbus.stack.errors import PartDiedError, PartSilentError, PortTakenError, WrongMachineError
from mashbus.stack.jars import Report
from mashbus.stack.part import Part
from mashbus.stack.process import Identity, exit_code, spawn
from mashbus.stack.state import Folders, Memory

PATIENCE = timedelta(seconds=90)
LOOK_EVERY = timedelta(seconds=0.05)
TELLING = re.compile(r"error|exception|fatal|caused by|no space|in use|cannot|failed", re.IGNORECASE)
FRAME = re.compile(r"^\s+at |^\s*\.\.\. \d+ more")
LONGEST_REASON = 200
EXEC_FORMAT = errno.ENOEXEC
LEAST_FREE = 8 * 1024 * 1024


class StartCancelledError(Exception):
    """Another part failed or the person pressed Ctrl-C: this one need not be waited for."""


def start_all(parts: Sequence[Part], folders: Folders, memory: Memory, report: Report) -> None:
    """Start them at once and return when all answer; the first failure ends the waiting and is raised.

    Processes are started in threads, where no KeyboardInterrupt can come between a start and its record.
    """
    for part in parts:
        refuse_taken_ports(part)
    cancelled = Event()
    with ThreadPoolExecutor(len(parts) or 1) as pool:
        starts = [pool.submit(_start, part, folders, memory, report, cancelled) for part in parts]
        try:
            wait(starts, return_when=FIRST_EXCEPTION)
        finally:
            cancelled.set()
    failures = [failure for start in starts if (failure := start.exception())]
    for failure in sorted(failures, key=lambda failure: isinstance(failure, StartCancelledError)):
        raise failure


def _start(part: Part, folders: Folders, memory: Memory, report: Report, cancelled: Event) -> None:
    said_before = log_size(folders.log(part.name))
    identity = launch(part, folders, memory, cancelled)
    await_answer(part, identity, folders, cancelled, said_before)
    report(f"{part.title} answers on port {part.ports[0]}.")


def launch(part: Part, folders: Folders, memory: Memory, cancelled: Event) -> Identity:
    """Prepare its data and start its process, recorded before this returns."""
    folders.data(part.name).mkdir(parents=True, exist_ok=True)
    part.prepare()
    if cancelled.is_set():
        raise StartCancelledError
    try:
        identity = spawn(
            part.command,
            folder=folders.data(part.name),
            log=folders.log(part.name),
            mark=folders.stack,
            extra=part.extra,
        )
    except FileNotFoundError as error:  # the loader of its binary is missing: another C library
        raise WrongMachineError(part.title, "its program cannot be loaded") from error
    except OSError as error:
        if error.errno == EXEC_FORMAT:
            raise WrongMachineError(part.title, "its program is for another processor") from error
        raise
    memory.set_process(part.name, identity)
    return identity


def refuse_taken_ports(part: Part) -> None:
    for port in part.ports:
        if not ports.is_free(port):
            raise PortTakenError(part.title, port, ports.holder(port), part.port_setting)


def await_answer(part: Part, identity: Identity, folders: Folders, cancelled: Event, said_before: int) -> None:
    """`said_before`: the log's size when the process began, so that an old run's words are not taken for a reason."""
    log = folders.log(part.name)
    deadline = monotonic() + PATIENCE.total_seconds()
    while not answers(part):
        if cancelled.wait(LOOK_EVERY.total_seconds()):
            raise StartCancelledError
        if not identity.find():
            raise PartDiedError(part.title, _reason(log, said_before, exit_code(identity)), log)
        if monotonic() > deadline:
            raise PartSilentError(part.title, PATIENCE, log)


def answers(part: Part) -> bool:
    with suppress(OSError):
        return part.answers()
    return False


def log_size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _reason(log: Path, said_before: int, code: int | None) -> str:
    """The last line of the log that tells something, else how the process ended."""
    with suppress(OSError):
        if shutil.disk_usage(log.parent).free < LEAST_FREE:
            return "the disk is full"
    lines = [line for line in _new_text(log, said_before).splitlines() if line.strip() and not FRAME.match(line)]
    telling = [line for line in lines if TELLING.search(line)] or lines
    if telling:
        return telling[-1].strip()[:LONGEST_REASON]
    return f"exit code {code}" if code is not None else "it said nothing"


def _new_text(log: Path, said_before: int) -> str:
    if not log.exists():
        return ""
    with log.open("rb") as opened:
        opened.seek(said_before)
        return opened.read().decode(errors="replace")
