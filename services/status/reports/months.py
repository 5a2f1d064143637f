"""The periods that reports are about: whole months that are over, as the partnership's calendar has them."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOST = 36
"""Months in one report."""


@dataclass(frozen=True, order=True)
class Month:
    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def last_before(cls, now: datetime, zone: ZoneInfo) -> "Month":
        """The last one that is over."""
        return cls.of(now.astimezone(zone).date().replace(day=1) - timedelta(days=1))

    @classmethod
    def parsed(cls, text: str) -> "Month":
        """Of `2026-10`. Raises ValueError."""
        return cls.of(date.fromisoformat(f"{text}-01"))

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def next(self) -> "Month":
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.next.first, time(0), zone)

    def starts(self, zone: ZoneInfo) -> datetime:
        return datetime.combine(self.first, time(0), zone)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


def months_of(first: Month, last: Month) -> Sequence[Month]:
    """Both included."""
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next)
    return found
