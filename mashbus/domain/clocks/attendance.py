"""When somebody is there: what comes outside opening hours is dealt with from the next opening (J-04, C-08)."""

from datetime import datetime

from mashbus.domain.clocks.calendar import Calendar, CalendarEnds
from mashbus.domain.clocks.instants import instant_of, micros
from mashbus.domain.clocks.reckoning import opening_from


def attended_from(calendar: Calendar, at: datetime) -> datetime | None:
    """`at` itself while it is open, else the next opening; None where no calendar reaches to, or none is open."""
    try:
        return instant_of(opening_from(calendar, micros(at)))
    except CalendarEnds:
        return None
