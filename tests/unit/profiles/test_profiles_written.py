"""What a profile may write, and what it comes to."""

from datetime import date, time, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from written_profile import TEXT, changed, loaded

from mashbus.domain.clocks import Amount, Hours, Kind, NoAmount, School, Term
from mashbus.domain.vocabulary import Rag


def test_hours_holidays_and_single_dates_make_the_calendar(tmp_path: Path) -> None:
    calendar = loaded(tmp_path).time.calendar
    assert calendar.week == {**dict.fromkeys(range(4), Hours(time(9), time(17))), 4: Hours(time(9), time(16, 30))}
    assert calendar.holidays[date(2026, 4, 3)] == "Good Friday"
    assert calendar.holidays[date(2026, 6, 5)] == "the office moves"
    assert calendar.hours(date(2026, 6, 5)) is None
    assert calendar.hours(date(2026, 5, 25)) == Hours(time(9), time(17)), "a holiday that is worked"
    assert calendar.hours(date(2026, 12, 24)) == Hours(time(9), time(12)), "a half day"
    assert calendar.known_until == loaded(tmp_path).calendar_known_until == date(2030, 12, 31)
    assert calendar.known_from <= date(2024, 1, 1)


def test_dates_may_be_bare_or_quoted(tmp_path: Path) -> None:
    bare = loaded(tmp_path)
    quoted = loaded(
        tmp_path,
        changed(
            ("2030-12-31", '"2030-12-31"'),
            ("{ 2026-06-05", '{ "2026-06-05"'),
            ('open = ["2026-05-25"]', "open = [2026-05-25]"),
            ("{ 2026-12-24", '{ "2026-12-24"'),
            ('["2026-01-05", "2026-02-13"]', "[2026-01-05, 2026-02-13]"),
        ),
    )
    assert quoted.time == bare.time


def test_single_dates_may_stand_in_tables_of_their_own(tmp_path: Path) -> None:
    tables = '[calendar.closed]\n2026-06-05 = "the office moves"\n\n[calendar.hours]\n2026-12-24 = "09:00-12:00"\n\n'
    moved = changed(
        ('closed = { 2026-06-05 = "the office moves" }\n', ""),
        ('hours = { 2026-12-24 = "09:00-12:00" }\n', ""),
        ("[school]", f"{tables}[school]"),
    )
    assert loaded(tmp_path, moved).time == loaded(tmp_path).time


def test_a_day_may_last_until_midnight_and_a_saturday_may_be_open_once(tmp_path: Path) -> None:
    text = changed(
        ('monday = "09:00-17:00"', 'monday = "09:00-24:00"'), ("2026-12-24 = ", "2026-12-19 = "),
    )  # fmt: skip
    calendar = loaded(tmp_path, text).time.calendar
    assert calendar.hours(date(2026, 6, 8)) == Hours(time(9), time(0))
    assert calendar.hours(date(2026, 12, 19)) == Hours(time(9), time(12))


def test_closures_of_the_past_are_nothing_to_complain_of(tmp_path: Path) -> None:
    text = changed(("2026-06-05", "2024-06-05"), ("2026-12-24", "2024-12-24"))
    assert loaded(tmp_path, text).time.calendar.hours(date(2024, 12, 24)) == Hours(time(9), time(12))


def test_terms_are_put_in_order(tmp_path: Path) -> None:
    first, second = '  ["2026-01-05", "2026-02-13"],\n', '  ["2026-02-23", "2026-03-27"],\n'
    school = loaded(tmp_path, changed((first + second, second + first))).time.school
    assert school == School(
        starts=time(8, 45),
        terms=(Term(date(2026, 1, 5), date(2026, 2, 13)), Term(date(2026, 2, 23), date(2026, 3, 27))),
    )


def test_a_clock_has_its_amounts_by_colour_or_one_without(tmp_path: Path) -> None:
    clocks = loaded(tmp_path).clocks
    assert clocks["agency-response"].amounts == {
        Rag.RED: Amount(Kind.HOURS, timedelta(hours=4)),
        Rag.AMBER: Amount(Kind.WORKING_DAYS, days=1),
        Rag.GREEN: NoAmount("not asked"),
    }
    assert clocks["screening"].amounts == {None: Amount(Kind.DAYS, timedelta(days=2))}
    assert clocks["school-told"].amounts == {None: Amount(Kind.SCHOOL)}
    assert [clocks["agency-response"].cited(rag) for rag in (Rag.RED, Rag.AMBER)] == ["S-01", "S-02"]
    assert (clocks["acknowledgement"].suspendable, clocks["screening"].suspendable) == (True, False)


@pytest.mark.parametrize("kind", ["working_hours", "works_on"])
def test_hours_may_be_working_hours_or_work_on_through_closing(kind: str, tmp_path: Path) -> None:
    clock = loaded(tmp_path, changed(("red = { hours = 4 }", f"red = {{ {kind} = 4.5 }}"))).clocks["agency-response"]
    assert clock.amounts[Rag.RED] == Amount(Kind(kind), timedelta(hours=4, minutes=30))


@pytest.mark.parametrize(("written", "share"), [("0.1", Fraction(1, 10)), ('"2/3"', Fraction(2, 3))])
def test_the_share_at_risk_is_exact(written: str, share: Fraction, tmp_path: Path) -> None:
    text = changed(("amount = { days = 2 }", f"amount = {{ days = 2 }}\nat_risk_share = {written}"))
    assert loaded(tmp_path, text).clocks["screening"].at_risk_share == share
    assert loaded(tmp_path).clocks["screening"].at_risk_share == Fraction(3, 4)


def test_readings_differ_where_the_profile_says_so(tmp_path: Path) -> None:
    text = changed(('working_day_ends = "same_time"', 'working_day_ends = "closing"\nhours_and_days = "working"'))
    readings = loaded(tmp_path, text).time.readings
    assert (readings.working_day_ends, readings.hours_and_days) == ("closing", "working")
    assert (readings.outside_hours, readings.works_on_from) == ("next_opening", "next_opening")


@pytest.mark.parametrize("written", ["90m", "1h30m", "PT1H30M"])
def test_spans_are_written_short_or_as_iso(written: str, tmp_path: Path) -> None:
    assert loaded(tmp_path, changed(('"15m"', f'"{written}"'))).silent_after == timedelta(minutes=90)


def test_the_monitor_has_defaults(tmp_path: Path) -> None:
    partnership = loaded(tmp_path, changed(('[monitor]\nsilent_after = "15m"\n', "")))
    assert (partnership.silent_after, partnership.canary_every) == (timedelta(minutes=15), timedelta(hours=1))


def test_a_profile_without_rules_leaves_every_rating_to_a_person(tmp_path: Path) -> None:
    assert loaded(tmp_path).rules == ()


def test_the_version_names_the_file_s_bytes(tmp_path: Path) -> None:
    one, other = loaded(tmp_path), loaded(tmp_path, TEXT + "# changed\n")
    assert one.version.startswith("3+")
    assert one.version != other.version
