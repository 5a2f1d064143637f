"""POST /v1/referrals: its documentation, and the way of a body through it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from mashbus.bus.http.access import BEARER, Caller
from mashbus.bus.http.pages import json_body, problems
from mashbus.domain.partnership import Partnership
from services.intake.forms import ReferralForm
from services.intake.referrals import WHAT, Taken, take
from services.intake.routes import KEY, REFUSALS, Door, caller_with, form_of, listed, said_of

ABOUT = """
Taken with whatever is known, by whichever channel it came (H-20, J-01, M-02, C-01). What the partnership insists on and
is missing is asked back by email, all of it at once (M-11, G-01, M-10), except where a child is in danger (promise P8);
an anonymous referrer owes no name (G-21). Consent, its reasons and lawful basis are typed facts (H-13, G-20, J-05), and
so is what a child says for itself (H-18, C-13).

What is no ordinary referral names its `contact_type` (J-02, J-11, J-19, J-22, H-07, G-22); signs that call for joint
triage are `indicators` (J-08). A name that the partnership doesn't have is `422`; a report of immediate harm is taken
without it, and `left_out` says so. What procedure says must not be recorded is `422` with the notice, and nothing of it
is kept (C-06). Whoever asked the advice line before quotes the call as `call_reference`, where the partnership counts
what calls lead to (G-15); elsewhere no call is on a child's record (H-14, J-21).
"""
EXAMPLE = {
    "source": "2A",
    "channel": "online_form",
    "referrer": {"kind": "practitioner", "name": "Pat Example", "email": "pat.example@example.org"},
    "children": [{"given_name": "Nell", "family_name": "Sampleton", "date_of_birth": "2019-04-01"}],
    "concern": {"summary": "An invented worry.", "category_of_need": "N1", "factors": ["16A"]},
    "consent": {"status": "given", "given_by": "mother", "lawful_basis": "consent", "told": True},
}
"""Nobody in it is real."""


def referral_router(door: Door) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["referrals"], dependencies=[Depends(BEARER)])

    @router.post(
        "/referrals",
        status_code=202,
        response_model_exclude_none=True,
        summary="Refer a child",
        description=f"{said_of(ABOUT.strip(), 'refer', door.access.partnerships)}\n\n{_names(door)}",
        responses=problems(*REFUSALS),
        openapi_extra=json_body(ReferralForm, EXAMPLE),
    )
    async def refer(request: Request, caller: Annotated[Caller, caller_with(door, "refer")], key: KEY) -> Taken:
        form = await form_of(ReferralForm, request, door.limits.referral, WHAT)
        return await take(form, key, caller, door.sending)

    return router


def _names(door: Door) -> str:
    lines = (f"- {name}: {_names_of(one)}" for name, one in sorted(door.access.partnerships.items()))
    return "\n".join(["**Names of each partnership:**", "", *lines])


def _names_of(partnership: Partnership) -> str:
    signs = listed(one.name for one in partnership.indicators)
    return f"`contact_type` {listed(partnership.contact_types)}; `indicators` {signs}"
