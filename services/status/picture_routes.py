"""Routes for the hub's own people: the cumulative picture of a case, and how many calls there were.

The picture tells narratives, so `read` is not enough: the key needs the permission `picture`, its role must be one that
rates or decides in its partnership, and it must be nobody's who is asked (an organisation's key).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from mashbus.bus.clock import Clock
from mashbus.bus.http.access import BEARER, Access, Caller
from mashbus.bus.http.pages import problems
from mashbus.bus.http.problems import BadRequest, Fault, NotAllowed, Unavailable
from mashbus.contracts.record import Record
from services.status.answers import whole_case
from services.status.calls import Calls, CallsAnswer
from services.status.log_reading import LogUnreadable
from services.status.picture import Picture
from services.status.picture_page import html, text
from services.status.picturing import picture_of
from services.status.places import Places
from services.status.reading import RETRY_AFTER, Reading

DECIDING = ("rating", "outcome", "enough")
"""Who may take one of these decisions may see what they are taken on."""
MONTH = timedelta(days=28)
KEPT_NOWHERE = {"Cache-Control": "no-store", "Vary": "Accept"}
INERT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
_MEDIA = ("application/json", "text/plain", "text/html")
PAGES: dict[str, Any] = {
    "description": "As JSON, or as a page to read and print: `Accept: text/plain` or `text/html`.",
    "content": {"text/plain": {}, "text/html": {}},
}
_log = structlog.get_logger()

Narratives = Callable[[UUID, Places], Awaitable[Sequence[Record]]]
"""A case's records at these places of the log. Raises LogUnreadable."""


def picture_routes(reading: Reading, narratives: Narratives, calls: Calls, access: Access, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/v1", dependencies=[Depends(BEARER)], responses=problems(400, 401, 403, 404, 503))

    @router.get(
        "/cases/{case_id}/picture",
        tags=["cases"],
        summary="The cumulative picture (G-08, H-09, H-15, J-13)",
        response_model=Picture,
        responses={200: PAGES},
    )
    async def picture(
        case_id: UUID,
        caller: Annotated[Caller, Depends(access.to("picture"))],
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """Who knows the child, who has not answered and until when, what was flagged, decided, shared, and why.

        Needs the permission `picture` and a role that rates or decides. Never who referred (G-21).
        """
        check_decides(caller)
        view = await reading.view(case_id, caller)
        try:
            records = await narratives(case_id, view.lies)
        except LogUnreadable:
            raise Unavailable("The hub's log can't be read now; the picture is told from it.", RETRY_AFTER) from None
        case = whole_case(view, caller.partnership)
        _log.info("picture shown", case_id=str(case_id), key=caller.key.label, role=caller.key.role)
        return _as(preferred(accept), picture_of(case, records, caller.partnership, clock.now()), caller)

    @router.get("/calls", tags=["calls"], summary="Calls of the advice line, counted (H-14, J-21)")
    async def count_calls(
        caller: Annotated[Caller, Depends(access.to("read"))],
        since: Annotated[date | None, Query(description="First day; without it, 28 days until `until`")] = None,
        until: Annotated[date | None, Query(description="Last day, included; without it, today")] = None,
    ) -> CallsAnswer:
        """By topic and outcome, for the key's partnership. No caller, no child, no text."""
        last = until or clock.now().astimezone(caller.partnership.zone).date()
        first = since or max(last, date.min + MONTH) - MONTH + timedelta(days=1)
        if first > last:
            raise BadRequest(Fault("since", "is after `until`", "give the first day, then the last"))
        try:
            return await calls.between(caller.partnership, first, last)
        except LogUnreadable:
            raise Unavailable("The calls are being counted.", RETRY_AFTER) from None

    return router


def preferred(accept: str, media_types: Sequence[str] = _MEDIA) -> str:
    """The media type that the caller likes best; the first, JSON, where nothing is said or nothing fits."""
    best, liking = media_types[0], 0.0
    for part in accept.split(","):
        name, *parameters = (word.strip().lower() for word in part.split(";"))
        media = next((one for one in media_types if name in (one, f"{one.split('/')[0]}/*", "*/*")), None)
        if media is not None and (q := _liking(parameters)) > liking:
            best, liking = media, q
    return best


def _liking(parameters: Sequence[str]) -> float:
    for one in parameters:
        if one.startswith("q="):
            try:
                return float(one[2:])
            except ValueError:
                return 0.0
    return 1.0


def _as(media: str, picture: Picture, caller: Caller) -> Response:
    zone = caller.partnership.zone
    if media == "text/plain":
        return PlainTextResponse(text(picture, zone), headers={**KEPT_NOWHERE, **INERT})
    if media == "text/html":
        return HTMLResponse(html(picture, zone), headers={**KEPT_NOWHERE, **INERT})
    return Response(picture.model_dump_json(), media_type="application/json", headers=KEPT_NOWHERE)


def check_decides(caller: Caller) -> None:
    """Raises NotAllowed."""
    decides = caller.partnership.decides
    roles = {role for one in DECIDING for role in decides.get(one, ())}
    if caller.key.organisation is not None:
        raise NotAllowed("The picture tells what other organisations said: no organisation's key may read it.")
    if caller.key.role not in roles:
        raise NotAllowed(f"The picture is for those who rate or decide here: {', '.join(sorted(roles)) or 'nobody'}.")
