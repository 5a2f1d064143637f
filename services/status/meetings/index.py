"""Which cases may be on an agenda, and which had a result on a day: sorted sets beside the views, written with them.

A case lies in them from its first agenda until it left the last one, in microseconds; infinite while it is on it. The
view says exactly, so the sets may hold somewhat more than there is, never less.
"""

from collections.abc import Iterator
from math import inf
from uuid import UUID

from redis.asyncio.client import Pipeline

from mashbus.domain.case import Case
from mashbus.domain.clocks import Calendar
from mashbus.domain.clocks.calendar import MIDNIGHT
from mashbus.domain.clocks.instants import local_micros, micros
from mashbus.domain.meeting import AgendaItem, closings

ENDS, STANDS = "ends", "stands"
"""Left by a result or with the case's outcome; by a result alone, for meetings that look at closed cases too."""
DAY = 86_400_000_000
"""Microseconds."""


def agenda_key(partition: int, partnership: str, meeting: str, which: str) -> str:
    """A sorted set of case ids by when they left the agenda."""
    return f"{{status:{partition}}}:agenda:{partnership}:{meeting}:{which}"


def begins_key(partition: int, partnership: str, meeting: str) -> str:
    """A sorted set of case ids by their first meeting."""
    return f"{{status:{partition}}}:agenda:{partnership}:{meeting}:begins"


def results_key(partition: int, partnership: str, meeting: str) -> str:
    """A sorted set of `case id/day` by the day's ordinal."""
    return f"{{status:{partition}}}:results:{partnership}:{meeting}"


def put(pipe: Pipeline, partition: int, case: Case, calendar: Calendar) -> Iterator[str]:
    """The keys that hold something of the case now."""
    name, case_id = case.partnership, str(case.case_id)
    for meeting in {one.meeting for one in case.agenda}:
        items = [one for one in case.agenda if one.meeting == meeting]
        left = max(_left(one, case, calendar) for one in items)
        decided = micros(case.decided_at) if case.decided_at else inf
        begins = min(micros(one.meets_at) for one in items)
        for key, score in (
            (begins_key(partition, name, meeting), begins),
            (agenda_key(partition, name, meeting, ENDS), min(left, decided)),
            (agenda_key(partition, name, meeting, STANDS), left),
        ):
            pipe.zadd(key, {case_id: score})
            yield key
    for held in case.held:
        key = results_key(partition, name, held.meeting)
        pipe.zadd(key, {f"{case_id}/{held.met_on}": held.met_on.toordinal()})
        yield key


def case_of(member: str) -> UUID:
    """Of a member of either kind."""
    return UUID(member.partition("/")[0])


def _left(item: AgendaItem, case: Case, calendar: Calendar) -> float:
    """Agendas up to here may have it: those of the day of the closing result, and those before it was recorded."""
    ends = (
        max(local_micros(calendar.zone, one.met_on, MIDNIGHT) + 2 * DAY, micros(one.at))
        for one in closings(item, case.held, calendar)
    )
    return min(ends, default=inf)
