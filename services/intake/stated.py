"""Instants that a sender states: none lies in the future, or where no deadline could be counted from it.

A mistyped year that triage can't count from would stop the case there, with nobody but an operator to set it free.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mashbus.bus.http.problems import Fault
from mashbus.domain.clocks import CalendarEnds, Clock, due

CLOCKS_DIFFER_BY = timedelta(minutes=5)
"""How far ahead a sender's clock may be before what it states lies in the future."""


def in_future(where: str, stated: datetime | None, at: datetime) -> Iterable[Fault]:
    if stated is not None and stated > at + CLOCKS_DIFFER_BY:
        yield Fault(where, "lies in the future", "send when it was, or leave it out where it is now")


def misdated(where: str, stated: datetime | None, at: datetime, clocks: Iterable[Clock]) -> Iterable[Fault]:
    """In the future, or before the calendar or the school terms by which one of `clocks`, which it starts, counts.

    A calendar that ends is no fault of the sender's: triage says so, with an alarm.
    """
    yield from in_future(where, stated, at)
    if stated is not None and stated < at and any(not _reaches(one, stated) and _reaches(one, at) for one in clocks):
        problem = "lies before the partnership's calendar begins: no deadline can be counted from it"
        yield Fault(where, problem, "look at the year; leave it out where it is now")


def _reaches(clock: Clock, instant: datetime) -> bool:
    try:
        due(clock, None, instant)
    except CalendarEnds:
        return False
    return True
