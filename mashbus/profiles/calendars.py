"""When a hub is open and a school day is: hours of the week, public holidays of the `holidays` library, single dates.

The library knows the rules of years to come, and nobody's one-offs: those stand in the profile, and `known_until` says
how far the whole is known (reading 14).
"""

import calendar
from collections.abc import Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

import holidays
from pydantic import Field

from mashbus.domain.clocks import Calendar, Hours, School, Term
from mashbus.profiles.tables import Fault, Table
from mashbus.profiles.values import Day, OpenHours, TimeOfDay

WEEKDAYS = tuple(calendar.day_name)
KNOWN_FROM = date(2023, 12, 1)
"""A calendar begins here where its profile does not say otherwise: clocks compute for anchors from January 2024."""


class HoursText(Table):
    """A day that is not named is closed."""

    monday: OpenHours | None = None
    tuesday: OpenHours | None = None
    wednesday: OpenHours | None = None
    thursday: OpenHours | None = None
    friday: OpenHours | None = None
    saturday: OpenHours | None = None
    sunday: OpenHours | None = None

    @property
    def week(self) -> Mapping[int, Hours]:
        days = (getattr(self, name.lower()) for name in WEEKDAYS)
        return {number: hours for number, hours in enumerate(days) if hours is not None}


class HolidaysText(Table):
    """A country of the `holidays` library, and the part of it where they differ."""

    country: str
    subdivision: str | None = None

    def faults(self) -> Iterator[Fault]:
        parts = holidays.list_supported_countries().get(self.country)
        if parts is None:
            yield (
                ("country",),
                f"no public holidays are known for the country '{self.country}'; England is GB, Jersey JE",
            )
        elif self.subdivision is not None and self.subdivision not in parts:
            there = ", ".join(parts) or "none"
            yield ("subdivision",), f"'{self.subdivision}' is no part of {self.country}; there are: {there}"

    def between(self, first: date, last: date) -> Mapping[date, str]:
        years = range(first.year, last.year + 1)
        found = holidays.country_holidays(self.country, subdiv=self.subdivision, years=years)
        return {day: name for day, name in sorted(found.items()) if first <= day <= last}


class CalendarText(Table):
    holidays: HolidaysText | None = None
    known_from: Day = KNOWN_FROM
    known_until: Day | None = None
    closed: dict[Day, str] = Field(default_factory=dict)
    """Further closed days, and why."""
    open: tuple[Day, ...] = ()
    """Holidays that are worked, with the weekday's own hours."""
    hours: dict[Day, OpenHours] = Field(default_factory=dict)
    """Other hours on a date, a holiday or not."""

    def faults(self) -> Iterator[Fault]:
        last = self.known_until
        if last is not None and last < self.known_from:
            yield ("known_until",), f"ends before the calendar begins ({self.known_from})"
        for name, days in (("closed", self.closed), ("open", self.open), ("hours", self.hours)):
            for day in days:
                if last is not None and day > last:
                    yield (name, str(day)), f"{day} comes after known_until ({last}): say how far the year is known now"
        for day in self.closed:
            if day in self.hours or day in self.open:
                yield ("closed", str(day)), f"{day} is closed here and open below"
        for day in self.open:
            if day in self.hours:
                yield ("open", str(day)), f"{day} has hours of its own: name it once"

    def free_days(self) -> Mapping[date, str]:
        """Public holidays and further closed days, by date."""
        last = self.known_until or self.known_from
        public = self.holidays.between(self.known_from, last) if self.holidays else {}
        return {**public, **self.closed}

    def not_worked(self, week: Mapping[int, Hours]) -> Iterator[Fault]:
        """Days named as worked that can't be, or always are."""
        free = self.free_days()
        for day in self.open:
            weekday = WEEKDAYS[day.weekday()]
            if day.weekday() not in week:
                yield ("open", str(day)), f"{day} is a {weekday}, which has no hours: give them under [calendar] hours"
            elif day not in free:
                yield ("open", str(day)), f"{day}, a {weekday}, is no holiday: it is open anyway"

    def calendar(self, zone: ZoneInfo, week: Mapping[int, Hours]) -> Calendar:
        worked = {day: week[day.weekday()] for day in self.open}
        return Calendar(
            zone=zone,
            week=week,
            holidays=self.free_days(),
            exceptions={**worked, **self.hours},
            known_from=self.known_from,
            known_until=self.known_until or date.max,
        )


class SchoolText(Table):
    """School days are Monday to Friday inside a term; both its days are included."""

    starts: TimeOfDay
    terms: tuple[tuple[Day, Day], ...] = Field(min_length=1)

    def faults(self) -> Iterator[Fault]:
        for index, (first, last) in enumerate(self.terms):
            if last < first:
                yield ("terms", index), f"a term that ends ({last}) before it starts ({first})"
            for earlier, later in self.terms[:index]:
                if first <= later and earlier <= last:
                    yield ("terms", index), f"overlaps the term from {earlier} to {later}"

    def school(self) -> School:
        return School(starts=self.starts, terms=tuple(Term(*one) for one in sorted(self.terms)))
