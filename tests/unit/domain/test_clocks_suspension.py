"""A suspended deadline: what was left of the clock's own time runs again from resumption."""

from datetime import datetime, timedelta

import pytest
from hub_hours import (
    CALENDAR,
    HOUR,
    TICK,
    armed,
    at,
    chained,
    changed,
    clock,
    hours,
    working_days,
    working_hours,
    works_on,
)

from mashbus.domain.clocks import CalendarEnds, Clock, NoAmount, UnknownColour, resumed, time_left
from mashbus.domain.deadline import Deadline
from mashbus.domain.vocabulary import Rag

MONDAY = at("2026-06-08 10:00")


def paused(one: Clock, deadline: Deadline, since: datetime, until: datetime) -> Deadline:
    again = resumed(one, deadline, time_left(one, deadline, since), until, revision=deadline.revision + 1)
    assert chained(again)
    return again


def test_elapsed_time_left_runs_through_everything() -> None:
    one = clock(hours(24))
    deadline = armed(one, MONDAY)
    assert time_left(one, deadline, MONDAY + 4 * HOUR) == 20 * HOUR
    again = paused(one, deadline, MONDAY + 4 * HOUR, at("2026-06-12 18:00"))
    assert (again.due, again.at_risk) == (at("2026-06-13 14:00"), at("2026-06-13 08:00"))
    assert again.anchor == at("2026-06-12 18:00")
    assert [one.kind for one in again.steps] == ["elapsed", "resumed", "elapsed"]


def test_open_time_left_runs_while_the_hub_is_open() -> None:
    one = clock(working_hours(24))
    deadline = armed(one, MONDAY)
    assert time_left(one, deadline, at("2026-06-08 20:00")) == 17 * HOUR
    again = paused(one, deadline, at("2026-06-08 20:00"), at("2026-06-13 12:00"))
    assert again.due == at("2026-06-16 17:00")
    assert again.deadline_id != deadline.deadline_id
    said = next(one.reason for one in again.steps if one.kind == "resumed")
    assert said == "X-1: resumed at Sat 13 Jun 2026 12:00 with 17 hours of open time left"


def test_working_days_left_are_counted_as_open_time() -> None:
    one = clock(working_days(1))
    deadline = armed(one, MONDAY)
    assert time_left(one, deadline, at("2026-06-08 16:00")) == 2.5 * HOUR
    assert paused(one, deadline, at("2026-06-08 16:00"), at("2026-06-11 09:00")).due == at("2026-06-11 11:30")


def test_nothing_is_left_once_it_is_due() -> None:
    for amount in (hours(1), working_hours(1), working_days(1), works_on(1)):
        one = clock(amount)
        deadline = armed(one, MONDAY)
        assert time_left(one, deadline, deadline.due) == timedelta(0)
        assert time_left(one, deadline, deadline.due + TICK) == timedelta(0)
        assert time_left(one, deadline, deadline.due - TICK) == TICK


def test_a_clock_that_works_on_has_no_more_left_than_its_amount_before_it_starts() -> None:
    one = clock(works_on(4))
    saturday = at("2026-06-13 12:00")
    deadline = armed(one, saturday)
    assert time_left(one, deadline, saturday) == 4 * HOUR
    assert paused(one, deadline, saturday, at("2026-06-13 20:00")).due == deadline.due
    later = paused(one, deadline, saturday, at("2026-06-16 10:00"))
    assert later.due == at("2026-06-16 14:00")
    again = paused(one, paused(one, deadline, saturday, at("2026-06-13 20:00")), saturday, at("2026-06-14 10:00"))
    assert again.due == deadline.due


def test_once_resumed_it_elapses_also_while_the_hub_is_closed() -> None:
    one = clock(works_on(4))
    deadline = armed(one, MONDAY)
    evening = at("2026-06-08 19:00")
    again = paused(one, deadline, MONDAY + HOUR, evening)
    assert again.due == evening + 3 * HOUR
    assert time_left(one, again, evening + HOUR) == 2 * HOUR


def test_an_instant_at_an_opening_is_an_instant_at_an_opening_again() -> None:
    one = clock(working_days(1))
    deadline = armed(one, at("2026-06-06 12:00"))
    assert deadline.due == at("2026-06-09 08:30")
    evening = at("2026-06-08 20:00")
    assert time_left(one, deadline, evening) == timedelta(0)
    assert paused(one, deadline, evening, evening).due == deadline.due
    assert paused(one, deadline, evening, at("2026-06-10 20:00")).due == at("2026-06-11 08:30")


def test_a_warning_that_was_due_before_the_suspension_comes_at_the_resumption() -> None:
    one = clock(hours(4))
    deadline = armed(one, MONDAY)
    later = MONDAY + 50 * HOUR
    again = paused(one, deadline, deadline.due - timedelta(minutes=30), later)
    assert (again.due, again.at_risk) == (later + timedelta(minutes=30), later)
    assert paused(one, deadline, deadline.due, later).at_risk is None


def test_a_re_rated_deadline_can_be_suspended_and_is_due_when_it_was_if_nothing_passed() -> None:
    one = clock({Rag.RED: working_hours(4), Rag.AMBER: hours(24), Rag.GREEN: hours(72)})
    green = armed(one, at("2026-06-11 12:00"), Rag.GREEN)
    red = changed(one, green, Rag.RED, at("2026-06-12 16:29"), green.anchor)
    assert red
    assert red.due == green.due, "on a Sunday, when no open time passes"
    again = paused(one, red, at("2026-06-13 12:00"), at("2026-06-13 12:00"))
    assert again.due == red.due


def test_reading_14_what_would_be_due_past_the_known_calendar_is_refused() -> None:
    one = clock(working_hours(4), CALENDAR)
    deadline = armed(one, MONDAY)
    with pytest.raises(CalendarEnds):
        resumed(one, deadline, 4 * HOUR, at("2027-01-08 14:00"), revision=2)


def test_of_a_colour_that_has_no_time_nothing_can_be_left() -> None:
    deadline = armed(clock({Rag.RED: hours(4)}), MONDAY, Rag.RED)
    with pytest.raises(UnknownColour):
        time_left(clock({Rag.RED: NoAmount("no time is set")}), deadline, MONDAY)


def test_with_nothing_left_it_is_due_at_the_resumption_also_while_the_hub_is_closed() -> None:
    one = clock(working_hours(4))
    deadline, evening = armed(one, MONDAY), at("2026-06-10 20:00")
    assert paused(one, deadline, deadline.due, evening).due == evening


def test_time_that_elapses_after_a_change_of_colour_has_nothing_to_do_with_an_earlier_colours_opening() -> None:
    one = clock({Rag.RED: works_on(4), Rag.AMBER: hours(72)})
    saturday, sunday = at("2026-06-13 12:00"), at("2026-06-14 12:00")
    amber = changed(one, armed(one, saturday, Rag.RED), Rag.AMBER, sunday, saturday)
    assert amber
    assert time_left(one, amber, sunday) == 48 * HOUR
