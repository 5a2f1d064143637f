"""Working time: what counts, from where, and where it ends (readings 1 to 5, 9, 10 and 14)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hub_hours import (
    ALWAYS,
    CALENDAR,
    HOUR,
    SCHOOL,
    SCHOOL_DAY,
    TICK,
    armed,
    at,
    clock,
    hours,
    working_days,
    working_hours,
    works_on,
)

from mashbus.domain.clocks import Amount, CalendarEnds, Hours, Kind, Readings, School, Term, WorkingTime, due


def test_reading_2_a_working_day_ends_at_the_same_local_time() -> None:
    assert due(clock(working_days(1)), None, at("2026-06-08 11:12:13.000005")) == at("2026-06-09 11:12:13.000005")


def test_reading_2_the_local_time_is_the_same_over_a_change_of_the_clocks() -> None:
    assert due(clock(working_days(1)), None, at("2026-03-27 10:00")) == at("2026-03-30 10:00")
    assert due(clock(working_days(1)), None, at("2026-10-23 10:00")) == at("2026-10-26 10:00")


def test_reading_2_after_an_early_closing_it_ends_at_closing_and_before_a_late_opening_at_opening() -> None:
    assert due(clock(working_days(1)), None, at("2026-06-11 16:45")) == at("2026-06-12 16:30")
    assert due(clock(working_days(1)), None, at("2026-06-09 09:00")) == at("2026-06-10 10:00")
    assert due(clock(working_days(1)), None, at("2026-12-23 16:00")) == at("2026-12-24 12:00")


def test_reading_2_days_that_are_closed_do_not_count() -> None:
    assert due(clock(working_days(1)), None, at("2026-04-02 12:00")) == at("2026-04-07 12:00")
    assert due(clock(working_days(5)), None, at("2026-12-23 10:00")) == at("2027-01-01 10:00")


def test_reading_2_as_a_setting_the_last_day_ends_at_closing() -> None:
    to_closing = clock(working_days(1), working_day_ends="closing")
    assert due(to_closing, None, at("2026-06-08 11:00")) == at("2026-06-09 17:00")


@pytest.mark.parametrize("closed", ["2026-06-05 16:30", "2026-06-05 23:00", "2026-06-06 12:00", "2026-06-08 08:29:59"])
def test_reading_3_outside_hours_is_the_next_opening_for_working_clocks_only(closed: str) -> None:
    assert due(clock(working_days(1)), None, at(closed)) == at("2026-06-09 08:30")
    assert due(clock(working_hours(4)), None, at(closed)) == at("2026-06-08 12:30")
    assert due(clock(works_on(4)), None, at(closed)) == at("2026-06-08 12:30")
    assert due(clock(hours(4)), None, at(closed)) == at(closed) + 4 * HOUR


def test_reading_3_as_a_setting_an_anchor_outside_hours_keeps_its_own_date_and_time() -> None:
    as_is = clock(working_days(1), outside_hours="as_is")
    assert due(as_is, None, at("2026-06-06 14:00")) == at("2026-06-08 14:00")
    assert due(as_is, None, at("2026-06-08 20:00")) == at("2026-06-09 17:00")
    assert due(as_is, None, at("2026-06-08 07:00")) == at("2026-06-09 08:30")
    assert due(as_is, None, at("2026-06-08 11:00")) == at("2026-06-09 11:00")
    assert due(clock(working_hours(4), outside_hours="as_is"), None, at("2026-06-06 14:00")) == at("2026-06-08 12:30")


def test_reading_4_at_opening_it_is_open_and_at_closing_closed() -> None:
    one = clock(working_hours(1))
    assert armed(one, at("2026-06-08 08:30")).steps[0].kind == "open"
    assert armed(one, at("2026-06-08 17:00")).steps[0].kind == "rolled"
    assert due(one, None, at("2026-06-08 17:00") - TICK) == at("2026-06-09 09:30") - TICK


def test_reading_5_working_hours_count_only_while_open_and_end_at_closing() -> None:
    assert due(clock(working_hours(4)), None, at("2026-06-12 15:00")) == at("2026-06-15 11:00")
    assert due(clock(working_hours(1.5)), None, at("2026-06-12 15:00")) == at("2026-06-12 16:30")
    assert due(clock(working_hours(24)), None, at("2026-06-08 08:30")) == at("2026-06-10 17:00")


def test_reading_5_as_a_setting_hours_used_up_at_closing_end_at_the_next_opening() -> None:
    to_opening = clock(working_hours(1.5), working_hours_end="next_opening")
    assert due(to_opening, None, at("2026-06-12 15:00")) == at("2026-06-15 08:30")
    assert due(to_opening, None, at("2026-06-12 14:59")) == at("2026-06-12 16:29")


def test_reading_9_hours_that_work_on_start_when_open_and_run_through_closing() -> None:
    assert due(clock(works_on(4)), None, at("2026-06-12 16:00")) == at("2026-06-12 20:00")
    assert due(clock(works_on(4)), None, at("2026-06-12 16:30")) == at("2026-06-15 12:30")


def test_reading_9_as_a_setting_they_start_at_the_anchor() -> None:
    assert due(clock(works_on(4), works_on_from="anchor"), None, at("2026-06-13 02:00")) == at("2026-06-13 06:00")


def test_reading_1_as_a_setting_hours_and_days_are_working_ones() -> None:
    assert due(clock(hours(4), hours_and_days="working"), None, at("2026-06-12 15:00")) == at("2026-06-15 11:00")
    three_days = Amount(Kind.DAYS, timedelta(days=3))
    assert due(clock(three_days, hours_and_days="working"), None, at("2026-06-11 12:00")) == at("2026-06-16 12:00")
    assert due(clock(three_days), None, at("2026-06-11 12:00")) == at("2026-06-14 12:00")


def test_a_fraction_of_a_day_is_no_number_of_working_days() -> None:
    with pytest.raises(ValueError, match="working days"):
        clock(Amount(Kind.DAYS, timedelta(hours=36)), hours_and_days="working")


def test_reading_10_before_the_next_school_day_starts() -> None:
    one = clock(SCHOOL_DAY)
    assert due(one, None, at("2026-03-02 08:44:59.999999")) == at("2026-03-02 08:45")
    assert due(one, None, at("2026-03-02 08:45")) == at("2026-03-03 08:45")
    assert due(one, None, at("2026-03-27 12:00")) == at("2026-04-13 08:45")
    assert due(one, None, at("2026-05-01 20:00")) == at("2026-05-05 08:45"), "May Day is no school day"


def test_reading_10_before_the_first_known_term_and_after_the_last_start_it_is_refused() -> None:
    one = clock(SCHOOL_DAY)
    assert due(one, None, at("2026-02-23 00:00")) == at("2026-02-23 08:45")
    for unknown in ("2026-02-22 23:59:59", "2026-05-22 08:45"):
        with pytest.raises(CalendarEnds, match="school terms are known from 23 February 2026 until 22 May 2026"):
            due(one, None, at(unknown))


def test_reading_14_a_working_instant_past_the_known_calendar_is_refused_and_an_elapsed_one_is_not() -> None:
    last = at("2027-01-08 10:00")
    assert due(clock(working_days(1)), None, at("2027-01-07 10:00")) == last
    assert due(clock(working_hours(6.5)), None, last) == at("2027-01-08 16:30")
    for amount in (working_days(1), working_hours(6.6)):
        with pytest.raises(CalendarEnds, match="until 8 January 2027"):
            due(clock(amount), None, last)
    with pytest.raises(CalendarEnds):
        due(clock(works_on(1)), None, at("2027-01-08 16:30"))
    assert due(clock(hours(900)), None, last) == last + 900 * HOUR


def test_reading_14_an_anchor_before_the_known_calendar_is_refused() -> None:
    for amount in (working_days(1), working_hours(1), works_on(1)):
        assert due(clock(amount), None, at("2023-12-01 00:00"))
        with pytest.raises(CalendarEnds, match="from 1 December 2023"):
            due(clock(amount), None, at("2023-12-01 00:00") - TICK)


def test_a_date_with_hours_of_its_own_is_open_though_it_is_a_holiday_or_a_weekend() -> None:
    worked = replace(
        CALENDAR,
        exceptions={date(2026, 4, 6): Hours(time(9), time(12)), date(2026, 4, 4): Hours(time(9), time(11))},
    )
    assert due(clock(working_hours(1), worked), None, at("2026-04-02 16:30")) == at("2026-04-04 09:30")
    assert due(clock(working_days(2), worked), None, at("2026-04-02 10:00")) == at("2026-04-06 10:00")


def test_a_hub_that_never_closes_is_open_at_midnight_too() -> None:
    assert due(clock(working_hours(4), ALWAYS), None, at("2026-06-08 22:00")) == at("2026-06-09 02:00")
    assert due(clock(working_days(1), ALWAYS), None, at("2026-06-08 00:00")) == at("2026-06-09 00:00")
    assert [one.kind for one in armed(clock(working_hours(4), ALWAYS), at("2026-06-08 22:00")).steps] == [
        "open",
        "open",
    ]


def test_a_datetime_without_an_offset_is_never_taken_for_somebodys_local_time() -> None:
    for amount in (hours(1), working_days(1)):
        with pytest.raises(TypeError):
            due(clock(amount), None, datetime(2026, 6, 8, 9))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("kind", "length", "days"),
    [
        (Kind.HOURS, timedelta(0), 0),
        (Kind.HOURS, timedelta(hours=-1), 0),
        (Kind.HOURS, HOUR, 1),
        (Kind.WORKING_DAYS, timedelta(0), 0),
        (Kind.WORKING_DAYS, HOUR, 1),
        (Kind.WORKING_DAYS, timedelta(0), -1),
        (Kind.SCHOOL, HOUR, 0),
        (Kind.SCHOOL, timedelta(0), 1),
    ],
)
def test_an_amount_that_is_not_one_of_its_kind_cannot_be_made(kind: Kind, length: timedelta, days: int) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        Amount(kind, length, days)


def test_hours_terms_and_schools_that_contradict_themselves_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="end before they start: 17:00-09:00"):
        Hours(time(17), time(9))
    with pytest.raises(ValueError, match="ends before it starts"):
        Term(date(2026, 2, 2), date(2026, 2, 1))
    with pytest.raises(ValueError, match="has ended"):
        School(starts=time(9), terms=(SCHOOL.terms[1], SCHOOL.terms[0]))
    with pytest.raises(ValueError, match="without terms"):
        School(starts=time(9), terms=())


def test_a_clock_to_a_school_day_needs_a_school() -> None:
    one = clock(SCHOOL_DAY)
    with pytest.raises(ValueError, match="no terms"):
        replace(one, time=WorkingTime(calendar=CALENDAR, school=None, readings=Readings()))
