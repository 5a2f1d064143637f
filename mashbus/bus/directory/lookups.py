"""What the file of the directory answers: by key, whole transactions only, and never more than was asked for."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from mashbus.bus.directory.file import guarded

Position = tuple[str, int]
"""Topic and partition."""
Source = tuple[str, str]
"""Partnership and organisation; of a contact there is no organisation."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """A contact that was found."""

    place: int
    case_id: UUID
    child: int
    kind: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Value:
    """A record's Avro bytes, without framing, and the schema that they were written with."""

    dataschema: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Counts:
    children: int
    identifiers: int
    contacts: int


class Lookups:
    """Over one connection. Raises TableDamaged where the file must be read anew, TableUnusable where it may pass."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path = path
        self._db = db

    def child(self, token: str) -> Value | None:
        """None: never told of, or forgotten."""
        return self._value(
            "SELECT dataschema, value FROM children JOIN schemas s ON s.id = schema WHERE token = ? AND held",
            short(token),
        )

    def last_of(self, token: str) -> Value | None:
        """What was last told of a child, also that it is forgotten."""
        return self._value(
            "SELECT dataschema, value FROM children JOIN schemas s ON s.id = schema WHERE token = ?", short(token)
        )

    def child_of(self, key: str) -> Value | None:
        """The child that an identifier other than its local id leads to."""
        query = """SELECT dataschema, value FROM identifiers JOIN children ON token = child
                   JOIN schemas s ON s.id = schema WHERE key = ? AND held"""
        return self._value(query, bytes.fromhex(key))

    def keys_of(self, token: str) -> Mapping[str, str]:
        """The identifiers that lead to a child now, local id aside, and the kind of each."""
        found = self._all("SELECT key, kind FROM identifiers WHERE child = ?", short(token))
        return {key.hex(): kind for key, kind in found}

    def leads_elsewhere(self, key: str, token: str) -> bool:
        """Whether an identifier is another child's now."""
        found = self._all("SELECT child FROM identifiers WHERE key = ?", bytes.fromhex(key))
        return bool(found) and found[0][0] != short(token)

    def claims(self, key: str) -> list[Claim]:
        """Every contact with that key, in the order of the log."""
        query = "SELECT place, case_id, child, kind, received_at FROM contacts WHERE key = ? ORDER BY place"
        return [_claim(*row) for row in self._all(query, short(key))]

    def claims_of(self, partnership: str, case_id: UUID) -> list[Claim]:
        """All of one case's."""
        query = """SELECT place, case_id, child, kind, received_at FROM contacts JOIN sources s ON s.id = source
                   WHERE case_id = ? AND partnership = ? ORDER BY place"""
        return [_claim(*row) for row in self._all(query, case_id.bytes, partnership)]

    def counts(self) -> Counts:
        """Some tenths of a second with a million children."""
        tables = ("children WHERE held", "identifiers", "contacts")
        children, identifiers, contacts = (self._all(f"SELECT count(*) FROM {one}")[0][0] for one in tables)  # noqa: S608
        return Counts(children=children, identifiers=identifiers, contacts=contacts)

    def children_by_source(self) -> Mapping[Source, int]:
        query = """SELECT partnership, organisation, count(*) FROM children JOIN sources s ON s.id = source
                   WHERE held GROUP BY source"""
        return {(partnership, organisation): n for partnership, organisation, n in self._all(query)}

    def positions(self) -> dict[Position, int]:
        """The next offset of every partition."""
        return {
            (topic, part): following for topic, part, following in self._all("SELECT topic, part, next FROM positions")
        }

    def _value(self, query: str, key: bytes) -> Value | None:
        found = self._all(query, key)
        return Value(*found[0]) if found else None

    def _all(self, query: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        with guarded(self._path):
            return self._db.execute(query, values).fetchall()


def short(key: str) -> bytes:
    """As much of a key as the file keeps."""
    return bytes.fromhex(key)[:16]


def _claim(place: int, case_id: bytes, child: int, kind: str, received_at: int) -> Claim:
    return Claim(place, UUID(bytes=case_id), child, kind, EPOCH + timedelta(microseconds=received_at))
