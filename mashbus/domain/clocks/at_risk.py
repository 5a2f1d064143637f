"""Reading 12: at risk is a share of the span between start and due, rounded up to a whole second."""

from datetime import timedelta
from fractions import Fraction
from math import ceil

from mashbus.domain.clocks.amounts import Amount
from mashbus.domain.clocks.clock import WorkingTime
from mashbus.domain.clocks.instants import length_of
from mashbus.domain.clocks.reckoning import WORKING

_SECOND = length_of(timedelta(seconds=1))


def at_risk_of(amount: Amount, time: WorkingTime, start: int, due: int, share: Fraction) -> int | None:
    """Open time for working clocks, elapsed time for all others. None where nothing is left to warn of."""
    if not own_time_is_open(amount, time):
        at_risk = start + _rounded(due - start, share)
        return at_risk if at_risk < due else None
    table = time.calendar.timetable
    begun = table.open_before(start)
    span = table.open_before(due) - begun
    part = _rounded(span, share)
    if not 0 < part <= span:
        return None
    at_risk = table.after_open(begun + part, at_closing=True)
    return at_risk if at_risk < due else None


def own_time_is_open(amount: Amount, time: WorkingTime) -> bool:
    """Whether at risk is a share of open time, for an amount as it is read."""
    return amount.kind in WORKING and time.readings.at_risk_of == "own_time"


def _rounded(span: int, share: Fraction) -> int:
    return ceil(span * share / _SECOND) * _SECOND
