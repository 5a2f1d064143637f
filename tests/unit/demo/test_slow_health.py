"""Health as the demonstration makes it: slow for part of the week, prompt for the rest."""

from datetime import timedelta

import pytest

from mashbus.demo.slow_health import LATE, PROMPT, delay
from mashbus.demo.week import ENDS, HEALTH_SLOW, STARTS
from mashbus.domain.vocabulary import Rag
from mashbus.synthetic.chance import chance

HACKNEY_ALLOWS = {Rag.RED: timedelta(hours=4), Rag.AMBER: timedelta(hours=24), Rag.GREEN: timedelta(hours=72)}


def delays(rag: Rag, asked_at=HEALTH_SLOW.begins) -> list[timedelta]:
    return [delay(chance("test", number), rag, asked_at) for number in range(400)]


@pytest.mark.parametrize("rag", list(HACKNEY_ALLOWS))
def test_H_08_every_colour_has_answers_in_time_at_risk_and_late(rag: Rag) -> None:
    allowed = HACKNEY_ALLOWS[rag]
    assert sum(one > allowed for one in delays(rag)) > 10
    assert sum(allowed * 0.75 < one <= allowed for one in delays(rag)) > 10
    assert sum(one < allowed * 0.75 for one in delays(rag)) > 200


def test_outside_its_slow_days_health_is_prompt() -> None:
    assert max(delays(Rag.RED, HEALTH_SLOW.ends)) <= PROMPT[1]


def test_a_late_answer_to_monday_s_greens_still_comes_within_the_week() -> None:
    assert STARTS + LATE[Rag.GREEN][2] <= ENDS


def test_the_same_request_takes_as_long_after_a_restart() -> None:
    assert delays(Rag.AMBER) == delays(Rag.AMBER)
