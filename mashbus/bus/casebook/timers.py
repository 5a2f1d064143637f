"""The timers of a partition's cases, in the casebook's own file: armed in the transaction that saw what arms them."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from mashbus.bus.casebook.file import BookFile, instant_of, microseconds

TABLE = """
CREATE TABLE IF NOT EXISTS timers(
  due INTEGER, case_id TEXT, name TEXT, label TEXT, PRIMARY KEY(case_id, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS timers_due ON timers(due);
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

    def due(self, until: datetime, limit: int = 5000) -> list[Due]:
        """Timers due at or before `until`, earliest first."""
        query = "SELECT due, case_id, name, label FROM timers WHERE due <= ? ORDER BY due LIMIT ?"
        rows = self._file.all(query, microseconds(until), limit)
        return [Due(instant_of(due), UUID(case_id), name, label) for due, case_id, name, label in rows]

    def next_due(self, after: datetime) -> datetime | None:
        """The earliest timer due later than `after`."""
        row = self._file.one("SELECT min(due) FROM timers WHERE due > ?", microseconds(after))
        return None if row is None or row[0] is None else instant_of(row[0])

    def running(self, prefix: str) -> list[tuple[str, int, datetime]]:
        """Timers whose name begins with `prefix`: label, how many, the earliest."""
        query = "SELECT label, count(*), min(due) FROM timers WHERE name GLOB ? GROUP BY label"
        return [(label, count, instant_of(due)) for label, count, due in self._file.all(query, f"{prefix}*")]

    def set(self, case_id: str, wanted: Iterable[Timer]) -> None:
        """These and no others run for the case."""
        timers = {timer.name: (microseconds(timer.due), timer.label) for timer in wanted}
        there = dict(self._file.all("SELECT name, due FROM timers WHERE case_id = ?", case_id))
        for name in there.keys() - timers.keys():
            self._file.all("DELETE FROM timers WHERE case_id = ? AND name = ?", case_id, name)
        for name, (due, label) in timers.items():
            if there.get(name) != due:
                self._file.all("INSERT OR REPLACE INTO timers VALUES (?, ?, ?, ?)", due, case_id, name, label)
