"""What every report's route needs: who may ask, for which period, and in which form it is answered."""

from datetime import date, timedelta
from typing import Literal

from fastapi import Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from mashbus.bus.http.access import Caller
from mashbus.bus.http.problems import BadRequest, Fault, NotAllowed
from mashbus.domain.partnership import Partnership
from services.status.picture_routes import DECIDING, preferred
from services.status.reports.focus import Focus, NoSuchFocus, focus_of
from services.status.reports.months import MOST, Month, months_of

Form = Literal["json", "csv", "html"]
MEDIA: dict[str, Form] = {"application/json": "json", "text/csv": "csv", "text/html": "html"}
_KEPT_NOWHERE = {"Cache-Control": "no-store", "Vary": "Accept"}
_INERT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


def months_between(since: date | None, until: date | None, over: Month) -> tuple[Month, Month]:
    """First and last month; without days, the last one that is over. Raises BadRequest: only whole months are told.

    `over`: the last month that is over. A month that grows would tell of single days by the difference.
    """
    last = Month.of(until) if until else Month.of(since) if since and Month.of(since) > over else over
    first = Month.of(since) if since else last
    if since and since != first.first:
        raise BadRequest(Fault("since", "is not the first day of a month", f"give {first.first}"))
    if until and until != last.last:
        raise BadRequest(Fault("until", "is not the last day of a month", f"give {last.last}"))
    if first > last:
        raise BadRequest(Fault("since", "is after `until`", "give the first day, then the last"))
    if last > over:
        raise BadRequest(Fault("until", "is in a month that is not over yet", f"give {over.last} or an earlier month"))
    if len(months_of(first, last)) > MOST:
        raise BadRequest(Fault("since", f"is more than {MOST} months before `until`", "ask for a shorter period"))
    return first, last


def month_over(text: str | None, over: Month) -> Month:
    """Raises BadRequest: a sample is drawn of a month that is over."""
    try:
        month = Month.parsed(text) if text else over
    except ValueError:
        raise BadRequest(Fault("month", "is no month", f"write it like {over}")) from None
    if month > over:
        raise BadRequest(Fault("month", "is not over yet", f"give {over} or an earlier one"))
    return month


def focus_asked(text: str, partnership: Partnership) -> Focus:
    """Raises BadRequest."""
    try:
        return focus_of(text, partnership)
    except NoSuchFocus as fault:
        raise BadRequest(Fault("focus", "is nothing that a sample can be about", str(fault))) from None


def days_between(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """First and last day, both included; without `since`, 28 days. Raises BadRequest."""
    last = until or today
    first = since or max(last, date.min + timedelta(days=28)) - timedelta(days=27)
    if first > last:
        raise BadRequest(Fault("since", "is after `until`", "give the first day, then the last"))
    return first, last


def check_decides(caller: Caller) -> None:
    """Raises NotAllowed. As for the picture: who rates or decides may see of which cases a sample is made."""
    roles = _deciding(caller.partnership)
    if caller.key.organisation is not None:
        raise NotAllowed("The sample is for the hub's own audit: no organisation's key may draw it.")
    if caller.key.role not in roles:
        raise NotAllowed(f"The sample is for those who rate or decide here: {', '.join(sorted(roles)) or 'nobody'}.")


def may_compare(caller: Caller) -> bool:
    """Whether outcomes may be told that are perhaps one referral's: else a referrer could read his own (H-10, J-18)."""
    partnership = caller.partnership
    roles = _deciding(partnership) | (partnership.calls.roles if partnership.calls else frozenset())
    return caller.key.organisation is None and caller.key.role in roles


def _deciding(partnership: Partnership) -> frozenset[str]:
    return frozenset(role for one in DECIDING for role in partnership.decides.get(one, ()))


def as_json(text: str) -> Response:
    return Response(text, media_type="application/json", headers=_KEPT_NOWHERE)


def as_csv(text: str, name: str) -> Response:
    saved = {"Content-Disposition": f'attachment; filename="{name}.csv"', "X-Content-Type-Options": "nosniff"}
    return PlainTextResponse(text, media_type="text/csv", headers={**_KEPT_NOWHERE, **saved})


def as_page(text: str) -> Response:
    return HTMLResponse(text, headers={**_KEPT_NOWHERE, **_INERT})


def liked(form: Form | None, accept: str) -> Form:
    """`format` where it is given, else what `Accept` likes best."""
    return form or MEDIA[preferred(accept, tuple(MEDIA))]
