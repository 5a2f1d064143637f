"""A suspended deadline: the clock's own time that was left at suspension runs again from resumption."""

from datetime import datetime, timedelta

from mashbus.domain.clocks import words
from mashbus.domain.clocks.amounts import Amount
from mashbus.domain.clocks.at_risk import own_time_is_open
from mashbus.domain.clocks.clock import Clock, UnknownColour, WorkingTime
from mashbus.domain.clocks.instants import instant_of, length_of, micros
from mashbus.domain.clocks.reckoning import WORKING, used_up
from mashbus.domain.clocks.run import Run, amount_of, deadline_of
from mashbus.domain.clocks.steps import step, steps_of_rest
from mashbus.domain.deadline import Deadline


def time_left(clock: Clock, deadline: Deadline, at: datetime) -> timedelta:
    """Open time for working clocks, elapsed time for all others, between `at` and the instant; zero once it passed.

    Raises UnknownColour where the clock sets no time for the deadline's colour, as `resumed` does.
    """
    amount, here, due = _amount(clock, deadline), micros(at), micros(deadline.due)
    if amount.kind in WORKING:
        table = clock.time.calendar.timetable
        left = table.open_before(due) - table.open_before(here)
    else:
        left = due - max(here, _begins(deadline))
    return timedelta(microseconds=max(left, 0))


def resumed(clock: Clock, deadline: Deadline, left: timedelta, at: datetime, *, revision: int) -> Deadline:
    """The deadline, due again when `left` of the clock's own time has run from `at`. Raises CalendarEnds.

    Suspended and resumed at one instant before it is due, it is due when it was.
    """
    amount, here = _amount(clock, deadline), micros(at)
    begins = max(here, _begins(deadline))
    due = _due_again(amount, clock.time, micros(deadline.due), here, begins, length_of(left))
    said = f"{words.length(length_of(left))}{' of open time' if amount.kind in WORKING else ''}"
    calendar = clock.time.calendar
    reason = f"{clock.cited(deadline.rag)}: resumed at {words.moment(calendar, here)} with {said} left"
    at_risk = _at_risk_again(amount, clock.time, deadline, here, due, length_of(left))
    run = Run(
        anchor=instant_of(here),
        due=instant_of(due),
        at_risk=None if at_risk is None else instant_of(at_risk),
        steps=(
            step("resumed", here, here, reason),
            *steps_of_rest(amount, clock.time, here, begins, due, clock.cited(deadline.rag)),
        ),
    )
    return deadline_of(
        clock, deadline.rag, run, subject=deadline.subject, owner=deadline.owner, profile=deadline.profile,
        revision=revision, earlier=deadline.steps,
    )  # fmt: skip


def _due_again(amount: Amount, time: WorkingTime, due: int, at: int, begins: int, left: int) -> int:
    """Between closing and opening no open time passes: what was due there, or at opening, is not due at closing now."""
    if amount.kind not in WORKING:
        return begins + left
    total = time.calendar.timetable.open_before(at) + left
    closing = used_up(time.calendar, total, at_closing=True)
    if closing < due or time.calendar.opens_at(due):
        opening = used_up(time.calendar, total, at_closing=False)
        return max(at, closing, opening if time.calendar.opens_at(due) else min(due, opening))
    return max(at, closing)


def _at_risk_again(amount: Amount, time: WorkingTime, deadline: Deadline, at: int, due: int, left: int) -> int | None:
    if deadline.at_risk is None:
        return None
    warned, was_due = micros(deadline.at_risk), micros(deadline.due)
    if own_time_is_open(amount, time):
        table = time.calendar.timetable
        until = left - (table.open_before(was_due) - table.open_before(warned))
        again = at if until <= 0 else used_up(time.calendar, table.open_before(at) + until, at_closing=True)
    else:
        again = max(at, due - (was_due - warned))
    return again if again < due else None


def _begins(deadline: Deadline) -> int:
    """Where the present count began, if that was moved to an opening (reading 9); else long ago."""
    for one in reversed(deadline.steps):
        if one.kind == "rolled":
            return micros(one.ends)
        if one.kind in {"rerated", "resumed"}:
            break
    return micros(deadline.steps[0].starts)


def _amount(clock: Clock, deadline: Deadline) -> Amount:
    amount = amount_of(clock, deadline.rag)
    if amount is None:
        raise UnknownColour(clock.name, deadline.rag, tuple(rag for rag in clock.amounts if rag is not None))
    return amount
