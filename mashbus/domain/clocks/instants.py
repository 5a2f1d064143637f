"""Instants as whole microseconds since 1970 (UTC), and local times of day, also on days when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(instant: datetime) -> int:
    """Exact; a datetime without an offset is a TypeError, never taken for somebody's local time."""
    return (instant - EPOCH) // MICROSECOND


def instant_of(number: int) -> datetime:
    return EPOCH + MICROSECOND * number


def length_of(span: timedelta) -> int:
    return span // MICROSECOND


def local_micros(zone: ZoneInfo, day: date, wall: time) -> int:
    """The first instant of `day` at which the clock on the wall shows `wall` or later.

    A time that is shown twice is the first of the two; a time that is skipped is the instant of the change.
    """
    said = datetime.combine(day, wall, zone)
    earlier, later = sorted(micros(said.replace(fold=fold)) for fold in (0, 1))
    if earlier == later or instant_of(earlier).astimezone(zone).replace(tzinfo=None) == said.replace(tzinfo=None):
        return earlier
    return _change_between(zone, earlier, later)


def _change_between(zone: ZoneInfo, before: int, after: int) -> int:
    """The instant in (before, after] from which another offset holds."""
    offset = instant_of(before).astimezone(zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if instant_of(middle).astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
