"""How instants, lengths and closed days are said in the steps of a deadline: local time, plain words."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby

from mashbus.domain.clocks.amounts import Amount, Kind
from mashbus.domain.clocks.calendar import Calendar
from mashbus.domain.clocks.clock import Anchor, WorkingTime

_MINUTE = 60_000_000


def moment(calendar: Calendar, instant: int) -> str:
    """`Thu 2 Apr 2026 16:45`, with seconds only where there are any, and BST or GMT in the hour that is shown twice."""
    local = calendar.local(instant)
    return f"{day_of(local)} {clock_time(local)}"


def clock_time(local: datetime) -> str:
    seconds = f":{_seconds(local.second, local.microsecond, 2)}" if local.second or local.microsecond else ""
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%H:%M}{seconds}{f' {local:%Z}' if twice else ''}"


def day_of(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def event(anchor: Anchor) -> str:
    return "opening of the stage" if anchor is Anchor.STAGE_OPENED else anchor.value


def length(span: int) -> str:
    """`4 hours`, `1 hour`, `2 h 30 min`, `5 min 0.5 s`."""
    hours, rest = divmod(span, 60 * _MINUTE)
    if not rest:
        return counted(hours, "hour")
    minutes, rest = divmod(rest, _MINUTE)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    seconds, fraction = divmod(rest, 1_000_000)
    return " ".join([one for one in parts if one] + ([f"{_seconds(seconds, fraction, 1)} s"] if rest else []))


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def amount(one: Amount) -> str:
    """`5 working days`, `24 working hours`, `20 days`."""
    if one.kind is Kind.SCHOOL:
        return "before the next school day starts"
    if one.kind is Kind.WORKING_DAYS:
        return counted(one.days, "working day")
    if one.kind is Kind.DAYS and not one.length % timedelta(days=1):
        return counted(one.length.days, "day")
    said = length(one.micros)
    how = {Kind.WORKING_HOURS: " of open time", Kind.WORKS_ON: " that run on through closing"}
    return said + how.get(one.kind, "")


def opening(calendar: Calendar, day: date) -> str:
    """`Thu 24 Dec 2026 is open 09:00-12:00, that day only`."""
    only = ", that day only" if day in calendar.exceptions else ""
    return f"{day_of(day)} is open {calendar.hours(day)}{only}"


def closed_days(calendar: Calendar, first: date, last: date) -> str:
    """`Fri 3 Apr Good Friday, Sat 4 Apr to Sun 5 Apr closed`: days without hours, both ends included; empty if none."""
    return grouped(
        (day, calendar.holidays.get(day, "closed")) for day in _days(first, last) if calendar.hours(day) is None
    )


def no_school(time: WorkingTime, first: date, last: date) -> str:
    """As `closed_days`, of days without school."""
    school, holidays = time.school, time.calendar.holidays
    assert school is not None
    known = ((day, school.why_not(day, holidays)) for day in _days(first, last))
    return grouped((day, why) for day, why in known if why is not None)


def grouped(days: Iterable[tuple[date, str]]) -> str:
    """Days in order, each with a word: neighbours with the same word together."""
    runs = groupby(enumerate(days), key=lambda one: (one[1][1], one[1][0].toordinal() - one[0]))
    return ", ".join(f"{_from_to([day for _, (day, _) in run])} {word}" for (word, _), run in runs)


def _from_to(days: list[date]) -> str:
    first, last = (f"{day:%a} {day.day} {day:%b}" for day in (days[0], days[-1]))
    return first if first == last else f"{first} to {last}"


def _days(first: date, last: date) -> Iterator[date]:
    return map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))


def _seconds(seconds: int, micros: int, width: int) -> str:
    return f"{seconds:0{width}d}" + (f".{micros:06d}".rstrip("0") if micros else "")
