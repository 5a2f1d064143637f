"""Reading 8: the steps from an anchor to the instant, so that a hub manager can check them by hand.

Each step starts where the one before ended. Reasons say local dates and times, holidays by name, and the requirement.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from mashbus.domain.clocks import words
from mashbus.domain.clocks.amounts import Amount, Kind
from mashbus.domain.clocks.calendar import Calendar
from mashbus.domain.clocks.clock import WorkingTime
from mashbus.domain.clocks.instants import instant_of
from mashbus.domain.clocks.reckoning import WORKING
from mashbus.domain.deadline import Step

_DAY = timedelta(days=1)


def step(kind: str, starts: int, ends: int, reason: str) -> Step:
    return Step(kind=kind, starts=instant_of(starts), ends=instant_of(ends), reason=reason)


def steps_to(
    amount: Amount, time: WorkingTime, anchor: int, start: int, due: int, requirement: str, event: str
) -> Iterator[Step]:
    """`amount` as it is read; `event` is what the anchor is, such as `receipt`."""
    calendar = time.calendar
    said = f"{requirement}: {words.amount(amount)} from {event}"
    if start != anchor:
        yield _rolled(calendar, anchor, start, requirement, event)
    if amount.kind is Kind.WORKING_DAYS:
        yield from _working_days(time, start, due, amount.days, said)
    elif amount.kind is Kind.WORKING_HOURS:
        yield from _open_hours(calendar, start, due, said)
    elif amount.kind is Kind.SCHOOL:
        yield _school(time, anchor, due, f"{requirement}: {words.amount(amount)}")
    else:
        until = f"until {words.moment(calendar, due)}{_change(calendar, start, due)}"
        yield step("elapsed", start, due, f"{said}, elapsed time {until}")


def steps_of_rest(
    amount: Amount, time: WorkingTime, at: int, begins: int, due: int, requirement: str
) -> Iterator[Step]:
    """From a resumption at `at` to the instant; time that elapses begins again at `begins`."""
    if amount.kind in WORKING:
        yield from _open_hours(time.calendar, at, due, f"{requirement}: what was left")
        return
    if begins != at:
        yield _rolled(time.calendar, at, begins, requirement, "resumption")
    until = f"until {words.moment(time.calendar, due)}{_change(time.calendar, begins, due)}"
    yield step("elapsed", begins, due, f"{requirement}: what was left, elapsed time {until}")


def _rolled(calendar: Calendar, anchor: int, start: int, requirement: str, event: str) -> Step:
    why = words.closed_days(calendar, _date(calendar, anchor), _date(calendar, start)) or "outside opening hours"
    moved = f"{event} at {words.moment(calendar, anchor)} finds the hub closed ({why})"
    return step(
        "rolled", anchor, start,
        f"{requirement}: {moved} and counts as the next opening, {words.moment(calendar, start)} (reading 3)",
    )  # fmt: skip


def _working_days(time: WorkingTime, start: int, due: int, days: int, said: str) -> Iterator[Step]:
    calendar, here, day = time.calendar, start, _date(time.calendar, start)
    for number in range(1, days + 1):
        day = calendar.timetable.day_after(day, 1)
        there = calendar.same_time(start, day)
        between = words.closed_days(calendar, _date(calendar, here) + _DAY, day - _DAY)
        reason = f"{said}: day {number} is {words.moment(calendar, there)}{f', after {between}' if between else ''}"
        yield step("working_day", here, there, reason)
        here = there
    if here != due:
        open_then = words.opening(calendar, day)
        edge = "closing" if due == calendar.timetable.closing(day) else "opening"
        at = f"due at {edge}, {words.moment(calendar, due)}"
        yield step("clamped", here, due, f"{said}: {open_then}, so it is {at} (reading 2)")


def _open_hours(calendar: Calendar, start: int, due: int, said: str) -> Iterator[Step]:
    table, here, counted = calendar.timetable, start, 0
    while here < due:
        opening = table.openings[table.next(here)]
        if here < opening.opens:
            until = min(due, opening.opens)
            yield _closed(calendar, here, until)
            here = until
            continue
        until = min(due, opening.closes)
        counted += until - here
        hours = f"{words.opening(calendar, opening.day)}{_change(calendar, here, until)}"
        part = f"{words.length(until - here)} of it counted, {words.length(counted)} in all"
        yield step("open", here, until, f"{said}: {hours}, {part}")
        here = until


def _closed(calendar: Calendar, starts: int, ends: int) -> Step:
    why = words.closed_days(calendar, _date(calendar, starts), _date(calendar, ends)) or "outside opening hours"
    span = f"{words.moment(calendar, starts)} to {words.moment(calendar, ends)}"
    return step("closed", starts, ends, f"the hub is closed from {span}: {why}")


def _school(time: WorkingTime, anchor: int, due: int, said: str) -> Step:
    calendar = time.calendar
    between = words.no_school(time, _date(calendar, anchor), _date(calendar, due) - _DAY)
    first = f"the first start of a school day after {words.moment(calendar, anchor)} is {words.moment(calendar, due)}"
    return step("school", anchor, due, f"{said}: {first}{f', as there is no school {between}' if between else ''}")


def _change(calendar: Calendar, starts: int, ends: int) -> str:
    before, after = (calendar.local(one).utcoffset() for one in (starts, ends))
    if before == after or before is None or after is None:
        return ""
    return f" (the clocks go {'forward' if after > before else 'back'} in between)"


def _date(calendar: Calendar, instant: int) -> date:
    return calendar.local(instant).date()
