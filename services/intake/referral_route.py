"""POST /v1/referrals: its documentation, and the way of a body through it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from mashbus.bus.http.access import BEARER, Caller
from mashbus.bus.http.pages import json_body, problems
from services.intake.forms import ReferralForm
from services.intake.referrals import WHAT, Taken, take
from services.intake.routes import KEY, REFUSALS, Door, caller_with, form_of, said_of

ABOUT = """
Taken with whatever is known, by whichever channel it came (H-20, J-01). What the partnership insists on and is missing
is asked back by email, all of it at once (M-11, G-01), except where a child is in danger (promise P8); an anonymous
referrer owes no name (G-21).
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
        description=said_of(ABOUT.strip(), "refer", door.access.partnerships),
        responses=problems(*REFUSALS),
        openapi_extra=json_body(ReferralForm, EXAMPLE),
    )
    async def refer(request: Request, caller: Annotated[Caller, caller_with(door, "refer")], key: KEY) -> Taken:
        form = await form_of(ReferralForm, request, door.limits.referral, WHAT)
        return await take(form, key, caller, door.sending)

    return router
