"""The demonstration's own folder: one demonstration at a time, and nothing of the last one when the next begins."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mashbus.stack import Stack

MARKER = "this-folder-is-wiped-by-mashbus-demo"


class DemonstrationRuns(Exception):
    def __init__(self, home: Path) -> None:
        super().__init__(f"a demonstration is already running in {home}: wait for its end, or stop it")


class NotOurs(Exception):
    def __init__(self, home: Path) -> None:
        super().__init__(f"{home} was not made by a demonstration and is not wiped: move it away, or set MASHBUS_HOME")


@contextmanager
def occupied(home: Path) -> Iterator[None]:
    """The lock ends with its process, however that ends."""
    home.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(home.with_name(f"{home.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemonstrationRuns(home) from None
        yield
    finally:
        os.close(handle)


def emptied(home: Path, stack: Stack) -> None:
    """End what an earlier demonstration may have left, and make the folder anew."""
    if home.exists() and any(home.iterdir()) and not (home / MARKER).exists():
        raise NotOurs(home)
    stack.down()
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARKER).touch()
