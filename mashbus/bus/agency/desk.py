"""The organisation's own desk: what its people should see of the hub's messages, and what could not be handled.

A partner has no `mash.quarantine`; this SQLite file is its own. It is no cache: what is parked here is kept nowhere
else once its offset is committed, so every change is on the disk before it counts.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from mashbus.bus.received import Received
from mashbus.contracts.agency import RequestWithdrawn
from mashbus.contracts.record import Record

_TABLES = """
CREATE TABLE IF NOT EXISTS notes (
  event_id TEXT PRIMARY KEY, kind TEXT NOT NULL, request_id TEXT, case_id TEXT, said_at TEXT NOT NULL,
  content TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS notes_of_request ON notes (request_id, kind);
CREATE TABLE IF NOT EXISTS parked (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL, reason TEXT NOT NULL,
  detail TEXT NOT NULL, attempts INTEGER NOT NULL, parked_at TEXT NOT NULL, received BLOB NOT NULL,
  PRIMARY KEY (topic, partition, position));
"""


@dataclass(frozen=True, kw_only=True)
class Parked:
    """A record that could not be handled, with its original bytes."""

    received: Received
    reason: str
    detail: str
    attempts: int


class Desk:
    """One file an organisation. Used from the event loop: every call is one short transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=5, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_TABLES)

    def note(self, record: Record) -> None:
        """Keep what the hub said, for a person to see. The first record of an id is the fact."""
        request_id = getattr(record, "request_id", None)
        self._db.execute(
            "INSERT OR IGNORE INTO notes VALUES (?, ?, ?, ?, ?, ?)",
            (
                str(record.meta.event_id),
                type(record).__name__,
                request_id and str(request_id),
                record.meta.case_id and str(record.meta.case_id),
                record.meta.occurred_at.isoformat(),
                record.model_dump_json(),
            ),
        )

    def withdrawn(self, request_id: UUID) -> bool:
        """Whether the hub took the request back."""
        found = self._db.execute(
            "SELECT 1 FROM notes WHERE request_id = ? AND kind = ?", (str(request_id), RequestWithdrawn.__name__)
        )
        return found.fetchone() is not None

    def notes(self, kind: type[Record]) -> tuple[str, ...]:
        """Everything of one kind the hub said, as JSON, oldest first."""
        found = self._db.execute("SELECT content FROM notes WHERE kind = ? ORDER BY said_at", (kind.__name__,))
        return tuple(content for (content,) in found)

    def park(self, parked: Parked, at: datetime) -> None:
        """Keep what cannot be handled. Again for the same record: the newest reason, and the attempts added up."""
        received = parked.received
        self._db.execute(
            "INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " reason = excluded.reason, detail = excluded.detail, attempts = attempts + excluded.attempts",
            (
                *_place(received),
                parked.reason,
                parked.detail,
                parked.attempts,
                at.isoformat(),
                received.to_json(),
            ),
        )

    def parked(self) -> tuple[Parked, ...]:
        """Oldest first."""
        found = self._db.execute("SELECT received, reason, detail, attempts FROM parked ORDER BY parked_at, position")
        return tuple(
            Parked(received=Received.from_json(received), reason=reason, detail=detail, attempts=attempts)
            for received, reason, detail, attempts in found
        )

    def unpark(self, handled: Iterable[Received]) -> None:
        places = [_place(received) for received in handled]
        self._db.executemany("DELETE FROM parked WHERE topic = ? AND partition = ? AND position = ?", places)

    def count_parked(self) -> int:
        count: int = self._db.execute("SELECT count(*) FROM parked").fetchone()[0]
        return count

    def close(self) -> None:
        with closing(self._db):
            pass


def _place(received: Received) -> tuple[str, int, int]:
    return received.topic, received.partition, received.offset
