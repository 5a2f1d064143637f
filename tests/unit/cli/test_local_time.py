"""Instants as an operator reads them: local, unmistakable when the clocks change, and how long until then."""

from datetime import UTC, datetime, timedelta

import pytest

from mashbus.bus.settings import checkout_folder
from mashbus.cli.local_time import Zones, span, until

NOW = datetime(2026, 6, 8, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(0), "0s"),
        (timedelta(seconds=59, microseconds=999_999), "59s"),
        (timedelta(minutes=3, seconds=20), "3m 20s"),
        (timedelta(hours=3), "3h"),
        (timedelta(hours=3, seconds=7), "3h"),
        (timedelta(days=2, hours=4, minutes=59), "2d 4h"),
        (-timedelta(hours=1, minutes=1), "1h 1m"),
    ],
)
def test_a_span_has_its_two_largest_units(length: timedelta, said: str) -> None:
    assert span(length) == said


def test_how_long_until_and_since() -> None:
    assert until(NOW + timedelta(hours=4), NOW) == "in 4h"
    assert until(NOW - timedelta(minutes=4), NOW) == "4m ago"
    assert until(NOW, NOW) == "0s ago"


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    zones = Zones(checkout_folder("partnerships"))
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert zones.say(first, "hackney") == "Sun 2026-10-25 01:30:00 BST"
    assert zones.say(second, "hackney") == "Sun 2026-10-25 01:30:00 GMT"
    assert zones.iso(second, "hackney") == "2026-10-25T01:30:00+00:00"


def test_a_microsecond_is_shown_where_there_is_one() -> None:
    zones = Zones(checkout_folder("partnerships"))
    assert zones.say(NOW + timedelta(microseconds=1), "hackney") == "Mon 2026-06-08 09:00:00.000001 BST"


def test_without_a_profile_it_is_utc_and_remembered() -> None:
    zones = Zones(checkout_folder("partnerships"))
    assert zones.say(NOW, "nowhere") == "Mon 2026-06-08 08:00:00 UTC"
    assert zones.unknown == ["nowhere"]
