"""Nights when the clocks change, in London and in Jersey: 29 March and 25 October 2026, at 01:00 UTC."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hub_hours import (
    ALWAYS,
    CALENDAR,
    HOUR,
    JERSEY,
    LONDON,
    armed,
    at,
    clock,
    hours,
    working_days,
    working_hours,
    works_on,
)

from mashbus.domain.clocks import Calendar, Hours, due

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
ZONES = pytest.mark.parametrize("zone", [LONDON, JERSEY], ids=str)


def open_on(day: date, opens: time, closes: time, zone: ZoneInfo = LONDON) -> Calendar:
    return replace(CALENDAR, zone=zone, exceptions={day: Hours(opens, closes)})


@ZONES
@pytest.mark.parametrize("start", [datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)])
def test_reading_1_elapsed_time_runs_through_both_changes(zone: ZoneInfo, start: datetime) -> None:
    assert due(clock(hours(24), replace(ALWAYS, zone=zone)), None, start) == start + 24 * HOUR
    assert due(clock(works_on(24), replace(ALWAYS, zone=zone)), None, start) == start + 24 * HOUR


@ZONES
def test_an_opening_that_spans_the_change_has_an_hour_less_in_spring_and_one_more_in_autumn(zone: ZoneInfo) -> None:
    always = replace(ALWAYS, zone=zone)
    lengths = {one.day: one.closes - one.opens for one in always.timetable.openings}
    assert lengths[SPRING] == 23 * 3_600_000_000
    assert lengths[AUTUMN] == 25 * 3_600_000_000
    assert due(clock(working_hours(24), always), None, at("2026-03-29 00:00")) == at("2026-03-30 01:00")
    assert due(clock(working_hours(24), always), None, at("2026-10-25 00:00")) == at("2026-10-25 23:00")


@ZONES
def test_a_working_day_ends_at_the_same_local_time_on_a_day_whose_opening_spans_the_change(zone: ZoneInfo) -> None:
    one = clock(working_days(1), replace(ALWAYS, zone=zone))
    assert due(one, None, at("2026-03-28 12:00")) == at("2026-03-29 12:00")
    assert due(one, None, at("2026-03-29 12:00")) == at("2026-03-30 12:00")
    assert due(one, None, at("2026-10-24 12:00")) == at("2026-10-25 12:00")
    assert due(one, None, at("2026-10-25 12:00")) == at("2026-10-26 12:00")


def test_a_local_time_that_is_skipped_is_the_instant_of_the_change_and_one_shown_twice_is_the_first() -> None:
    one = clock(working_days(1), ALWAYS)
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert due(one, None, at("2026-03-28 01:30")) == change
    assert armed(one, at("2026-03-28 01:30")).steps[-1].ends == change
    assert due(one, None, at("2026-10-24 01:30")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_from_an_hour_that_is_shown_twice_both_count_by_the_time_they_show() -> None:
    one = clock(working_days(1), ALWAYS)
    for fold in (0, 1):
        assert due(one, None, at("2026-10-25 01:30", fold=fold)) == at("2026-10-26 01:30")


def test_hours_that_open_or_close_in_the_hour_of_the_change() -> None:
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    early = open_on(SPRING, time(1, 30), time(4)).timetable.openings
    assert [(one.opens, one.closes) for one in early if one.day == SPRING] == [
        (int(change.timestamp()) * 1_000_000, int((change + 2 * HOUR).timestamp()) * 1_000_000)
    ]
    twice = clock(working_hours(2), open_on(AUTUMN, time(0, 30), time(1, 30)))
    assert due(twice, None, at("2026-10-25 00:00")) == at("2026-10-26 09:30"), "closes when 01:30 is first shown"


def test_hours_that_lie_in_the_skipped_hour_open_nothing() -> None:
    skipped = open_on(SPRING, time(1, 15), time(1, 45))
    assert SPRING not in skipped.timetable.days
    assert due(clock(working_days(1), skipped), None, at("2026-03-27 10:00")) == at("2026-03-30 10:00")


@ZONES
def test_a_night_shift_over_the_change_counts_what_really_passes(zone: ZoneInfo) -> None:
    spring = clock(working_hours(4), open_on(SPRING, time(0), time(6), zone))
    assert due(spring, None, at("2026-03-28 12:00", zone)) == at("2026-03-29 05:00", zone)
    autumn = clock(working_hours(4), open_on(AUTUMN, time(0), time(6), zone))
    assert due(autumn, None, at("2026-10-24 12:00", zone)) == at("2026-10-25 03:00", zone)


def test_the_steps_say_that_the_clocks_change() -> None:
    assert "the clocks go forward" in armed(clock(hours(24)), at("2026-03-28 12:00")).steps[0].reason
    assert "the clocks go back" in armed(clock(hours(24)), at("2026-10-24 12:00")).steps[0].reason
    assert "clocks go" not in armed(clock(hours(24)), at("2026-06-08 12:00")).steps[0].reason


def test_a_second_of_a_microsecond_is_kept_on_the_slow_path_too() -> None:
    odd = timedelta(seconds=1, microseconds=1)
    assert due(clock(working_days(1), ALWAYS), None, at("2026-10-25 12:00") + odd) == at("2026-10-26 12:00") + odd


def test_the_hour_that_is_shown_twice_is_told_apart_in_the_steps() -> None:
    assert armed(clock(hours(1)), at("2026-10-25 00:45")).steps[0].reason.endswith("until Sun 25 Oct 2026 01:45 BST")
    assert "until Sun 25 Oct 2026 01:45 GMT" in armed(clock(hours(2)), at("2026-10-25 00:45")).steps[0].reason
