"""What is known of children and contacts, in the process's own file: looked up by key, changed a batch at a time.

Nothing of it is held in Python's memory. Rows keep 16 of a token's 32 bytes (a chance of 2^-88 that two of a million
children meet), and a record's Avro bytes as they came: they are decoded when somebody is found.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from mashbus.bus.directory.file import TableDamaged, guarded, looker, writer
from mashbus.bus.directory.lookups import EPOCH, Lookups, Position, Source, short

_UNSETTLED = "unsettled"
"""A note: the machine's start in which the file was begun."""
_HASTY_PAGES, _PAGES = 16_000, 4000
"""Of 4 KiB, written ahead before they are moved to their places: with random keys a move touches most of the file."""
_PARTITION = 1 << 48
"""A place is its partition and offset in one number: places of one key compare as offsets do."""


@dataclass(frozen=True, slots=True)
class Held:
    """A child as its record says it."""

    token: str
    source: Source
    dataschema: str
    value: bytes
    held: bool
    """False: forgotten; what is kept says since when."""


@dataclass(frozen=True, slots=True)
class Identified:
    """An identifier of a child; no child: nobody's."""

    key: str
    child: str | None
    source: Source
    kind: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A contact's claim at its place in the log."""

    partition: int
    offset: int
    appended_at: int
    """By the broker, milliseconds."""
    key: str
    case_id: UUID
    child: int
    kind: str
    partnership: str
    received_at: datetime
    dataschema: str | None = None
    value: bytes | None = None
    """The whole record, where it says who the child is."""


Change = Held | Identified | Claimed


