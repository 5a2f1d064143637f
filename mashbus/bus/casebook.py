"""A casebook: the cases of one partition, the positions they were folded up to, and the timers they call for.

One SQLite file, one transaction a batch, so that "seen" and "armed" and "read up to here" are saved together. It is a
cache of the log: safe to delete, rebuilt when damaged. `synchronous=NORMAL` in WAL mode is enough for that (trap 43).
"""

import contextlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from mashbus.bus.clock import EPOCH
from mashbus.bus.errors import TransientError
from mashbus.bus.received import Received
from mashbus.contracts.record import Record

S = TypeVar("S")

_LAYOUT = """
CREATE TABLE IF NOT EXISTS cases(case_id TEXT PRIMARY KEY, revision INTEGER, entry BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS positions(topic TEXT PRIMARY KEY, next INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS timers(
  due INTEGER, case_id TEXT, name TEXT, label TEXT, PRIMARY KEY(case_id, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS held(
  id INTEGER PRIMARY KEY, case_id TEXT, quarantine_id TEXT, topic TEXT, position INTEGER, record BLOB, read_up_to TEXT);
CREATE TABLE IF NOT EXISTS identity(generation TEXT);
INSERT INTO identity SELECT hex(randomblob(8)) WHERE NOT EXISTS (SELECT 1 FROM identity);
CREATE INDEX IF NOT EXISTS timers_due ON timers(due);
CREATE INDEX IF NOT EXISTS held_case ON held(case_id);
CREATE INDEX IF NOT EXISTS cases_revision ON cases(revision);
"""

_BEHIND = 1 << 40
"""Ids of waiting records from here on keep the order of their coming; a rebuild puts what came before ahead of them."""

_CACHED = 4096
"""Cases kept decoded between batches."""

_PASSING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY,
                      sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM})  # fmt: skip
"""What SQLite says of the machine, not of the file: deleting the casebook would mend nothing."""


class Timer(NamedTuple):
    """What the case wants said at `due` unless it changes its mind before."""

    due: datetime
    name: str
    label: str = ""
    """What it is counted under."""


class Due(NamedTuple):
    due: datetime
    case_id: UUID
    name: str
    label: str


def no_timers(_: object) -> Iterable[Timer]:
    """For a service that waits for nothing; saving is quicker then."""
    return ()


@dataclass(frozen=True)
class Fold(Generic[S]):
    """How a service's cases begin, evolve and are kept."""

    start: Callable[[UUID], S]
    evolve: Callable[[S, Record, datetime], S]
    adapter: "TypeAdapter[Entry[S]]"
    timers: Callable[[S], Iterable[Timer]] = no_timers
    version: int = 1
    """Raised when `evolve` or `timers` comes to mean something else: casebooks of the old meaning are folded again."""


@dataclass
class Entry(Generic[S]):
    """A case as kept: its state and the ids of the records it has seen, with no window and no expiry."""

    state: S
    seen: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class Held:
    """A record that waits: itself quarantined, or behind one of its case, or ahead of the case's opening."""

    id: int
    quarantine_id: UUID | None
    received: Received
    positions: Mapping[str, int]
    """What had been read when it began to wait."""


class Gap(Exception):
    """A record before this one was not delivered: reopen and read again (trap 44)."""

    def __init__(self, topic: str, partition: int, expected: int, came: int) -> None:
        super().__init__(f"{topic}[{partition}]: expected offset {expected}, got {came}")


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


