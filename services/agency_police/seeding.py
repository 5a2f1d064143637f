"""The force's database, filled with synthetic people: a run of its own that shares no key with what the hub is sent."""

from pathlib import Path

from mashbus.bus.agency.database import filled
from mashbus.bus.agency.matching import name_key
from mashbus.synthetic import town

TABLES = """
CREATE TABLE nominals (
  nominal_ref TEXT PRIMARY KEY, forename TEXT NOT NULL, surname TEXT NOT NULL,
  surname_key TEXT NOT NULL, born TEXT, sex TEXT, postcode TEXT);
CREATE INDEX nominals_by_surname ON nominals (surname_key, born);
CREATE TABLE occurrences (
  nominal_ref TEXT NOT NULL REFERENCES nominals, happened_on TEXT NOT NULL, what TEXT NOT NULL);
CREATE INDEX occurrences_of ON occurrences (nominal_ref, happened_on);
CREATE TABLE warning_markers (nominal_ref TEXT NOT NULL REFERENCES nominals, warning TEXT NOT NULL);
CREATE INDEX warning_markers_of ON warning_markers (nominal_ref);
"""
"""The force's own words and numbers."""
SEED = "police"


def seed(path: Path, seed: object = SEED, families: int = town.FAMILIES) -> int:
    """Make the database anew; how many people it holds."""
    people = tuple(town.seed("police", seed, families))
    with filled(path, TABLES) as db:
        db.executemany(
            "INSERT INTO nominals VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    one.local_id,
                    one.given_name,
                    one.family_name,
                    name_key(one.family_name),
                    one.date_of_birth and one.date_of_birth.isoformat(),
                    one.sex,
                    one.postcode,
                )
                for one in people
            ),
        )
        db.executemany(
            "INSERT INTO occurrences VALUES (?, ?, ?)",
            ((one.local_id, event.on.isoformat(), event.text) for one in people for event in one.events),
        )
        db.executemany(
            "INSERT INTO warning_markers VALUES (?, ?)", ((one.local_id, one.risk) for one in people if one.risk)
        )
    return len(people)
