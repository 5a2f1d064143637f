"""Records that wait: quarantined, behind a quarantined one of their case, or ahead of the case's opening (adr 0006)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mashbus.bus.casebook.file import BookFile
from mashbus.bus.received import Received

TABLE = """
CREATE TABLE IF NOT EXISTS held(
  id INTEGER PRIMARY KEY, case_id TEXT, quarantine_id TEXT, topic TEXT, position INTEGER, record BLOB, read_up_to TEXT);
CREATE INDEX IF NOT EXISTS held_case ON held(case_id);
"""

_BEHIND = 1 << 40
"""Ids of waiting records from here on keep the order of their coming; a rebuild puts what came before ahead of them."""

_HELD = "SELECT id, quarantine_id, record, read_up_to, case_id FROM held"


@dataclass(frozen=True)
class Held:
    """A record that waits: itself quarantined, or behind one of its case, or ahead of the case's opening."""

    id: int
    quarantine_id: UUID | None
    received: Received
    positions: Mapping[str, int]
    """What had been read when it began to wait."""


class Waiting:
    """The lines of a partition's cases, each in order."""

    def __init__(self, file: BookFile) -> None:
        self._file = file
        self._cases = {UUID(row[0]) for row in file.all("SELECT DISTINCT case_id FROM held")}

    def __contains__(self, case_id: UUID) -> bool:
        """Whether anything waits for the case."""
        return case_id in self._cases

    def hold(
        self,
        case_id: UUID,
        received: Received,
        quarantine_id: UUID | None = None,
        *,
        positions: Mapping[str, int],
        ahead: bool = False,
    ) -> None:
        """At the end of the case's line; `ahead`: before all that was not put there ahead itself (a rebuild)."""
        self._cases.add(case_id)
        start, end = (0, _BEHIND) if ahead else (_BEHIND, 2 * _BEHIND)
        self._file.all(
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
            json.dumps({received.topic: received.offset, **positions}),
        )

    @property
    def cases(self) -> frozenset[UUID]:
        """Cases for which something waits."""
        return frozenset(self._cases)

    def of(self, case_id: UUID) -> list[Held]:
        """What waits for the case, in the order it came."""
        rows = self._file.all(f"{_HELD} WHERE case_id = ? ORDER BY id", str(case_id))
        return [_held(row) for row in rows]

    def first(self, case_id: UUID) -> Held | None:
        """The head of the case's line."""
        row = self._file.one(f"{_HELD} WHERE case_id = ? ORDER BY id LIMIT 1", str(case_id))
        return _held(row) if row else None

    def __len__(self) -> int:
        row = self._file.one("SELECT count(*) FROM held")
        return row[0] if row else 0

    def find(self, quarantine_id: UUID) -> tuple[UUID, Held] | None:
        """The waiting record that was quarantined under this id, with its case."""
        row = self._file.one(f"{_HELD} WHERE quarantine_id = ?", str(quarantine_id))
        return (UUID(row[4]), _held(row)) if row else None

    def remove(self, case_id: UUID, held: Held) -> None:
        self._file.all("DELETE FROM held WHERE id = ?", held.id)
        if not self._file.one("SELECT 1 FROM held WHERE case_id = ? LIMIT 1", str(case_id)):
            self._cases.discard(case_id)

    def fail(self, held: Held, quarantine_id: UUID) -> None:
        """The waiting record itself failed: it keeps its place in the line."""
        self._file.all("UPDATE held SET quarantine_id = ? WHERE id = ?", str(quarantine_id), held.id)


def _held(row: tuple[Any, ...]) -> Held:
    return Held(row[0], row[1] and UUID(row[1]), Received.from_json(row[2]), json.loads(row[3]))
