"""Who is held or was here before, as matching needs them: what is compared, and the keys by which a person is found.

A file of this service's own, read from the log like the directory's (`mashbus.bus.directory.reading`), and like it safe
to delete. Nothing of it is held in Python's memory.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog

from mashbus.bus.directory.decoding import Decoder
from mashbus.bus.directory.file import guarded
from mashbus.bus.directory.keys import PERSON
from mashbus.bus.directory.lookups import EPOCH, Value
from mashbus.bus.directory.table import Claimed, Held, Identified, Table
from mashbus.bus.errors import PermanentError
from mashbus.contracts import hub
from mashbus.domain.referral import Child
from services.matching.features import Features, birthdays, features, months_around

_log = structlog.get_logger()
LAYOUT = "1"
"""Of the tables below and of what is written into them: raised with every change of theirs, names.py's included."""
MOST_OF_A_KEY = 1500
"""People looked at of one key. More share it only where it says little, as 1 January; then another key finds them."""
_LAYOUT = """
CREATE TABLE IF NOT EXISTS people (
  id INTEGER PRIMARY KEY, partnership INTEGER NOT NULL, token TEXT UNIQUE, organisation TEXT, local_id TEXT,
  place INTEGER UNIQUE, case_id BLOB, child INTEGER, received_at INTEGER,
  given TEXT, family TEXT, family_parts TEXT, born TEXT, expected TEXT, sex TEXT, postcode TEXT, house TEXT,
  names_key TEXT, family_month TEXT
);
CREATE INDEX IF NOT EXISTS people_born ON people (partnership, born) WHERE born IS NOT NULL;
CREATE INDEX IF NOT EXISTS people_names ON people (partnership, names_key) WHERE names_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS people_home ON people (partnership, postcode) WHERE postcode IS NOT NULL;
CREATE INDEX IF NOT EXISTS people_month ON people (partnership, family_month) WHERE family_month IS NOT NULL;
CREATE TABLE IF NOT EXISTS names (
  partnership INTEGER, field TEXT, name TEXT, n INTEGER NOT NULL, PRIMARY KEY (partnership, field, name)
) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS counted AFTER INSERT ON people BEGIN
  INSERT INTO names VALUES (NEW.partnership, 'all', '', 1) ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO names SELECT NEW.partnership, 'given', NEW.given, 1 WHERE NEW.given IS NOT NULL
    ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO names SELECT NEW.partnership, 'family', NEW.family, 1 WHERE NEW.family IS NOT NULL
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER IF NOT EXISTS uncounted AFTER DELETE ON people BEGIN
  UPDATE names SET n = n - 1 WHERE partnership = OLD.partnership AND field = 'all' AND name = '';
  UPDATE names SET n = n - 1 WHERE partnership = OLD.partnership AND field = 'given' AND name = OLD.given;
  UPDATE names SET n = n - 1 WHERE partnership = OLD.partnership AND field = 'family' AND name = OLD.family;
END;
CREATE TRIGGER IF NOT EXISTS forgotten AFTER DELETE ON contacts BEGIN
  DELETE FROM people WHERE place = OLD.place;
END;
"""
_KEYS = {
    "born": "born = ?",
    "names": "names_key = ?",
    "home": "postcode = ?",
    "month": "family_month = ?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody held by an organisation (`token`) or named by an earlier contact (`case`)."""

    features: Features
    token: str | None = None
    organisation: str | None = None
    local_id: str | None = None
    case: UUID | None = None
    child: int | None = None
    received_at: datetime | None = None


class People(Table):
    """Raises as Table does."""

    def __init__(self, path: Path, about: Mapping[str, str], decoder: Decoder) -> None:
        super().__init__(path, {**about, "people": LAYOUT})
        self._decoder = decoder
        with guarded(path):
            self._writing.executescript(_LAYOUT)

    # -- questions -----------------------------------------------------------------------------------------------

    def near(self, partnership: str, sought: Features) -> Sequence[Person]:
        """Everybody who shares a key with the child sought, in no order."""
        number = self._partnership(partnership)
        asked = list(_asked(sought))
        if number is None or not asked:
            return ()
        each = " UNION ".join(
            f"SELECT id FROM (SELECT id FROM people WHERE partnership = ? AND {_KEYS[key]} LIMIT {MOST_OF_A_KEY})"  # noqa: S608
            for key, _ in asked
        )
        values = [value for _, key in asked for value in (number, key)]
        return [_person(row) for row in self._all(f"SELECT {_COLUMNS} FROM people WHERE id IN ({each})", *values)]  # noqa: S608

    def count(self, partnership: str) -> int:
        return self._count(partnership, "all", "")

    def bearing(self, partnership: str, field: str, name: str | None) -> int:
        """How many have that name; `field`: given or family."""
        return self._count(partnership, field, name) if name else 0

    def _count(self, partnership: str, field: str, name: str) -> int:
        query = "SELECT n FROM names WHERE partnership = ? AND field = ? AND name = ?"
        found = self._all(query, self._partnership(partnership), field, name)
        return int(found[0][0]) if found else 0

    def _partnership(self, name: str) -> int | None:
        found = self._all("SELECT id FROM sources WHERE partnership = ? AND organisation = ''", name)
        return int(found[0][0]) if found else None

    # -- changes -------------------------------------------------------------------------------------------------

    def _hold(self, held: Held) -> None:
        self._writing.execute("DELETE FROM people WHERE token = ?", (held.token,))
        if not held.held:
            return
        record = self._record(Value(held.dataschema, held.value), hub.ChildHeld)
        if isinstance(record, hub.ChildHeld) and record.person is not None:
            person, (partnership, organisation) = record.person, held.source
            self._keep(partnership, person, token=held.token, organisation=organisation, local_id=person.local_id)

    def _identify(self, one: Identified) -> None:
        """Exact identifiers are the directory's business."""

    def _claim(self, one: Claimed) -> None:
        if one.kind != PERSON or one.value is None or one.dataschema is None:
            return
        record = self._record(Value(one.dataschema, one.value), hub.ContactIndexed)
        if not isinstance(record, hub.ContactIndexed) or record.person is None:
            return
        super()._claim(replace(one, value=None, dataschema=None))
        (new, place) = self._writing.execute("SELECT changes(), last_insert_rowid()").fetchone()
        if new:
            at = (one.received_at - EPOCH) // timedelta(microseconds=1)
            who = {"place": place, "case_id": one.case_id.bytes, "child": one.child, "received_at": at}
            self._keep(one.partnership, record.person, **who)

    def _record(self, value: Value, view: type[hub.ChildHeld | hub.ContactIndexed]) -> object:
        """None where it can't be read: the directory's own reading counts and tells it."""
        try:
            return self._decoder.record(value, view)
        except PermanentError:
            return None

    def _keep(self, partnership: str, person: Child, **who: object) -> None:
        one = _features(person)
        if one is None or not one.says_enough:
            return
        day = one.born or one.expected
        row = {
            **who,
            "partnership": self._source((partnership, "")),
            "given": one.given,
            "family": one.family,
            "family_parts": " ".join(one.family_parts),
            "born": one.born and one.born.isoformat(),
            "expected": one.expected and one.expected.isoformat(),
            "sex": one.sex,
            "postcode": one.postcode,
            "house": one.house,
            "names_key": one.names_key,
            "family_month": one.family_key and day and f"{one.family_key}/{day:%Y-%m}",
        }
        columns, marks = ", ".join(row), ", ".join("?" * len(row))
        self._writing.execute(f"INSERT INTO people ({columns}) VALUES ({marks})", tuple(row.values()))  # noqa: S608


_COLUMNS = (
    "token, organisation, local_id, case_id, child, received_at, given, family, family_parts, born, expected, sex, "
    "postcode, house"
)


def _features(person: Child) -> Features | None:
    """One person who can't be compared holds nobody else up."""
    try:
        return features(person)
    except Exception as fault:  # noqa: BLE001 - whatever stands in a name
        _log.error("a person can't be compared and is passed over", fault=type(fault).__name__)
        return None


def _asked(sought: Features) -> Iterator[tuple[str, str]]:
    for day in dict.fromkeys(birthdays(sought)):
        yield "born", day.isoformat()
    if sought.names_key:
        yield "names", sought.names_key
    if sought.postcode:
        yield "home", sought.postcode
    if sought.family_key:
        for month in months_around(sought):
            yield "month", f"{sought.family_key}/{month}"


def _person(row: sqlite3.Row | tuple) -> Person:  # type: ignore[type-arg]
    token, organisation, local_id, case_id, child, received_at, *compared = row
    given, family, family_parts, born, expected, sex, postcode, house = compared
    return Person(
        token=token,
        organisation=organisation,
        local_id=local_id,
        case=UUID(bytes=case_id) if case_id else None,
        child=child,
        received_at=EPOCH + timedelta(microseconds=received_at) if received_at is not None else None,
        features=Features(
            given=given,
            family=family,
            family_parts=tuple((family_parts or "").split()),
            born=date.fromisoformat(born) if born else None,
            expected=date.fromisoformat(expected) if expected else None,
            sex=sex,
            postcode=postcode,
            house=house,
        ),
    )