class Casebook(Generic[S]):
    """One partition's book. Changes stay in memory until `save`; `rollback` forgets them."""

    def __init__(self, path: Path, partition: int, fold: Fold[S]) -> None:
        self.partition = partition
        self._fold = fold
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._guarded():
            self._db = _opened(path, _fingerprint(fold))
            self.positions: dict[str, int] = dict(self._db.execute("SELECT topic, next FROM positions"))
            self.generation: str = self._db.execute("SELECT generation FROM identity").fetchone()[0]
            self.revision: int = self._db.execute("SELECT coalesce(max(revision), 0) FROM cases").fetchone()[0]
            self._blocked = {UUID(row[0]) for row in self._db.execute("SELECT DISTINCT case_id FROM held")}
        self._entries: dict[UUID, Entry[S]] = {}
        self._dirty: set[UUID] = set()

    # -- positions -----------------------------------------------------------------------------------------------

    def next(self, topic: str) -> int:
        return self.positions.get(topic, 0)

    def expects(self, topic: str, offset: int) -> bool:
        """True: the next one. False: handled before. Raises Gap: something between was never delivered."""
        expected = self.next(topic)
        if offset > expected:
            raise Gap(topic, self.partition, expected, offset)
        return offset == expected

    def advance(self, topic: str, offset: int) -> None:
        self.positions[topic] = offset + 1

    # -- cases ---------------------------------------------------------------------------------------------------

    def entry(self, case_id: UUID) -> Entry[S]:
        entry = self._entries.get(case_id)
        if entry is None:
            row = self._read("SELECT entry FROM cases WHERE case_id = ?", str(case_id))
            entry = self._kept(row[0]) if row else Entry(self._fold.start(case_id))
            self._entries[case_id] = entry
        return entry

    def state(self, case_id: UUID) -> S:
        return self.entry(case_id).state

    def saw(self, case_id: UUID, event_id: UUID) -> bool:
        """The first record of an id is the fact; this one would be a repeat."""
        return event_id in self.entry(case_id).seen

    def after(self, case_id: UUID, record: Record, appended: datetime) -> S:
        """The case as it would be after the record."""
        return self._fold.evolve(self.entry(case_id).state, record, appended)

    def put(self, case_id: UUID, state: S, event_id: UUID) -> None:
        """The case has evolved: kept with the next `save`."""
        entry = self.entry(case_id)
        entry.state = state
        entry.seen.add(event_id)
        self._dirty.add(case_id)

    def changed_since(self, revision: int, limit: int) -> Iterator[tuple[int, S]]:
        """Saved cases changed after `revision`, oldest change first."""
        query = "SELECT revision, entry FROM cases WHERE revision > ? ORDER BY revision LIMIT ?"
        for changed, entry in self._all(query, revision, limit):
            yield changed, self._kept(entry).state

    def _kept(self, entry: bytes) -> Entry[S]:
        try:
            return self._fold.adapter.validate_json(entry)
        except ValidationError as damage:
            raise CasebookDamaged(self._path, damage) from None

    # -- timers --------------------------------------------------------------------------------------------------

    def due(self, until: datetime, limit: int = 5000) -> list[Due]:
        """Timers due at or before `until`, earliest first."""
        query = "SELECT due, case_id, name, label FROM timers WHERE due <= ? ORDER BY due LIMIT ?"
        rows = self._all(query, _micros(until), limit)
        return [Due(_instant(due), UUID(case_id), name, label) for due, case_id, name, label in rows]

    def next_due(self, after: datetime) -> datetime | None:
        """The earliest timer due later than `after`."""
        row = self._read("SELECT min(due) FROM timers WHERE due > ?", _micros(after))
        return None if row is None or row[0] is None else _instant(row[0])

    def running(self, prefix: str) -> list[tuple[str, int, datetime]]:
        """Timers whose name begins with `prefix`: label, how many, the earliest."""
        query = "SELECT label, count(*), min(due) FROM timers WHERE name GLOB ? GROUP BY label"
        return [(label, count, _instant(due)) for label, count, due in self._all(query, f"{prefix}*")]

    # -- records that wait -----------------------------------------------------------------------------------------

    def is_blocked(self, case_id: UUID) -> bool:
        return case_id in self._blocked

    def hold(
        self,
        case_id: UUID,
        received: Received,
        quarantine_id: UUID | None = None,
        positions: Mapping[str, int] | None = None,
        *,
        ahead: bool = False,
    ) -> None:
        """At the end of the case's line; `ahead`: before all that was not put there ahead itself (a rebuild)."""
        self._blocked.add(case_id)
        start, end = (0, _BEHIND) if ahead else (_BEHIND, 2 * _BEHIND)
        self._all(
            "INSERT INTO held VALUES"
            " ((SELECT coalesce(max(id), ?) + 1 FROM held WHERE id >= ? AND id < ?), ?, ?, ?, ?, ?, ?)",
            start,
            start,
            end,
            str(case_id),
            quarantine_id and str(quarantine_id),
            received.topic,
            received.offset,
            received.to_json(),
            json.dumps({received.topic: received.offset, **(self.positions if positions is None else positions)}),
        )

    @property
    def blocked(self) -> frozenset[UUID]:
        """Cases for which something waits."""
        return frozenset(self._blocked)

    def held(self, case_id: UUID) -> list[Held]:
        """What waits for the case, in the order it came."""
        rows = self._all(f"{_HELD} WHERE case_id = ? ORDER BY id", str(case_id))
        return [_held(row) for row in rows]

    def first_held(self, case_id: UUID) -> Held | None:
        """The head of the case's line."""
        row = self._read(f"{_HELD} WHERE case_id = ? ORDER BY id LIMIT 1", str(case_id))
        return _held(row) if row else None

    def held_count(self) -> int:
        row = self._read("SELECT count(*) FROM held")
        return row[0] if row else 0

    def find_held(self, quarantine_id: UUID) -> tuple[UUID, Held] | None:
        """The waiting record that was quarantined under this id, with its case."""
        row = self._read(f"{_HELD} WHERE quarantine_id = ?", str(quarantine_id))
        return (UUID(row[4]), _held(row)) if row else None

    def unhold(self, case_id: UUID, held: Held) -> None:
        self._all("DELETE FROM held WHERE id = ?", held.id)
        if not self._read("SELECT 1 FROM held WHERE case_id = ? LIMIT 1", str(case_id)):
            self._blocked.discard(case_id)

    def rehold(self, held: Held, quarantine_id: UUID) -> None:
        """The waiting record itself failed: it keeps its place in the line."""
        self._all("UPDATE held SET quarantine_id = ? WHERE id = ?", str(quarantine_id), held.id)

    # -- transaction ---------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Cases, positions, timers and waiting records, together."""
        with self._guarded():
            for case_id in self._dirty:
                self.revision += 1
                self._save_case(str(case_id), self._entries[case_id])
            self._db.executemany("INSERT OR REPLACE INTO positions VALUES (?, ?)", self.positions.items())
            self._db.execute("COMMIT")
            self._db.execute("BEGIN")
        self._dirty.clear()
        if len(self._entries) > _CACHED:
            self._entries.clear()

    def _save_case(self, case_id: str, entry: Entry[S]) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO cases VALUES (?, ?, ?)",
            (case_id, self.revision, self._fold.adapter.dump_json(entry)),
        )
        if self._fold.timers is not no_timers:
            self._save_timers(case_id, entry.state)

    def _save_timers(self, case_id: str, state: S) -> None:
        wanted = {timer.name: (_micros(timer.due), timer.label) for timer in self._fold.timers(state)}
        query = "SELECT name, due FROM timers WHERE case_id = ?"
        there: Mapping[str, int] = dict(self._db.execute(query, (case_id,)).fetchall())
        for name in there.keys() - wanted.keys():
            self._db.execute("DELETE FROM timers WHERE case_id = ? AND name = ?", (case_id, name))
        for name, (due, label) in wanted.items():
            if there.get(name) != due:
                self._db.execute("INSERT OR REPLACE INTO timers VALUES (?, ?, ?, ?)", (due, case_id, name, label))

    def close(self) -> None:
        """Forget what was not saved."""
        with contextlib.suppress(sqlite3.DatabaseError):
            self._db.rollback()
        self._db.close()

    def _read(self, query: str, *values: object) -> tuple[Any, ...] | None:
        return next(iter(self._all(query, *values)), None)

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._guarded():
            return self._db.execute(query, values).fetchall()

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """SQLite's faults as ours: the file is damaged, or cannot be used for the time being."""
        try:
            yield
        except sqlite3.DatabaseError as fault:
            if getattr(fault, "sqlite_errorcode", 0) & 0xFF in _PASSING:
                raise CasebookUnusable(self._path, fault) from fault
            raise CasebookDamaged(self._path, fault) from fault


