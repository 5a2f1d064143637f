"""How far a profile's holidays, closures and terms are known, and when somebody has to be told (reading 14)."""

from collections.abc import Iterable
from datetime import date, timedelta

from mashbus.domain.clocks import Clock, Kind, NoAmount
from mashbus.domain.partnership import Partnership

SOON = timedelta(days=365)


def known_until(partnership: Partnership, clocks: Iterable[Clock] | None = None) -> date:
    """The last day that these clocks, or all, know; `date.max` where none needs a calendar."""
    asked = partnership.clocks.values() if clocks is None else clocks
    school = partnership.time.school
    if school and any(map(_counts_school_days, asked)):
        return min(school.terms[-1].last, partnership.calendar_known_until)
    return partnership.calendar_known_until


def ends_soon(partnership: Partnership, on: date, clocks: Iterable[Clock] | None = None) -> str | None:
    """A sentence for whoever keeps the profile, where less than a year is known from `on`."""
    last = known_until(partnership, clocks)
    if last - on > SOON:
        return None
    what = "calendar" if last == partnership.calendar_known_until else "list of terms"
    return f"the {what} of {partnership.name} is known until {last} only: see docs/deadlines.md"


def _counts_school_days(clock: Clock) -> bool:
    return any(not isinstance(one, NoAmount) and one.kind is Kind.SCHOOL for one in clock.amounts.values())
