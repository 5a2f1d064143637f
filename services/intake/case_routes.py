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
from mashbus.domain.procedure import MilestoneKind
from services.intake.case_facts import (
    RECORD,
    ConsentFoundForm,
    FurtherReferrerForm,
    InvolvementForm,
    MilestoneForm,
)
from services.intake.decisions import EnoughForm, OutcomeForm, RatingForm
from services.intake.links import LinkForm
from services.intake.matches import MatchForm
from services.intake.meetings import MeetingResultForm
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


def recording(partnership: Partnership) -> str:
    """Facts of a case: whoever has the permission, unless the profile names roles."""
    return listed(partnership.decides[RECORD]) if RECORD in partnership.decides else "any role"


def of_milestones(partnership: Partnership) -> str:
    kinds = (
        f"`{kind.name}` ({kind.requirement}) by {listed(kind.roles)}{_stages(kind)}"
        for kind in partnership.milestones.values()
    )
    return "; ".join(kinds) or "it has none"


def of_meetings(partnership: Partnership) -> str:
    meetings = partnership.meetings.values()
    return "; ".join(f"`{one.name}` ({one.requirement}) by {listed(one.roles)}" for one in meetings) or "it has none"


def _stages(kind: MilestoneKind) -> str:
    return f", stages {', '.join(f'`{stage}`' for stage in kind.stages)}" if kind.stages else ""


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
    CaseRoute(
        path="milestones",
        form=MilestoneForm,
        permission="record",
        summary="Record a milestone",
        about="What a person decided, did or answered, with who and when: a strategy discussion, a visit, oversight "
        "(C-09, C-10, C-11, M-07, G-05), with the invitations it calls for (C-14); a disagreement and its stages "
        "(M-12, J-20, H-19); a letter or text (J-15); what was asked of the hub and answered (H-07, G-16). It starts "
        "and meets the clocks that the profile says. Whether the role may record it is said on the record.",
        who=of_milestones,
        example={"milestone": "escalation", "stage": "manager", "note": "The school disagrees with the outcome."},
    ),
    CaseRoute(
        path="consent",
        form=ConsentFoundForm,
        permission="record",
        summary="Record what became of consent",
        about="Given, refused or not sought, whose, and on which lawful basis, with the rationale (G-20, G-09, C-02, "
        "C-03, M-10); both reasons where it is overridden (H-13); whether the family was told (J-05); the children's "
        "own views and consent (H-18, C-13). It replaces what was known of consent.",
        who=recording,
        example={
            "consent": {"status": "refused", "given_by": "mother", "reason": "Fears her partner."},
            "views": [{"child": 0, "understands": True, "consent": "given", "view": "Wants help."}],
            "rationale": "Spoken to by phone.",
        },
    ),
    CaseRoute(
        path="involvement",
        form=InvolvementForm,
        permission="record",
        summary="Record what social care has to do with the child",
        about="Whether a case is open, recently closed or older, and who holds it, as a person looked it up (G-01, "
        "H-07, J-08).",
        who=recording,
        example={"involvement": "recently_closed", "held_by": "Unit 4", "closed_on": "2026-05-04"},
    ),
    CaseRoute(
        path="links",
        form=LinkForm,
        permission="record",
        summary="Link a case to an earlier one",
        about="Cases that belong together are linked, never merged. `duplicate` and `same_incident`: the earlier case "
        "stands for this one, nobody is asked and no clock runs; while this one is not routed yet. `re_referral`: the "
        "same child again. Exact identifiers and content are linked by the bus itself (G-01).",
        who=recording,
        example={
            "to": "ca474111-7bb3-5e76-926c-3752bc9ad1cf",
            "kind": "same_incident",
            "rationale": "Two schools wrote about the same evening.",
        },
    ),
    CaseRoute(
        path="meeting-results",
        form=MeetingResultForm,
        permission="record",
        summary="Record what a meeting decided",
        about="One of the meeting's results, for the day on which it met (H-12, G-12, G-14). With a colour, level or "
        "pathways the case is re-levelled by it, as by any rating of the same person (G-06, G-07). `stays`: it is on "
        "the next agenda again. Whether the role may record it is said on the record.",
        who=of_meetings,
        example={
            "meeting": "vulnerability",
            "met_on": "2026-06-09",
            "result": "to-mash",
            "rag": "amber",
            "pathways": ["mash"],
            "note": "Health knows of a second incident.",
        },
    ),
    CaseRoute(
        path="matches",
        form=MatchForm,
        permission="record",
        summary="Decide on an offered match",
        about="Whether somebody who may be a child of the case (`GET /v1/cases/{case_id}/matches`) is that child. "
        "Until somebody decides nothing follows; then it counts as an identifier does (H-05, G-03, H-03). The newest "
        "word on a candidate counts; one who was never offered is refused on the record.",
        who=recording,
        example={
            "candidate_id": "0b5e9c0a-5a0e-5a52-9a3c-9f4c3f6f4a11",
            "same": True,
            "rationale": "The school confirms that the family name changed in May.",
        },
    ),
    CaseRoute(
        path="referrers",
        form=FurtherReferrerForm,
        permission="record",
        summary="Add a further referrer",
        about="Somebody else who referred the same. He is told the outcome (H-10, J-17, J-22, M-05) unless it is "
        "withheld from him by the `event_id` that this is answered with. Added after the outcome he is not written to: "
        "the timeline says so, and a person tells him or does not. His identity stays within the hub (G-21).",
        who=recording,
        example={"referrer": {"kind": "practitioner", "name": "Sam Placeholder", "email": "sam@example.org"}},
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
        word = await form_of(route.form, request, door.limits.decision, "a word about a case")
        return await take_word(word, case_id, key, caller, door.sending)

    return state
