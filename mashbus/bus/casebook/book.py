"""A casebook: the cases of one partition, the positions they were folded up to, their timers, their waiting records.

One SQLite file, one transaction a batch, so that "seen" and "armed" and "read up to here" are saved together. It is a
cache of the log: safe to delete, rebuilt when damaged.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from mashbus.bus.casebook import timers, waiting
from mashbus.bus.casebook.file import BookFile, CasebookDamaged
from mashbus.bus.casebook.timers import Timer, Timers
from mashbus.bus.casebook.waiting import Waiting
from mashbus.contracts.record import Record

S = TypeVar("S")

_LAYOUT = """
CREATE TABLE IF NOT EXISTS cases(case_id BLOB PRIMARY KEY, revision INTEGER, entry BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cases_revision ON cases(revision);
CREATE TABLE IF NOT EXISTS positions(topic TEXT PRIMARY KEY, next INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS identity(generation TEXT);
INSERT INTO identity SELECT hex(randomblob(8)) WHERE NOT EXISTS (SELECT 1 FROM identity);
"""
_LAYOUT += timers.TABLE + waiting.TABLE

_CACHED = 1000
"""Cases of a partition kept decoded between batches: a case's records mostly come close together."""


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


class Gap(Exception):
    """A record before this one was not delivered: reopen and read again (trap 44)."""

    def __init__(self, topic: str, partition: int, expected: int, came: int) -> None:
        super().__init__(f"{topic}[{partition}]: expected offset {expected}, got {came}")


class Casebook(Generic[S]):
    """One partition's book. Changes count from `save` on; `close` forgets what was not saved."""

    def __init__(self, path: Path, partition: int, fold: Fold[S]) -> None:
        self.partition = partition
        self._fold = fold
        self._file = BookFile(path, _LAYOUT, _fingerprint(fold))
        self.timers = Timers(self._file)
        self.waiting = Waiting(self._file)
        self.positions: dict[str, int] = dict(self._file.all("SELECT topic, next FROM positions"))
        ((self.generation,),) = self._file.all("SELECT generation FROM identity")
        ((self.revision,),) = self._file.all("SELECT coalesce(max(revision), 0) FROM cases")
        self._entries: dict[UUID, Entry[S]] = {}
        self._dirty: set[UUID] = set()
        self._new: set[UUID] = set()
        """Cases that the file does not hold yet."""

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
            row = self._file.one("SELECT entry FROM cases WHERE case_id = ?", case_id.bytes)
            if row is None:
                self._new.add(case_id)
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
        for changed, entry in self._file.all(query, revision, limit):
            yield changed, self._kept(entry).state

    def portion(self, after: UUID | None, limit: int) -> list[tuple[UUID, S]]:
        """Saved cases in the order of their ids, from behind `after` on."""
        query = "SELECT case_id, entry FROM cases WHERE case_id > ? ORDER BY case_id LIMIT ?"
        rows = self._file.all(query, after.bytes if after else b"", limit)
        return [(UUID(bytes=case_id), self._kept(entry).state) for case_id, entry in rows]

    def rearm(self, case_id: UUID) -> None:
        """The timers that the case calls for, with the next `save`."""
        self.entry(case_id)
        self._dirty.add(case_id)

    def _kept(self, entry: bytes) -> Entry[S]:
        try:
            return self._fold.adapter.validate_json(entry)
        except ValidationError as damage:
            raise CasebookDamaged(self._file.path, damage) from None

    # -- transaction ---------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Cases, positions, timers and waiting records, together."""
        dirty = {case_id: self._entries[case_id] for case_id in self._dirty}
        dump, first = self._fold.adapter.dump_json, self.revision + 1
        rows = [(case_id.bytes, first + at, dump(entry)) for at, (case_id, entry) in enumerate(dirty.items())]
        self._file.each("INSERT OR REPLACE INTO cases VALUES (?, ?, ?)", rows)
        self.revision += len(rows)
        if self._fold.timers is not no_timers:
            timers = {case_id: self._fold.timers(entry.state) for case_id, entry in dirty.items()}
            self.timers.set(timers, self._new)
        self._file.each("INSERT OR REPLACE INTO positions VALUES (?, ?)", list(self.positions.items()))
        self._file.save()
        self._dirty.clear()
        self._new.clear()
        if len(self._entries) > _CACHED:
            self._entries.clear()

    def close(self) -> None:
        self._file.close()


@cache
def _fingerprint(fold: Fold[Any]) -> int:
    """Of the shape in which cases are kept, so that a new release never reads an old one's cases as whole.

    Once a fold: describing it takes 50 ms of processor, and a service opens twelve casebooks at every assignment.
    """
    shape = json.dumps([fold.version, _LAYOUT, fold.adapter.json_schema()], sort_keys=True)
    return zlib.crc32(shape.encode()) & 0x7FFFFFFF
