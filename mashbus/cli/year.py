"""What each day of a year is for a partnership: worked, short, with other hours, closed and why; a school day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property

from mashbus.domain.clocks import Calendar, Hours
from mashbus.domain.partnership import Partnership


class Sort(StrEnum):
    """Days of a hub, as the legend names them."""

    WORKING = "working days"
    SHORT = "shorter days of the week"
    OTHER = "days with other hours"
    WEEKEND = "days closed every week"
    HOLIDAY = "holidays and closures on other days"
    UNKNOWN = "days not known"


@dataclass(frozen=True)
class Year:
    """A year, of which at least a day is known."""

    partnership: Partnership
    number: int

    def days(self, month: int | None = None) -> Iterator[date]:
        day = date(self.number, month or 1, 1)
        while day.year == self.number and month in (None, day.month):
            yield day
            day += timedelta(days=1)

    @property
    def calendar(self) -> Calendar:
        return self.partnership.time.calendar

    @cached_property
    def longest(self) -> timedelta:
        """Of the regular week."""
        return max(map(length, self.calendar.week.values()), default=timedelta(0))

    def sort(self, day: date) -> Sort:
        calendar = self.calendar
        if not calendar.known_from <= day <= calendar.known_until:
            return Sort.UNKNOWN
        if day in calendar.exceptions:
            return Sort.OTHER
        if day.weekday() not in calendar.week:
            return Sort.WEEKEND
        if day in calendar.holidays:
            return Sort.HOLIDAY
        return Sort.WORKING if length(calendar.week[day.weekday()]) == self.longest else Sort.SHORT

    @cached_property
    def school_days(self) -> frozenset[date]:
        school, calendar = self.partnership.time.school, self.calendar
        if school is None:
            return frozenset()
        return frozenset(day for day in school.days(calendar.holidays, calendar.known_until) if day.year == self.number)

    @property
    def holidays(self) -> Mapping[date, str]:
        """With those that fall on a day that is closed anyway; without those that are worked."""
        free, worked = self.calendar.holidays, self.calendar.exceptions
        return {day: free[day] for day in self.days() if day in free and day not in worked}

    @property
    def exceptions(self) -> Mapping[date, Hours]:
        return {day: self.calendar.exceptions[day] for day in self.days() if day in self.calendar.exceptions}


def length(hours: Hours) -> timedelta:
    """By the clock on the wall."""
    day = date(2000, 1, 1)
    closes = datetime.combine(day, hours.closes) + timedelta(days=hours.closes <= hours.opens)
    return closes - datetime.combine(day, hours.opens)
