"""Reading 14: a calendar that ends within a year is told of before a deadline is refused for it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from mashbus.profiles import load
from mashbus.profiles.endings import ends_soon, known_until
from services.deadlines.endings import say_endings

FOLDER = Path(__file__).parents[3] / "partnerships"
JERSEY, GLOUCESTERSHIRE = load("jersey", FOLDER), load("gloucestershire", FOLDER)


def test_reading_14_the_warning_begins_a_year_before_the_end() -> None:
    assert ends_soon(JERSEY, date(2029, 12, 30)) is None
    assert ends_soon(JERSEY, date(2029, 12, 31)) == (
        "the calendar of jersey is known until 2030-12-31 only: see docs/deadlines.md"
    )


def test_reading_14_terms_end_before_the_calendar_does() -> None:
    assert known_until(GLOUCESTERSHIRE) == date(2028, 7, 21)
    assert known_until(GLOUCESTERSHIRE, [GLOUCESTERSHIRE.clocks["first-decision"]]) == date(2030, 12, 31)
    assert "list of terms" in str(ends_soon(GLOUCESTERSHIRE, date(2028, 1, 1)))


def test_the_deadlines_service_warns_and_shows_it_as_a_metric() -> None:
    with capture_logs() as logs:
        say_endings({"jersey": JERSEY, "gloucestershire": GLOUCESTERSHIRE}, date(2028, 1, 1))
    assert [(one["event"], one["partnership"]) for one in logs] == [("calendar ends soon", "gloucestershire")]
    ends = {"jersey": datetime(2030, 12, 31, tzinfo=UTC), "gloucestershire": datetime(2028, 7, 21, tzinfo=UTC)}
    for name, end in ends.items():
        labels = {"partnership": name}
        assert REGISTRY.get_sample_value("mash_calendar_known_until_timestamp_seconds", labels) == end.timestamp()


def test_a_partnership_without_working_clocks_has_no_end() -> None:
    assert ends_soon(replace(JERSEY, calendar_known_until=date.max), date(2999, 1, 1)) is None
