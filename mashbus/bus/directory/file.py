"""The SQLite file of the directory: a cache of the log that a process has for itself, safe to delete at any time.

Of several processes on one machine each takes the first file that no other has; a lock that ends with its process says
so. Whatever is wrong with a file (damaged, another layout, another key, a log that is not the one it was read from) is
answered in one way: it is deleted and the log read again.
"""

import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from mashbus.bus.casebook.file import check_whole, delete_casebook, of_the_machine
from mashbus.bus.errors import TransientError

FOLDER = "directory"
"""In the home folder."""
LAYOUT_VERSION = 2
"""Of the tables below: raised with every change of theirs."""
KEPT_UNUSED = timedelta(days=1)
_AT_MOST = 64
"""Processes that read the directory on one machine."""
_WRITING_KB, _LOOKING_KB = 16 * 1024, 4 * 1024
"""Page cache of the two connections: all that is held in memory, however many children there are."""
_LAYOUT = """
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS positions (topic TEXT, part INTEGER, next INTEGER NOT NULL, PRIMARY KEY (topic, part));
CREATE TABLE IF NOT EXISTS sources (
  id INTEGER PRIMARY KEY, partnership TEXT NOT NULL, organisation TEXT NOT NULL, UNIQUE (partnership, organisation)
);
CREATE TABLE IF NOT EXISTS schemas (id INTEGER PRIMARY KEY, dataschema TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS children (
  id INTEGER PRIMARY KEY, token BLOB NOT NULL UNIQUE, source INTEGER NOT NULL, held INTEGER NOT NULL,
  schema INTEGER NOT NULL, value BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS children_of ON children (source, held);
CREATE TABLE IF NOT EXISTS identifiers (
  key BLOB PRIMARY KEY, child BLOB NOT NULL, source INTEGER NOT NULL, kind TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS identifiers_of ON identifiers (child);
CREATE TABLE IF NOT EXISTS contacts (
  place INTEGER PRIMARY KEY, key BLOB NOT NULL, case_id BLOB NOT NULL, child INTEGER NOT NULL, kind TEXT NOT NULL,
  source INTEGER NOT NULL, received_at INTEGER NOT NULL, appended_at INTEGER NOT NULL, schema INTEGER, value BLOB
);
CREATE UNIQUE INDEX IF NOT EXISTS contacts_by ON contacts (key, case_id, child);
CREATE INDEX IF NOT EXISTS contacts_of ON contacts (case_id);
"""


class TableDamaged(Exception):
    """The file can't be read, or is not of this bus: it is deleted, and the log read again."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}")
        self.path = path
        self.reason = reason


class TableUnusable(TransientError):
    """The disk is full, or somebody else has the file: it may be whole."""

    def __init__(self, path: Path, fault: sqlite3.DatabaseError) -> None:
        name = getattr(fault, "sqlite_errorname", type(fault).__name__)
        super().__init__("directory_unusable", f"{path.name}: {name}; is the disk full?")


class NoFileFree(Exception):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"{_AT_MOST} processes have a file in {folder} already")


class Slot:
    """A process's own file: nobody else opens it for writing while the slot is held."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        for number in range(_AT_MOST):
            handle = os.open(folder / f"{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                continue
            self._handle = handle
            self.path = folder / f"{number}.sqlite"
            _sweep(folder, number + 1)
            return
        raise NoFileFree(folder)

    def give_back(self) -> None:
        os.close(self._handle)


def _sweep(folder: Path, first: int) -> None:
    """What no process has read on for a day is deleted: it would keep the names of children that are forgotten."""
    for number in range(first, _AT_MOST):
        path, lock = folder / f"{number}.sqlite", folder / f"{number}.lock"
        if not path.exists() or time.time() - _touched(path) < KEPT_UNUSED.total_seconds():
            continue
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                delete(path)
        finally:
            os.close(handle)


def _touched(path: Path) -> float:
    return max(one.stat().st_mtime for one in path.parent.glob(f"{path.name}*"))


def files(folder: Path) -> list[Path]:
    """Every file that is there, whoever has it."""
    return sorted(folder.glob("*.sqlite"))


def writer(path: Path) -> sqlite3.Connection:
    """Made where it is not there, readable by its owner alone. Raises TableDamaged, TableUnusable."""
    with guarded(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        db = _connected(path, _WRITING_KB)
        try:
            _check_layout(path, db)
            db.executescript(_LAYOUT)
            db.execute(f"PRAGMA user_version={LAYOUT_VERSION}")
            check_whole(path)
        except BaseException:
            db.close()
            raise
    return db


def _check_layout(path: Path, db: sqlite3.Connection) -> None:
    if db.execute("PRAGMA user_version").fetchone()[0] not in (0, LAYOUT_VERSION):
        raise TableDamaged(path, "of another layout")


def looker(path: Path) -> sqlite3.Connection:
    """For lookups beside the writer: sees whole transactions only, and waits for nobody."""
    with guarded(path):
        return _connected(path, _LOOKING_KB, reading=True)


def delete(path: Path) -> None:
    delete_casebook(path)


def _connected(path: Path, cache_kb: int, *, reading: bool = False) -> sqlite3.Connection:
    mode = "ro" if reading else "rw"
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=1.0, check_same_thread=False
    )
    try:
        if not reading:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            db.execute(f"PRAGMA journal_size_limit={64 * 1024 * 1024}")
            db.execute("PRAGMA secure_delete=FAST")
        db.execute(f"PRAGMA cache_size=-{cache_kb}")
    except BaseException:
        db.close()
        raise
    return db


@contextlib.contextmanager
def guarded(path: Path) -> Iterator[None]:
    """SQLite's faults as ours: the file is damaged, or cannot be used for the time being."""
    try:
        yield
    except sqlite3.DatabaseError as fault:
        if of_the_machine(fault):
            raise TableUnusable(path, fault) from fault
        raise TableDamaged(path, type(fault).__name__) from fault
