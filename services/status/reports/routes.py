"""Routes of the reports. All is counted from the hub's log; nothing is stored, and nothing logged but counts."""

from collections.abc import Awaitable, Callable, Collection
from datetime import date
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Header, Query, Response

from mashbus.bus.clock import Clock
from mashbus.bus.http.access import BEARER, Access, Caller
from mashbus.bus.http.pages import problems
from mashbus.bus.http.problems import Unavailable
from services.status.log_reading import LogUnreadable
from services.status.reading import RETRY_AFTER
from services.status.reports.asking import Form, as_csv, as_json, as_page, liked, months_between
from services.status.reports.contacts import Contact
from services.status.reports.months import Month
from services.status.reports.themes import Themes, themes_of
from services.status.reports.themes_page import themes_page
from services.status.reports.writing import themes_csv

Contacts = Callable[[str], Awaitable[Collection[Contact]]]
"""All contacts of a partnership, up to the log's end. Raises LogUnreadable."""
FORMS: dict[str, Any] = {
    "description": "As JSON; as CSV or as a page to print with `format` or `Accept: text/csv`, `text/html`.",
    "content": {"text/csv": {}, "text/html": {}},
}
FORMAT = Query(alias="format", description="`json`, `csv` or `html`; without it, what `Accept` likes best")
_log = structlog.get_logger()


def themes_routes(contacts: Contacts, access: Access, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/v1/reports", tags=["reports"], dependencies=[Depends(BEARER)])

    @router.get(
        "/themes",
        summary="Themes and trends, without a name (H-16)",
        response_model=Themes,
        responses={200: FORMS, **problems(400, 401, 403, 503)},
    )
    async def themes(
        caller: Annotated[Caller, Depends(access.to("read"))],
        since: Annotated[date | None, Query(description="First day of a month; without it, of the last one")] = None,
        until: Annotated[date | None, Query(description="Last day of a month that is over, included")] = None,
        form: Annotated[Form | None, FORMAT] = None,
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """Contacts by source, concern, area and ethnicity, and concerns by ethnicity for disproportionality.

        Small counts are withheld, and others where they would tell them. Whole months that are over; each is told by
        itself, and a longer period says nothing that its months do not.
        """
        partnership = caller.partnership
        first, last = months_between(since, until, Month.last_before(clock.now(), partnership.zone))
        told = themes_of(await known(contacts, partnership.name), partnership, first, last)
        _log.info("themes shown", partnership=partnership.name, months=len(told.months))
        match liked(form, accept):
            case "csv":
                return as_csv(themes_csv(told), f"themes-{first}-{last}")
            case "html":
                return as_page(themes_page(told))
        return as_json(told.model_dump_json())

    return router


async def known(contacts: Contacts, partnership: str) -> Collection[Contact]:
    """Raises Unavailable."""
    try:
        return await contacts(partnership)
    except LogUnreadable:
        raise Unavailable("The contacts are being counted.", RETRY_AFTER) from None
