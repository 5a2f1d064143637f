"""The door's routes. Each looks at the key first, then at kind and size of the body, and only then reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Request

from mashbus.bus.clock import Clock
from mashbus.bus.http.access import BEARER, Access, Caller
from mashbus.bus.http.body import CSV, JSON, check_kind, check_length, pieces, whole
from mashbus.bus.http.idempotency import idempotency_key
from mashbus.bus.http.keys import ApiKeys, Permission
from mashbus.bus.http.pages import documented_app, json_body, problems, with_forms
from mashbus.bus.http.problems import NotAllowed
from mashbus.bus.http.reading import Form, read
from mashbus.contracts.record import Meta
from mashbus.domain.partnership import Partnership
from services.intake.decisions import (
    Decision,
    EnoughForm,
    OutcomeForm,
    RatingForm,
    Recorded,
    ResumptionForm,
    SuspensionForm,
    decided,
    decision_id,
    hash_of,
)
from services.intake.forms import ReferralForm
from services.intake.police import BatchTaken, take_batch
from services.intake.police_rows import COLUMNS
from services.intake.receipts import router as receipts
from services.intake.referrals import Taken, take
from services.intake.sending import Publish, Sending

VERSION = "1"
ABOUT = """
The only way into the hub for people and systems that do not write to a topic of their own.

`202` means: the hub's log has it, on every replica. A timeout or `504` means unknown: **retry with the same
`Idempotency-Key`** and get the same answer; nothing is ever taken twice. Refusals are RFC 9457 problem documents that
name every fault at once and quote no value.
"""
F = TypeVar("F", bound=Form)
_KEY = Annotated[str, Depends(idempotency_key)]
_CASE = "/v1/cases/{case_id}"
_REFUSALS = (400, 401, 403, 408, 413, 415, 422, 503, 504)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bytes of a body, looked at before anything is parsed."""

    referral: int = 256 * 1024
    decision: int = 64 * 1024
    batch: int = 32 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Door:
    """What the routes need: who may come in, how much at once, and where it goes."""

    access: Access
    sending: Sending
    limits: Limits


def create_app(
    *,
    publish: Publish,
    clock: Clock,
    keys: ApiKeys,
    partnerships: Mapping[str, Partnership],
    limits: Limits | None = None,
) -> FastAPI:
    door = Door(access=Access(keys, partnerships), sending=Sending(publish, clock), limits=limits or Limits())
    app = documented_app("Mashbus: the door", ABOUT, VERSION)
    app.include_router(_referrals(door))
    app.include_router(_police(door))
    app.include_router(_decisions(door))
    app.include_router(_clocks(door))
    app.include_router(receipts(door.access, door.sending))
    with_forms(app, ReferralForm, RatingForm, OutcomeForm, EnoughForm, SuspensionForm, ResumptionForm)
    return app


def _caller(door: Door, permission: Permission) -> Callable[[Request], Caller]:
    return Depends(door.access.to(permission))  # type: ignore[no-any-return]


def _referrals(door: Door) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["referrals"], dependencies=[Depends(BEARER)])

    @router.post(
        "/referrals",
        status_code=202,
        summary="Refer a child",
        responses=problems(*_REFUSALS),
        openapi_extra=json_body(ReferralForm, EXAMPLE),
    )
    async def refer(request: Request, caller: Annotated[Caller, _caller(door, "refer")], key: _KEY) -> Taken:
        """Taken with whatever is known; what is missing is asked back by email, except where a child is in danger."""
        check_kind(request, JSON)
        body = await whole(request, door.limits.referral)
        return await take(body, key, caller, door.sending)

    return router


def _police(door: Door) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["police"], dependencies=[Depends(BEARER)])

    @router.post(
        "/police/notifications",
        status_code=202,
        summary="Send a batch of police notifications",
        responses=problems(*_REFUSALS),
        openapi_extra={"requestBody": {"required": True, "content": {CSV: {"schema": {"type": "string"}}}}},
        description=f"A stream of CSV with the columns {', '.join(f'`{name}`' for name in COLUMNS)}. Rows of one "
        "incident stand together. Rows whose `assessment` is `no_concern` are counted and never recorded. A row with "
        "faults is refused by its number and stops no other.",
    )
    async def notify(request: Request, caller: Annotated[Caller, _caller(door, "police")], key: _KEY) -> BatchTaken:
        if caller.key.organisation is None or caller.partnership.organisation(caller.key.organisation) is None:
            raise NotAllowed("The key's organisation is not one of its partnership.")
        check_kind(request, CSV)
        check_length(request, door.limits.batch)
        body = pieces(request, door.limits.batch)
        return await take_batch(body, key, caller, door.sending)

    return router


