"""Agendas and results as they are told: which cases, from the views; what people said, from the log (docs/adr/0013)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.clocks import CalendarEnds
from mashbus.domain.meeting import AgendaItem, day_of, next_meeting, on_agenda
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import Meeting
from services.status.answers import whole_case
from services.status.case_records import CaseRecords
from services.status.instants import local
from services.status.meetings.answers import (
    AgendaAnswer,
    AgendaCase,
    CaseNamed,
    CaseResult,
    MeetingAnswer,
    MeetingDay,
    ResultsAnswer,
)
from services.status.meetings.index import ENDS, STANDS
from services.status.picture_decisions import met
from services.status.picturing import picture_of
from services.status.places import Places
from services.status.view import View
from services.status.views import Views

AHEAD = 5
"""Next meetings that are told."""
AT_ONCE = 3
"""Cases whose records are read from the log at the same time: one turn is left for whoever reads a picture."""
_OVER = ("met", "lapsed_then_met", "superseded", "withdrawn")

Narratives = Callable[[UUID, Places], Awaitable[Sequence[Record]]]
On = tuple[View, tuple[AgendaItem, ...]]


class Agendas:
    """Raises NotWhole and what Redis raises; LogUnreadable where narratives are told."""

    def __init__(self, views: Views, narratives: Narratives) -> None:
        self._views = views
        self._narratives = narratives

    async def meeting(self, meeting: Meeting, partnership: Partnership, at: datetime) -> MeetingAnswer:
        ahead = tuple(_ahead(meeting, partnership, at))
        return MeetingAnswer(
            name=meeting.name,
            title=meeting.title,
            requirement=meeting.requirement,
            next=tuple(_day(one, partnership) for one in ahead),
            items=len(await self._on(meeting, partnership, ahead[0])) if ahead else 0,
            results=dict(meeting.results),
            roles=tuple(sorted(meeting.roles)),
        )

    async def agenda(
        self, meeting: Meeting, partnership: Partnership, meets_at: datetime, at: datetime
    ) -> AgendaAnswer:
        """`at`: bus time, for what is known now."""
        on = sorted(await self._on(meeting, partnership, meets_at), key=lambda one: _urgency(one[0], partnership))
        records = await self._told([view for view, _ in on])
        return AgendaAnswer(
            meeting=meeting.name,
            title=meeting.title,
            requirement=meeting.requirement,
            partnership=partnership.title,
            on=day_of(partnership.time.calendar, meets_at),
            meets_at=meets_at,
            meets_at_local=local(meets_at, partnership.zone),
            made_at=at,
            cases=tuple(
                _case(one, told, meeting, partnership, meets_at, at) for one, told in zip(on, records, strict=True)
            ),
        )

    async def results(
        self, meeting: Meeting, partnership: Partnership, day: date, meets_at: datetime | None, at: datetime
    ) -> ResultsAnswer:
        """`meets_at`: None where it does not meet on that day by its calendar; results may be recorded all the same."""
        found = sorted(
            await self._views.with_result(partnership.name, meeting.name, day),
            key=lambda view: _urgency(view, partnership),
        )
        records = await self._told(found)
        there = {view.case_id for view in found}
        on = await self._on(meeting, partnership, meets_at) if meets_at else ()
        return ResultsAnswer(
            meeting=meeting.name,
            title=meeting.title,
            requirement=meeting.requirement,
            partnership=partnership.title,
            on=day,
            made_at=at,
            cases=tuple(
                _results(view, told, meeting, partnership, day) for view, told in zip(found, records, strict=True)
            ),
            without_result=tuple(
                CaseNamed(case_id=view.case_id, reference=view.reference) for view, _ in on if view.case_id not in there
            ),
        )

    async def _on(self, meeting: Meeting, partnership: Partnership, meets_at: datetime) -> Sequence[On]:
        which = STANDS if meeting.also_closed else ENDS
        views = await self._views.on_agenda(partnership.name, meeting.name, which, meets_at)
        calendar = partnership.time.calendar
        found = (
            (view, on_agenda(view.case.agenda, view.case.held, view.case.decided_at, meeting, calendar, meets_at))
            for view in views
        )
        return [(view, items) for view, items in found if items]

    async def _told(self, views: Sequence[View]) -> Sequence[Sequence[Record]]:
        told: list[Sequence[Record]] = []
        for first in range(0, len(views), AT_ONCE):
            some = views[first : first + AT_ONCE]
            told += await asyncio.gather(*(self._narratives(view.case_id, view.lies) for view in some))
        return told


def _ahead(meeting: Meeting, partnership: Partnership, at: datetime) -> Iterator[datetime]:
    try:
        for _ in range(AHEAD):
            at = next_meeting(meeting, partnership.time.calendar, at)
            yield at
    except CalendarEnds:
        return


def _day(meets_at: datetime, partnership: Partnership) -> MeetingDay:
    on = day_of(partnership.time.calendar, meets_at)
    return MeetingDay(on=on, meets_at=meets_at, meets_at_local=local(meets_at, partnership.zone))


def _urgency(view: View, partnership: Partnership) -> tuple[int, str, str]:
    """Colours in the order in which the profile lists them; what has none comes last."""
    order = list(partnership.ratings)
    place = order.index(view.case.rag) if view.case.rag in order else len(order)
    return place, view.received_at.isoformat() if view.received_at else "", str(view.case_id)


def _case(
    on: On, records: Sequence[Record], meeting: Meeting, partnership: Partnership, meets_at: datetime, at: datetime
) -> AgendaCase:
    view, items = on
    calendar = partnership.time.calendar
    picture = picture_of(whole_case(view, partnership), records, partnership, at)
    before = day_of(calendar, meets_at)
    return AgendaCase(
        case_id=view.case_id,
        reference=view.reference,
        reasons=tuple(dict.fromkeys(reason for one in items for reason in one.reasons)),
        since=min(day_of(calendar, one.meets_at) for one in items),
        state=picture.state,
        rag=picture.rag,
        level=picture.level,
        pathways=picture.pathways,
        awaiting=picture.awaiting,
        children=picture.children,
        concern=picture.concern,
        flags=picture.flags,
        organisations=picture.organisations,
        deadlines=tuple(one for one in picture.deadlines if one.state not in _OVER),
        earlier_results=tuple(
            one for one in picture.meeting_results if one.meeting == meeting.name and one.met_on < before
        ),
    )


def _results(
    view: View, records: Sequence[Record], meeting: Meeting, partnership: Partnership, day: date
) -> CaseResult:
    told = CaseRecords(records, partnership)
    said = (one for one in told.all(hub.MeetingResultRecorded) if (one.meeting, one.met_on) == (meeting.name, day))
    return CaseResult(case_id=view.case_id, reference=view.reference, results=tuple(met(told, one) for one in said))
