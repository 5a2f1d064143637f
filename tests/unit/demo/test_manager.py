"""When the people that the demonstration plays act: with a person's delay, in office hours unless it is urgent."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from mashbus.demo.manager import Step, planned
from mashbus.demo.week import LENGTH, Week
from tests.unit.demo.played import HACKNEY, WEEKS

STARTS, at = HACKNEY.starts, HACKNEY.at


def case(case_id: str = "", *, rag: str | None = None, harm: bool = False, received: datetime = STARTS) -> dict:
    return {
        "case_id": case_id or str(uuid4()), "rag": rag, "immediate_harm": harm, "pathways": [],
        "received_at": received.isoformat(),
    }  # fmt: skip


def steps(kind: str, now: datetime, week: Week = HACKNEY, **more) -> list[Step]:
    found = [planned(kind, case(f"case-{number}", **more), now, week) for number in range(100)]
    return [one for one in found if one]


@pytest.mark.parametrize(
    ("said", "done"),
    [
        (at(0, 9), at(0, 9)),
        (at(0, 16, 59), at(0, 16, 59)),
        (at(0, 17), at(1, 9)),
        (at(1, 3, 20), at(1, 9, 20)),
        (at(1, 23, 5), at(2, 9, 5)),
        (at(4, 18), at(7, 9)),
    ],
)
def test_H_01_work_that_falls_outside_opening_hours_waits_for_the_next_opening(said, done) -> None:
    assert HACKNEY.attended(said) == done


def test_J_04_jersey_closes_earlier_on_fridays() -> None:
    jersey = WEEKS["jersey"]
    assert jersey.attended(jersey.at(4, 16, 20)) == jersey.at(4, 16, 20)
    assert jersey.attended(jersey.at(4, 16, 40)) == jersey.at(7, 9, 10)


def test_the_same_case_is_acted_on_alike_in_every_run() -> None:
    one = case()
    assert planned("rating", one, STARTS, HACKNEY) == planned("rating", one, STARTS, HACKNEY)


def test_a_person_takes_a_while() -> None:
    assert all(STARTS < one.at <= STARTS + timedelta(minutes=100) for one in steps("rating", STARTS))
    assert all(STARTS < one.at <= STARTS + timedelta(hours=5) for one in steps("outcome", STARTS, rag="red"))


@pytest.mark.parametrize("urgent", [{"rag": "red"}, {"harm": True}])
def test_urgent_cases_are_decided_at_any_hour(urgent) -> None:
    night = at(0, 23)
    assert all(one.at < at(1, 5) for one in steps("outcome", night, **urgent))
    assert all(one.at >= at(1, 9) for one in steps("outcome", night, rag="green"))


@pytest.mark.parametrize("name", WEEKS)
def test_a_week_is_a_week_from_monday_s_opening(name: str) -> None:
    week = WEEKS[name]
    assert week.ends - week.starts == LENGTH
    assert week.local(week.starts) == {"jersey": "Mon 08:30", "cambridgeshire": "Mon 08:45"}.get(name, "Mon 09:00")


def test_few_enquiries_are_closed_without_waiting_and_only_after_long_waiting() -> None:
    noon = at(1, 15)
    assert not steps("enough", noon, received=STARTS + timedelta(hours=1))
    assert 5 < len(steps("enough", noon)) < 50
    assert not steps("enough", at(1, 22))
