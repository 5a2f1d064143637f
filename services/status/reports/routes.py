"""Routes of the reports. All is counted from the hub's log; nothing is stored, and nothing logged but counts."""

from collections.abc import Awaitable, Callable, Collection
from datetime import date
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import APIRouter, Depends, Header, Query, Response

from mashbus.bus.clock import Clock
from mashbus.bus.http.access import BEARER, Access, Caller
from mashbus.bus.http.pages import problems
from mashbus.bus.http.problems import Unavailable
from services.status.calls import Call
from services.status.log_reading import LogUnreadable
from services.status.reading import RETRY_AFTER
from services.status.reports.advice import AdviceLine, advice_of
from services.status.reports.advice_page import advice_csv, advice_page
from services.status.reports.asking import (
    Form,
    as_csv,
    as_json,
    as_page,
    check_decides,
    days_between,
    focus_asked,
    liked,
    may_compare,
    month_over,
    months_between,
)
from services.status.reports.audit import MOST, AuditSample, new_seed, sample_of
from services.status.reports.audit_page import audit_csv, audit_page
from services.status.reports.contacts import Contact
from services.status.reports.focus import ANY
from services.status.reports.months import Month
from services.status.reports.themes import Themes, themes_of
from services.status.reports.themes_page import themes_page
from services.status.reports.writing import themes_csv

Contacts = Callable[[str], Awaitable[Collection[Contact]]]
"""All contacts of a partnership, up to the log's end. Raises LogUnreadable."""
AllCalls = Callable[[str], Awaitable[Collection[Call]]]
A = TypeVar("A")
FORMS: dict[str, Any] = {
    "description": "As JSON; as CSV or as a page to print with `format` or `Accept: text/csv`, `text/html`.",
    "content": {"text/csv": {}, "text/html": {}},
}
FOCI = (
    "`any`, `unborn`, `re-referral`, `advice` (quotes a call), or with a code: `source:2A`, `need:N1`, `factor:3A`, "
    "`channel:phone`, `outcome:…`, `pathway:…`"
)
SEED = "Of a sample that is to be drawn again; without it one is made, and stated"
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


def audit_routes(contacts: Contacts, access: Access, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/v1/reports", tags=["reports"], dependencies=[Depends(BEARER)])

    @router.get(
        "/audit-sample",
        summary="A random sample for the audit, drawn again from its seed (G-17)",
        response_model=AuditSample,
        responses={200: FORMS, **problems(400, 401, 403, 503)},
    )
    async def audit_sample(
        caller: Annotated[Caller, Depends(access.to("picture"))],
        month: Annotated[
            str | None, Query(description="Such as 2026-10; without it, the last one", examples=["2026-10"])
        ] = None,
        focus: Annotated[str, Query(max_length=100, description=FOCI)] = ANY,
        size: Annotated[int, Query(ge=1, le=MOST)] = 20,
        seed: Annotated[str | None, Query(pattern="^[A-Za-z0-9._-]{1,64}$", description=SEED)] = None,
        form: Annotated[Form | None, FORMAT] = None,
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """Last month's contacts by a chosen focus: case ids, references and dates only.

        Needs the permission `picture` and a role that rates or decides. The same seed, month and focus give the same
        sample at any time, and a smaller one is the head of a larger one.
        """
        check_decides(caller)
        partnership = caller.partnership
        chosen = focus_asked(focus, partnership)
        when = month_over(month, Month.last_before(clock.now(), partnership.zone))
        told = sample_of(await known(contacts, partnership.name), partnership, when, chosen, size, seed or new_seed())
        _log.info("audit sample drawn", partnership=partnership.name, contacts=told.contacts, cases=len(told.cases))
        match liked(form, accept):
            case "csv":
                return as_csv(audit_csv(told), f"audit-{when}")
            case "html":
                return as_page(audit_page(told))
        return as_json(told.model_dump_json())

    return router


def advice_routes(contacts: Contacts, calls: AllCalls, access: Access, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/v1/reports", tags=["reports"], dependencies=[Depends(BEARER)])

    @router.get(
        "/advice-line",
        summary="The advice line, and referrals with and without advice (G-15)",
        response_model=AdviceLine,
        responses={200: FORMS, **problems(400, 401, 403, 503)},
    )
    async def advice_line(
        caller: Annotated[Caller, Depends(access.to("read"))],
        since: Annotated[date | None, Query(description="First day; without it, 28 days until `until`")] = None,
        until: Annotated[date | None, Query(description="Last day, included; without it, today")] = None,
        form: Annotated[Form | None, FORMAT] = None,
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """Which share of the calls led to referrals, by topic and outcome, and what referrals with and without came to.

        A referral quotes a call's reference. Where calls are never on a child's record (H-14, J-21) none is quoted, and
        calls are only counted. No caller, no child, no text. The comparison is for those who rate, decide or log calls:
        in a short period it could tell a referrer an outcome that is not his to know (H-10).
        """
        partnership = caller.partnership
        first, last = days_between(since, until, clock.now().astimezone(partnership.zone).date())
        ours = await known(contacts, partnership.name)  # first: a call is logged before it is quoted
        told = advice_of(await known(calls, partnership.name), ours, partnership, first, last)
        if not may_compare(caller):
            told = told.model_copy(update={"comparison": None})
        _log.info("advice line shown", partnership=partnership.name, calls=told.all_calls.calls)
        match liked(form, accept):
            case "csv":
                return as_csv(advice_csv(told), f"advice-line-{first}-{last}")
            case "html":
                return as_page(advice_page(told))
        return as_json(told.model_dump_json())

    return router


async def known(all_of: Callable[[str], Awaitable[Collection[A]]], partnership: str) -> Collection[A]:
    """Raises Unavailable."""
    try:
        return await all_of(partnership)
    except LogUnreadable:
        raise Unavailable("The hub's log is being counted.", RETRY_AFTER) from None
