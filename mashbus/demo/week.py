"""The week that is played: eighty hours of Hackney in two and a half minutes, and what goes wrong in it.

All instants are bus time. The week is a plain one of 2026, without a public holiday.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARTNERSHIP = "hackney"
ZONE = ZoneInfo("Europe/London")
MONDAY = date(2026, 6, 8)
SPEED = 1800.0
"""Bus seconds in a real second: 80 hours take 160 s."""
OPENS, CLOSES = time(9), time(17)
"""The hub's office hours (H-01)."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of the week by local time; day 0 is Monday."""
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute), ZONE).astimezone(UTC)


STARTS, ENDS = at(0, 9), at(3, 17)
BATCH_AT = at(0, 9, 30)
"""The force sends its weekend."""


@dataclass(frozen=True)
class Trouble:
    """An agency that does not answer as it should, for a part of the week."""

    organisation: str
    begins: datetime
    ends: datetime
    said: str


EDUCATION_SILENT = Trouble("hackney-education", at(0, 15), at(1, 19), "silent: its service is stopped, then started")
HEALTH_SLOW = Trouble("homerton-health", at(0, 9), at(1, 17), "slow: some of what is asked waits for days")
TROUBLES = (EDUCATION_SILENT, HEALTH_SLOW)


def local(instant: datetime) -> str:
    return f"{instant.astimezone(ZONE):%a %H:%M}"


def played(instant: datetime) -> float:
    """The share of the week that is over: 0 to 1."""
    return min(1.0, max(0.0, (instant - STARTS) / (ENDS - STARTS)))
