"""A slow organisation as the demonstration makes it: slow for part of the week, prompt for the rest."""

from datetime import timedelta

import pytest

from mashbus.demo.agencies import slowness
from mashbus.demo.slow_records import PROMPT, delay
from mashbus.synthetic.chance import chance
from tests.unit.demo.played import HACKNEY

SLOW = slowness(HACKNEY)
HACKNEY_ALLOWS = {"red": timedelta(hours=4), "amber": timedelta(hours=24), "green": timedelta(hours=72)}


def delays(allowed: timedelta | None, asked_at=SLOW.begins) -> list[timedelta]:
    due = asked_at + allowed if allowed else None
    return [delay(chance("test", number), asked_at, due, SLOW) for number in range(400)]


@pytest.mark.parametrize("rag", HACKNEY_ALLOWS)
def test_H_08_every_colour_has_answers_in_time_at_risk_and_late(rag: str) -> None:
    allowed = HACKNEY_ALLOWS[rag]
    found = delays(allowed)
    assert sum(one > allowed for one in found) > 10
    assert sum(allowed * 0.75 < one <= allowed for one in found) > 10
    assert sum(one < allowed * 0.75 for one in found) > 200


def test_G_08_where_the_procedure_sets_no_time_some_answers_take_most_of_a_working_day() -> None:
    assert max(delays(None)) > timedelta(hours=5)


def test_outside_its_slow_days_it_is_prompt() -> None:
    assert max(delays(timedelta(hours=4), SLOW.ends)) <= PROMPT[1]


def test_a_late_answer_to_monday_s_greens_still_comes_within_the_week() -> None:
    assert HACKNEY.starts + max(delays(HACKNEY_ALLOWS["green"])) <= HACKNEY.ends


def test_the_same_request_takes_as_long_after_a_restart() -> None:
    assert delays(timedelta(hours=24)) == delays(timedelta(hours=24))
