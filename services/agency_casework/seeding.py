"""An organisation's database, filled with synthetic people: a run of its own; it shares no key with the hub's input."""

from pathlib import Path

from mashbus.bus.agency.database import filled
from mashbus.bus.agency.matching import name_key
from mashbus.synthetic import town

TABLES = """
CREATE TABLE people (
  person_number TEXT PRIMARY KEY, forename TEXT NOT NULL, surname TEXT NOT NULL,
  surname_key TEXT NOT NULL, born TEXT);
CREATE INDEX people_by_surname ON people (surname_key, born);
CREATE TABLE case_notes (
  person_number TEXT NOT NULL REFERENCES people, noted_on TEXT NOT NULL, what TEXT NOT NULL);
CREATE INDEX case_notes_of ON case_notes (person_number, noted_on);
CREATE TABLE worries (person_number TEXT NOT NULL REFERENCES people, worry TEXT NOT NULL);
CREATE INDEX worries_of ON worries (person_number);
"""
"""The organisation's own words and numbers."""


def seed(path: Path, seed: object, role: str, families: int = town.FAMILIES) -> int:
    """Make the database anew; how many people it holds. `role` decides whom it knows, and what it notes of them."""
    people = tuple(town.seed(role, seed, families))
    with filled(path, TABLES) as db:
        db.executemany(
            "INSERT INTO people VALUES (?, ?, ?, ?, ?)",
            (
                (
                    one.local_id,
                    one.given_name,
                    one.family_name,
                    name_key(one.family_name),
                    one.date_of_birth and one.date_of_birth.isoformat(),
                )
                for one in people
            ),
        )
        db.executemany(
            "INSERT INTO case_notes VALUES (?, ?, ?)",
            ((one.local_id, event.on.isoformat(), event.text) for one in people for event in one.events),
        )
        db.executemany("INSERT INTO worries VALUES (?, ?)", ((one.local_id, one.risk) for one in people if one.risk))
    return len(people)
