"""The SQLite file of a casebook: opened, checked, and its faults told apart.

WAL mode with `synchronous=NORMAL` is enough for a cache of the log (trap 43). What SQLite says of the file itself makes
it damaged, to be deleted and folded again; what it says of the machine deletes nothing.
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mashbus.bus.errors import TransientError

_PASSING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY,
                      sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM})  # fmt: skip
"""What SQLite says of the machine, not of the file: deleting the casebook would mend nothing."""

_CACHE_KB = 8 * 1024
"""Of each partition's file in memory: timers come in no order, and their pages are touched again and again."""


class CasebookDamaged(Exception):
    """The file can't be read: it is deleted, and the log folded again."""

    def __init__(self, path: Path, damage: Exception) -> None:
        super().__init__(f"{path.name}: {type(damage).__name__}")
        self.path = path


class CasebookUnusable(TransientError):
    """The file is another process's, or the disk is full: the casebook itself may be whole."""

    def __init__(self, path: Path, fault: sqlite3.DatabaseError) -> None:
        name = getattr(fault, "sqlite_errorname", type(fault).__name__)
        super().__init__(
            "casebook_unusable", f"{path.name}: {name}; is the disk full, or the instance name used twice?"
        )


class BookFile:
    """One open transaction at a time; `save` ends it and begins the next, `close` forgets it."""

    def __init__(self, path: Path, layout: str, fingerprint: int) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._guarded():
            self._db = _opened(path, layout, fingerprint)

    def one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        return next(iter(self.all(query, *values)), None)

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._guarded():
            return self._db.execute(query, values).fetchall()

    def each(self, query: str, rows: Sequence[tuple[object, ...]]) -> None:
        """The same for many rows: a third of the time that one by one takes."""
        with self._guarded():
            self._db.executemany(query, rows)

    def save(self) -> None:
        """Everything since the last save, whole or not at all."""
        with self._guarded():
            self._db.execute("COMMIT")
            self._db.execute("BEGIN")

    def close(self) -> None:
        """Forget what was not saved."""
        with contextlib.suppress(sqlite3.DatabaseError):
            self._db.rollback()
        self._db.close()

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """SQLite's faults as ours: the file is damaged, or cannot be used for the time being."""
        try:
            yield
        except sqlite3.DatabaseError as fault:
            if of_the_machine(fault):
                raise CasebookUnusable(self.path, fault) from fault
            raise CasebookDamaged(self.path, fault) from fault


def of_the_machine(fault: sqlite3.DatabaseError) -> bool:
    """Whether deleting the file would mend nothing: the disk is full, or another process has it."""
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF in _PASSING


def delete_casebook(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _opened(path: Path, layout: str, fingerprint: int) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=0.2)
    try:
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute(f"PRAGMA cache_size=-{_CACHE_KB}")
        _of_this_fold(db, fingerprint)
        db.executescript(layout)
        check_whole(path)
        db.execute("BEGIN IMMEDIATE")
    except BaseException:
        db.close()
        raise
    return db


def _of_this_fold(db: sqlite3.Connection, fingerprint: int) -> None:
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if found == 0:
        db.execute(f"PRAGMA user_version={fingerprint}")
    elif found != fingerprint:
        raise sqlite3.DatabaseError("cases of another shape")


def check_whole(path: Path) -> None:
    """A file cut short would only show when a lost page is read: compare the header's page count with the size."""
    with path.open("rb") as file:
        header = file.read(32)
    page_size = int.from_bytes(header[16:18]) or 1
    page_size = 65536 if page_size == 1 else page_size
    if int.from_bytes(header[28:32]) * page_size > path.stat().st_size:
        raise sqlite3.DatabaseError("the file is shorter than its header says")
