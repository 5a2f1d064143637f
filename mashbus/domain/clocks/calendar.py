"""When a hub is open: a week of hours, holidays, and other hours on single dates. Local time throughout."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from mashbus.domain.clocks.instants import instant_of, local_micros
from mashbus.domain.clocks.timetable import Opening, Timetable

MIDNIGHT = time(0)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """Open from `opens` until `closes`, at which it is closed (reading 4). `closes` of 00:00 is the day's end."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise ValueError(f"hours that end before they start: {self}")

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{'24:00' if self.closes == MIDNIGHT else f'{self.closes:%H:%M}'}"


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Known from `known_from` to `known_until`, both days included (reading 14)."""

    zone: ZoneInfo
    week: Mapping[int, Hours]
    """0 is Monday; a weekday that is missing is closed."""
    holidays: Mapping[date, str]
    """Closed all day, and why."""
    exceptions: Mapping[date, Hours]
    """Other hours on that date: wins over week and holidays."""
    known_from: date
    known_until: date

    def hours(self, day: date) -> Hours | None:
        """The opening hours of a date; None where it is closed all day."""
        if day in self.exceptions:
            return self.exceptions[day]
        return None if day in self.holidays else self.week.get(day.weekday())

    def instant(self, day: date, wall: time) -> int:
        """The first microsecond of `day` at which the clock on the wall shows `wall` or later."""
        return local_micros(self.zone, day, wall)

    def local(self, number: int) -> datetime:
        return instant_of(number).astimezone(self.zone)

    def same_time(self, instant: int, day: date) -> int:
        """The local time of `instant`, on another day."""
        return self.instant(day, self.local(instant).time())

    def opens_at(self, instant: int) -> bool:
        number = self.timetable.next(instant)
        return self.timetable.opens[number : number + 1] == [instant]

    @cached_property
    def starts(self) -> int:
        """The first known microsecond."""
        return self.instant(self.known_from, MIDNIGHT)

    @cached_property
    def timetable(self) -> Timetable:
        """Every opening that is known. Takes some 20 ms for seven years, once a calendar."""
        return Timetable(tuple(self._openings()))

    def _openings(self) -> Iterator[Opening]:
        for ordinal in range(self.known_from.toordinal(), self.known_until.toordinal() + 1):
            day = date.fromordinal(ordinal)
            hours = self.hours(day)
            if hours is None:
                continue
            opens = self.instant(day, hours.opens)
            closes = self.instant(day + _DAY if hours.closes == MIDNIGHT else day, hours.closes)
            if opens < closes:  # hours that lie wholly in the hour that is skipped in spring open nothing
                yield Opening(day, opens, closes, self._midnight(opens, closes))

    def _midnight(self, opens: int, closes: int) -> int | None:
        first, last = self.local(opens), self.local(closes - 1)
        if first.utcoffset() != last.utcoffset():
            return None
        midnight = first.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        return opens - (first.replace(tzinfo=None) - midnight) // timedelta(microseconds=1)


class CalendarEnds(LookupError):
    """The instant lies where a calendar or the terms are not known (reading 14): nothing is armed silently."""

    def __init__(self, what: str, first: date, last: date) -> None:
        known = f"from {first.day} {first:%B %Y} until {last.day} {last:%B %Y}"
        super().__init__(f"{what} known {known}, and the instant lies outside")
        self.first, self.last = first, last
