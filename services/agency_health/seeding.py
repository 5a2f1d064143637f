"""The trust's database, filled with synthetic people: a run of its own that shares no key with what the hub is sent.

The synthetic patients have no NHS number: the hub's input comes from the same town, and would share it.
"""

from pathlib import Path

from mashbus.bus.agency.database import filled
from mashbus.bus.agency.matching import name_key
from mashbus.synthetic import town

TABLES = """
CREATE TABLE patients (
  hospital_number TEXT PRIMARY KEY, nhs_number TEXT, forename TEXT NOT NULL, surname TEXT NOT NULL,
  surname_key TEXT NOT NULL, born TEXT, sex TEXT, postcode TEXT);
CREATE INDEX patients_by_nhs_number ON patients (nhs_number);
CREATE INDEX patients_by_surname ON patients (surname_key, born);
CREATE TABLE contacts (
  hospital_number TEXT NOT NULL REFERENCES patients, seen_on TEXT NOT NULL, what TEXT NOT NULL);
CREATE INDEX contacts_of ON contacts (hospital_number, seen_on);
CREATE TABLE safeguarding_alerts (hospital_number TEXT NOT NULL REFERENCES patients, alert TEXT NOT NULL);
CREATE INDEX safeguarding_alerts_of ON safeguarding_alerts (hospital_number);
"""
"""The trust's own words and numbers."""
SEED = "health"


def seed(path: Path, seed: object = SEED, families: int = town.FAMILIES) -> int:
    """Make the database anew; how many people it holds."""
    people = tuple(town.seed("health", seed, families))
    with filled(path, TABLES) as db:
        db.executemany(
            "INSERT INTO patients VALUES (?, NULL, ?, ?, ?, ?, ?, ?)",
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
            "INSERT INTO contacts VALUES (?, ?, ?)",
            ((one.local_id, event.on.isoformat(), event.text) for one in people for event in one.events),
        )
        db.executemany(
            "INSERT INTO safeguarding_alerts VALUES (?, ?)", ((one.local_id, one.risk) for one in people if one.risk)
        )
    return len(people)