_HELD = "SELECT id, quarantine_id, record, read_up_to, case_id FROM held"


def _held(row: tuple[Any, ...]) -> Held:
    return Held(row[0], row[1] and UUID(row[1]), Received.from_json(row[2]), json.loads(row[3]))


def delete_casebook(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _opened(path: Path, fingerprint: int) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=0.2)
    try:
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        _of_this_fold(db, fingerprint)
        db.executescript(_LAYOUT)
        _whole(path)
        db.execute("BEGIN IMMEDIATE")
    except BaseException:
        db.close()
        raise
    return db


@cache
def _fingerprint(fold: Fold[Any]) -> int:
    """Of the shape in which cases are kept, so that a new release never reads an old one's cases as whole.

    Once a fold: describing it takes 50 ms of processor, and a service opens twelve casebooks at every assignment.
    """
    shape = json.dumps([fold.version, _LAYOUT, fold.adapter.json_schema()], sort_keys=True)
    return zlib.crc32(shape.encode()) & 0x7FFFFFFF


def _of_this_fold(db: sqlite3.Connection, fingerprint: int) -> None:
    found = db.execute("PRAGMA user_version").fetchone()[0]
    if found == 0:
        db.execute(f"PRAGMA user_version={fingerprint}")
    elif found != fingerprint:
        raise sqlite3.DatabaseError("cases of another shape")


def _whole(path: Path) -> None:
    """A file cut short would only show when a lost page is read: compare the header's page count with the size."""
    with path.open("rb") as file:
        header = file.read(32)
    page_size = int.from_bytes(header[16:18]) or 1
    page_size = 65536 if page_size == 1 else page_size
    if int.from_bytes(header[28:32]) * page_size > path.stat().st_size:
        raise sqlite3.DatabaseError("the file is shorter than its header says")


def _micros(instant: datetime) -> int:
    delta = instant - EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def _instant(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)
