"""When contacts reach a hub in a week: most in opening hours, Monday the busiest, some in the evening and at night."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mashbus.synthetic.chance import chance

WEEKDAYS = (36, 28, 24, 12)
"""Shares of Monday to Thursday. Ours: the play ends on Thursday at 17:00, and what comes late shows no breach."""
OUT_OF_HOURS = 0.12
OPEN, CLOSED = time(9), time(17)
LAST_DAY_ENDS = time(15)


def instants(count: int, monday: date, zone: ZoneInfo, seed: object) -> tuple[datetime, ...]:
    """So many instants in order, from Monday 09:00 to Thursday 15:00 local time."""
    draw = chance("arrivals", seed)
    first, last = datetime.combine(monday, OPEN, zone), datetime.combine(_day(monday, 3), LAST_DAY_ENDS, zone)
    found: list[datetime] = []
    while len(found) < count:
        day = _day(monday, draw.choices(range(len(WEEKDAYS)), WEEKDAYS)[0])
        opens, closes = datetime.combine(day, OPEN, zone), datetime.combine(day, CLOSED, zone)
        if draw.random() < OUT_OF_HOURS:
            opens, closes = closes, datetime.combine(_day(day, 1), OPEN, zone)
        instant = opens + timedelta(seconds=draw.randrange(int((closes - opens).total_seconds())))
        if first <= instant <= last:
            found.append(instant)
    return tuple(sorted(found))


def _day(monday: date, number: int) -> date:
    return monday + timedelta(days=number)
