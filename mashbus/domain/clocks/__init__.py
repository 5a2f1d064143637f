"""Deadline clocks: from an anchor to the microsecond at which something is due, by a partnership's own rules.

Pure and exact: aware UTC datetimes in and out, whole microseconds between. The readings that the docstrings number are
those of docs/procedures.md.
"""

from mashbus.domain.clocks.amounts import Amount, Kind, NoAmount
from mashbus.domain.clocks.attendance import attended_from
from mashbus.domain.clocks.calendar import Calendar, CalendarEnds, Hours
from mashbus.domain.clocks.clock import Anchor, Clock, Readings, UnknownColour, WorkingTime
from mashbus.domain.clocks.rerating import rerated
from mashbus.domain.clocks.run import computed, due
from mashbus.domain.clocks.school import School, Term
from mashbus.domain.clocks.suspension import resumed, time_left

__all__ = [
    "Amount",
    "Anchor",
    "Calendar",
    "CalendarEnds",
    "Clock",
    "Hours",
    "Kind",
    "NoAmount",
    "Readings",
    "School",
    "Term",
    "UnknownColour",
    "WorkingTime",
    "attended_from",
    "computed",
    "due",
    "rerated",
    "resumed",
    "time_left",
]
