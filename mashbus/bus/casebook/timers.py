"""The timers of a partition's cases, in the casebook's own file: armed in the transaction that saw what arms them.

Timers are counted and asked for by label, so that those of one label never keep another's waiting. How many there are
of a label, and the earliest, is kept in memory: asking costs nothing while nothing is due, however many run.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from mashbus.bus.casebook.file import BookFile
from mashbus.domain.clocks.instants import instant_of, micros

TABLE = """
CREATE TABLE IF NOT EXISTS labels(id INTEGER PRIMARY KEY, label TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS timers(
  case_id BLOB, name TEXT, due INTEGER, label INTEGER, PRIMARY KEY(case_id, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS timers_due ON timers(label, due);
"""


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


class Timers:
    def __init__(self, file: BookFile) -> None:
        self._file = file
        self._ids: dict[str, int] = {label: key for key, label in file.all("SELECT id, label FROM labels")}
        self._labels = {key: label for label, key in self._ids.items()}
        self._counts: Counter[int] = Counter()
        self._earliest: dict[int, int] = {}
        self._unsure: set[int] = set()
        """Labels whose earliest timer has gone: looked up when it is asked for."""
        self._soonest: int | None = None
        """Of all labels, where `_soonest_known`."""
        self._soonest_known = False
        for key, count, due in file.all("SELECT label, count(*), min(due) FROM timers GROUP BY label"):
            self._counts[key], self._earliest[key] = count, due

    # -- asked ---------------------------------------------------------------------------------------------------

    def running(self) -> list[tuple[str, int, datetime]]:
        """Of every label with timers: how many, and the earliest."""
        return [
            (self._labels[key], count, instant_of(due))
            for key, count in self._counts.items()
            if count and (due := self._first(key)) is not None
        ]

    def labels_due(self, until: datetime) -> list[str]:
        """Labels of which at least one timer is due at or before `until`."""
        limit, soonest = micros(until), self._earliest_of_all()
        if soonest is None or soonest > limit:
            return []
        return [
            self._labels[key]
            for key, count in self._counts.items()
            if count and (due := self._first(key)) is not None and due <= limit
        ]

    def due(self, label: str, until: datetime, limit: int) -> list[Due]:
        """Timers of the label due at or before `until`, earliest first."""
        query = "SELECT due, case_id, name FROM timers WHERE label = ? AND due <= ? ORDER BY due LIMIT ?"
        rows = self._file.all(query, self._ids.get(label, 0), micros(until), limit)
        return [Due(instant_of(due), UUID(bytes=case_id), name, label) for due, case_id, name in rows]

    def next_due(self, after: datetime) -> datetime | None:
        """The earliest timer due later than `after`."""
        limit, soonest = micros(after), self._earliest_of_all()
        if soonest is None or soonest > limit:
            return None if soonest is None else instant_of(soonest)
        instants = (self._next(key, limit) for key, count in self._counts.items() if count)
        earliest = min((one for one in instants if one is not None), default=None)
        return None if earliest is None else instant_of(earliest)

    def _earliest_of_all(self) -> int | None:
        """Asked hundreds of times a second while something lapses, mostly of partitions in which nothing does."""
        if not self._soonest_known:
            instants = (self._first(key) for key, count in self._counts.items() if count)
            self._soonest = min((one for one in instants if one is not None), default=None)
            self._soonest_known = True
        return self._soonest

    def _first(self, key: int) -> int | None:
        if key in self._unsure:
            ((first,),) = self._file.all("SELECT min(due) FROM timers WHERE label = ?", key)
            self._unsure.discard(key)
            self._earliest[key] = first
        return self._earliest.get(key)

    def _next(self, key: int, after: int) -> int | None:
        first = self._first(key)
        if first is None or first > after:
            return first
        ((following,),) = self._file.all("SELECT min(due) FROM timers WHERE label = ? AND due > ?", key, after)
        found: int | None = following
        return found

    # -- set -----------------------------------------------------------------------------------------------------

    def set(self, wanted: Mapping[UUID, Iterable[Timer]], new: Container[UUID] = frozenset()) -> None:
        """These and no others run for each of the cases. `new`: cases that have none yet."""
        gone: list[tuple[object, ...]] = []
        come: list[tuple[object, ...]] = []
        for case_id, timers in wanted.items():
            of_case = {timer.name: (micros(timer.due), self._id(timer.label)) for timer in timers}
            there = {} if case_id in new else self._of(case_id)
            for name, known in there.items():
                if of_case.get(name) != known:
                    gone.append((case_id.bytes, name))
                    self._gone(*known)
            for name, (due, key) in of_case.items():
                if there.get(name) != (due, key):
                    come.append((case_id.bytes, name, due, key))
                    self._come(due, key)
        self._file.each("DELETE FROM timers WHERE case_id = ? AND name = ?", gone)
        self._file.each("INSERT INTO timers VALUES (?, ?, ?, ?)", sorted(come))

    def _of(self, case_id: UUID) -> dict[str, tuple[int, int]]:
        rows = self._file.all("SELECT name, due, label FROM timers WHERE case_id = ?", case_id.bytes)
        return {name: (due, key) for name, due, key in rows}

    def _id(self, label: str) -> int:
        if label not in self._ids:
            ((key,),) = self._file.all("INSERT INTO labels(label) VALUES (?) RETURNING id", label)
            self._ids[label], self._labels[key] = key, label
        return self._ids[label]

    def _come(self, due: int, key: int) -> None:
        self._counts[key] += 1
        if self._soonest is None or due < self._soonest:
            self._soonest = due
        first = self._earliest.get(key)
        if key not in self._unsure and (first is None or due < first):
            self._earliest[key] = due

    def _gone(self, due: int, key: int) -> None:
        self._counts[key] -= 1
        if due == self._soonest:
            self._soonest_known = False
        if self._earliest.get(key) == due:
            self._unsure.add(key)
