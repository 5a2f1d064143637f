"""The manager that the demonstration plays: what is decided, and when a person would."""

from datetime import timedelta
from uuid import uuid4

import pytest

from mashbus.demo.manager import enough, in_office_hours, outcome, rating
from mashbus.demo.week import ENDS, STARTS, at


@pytest.mark.parametrize(
    ("said", "done"),
    [
        (at(0, 9), at(0, 9)),
        (at(0, 16, 59), at(0, 16, 59)),
        (at(0, 17), at(1, 9)),
        (at(1, 3, 20), at(1, 9, 20)),
        (at(1, 23, 5), at(2, 9, 5)),
    ],
)
def test_H_01_work_that_falls_outside_opening_hours_waits_for_the_next_opening(said, done) -> None:
    assert in_office_hours(said) == done


def test_the_same_case_is_decided_alike_in_every_run() -> None:
    case_id = str(uuid4())
    assert rating(case_id, STARTS) == rating(case_id, STARTS)
    assert outcome(case_id, STARTS, urgent=False) == outcome(case_id, STARTS, urgent=False)


def test_a_person_takes_a_while() -> None:
    for number in range(50):
        assert STARTS < rating(str(number), STARTS).at <= STARTS + timedelta(minutes=100)
        assert STARTS < outcome(str(number), STARTS, urgent=True).at <= STARTS + timedelta(hours=5)


def test_urgent_cases_are_decided_at_any_hour() -> None:
    night = at(0, 23)
    assert all(outcome(str(number), night, urgent=True).at < at(1, 5) for number in range(50))
    assert all(outcome(str(number), night, urgent=False).at >= at(1, 9) for number in range(50))


def test_H_10_whoever_is_not_told_has_a_reason() -> None:
    bodies = [outcome(str(number), STARTS, urgent=False).body for number in range(400)]
    untold = [body for body in bodies if not body["tell_referrer"]]
    assert 5 < len(untold) < 60
    assert all(("not_told_reason" in body) != body["tell_referrer"] for body in bodies)


def test_every_outcome_and_rating_comes_up() -> None:
    outcomes = {outcome(str(number), STARTS, urgent=False).body["outcomes"][0] for number in range(200)}
    pathways = {tuple(rating(str(number), STARTS).body["pathways"]) for number in range(200)}
    assert (len(outcomes), len(pathways)) == (5, 3)


def test_the_week_has_eighty_hours() -> None:
    assert timedelta(hours=80) == ENDS - STARTS


def test_few_enquiries_are_closed_without_waiting_and_only_after_long_waiting() -> None:
    noon = at(1, 15)
    assert not any(enough(str(number), STARTS + timedelta(hours=1), noon) for number in range(100))
    said = sum(enough(str(number), STARTS, noon) is not None for number in range(100))
    assert 5 < said < 50
    assert not any(enough(str(number), STARTS, at(1, 22)) for number in range(100))
