"""From an anchor to the instant, in whole microseconds: one function a kind of time (readings 1-5, 9 and 10).

This is the path that must be fast: bisection in tables, no time zones except on days whose opening spans a clock
change. `start` is where the counting starts: the anchor, or the opening that it counts as.
"""

from bisect import bisect_right
from datetime import timedelta

from mashbus.domain.clocks.amounts import Amount, Kind
from mashbus.domain.clocks.calendar import Calendar, CalendarEnds
from mashbus.domain.clocks.clock import WorkingTime
from mashbus.domain.clocks.timetable import Timetable

WORKING = frozenset({Kind.WORKING_HOURS, Kind.WORKING_DAYS})
"""Kinds whose own time is open time."""
_DAY = timedelta(days=1)


def as_read(amount: Amount, time: WorkingTime) -> Amount:
    """Reading 1: hours and days are elapsed time, unless the profile reads them as working ones."""
    if time.readings.hours_and_days == "elapsed":
        return amount
    if amount.kind is Kind.HOURS:
        return Amount(Kind.WORKING_HOURS, amount.length)
    return Amount(Kind.WORKING_DAYS, days=amount.length // _DAY) if amount.kind is Kind.DAYS else amount


def start_of(amount: Amount, time: WorkingTime, anchor: int) -> int:
    """The instant that is counted from (readings 3 and 9). Of an amount as it is read. Raises CalendarEnds."""
    if amount.kind in WORKING:
        return anchor if time.readings.outside_hours == "as_is" else opening_from(time.calendar, anchor)
    if amount.kind is Kind.WORKS_ON and time.readings.works_on_from == "next_opening":
        return opening_from(time.calendar, anchor)
    return anchor


def due_of(amount: Amount, time: WorkingTime, anchor: int) -> int:
    """Of an amount as it is read. Raises CalendarEnds."""
    kind = amount.kind
    if kind is Kind.WORKING_DAYS:
        return _working_days(time, anchor, amount.days)
    if kind is Kind.WORKING_HOURS:
        total = _known(time.calendar, anchor).open_before(anchor) + amount.micros
        return used_up(time.calendar, total, at_closing=time.readings.working_hours_end == "closing")
    if kind is Kind.SCHOOL:
        return school_start(time, anchor)
    return start_of(amount, time, anchor) + amount.micros


def opening_from(calendar: Calendar, instant: int) -> int:
    """The instant itself where the hub is open, else the next opening. Raises CalendarEnds."""
    table = _known(calendar, instant)
    try:
        return max(instant, table.opens[table.next(instant)])
    except IndexError:
        raise _ends(calendar) from None


def used_up(calendar: Calendar, total: int, *, at_closing: bool) -> int:
    """The instant by which the hub has been open for `total` since the calendar began (reading 5). CalendarEnds."""
    try:
        return calendar.timetable.after_open(total, at_closing=at_closing)
    except IndexError:
        raise _ends(calendar) from None


def _working_days(time: WorkingTime, anchor: int, days: int) -> int:
    calendar = time.calendar
    table = _known(calendar, anchor)
    number = table.next(anchor)
    try:
        opens = table.opens[number]
        if anchor < opens and time.readings.outside_hours == "as_is":
            last = bisect_right(table.days, calendar.local(anchor).date()) + days - 1
            wanted = calendar.same_time(anchor, table.days[last])
        else:
            first, last = table.openings[number], number + days
            start, target = max(anchor, opens), table.openings[last]
            if first.midnight is None or target.midnight is None:
                wanted = calendar.same_time(start, target.day)
            else:
                wanted = target.midnight + start - first.midnight
        if time.readings.working_day_ends == "closing":
            return table.closes[last]
        return min(max(wanted, table.opens[last]), table.closes[last])
    except IndexError:
        raise _ends(calendar) from None


def school_start(time: WorkingTime, anchor: int) -> int:
    """Reading 10: the first start of a school day strictly later than the anchor. Raises CalendarEnds."""
    number = bisect_right(time.school_starts, anchor)
    if number == len(time.school_starts) or anchor < time.school_known_from:
        assert time.school is not None
        terms = time.school.terms
        raise CalendarEnds("school terms are", terms[0].first, min(terms[-1].last, time.calendar.known_until))
    return time.school_starts[number]


def _known(calendar: Calendar, instant: int) -> Timetable:
    if instant < calendar.starts:
        raise _ends(calendar)
    return calendar.timetable


def _ends(calendar: Calendar) -> CalendarEnds:
    return CalendarEnds("the calendar is", calendar.known_from, calendar.known_until)
