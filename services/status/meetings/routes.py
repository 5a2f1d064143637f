"""Routes for a partnership's meetings: when they are, each agenda, what was decided (H-12, G-12, G-14).

Agendas tell narratives as the picture does: the key needs the permission `picture`, a role that rates or decides or
that records the meeting's results, and it must be no organisation's.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Annotated, TypeVar

import structlog
from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel

from mashbus.bus.clock import Clock
from mashbus.bus.http.access import BEARER, Access, Caller
from mashbus.bus.http.pages import problems
from mashbus.bus.http.problems import BadRequest, Fault, NotAllowed, NotFound, Unavailable
from mashbus.domain.clocks import CalendarEnds
from mashbus.domain.meeting import last_meeting, meets_on, next_meeting
from mashbus.domain.procedure import Meeting
from services.status.log_reading import LogUnreadable
from services.status.meetings.agendas import Agendas
from services.status.meetings.answers import AgendaAnswer, MeetingsAnswer, ResultsAnswer
from services.status.meetings.page import agenda_html, agenda_text, results_html, results_text
from services.status.picture_routes import DECIDING, INERT, KEPT_NOWHERE, PAGES, preferred
from services.status.reading import RETRY_AFTER, patiently

A = TypeVar("A")
ON = Query(description="Its day, in the partnership's own time")
_log = structlog.get_logger()


def meeting_routes(agendas: Agendas, access: Access, clock: Clock) -> APIRouter:
    router = APIRouter(
        prefix="/v1/meetings", tags=["meetings"], dependencies=[Depends(BEARER)],
        responses=problems(400, 401, 403, 404, 503),
    )  # fmt: skip
    reader = Depends(access.to("picture"))

    @router.get("", summary="The meetings of the partnership, and when they are next")
    async def meetings(caller: Annotated[Caller, reader], response: Response) -> MeetingsAnswer:
        """With how many cases are on each one's next agenda."""
        partnership, at = caller.partnership, clock.now()
        _check_may(caller, *partnership.meetings.values())
        told = [await patiently(agendas.meeting(one, partnership, at)) for one in partnership.meetings.values()]
        response.headers.update(KEPT_NOWHERE)
        return MeetingsAnswer(partnership=partnership.title, time_zone=partnership.zone.key, meetings=tuple(told))

    @router.get("/{name}/agenda", summary="An agenda, with what agencies added (H-12, G-12, G-14)",
                response_model=AgendaAnswer, responses={200: PAGES})  # fmt: skip
    async def agenda(
        name: str,
        caller: Annotated[Caller, reader],
        on: Annotated[date | None, ON] = None,
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """The next one unless `on` names a day.

        Which cases were on a past one is told as it was, and of each what is known now.
        """
        meeting, partnership, at = _meeting(name, caller), caller.partnership, clock.now()
        meets_at = _meets_at(meeting, caller, on, at)
        told = await _readable(agendas.agenda(meeting, partnership, meets_at, at))
        _shown("agenda", caller, name, len(told.cases))
        return _as(preferred(accept), told, lambda: agenda_text(told, partnership.zone),
                   lambda: agenda_html(told, partnership.zone))  # fmt: skip

    @router.get("/{name}/results", summary="What a meeting decided (H-12, G-12)",
                response_model=ResultsAnswer, responses={200: PAGES})  # fmt: skip
    async def results(
        name: str,
        caller: Annotated[Caller, reader],
        on: Annotated[date | None, ON] = None,
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """Of the latest one unless `on` names a day; and which cases of its agenda have no result."""
        meeting, partnership, at = _meeting(name, caller), caller.partnership, clock.now()
        day, meets_at = _met(meeting, caller, on, at)
        told = await _readable(agendas.results(meeting, partnership, day, meets_at, at))
        _shown("results", caller, name, len(told.cases))
        return _as(preferred(accept), told, lambda: results_text(told, partnership.zone),
                   lambda: results_html(told, partnership.zone))  # fmt: skip

    return router


def _meeting(name: str, caller: Caller) -> Meeting:
    """Raises NotFound, NotAllowed."""
    there = caller.partnership.meetings
    if name not in there:
        raise NotFound(f"The partnership has no such meeting; it has: {', '.join(sorted(there)) or 'none'}.")
    _check_may(caller, there[name])
    return there[name]


def _meets_at(meeting: Meeting, caller: Caller, on: date | None, at: datetime) -> datetime:
    """Raises BadRequest."""
    calendar = caller.partnership.time.calendar
    try:
        meets_at = next_meeting(meeting, calendar, at) if on is None else meets_on(meeting, calendar, on)
    except CalendarEnds as ends:
        raise BadRequest(Fault("on", str(ends), "name a day of the partnership's calendar")) from None
    if meets_at is None:
        raise BadRequest(Fault("on", "is no day on which it meets", "see `next` of GET /v1/meetings, or leave it out"))
    return meets_at


def _met(meeting: Meeting, caller: Caller, on: date | None, at: datetime) -> tuple[date, datetime | None]:
    """The day, and the instant of its meeting if there is one. Raises BadRequest."""
    calendar = caller.partnership.time.calendar
    try:
        if on is not None:
            return on, meets_on(meeting, calendar, on)
        meets_at = last_meeting(meeting, calendar, at)
    except CalendarEnds as ends:
        raise BadRequest(Fault("on", str(ends), "name a day of the partnership's calendar")) from None
    return meets_at.astimezone(caller.partnership.zone).date(), meets_at


async def _readable(answer: Awaitable[A]) -> A:
    try:
        return await patiently(answer)
    except LogUnreadable:
        raise Unavailable("The hub's log can't be read now; agendas are told from it.", RETRY_AFTER) from None


def _as(media: str, told: BaseModel, text: Callable[[], str], html: Callable[[], str]) -> Response:
    if media == "text/plain":
        return PlainTextResponse(text(), headers={**KEPT_NOWHERE, **INERT})
    if media == "text/html":
        return HTMLResponse(html(), headers={**KEPT_NOWHERE, **INERT})
    return Response(told.model_dump_json(), media_type="application/json", headers=KEPT_NOWHERE)


def _check_may(caller: Caller, *meetings: Meeting) -> None:
    decides = caller.partnership.decides
    roles = {role for one in DECIDING for role in decides.get(one, ())} | {one for m in meetings for one in m.roles}
    if caller.key.organisation is not None:
        raise NotAllowed("An agenda tells what other organisations said: no organisation's key may read it.")
    if caller.key.role not in roles:
        said = ", ".join(sorted(roles)) or "nobody"
        raise NotAllowed(f"Agendas are for those who rate or decide here, or record their results: {said}.")


def _shown(what: str, caller: Caller, meeting: str, cases: int) -> None:
    _log.info(f"{what} shown", meeting=meeting, cases=cases, key=caller.key.label, role=caller.key.role)