def _decisions(door: Door) -> APIRouter:
    router = APIRouter(prefix=_CASE, tags=["decisions"], dependencies=[Depends(BEARER)])
    said = problems(*_REFUSALS)
    rating = json_body(RatingForm, {"rag": "amber", "pathways": ["mash-checks"], "rationale": "Two earlier contacts."})
    outcome = json_body(
        OutcomeForm, {"outcomes": ["early-help-assessment"], "rationale": "Needs support.", "tell_referrer": True}
    )
    enough = json_body(EnoughForm, {"rationale": "What is known suffices."})

    @router.post("/rating", status_code=202, summary="Rate a case", responses=said, openapi_extra=rating)
    async def rate(
        request: Request, case_id: UUID, caller: Annotated[Caller, _caller(door, "rate")], key: _KEY
    ) -> Recorded:
        return await _record(door, await _form(door, request, RatingForm), case_id, caller, key)

    @router.post("/outcome", status_code=202, summary="Decide on a case", responses=said, openapi_extra=outcome)
    async def decide(
        request: Request, case_id: UUID, caller: Annotated[Caller, _caller(door, "decide")], key: _KEY
    ) -> Recorded:
        return await _record(door, await _form(door, request, OutcomeForm), case_id, caller, key)

    @router.post("/enough", status_code=202, summary="Close the enquiry", responses=said, openapi_extra=enough)
    async def close(
        request: Request, case_id: UUID, caller: Annotated[Caller, _caller(door, "decide")], key: _KEY
    ) -> Recorded:
        """The hub knows enough: the missing answers are not waited for."""
        return await _record(door, await _form(door, request, EnoughForm), case_id, caller, key)

    return router


def _clocks(door: Door) -> APIRouter:
    router = APIRouter(prefix=_CASE, tags=["decisions"], dependencies=[Depends(BEARER)])
    said = problems(*_REFUSALS)
    example = {"clock": "agency-response", "organisation": "met-police"}
    stop = json_body(SuspensionForm, {**example, "rationale": "The family is abroad until Monday."})
    go_on = json_body(ResumptionForm, {**example, "rationale": "The family is back."})

    @router.post("/suspension", status_code=202, summary="Suspend a deadline", responses=said, openapi_extra=stop)
    async def suspend(
        request: Request, case_id: UUID, caller: Annotated[Caller, _caller(door, "decide")], key: _KEY
    ) -> Recorded:
        """It stands still from now on, where the procedure allows that: what is left of its time runs on resumption."""
        return await _record(door, await _form(door, request, SuspensionForm), case_id, caller, key)

    @router.post("/resumption", status_code=202, summary="Resume a deadline", responses=said, openapi_extra=go_on)
    async def resume(
        request: Request, case_id: UUID, caller: Annotated[Caller, _caller(door, "decide")], key: _KEY
    ) -> Recorded:
        """What was left of its time runs again."""
        return await _record(door, await _form(door, request, ResumptionForm), case_id, caller, key)

    return router


async def _form(door: Door, request: Request, kind: type[F]) -> F:
    check_kind(request, JSON)
    return read(kind, await whole(request, door.limits.decision), "a decision")


async def _record(door: Door, form: Decision, case_id: UUID, caller: Caller, key: str) -> Recorded:
    event_id = decision_id(form, case_id, key, caller)
    at = door.sending.clock.now()
    meta = Meta(event_id=event_id, partnership=caller.partnership.name, case_id=case_id, occurred_at=at)
    await door.sending.once(event_id, hash_of(form), decided(form, caller, meta))
    return Recorded(event_id=str(event_id))


EXAMPLE = {
    "source": "2A",
    "channel": "online_form",
    "referrer": {"kind": "practitioner", "name": "Pat Example", "email": "pat.example@example.org"},
    "children": [{"given_name": "Nell", "family_name": "Sampleton", "date_of_birth": "2019-04-01"}],
    "concern": {"summary": "An invented worry.", "category_of_need": "N1", "factors": ["16A"]},
    "consent": {"status": "given", "given_by": "mother", "lawful_basis": "consent", "told": True},
}
"""Nobody in it is real."""
