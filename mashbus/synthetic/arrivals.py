"""When contacts reach a hub in a week: most in opening hours, Monday the busiest, some in the evening and at night."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mashbus.domain.clocks import Hours
from mashbus.synthetic.chance import chance

WEEKDAYS = (33, 26, 20, 14, 7)
"""Shares of Monday to Friday. Ours: the play ends a week after it began, and what comes late shows no breach."""
OUT_OF_HOURS = 0.12
OFFICE: Mapping[int, Hours] = dict.fromkeys(range(5), Hours(time(9), time(17)))
"""By weekday, as a calendar has them: where a partnership's own are not given."""


def instants(
    count: int, monday: date, zone: ZoneInfo, seed: object, hours: Mapping[int, Hours] = OFFICE
) -> tuple[datetime, ...]:
    """So many instants in order, from Monday's opening to Saturday morning, local time."""
    draw = chance("arrivals", seed)
    days = [day for day in range(len(WEEKDAYS)) if day in hours]
    found: list[datetime] = []
    for _ in range(count):
        number = draw.choices(days, [WEEKDAYS[day] for day in days])[0]
        day = monday + timedelta(days=number)
        opens, closes = (datetime.combine(day, wall, zone) for wall in (hours[number].opens, hours[number].closes))
        if draw.random() < OUT_OF_HOURS:
            opens, closes = closes, opens + timedelta(days=1)
        found.append(opens + timedelta(seconds=draw.randrange(int((closes - opens).total_seconds()))))
    return tuple(sorted(found))