class Table(Lookups):
    """Raises TableDamaged where the file must be read anew, TableUnusable where it may pass."""

    def __init__(self, path: Path, about: Mapping[str, str] | None = None) -> None:
        """`about`: what the file must be of (key, cluster, topics); one that is of something else is damaged."""
        self.path = path
        self._writing = writer(path)
        try:
            super().__init__(path, looker(path))
            self.beside = Lookups(path, self._writing)
            """For what takes long, in the thread that changes the table: lookups do not wait for it."""
            self.check(about or {})
            self._check_settled()
            self._sources = _numbers(self._writing, "SELECT id, partnership, organisation FROM sources")
            self._schemas = _numbers(self._writing, "SELECT id, dataschema FROM schemas")
        except BaseException:
            self._writing.close()
            raise

    def close(self) -> None:
        self._db.close()
        self._writing.close()

    def check(self, about: Mapping[str, str]) -> None:
        """Raises TableDamaged where it was read from something else."""
        with guarded(self.path):
            found = dict(self._writing.execute("SELECT name, value FROM notes"))
            for name, value in about.items():
                if found.setdefault(name, value) != value:
                    raise TableDamaged(self.path, f"of another {name}")
            self._writing.executemany("INSERT OR IGNORE INTO notes VALUES (?, ?)", found.items())

    def hasten(self) -> None:
        """Until `settle`, nothing waits for the disk: a log that is read anew would wait for it six times as long as it
        works. A killed process loses nothing by it; a machine that fails may, so then the file is not believed.
        """
        with guarded(self.path):
            self._writing.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (_UNSETTLED, _boot()))
            self._writing.execute("PRAGMA synchronous=OFF")
            self._writing.execute(f"PRAGMA wal_autocheckpoint={_HASTY_PAGES}")

    def settle(self) -> None:
        """Everything is on the disk when this returns, and stays so."""
        with guarded(self.path):
            self._writing.execute("PRAGMA synchronous=FULL")
            self._writing.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writing.execute("PRAGMA synchronous=NORMAL")
            self._writing.execute(f"PRAGMA wal_autocheckpoint={_PAGES}")
            self._writing.execute("DELETE FROM notes WHERE name = ?", (_UNSETTLED,))

    def _check_settled(self) -> None:
        with guarded(self.path):
            found = self._writing.execute("SELECT value FROM notes WHERE name = ?", (_UNSETTLED,)).fetchone()
        if found and (not found[0] or found[0] != _boot()):
            raise TableDamaged(self.path, "was being made when the machine failed")

    # -- changes -------------------------------------------------------------------------------------------------

    def apply(self, changes: Iterable[Change], positions: Mapping[Position, int]) -> None:
        """A batch, with how far the log is read by it: whole or not at all. The latest of a key counts; of a contact's
        claims the first, which was never a later one's.
        """
        with self._change():
            for change in changes:
                match change:
                    case Held():
                        self._hold(change)
                    case Identified():
                        self._identify(change)
                    case Claimed():
                        self._claim(change)
            rows = [(topic, part, following) for (topic, part), following in positions.items()]
            self._writing.executemany("INSERT OR REPLACE INTO positions VALUES (?, ?, ?)", rows)

    def prune(self, begins: Mapping[int, int], before: datetime) -> int:
        """Forget the contacts that the log has forgotten (`begins`: by partition, the first offset that is left), and
        those appended before. Returns how many.
        """
        limit, gone = _milliseconds(before), 0
        with self._change():
            for partition, begin in begins.items():
                start, end = partition * _PARTITION, (partition + 1) * _PARTITION
                query = """SELECT place FROM contacts WHERE place >= ? AND place < ? AND appended_at >= ?
                           ORDER BY place LIMIT 1"""
                kept = self._writing.execute(query, (start, end, limit)).fetchone()
                until = max(start + begin, kept[0]) if kept else end
                query = "DELETE FROM contacts WHERE place >= ? AND place < ?"
                gone += self._writing.execute(query, (start, until)).rowcount
        return gone

    def _hold(self, held: Held) -> None:
        self._writing.execute(
            """INSERT INTO children (token, source, held, schema, value) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (token) DO UPDATE SET
                 source = excluded.source, held = excluded.held, schema = excluded.schema, value = excluded.value""",
            (short(held.token), self._source(held.source), held.held, self._schema(held.dataschema), held.value),
        )

    def _identify(self, one: Identified) -> None:
        if one.child is None:
            self._writing.execute("DELETE FROM identifiers WHERE key = ?", (bytes.fromhex(one.key),))
            return
        row = (bytes.fromhex(one.key), short(one.child), self._source(one.source), one.kind)
        self._writing.execute("INSERT OR REPLACE INTO identifiers VALUES (?, ?, ?, ?)", row)

    def _claim(self, one: Claimed) -> None:
        schema = self._schema(one.dataschema) if one.dataschema else None
        self._writing.execute(
            "INSERT OR IGNORE INTO contacts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (one.partition * _PARTITION + one.offset, short(one.key), one.case_id.bytes, one.child, one.kind,
             self._source((one.partnership, "")), _microseconds(one.received_at), one.appended_at, schema, one.value),
        )  # fmt: skip

    def _source(self, source: Source) -> int:
        return self._number(self._sources, "INSERT INTO sources (partnership, organisation) VALUES (?, ?)", source)

    def _schema(self, dataschema: str) -> int:
        return self._number(self._schemas, "INSERT INTO schemas (dataschema) VALUES (?)", (dataschema,))

    def _number(self, numbers: dict[tuple[str, ...], int], insert: str, what: tuple[str, ...]) -> int:
        """There are as many as organisations and versions of a schema."""
        if what not in numbers:
            numbers[what] = self._writing.execute(insert, what).lastrowid or 0
        return numbers[what]

    @contextmanager
    def _change(self) -> Iterator[None]:
        with guarded(self.path):
            self._writing.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._writing.rollback()
                self._sources = _numbers(self._writing, "SELECT id, partnership, organisation FROM sources")
                self._schemas = _numbers(self._writing, "SELECT id, dataschema FROM schemas")
                raise
            self._writing.execute("COMMIT")


def _boot() -> str:
    """Another one after each start of the machine; empty where it does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _numbers(db: sqlite3.Connection, query: str) -> dict[tuple[str, ...], int]:
    rows: Sequence[tuple[int, *tuple[str, ...]]] = db.execute(query).fetchall()
    return {tuple(what): number for number, *what in rows}


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def _milliseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)
