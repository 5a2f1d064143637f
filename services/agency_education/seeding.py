"""The authority's database, filled with synthetic people: a run of its own, sharing no key with what the hub is sent.

The synthetic pupils have no UPN: the hub's input comes from the same town, and would share it.
"""

from pathlib import Path

from mashbus.bus.agency.database import filled
from mashbus.bus.agency.matching import name_key
from mashbus.synthetic import town

TABLES = """
CREATE TABLE pupils (
  pupil_number TEXT PRIMARY KEY, upn TEXT, forename TEXT NOT NULL, surname TEXT NOT NULL,
  surname_key TEXT NOT NULL, born TEXT, sex TEXT, postcode TEXT);
CREATE INDEX pupils_by_upn ON pupils (upn);
CREATE INDEX pupils_by_surname ON pupils (surname_key, born);
CREATE TABLE logbook (
  pupil_number TEXT NOT NULL REFERENCES pupils, noted_on TEXT NOT NULL, what TEXT NOT NULL);
CREATE INDEX logbook_of ON logbook (pupil_number, noted_on);
CREATE TABLE concerns (pupil_number TEXT NOT NULL REFERENCES pupils, concern TEXT NOT NULL);
CREATE INDEX concerns_of ON concerns (pupil_number);
"""
"""The authority's own words and numbers."""
SEED = "education"


def seed(path: Path, seed: object = SEED, families: int = town.FAMILIES) -> int:
    """Make the database anew; how many people it holds."""
    people = tuple(town.seed("education", seed, families))
    with filled(path, TABLES) as db:
        db.executemany(
            "INSERT INTO pupils VALUES (?, NULL, ?, ?, ?, ?, ?, ?)",
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
            "INSERT INTO logbook VALUES (?, ?, ?)",
            ((one.local_id, event.on.isoformat(), event.text) for one in people for event in one.events),
        )
        db.executemany("INSERT INTO concerns VALUES (?, ?)", ((one.local_id, one.risk) for one in people if one.risk))
    return len(people)
