"""The police batch: its columns, and that it holds everything that a real one brings."""

import csv
from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from mashbus.synthetic.police_batch import COLUMNS, NOT_KEPT, batch

MONDAY = date(2026, 6, 8)


def sheet(seed: int = 1) -> list[dict[str, str]]:
    text = batch(60, monday=MONDAY, zone=ZoneInfo("Europe/London"), seed=seed).decode()
    return list(csv.DictReader(text.splitlines()))


def test_sixty_rows_in_the_columns_of_the_door() -> None:
    rows = sheet()
    assert len(rows) == 60
    assert tuple(rows[0]) == COLUMNS


@pytest.mark.parametrize("seed", range(1, 8))
def test_some_incidents_have_several_children_and_their_rows_stand_together(seed: int) -> None:
    incidents = [row["incident"] for row in sheet(seed) if row["incident"]]
    assert 2 in Counter(incidents).values()
    runs = [one for at, one in enumerate(incidents) if not at or incidents[at - 1] != one]
    assert len(runs) == len(set(runs))


@pytest.mark.parametrize("seed", range(1, 8))
def test_some_rows_are_not_to_be_recorded_and_some_are_faulty(seed: int) -> None:
    rows = sheet(seed)
    assert sum(row["assessment"] == "no_concern" for row in rows) >= 2
    faulty = [row for row in rows if "not readable" in row.values() or not row["incident"]]
    assert len(faulty) == 4
    assert {"missing", "domestic abuse"} <= {
        row["nature"] for row in rows if row not in faulty and row["assessment"] == "share"
    }


@pytest.mark.parametrize("seed", range(1, 8))
def test_what_is_not_to_be_recorded_bears_a_mark_and_nothing_else_does(seed: int) -> None:
    for row in sheet(seed):
        marked = NOT_KEPT in row["family_name"] and NOT_KEPT in row["summary"]
        assert (NOT_KEPT in str(row)) == marked
        assert marked or row["assessment"] != "no_concern"


def test_incidents_are_of_the_weekend_before() -> None:
    times = [datetime.fromisoformat(row["incident_at"]) for row in sheet() if row["incident_at"] != "not readable"]
    assert all(one.tzinfo and date(2026, 6, 5) <= one.date() <= MONDAY for one in times)


def test_children_of_one_incident_are_different_people() -> None:
    people = [
        (row["incident"], row["given_name"], row["family_name"], row["date_of_birth"])
        for row in sheet()
        if row["incident"]
    ]
    assert len(set(people)) == len(people)
