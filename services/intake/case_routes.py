"""POST /v1/cases/{case_id}/…: one shape, one handler; what differs stands in a table."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from mashbus.bus.http.access import BEARER, Caller
from mashbus.bus.http.keys import Permission
from mashbus.bus.http.pages import json_body, problems
from mashbus.domain.partnership import Partnership
from services.intake.decisions import EnoughForm, OutcomeForm, RatingForm
from services.intake.routes import KEY, REFUSALS, Door, caller_with, form_of, listed, said_of
from services.intake.standstills import ResumptionForm, SuspensionForm
from services.intake.words import Recorded, Word, take_word


@dataclass(frozen=True, kw_only=True)
class CaseRoute:
    """`about` names the requirements; `who` says for one partnership whose word it is."""

    path: str
    form: type[Word]
    permission: Permission
    summary: str
    about: str
    who: Callable[[Partnership], str]
    example: Mapping[str, Any]


def deciding(decision: str) -> Callable[[Partnership], str]:
    """The roles of a row of `[decides]`."""
    return lambda partnership: listed(partnership.decides.get(decision, ()))


_STOPPED = {"clock": "agency-response", "organisation": "met-police"}
ROUTES = (
    CaseRoute(
        path="rating",
        form=RatingForm,
        permission="rate",
        summary="Rate a case",
        about="Colour (or level, where the partnership has no colours) and pathways, with the rationale: the first "
        "routing where a rule left it to a person (H-02, M-01, J-07), or a re-rating (G-06, J-13). Whether the role "
        "may sign it off (G-07) is said on the record.",
        who=deciding("rating"),
        example={"rag": "amber", "pathways": ["mash-checks"], "rationale": "Two earlier contacts."},
    ),
    CaseRoute(
        path="outcome",
        form=OutcomeForm,
        permission="decide",
        summary="Decide on a case",
        about="An outcome of the profile's vocabulary, with the rationale (H-17, J-14 to J-16, G-10; G-09 where "
        "consent is refused). The referrer is told unless a reason is recorded, and every further referrer by a "
        "decision of his own (H-10).",
        who=deciding("outcome"),
        example={"outcomes": ["early-help-assessment"], "rationale": "Needs support.", "tell_referrer": True},
    ),
    CaseRoute(
        path="enough",
        form=EnoughForm,
        permission="decide",
        summary="Close the enquiry",
        about="The hub knows enough: the missing answers are not waited for (H-08, G-08).",
        who=deciding("enough"),
        example={"rationale": "What is known suffices."},
    ),
    CaseRoute(
        path="suspension",
        form=SuspensionForm,
        permission="decide",
        summary="Suspend a deadline",
        about="It stands still from now on, where the procedure allows that for its clock (H-08, J-09, J-11, M-12): "
        "what is left of its time runs on resumption.",
        who=deciding("suspension"),
        example={**_STOPPED, "rationale": "The family is abroad until Monday."},
    ),
    CaseRoute(
        path="resumption",
        form=ResumptionForm,
        permission="decide",
        summary="Resume a deadline",
        about="What was left of its time runs again (H-08, J-09, J-11, M-12).",
        who=deciding("suspension"),
        example={**_STOPPED, "rationale": "The family is back."},
    ),
)


def case_router(door: Door) -> APIRouter:
    router = APIRouter(prefix="/v1/cases/{case_id}", tags=["cases"], dependencies=[Depends(BEARER)])
    for route in ROUTES:
        router.add_api_route(
            f"/{route.path}",
            _handler(door, route),
            methods=["POST"],
            name=route.path,
            status_code=202,
            response_model_exclude_none=True,
            summary=route.summary,
            description=said_of(route.about, route.permission, door.access.partnerships, route.who),
            responses=problems(*REFUSALS),
            openapi_extra=json_body(route.form, route.example),
        )
    return router


def _handler(door: Door, route: CaseRoute) -> Callable[..., Awaitable[Recorded]]:
    async def state(
        request: Request, case_id: UUID, caller: Annotated[Caller, caller_with(door, route.permission)], key: KEY
    ) -> Recorded:
        word = await form_of(route.form, request, door.limits.decision, "a decision")
        return await take_word(word, case_id, key, caller, door.sending)

    return state
