"""When a meeting is, what is on its agenda of a day, and what it decided on a case (H-12, G-12, G-14).

Whether an item is on an agenda is derived, never kept: the item's first meeting, the results and the case's outcome say
it, in whatever order they came. So every past agenda can be told again as it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from mashbus.domain.clocks import Calendar, CalendarEnds
from mashbus.domain.clocks.instants import instant_of, micros
from mashbus.domain.procedure import Meeting

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class AgendaItem:
    """One cause for which a case was put on a meeting's agenda."""

    item_id: UUID
    meeting: str
    requirement: str
    meets_at: datetime
    """The first meeting that it is on the agenda of."""
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a meeting decided on a case, as it was recorded; without what was said of it."""

    result_id: UUID
    meeting: str
    met_on: date
    """In the partnership's own time."""
    result: str
    stays: bool
    """On the following agendas again."""
    at: datetime
    """When it was recorded."""


def meets_on(meeting: Meeting, calendar: Calendar, day: date) -> datetime | None:
    """The instant of the meeting of that day; None where it does not meet. Raises CalendarEnds.

    A weekday of the meeting on which the hub is open: not on public holidays. A local time that a change of clocks
    skips is the instant of the change, one that comes twice is the first.
    """
    if not calendar.known_from <= day <= calendar.known_until:
        raise CalendarEnds("the calendar is", calendar.known_from, calendar.known_until)
    if day.weekday() not in meeting.days or calendar.hours(day) is None:
        return None
    return instant_of(calendar.instant(day, meeting.at))


def next_meeting(meeting: Meeting, calendar: Calendar, after: datetime) -> datetime:
    """The first meeting strictly later than `after`. Raises CalendarEnds."""
    day = day_of(calendar, after)
    while True:
        meets_at = meets_on(meeting, calendar, day)
        if meets_at is not None and meets_at > after:
            return meets_at
        day += _DAY


def last_meeting(meeting: Meeting, calendar: Calendar, at: datetime) -> datetime:
    """The latest meeting that has begun. Raises CalendarEnds."""
    day = day_of(calendar, at)
    while True:
        meets_at = meets_on(meeting, calendar, day)
        if meets_at is not None and meets_at <= at:
            return meets_at
        day -= _DAY


def on_agenda(
    items: Iterable[AgendaItem], held: Iterable[Held], decided_at: datetime | None, meeting: Meeting,
    calendar: Calendar, meets_at: datetime,
) -> tuple[AgendaItem, ...]:  # fmt: skip
    """The case's items on the agenda of that meeting, as it was when it met, or as far as is known for one to come.

    An item is on its first agenda and on every one that follows, until a result without `stays` was recorded of a
    meeting that it was on; a meeting about open cases drops what had its outcome when it met.
    """
    if decided_at is not None and decided_at < meets_at and not meeting.also_closed:
        return ()
    day = day_of(calendar, meets_at)
    before = [one for one in held if one.met_on < day and one.at < meets_at]
    ours = (one for one in items if one.meeting == meeting.name and day_of(calendar, one.meets_at) <= day)
    return tuple(one for one in ours if not closings(one, before, calendar))


def closings(item: AgendaItem, held: Iterable[Held], calendar: Calendar) -> tuple[Held, ...]:
    """The results that took it off the following agendas: of a meeting that it was on, and not to stay."""
    first = day_of(calendar, item.meets_at)
    return tuple(one for one in held if one.meeting == item.meeting and not one.stays and first <= one.met_on)


def day_of(calendar: Calendar, at: datetime) -> date:
    """In the partnership's own time."""
    return calendar.local(micros(at)).date()
