"""POST /v1/holdings: a case system that writes to no topic tells who holds one child now."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from mashbus.bus.directory.memory import Memory
from mashbus.bus.errors import TransientError
from mashbus.bus.http.access import BEARER, Caller
from mashbus.bus.http.pages import json_body, problems
from mashbus.bus.http.problems import Fault, NotAllowed, NotPossible, Unavailable
from mashbus.bus.http.reading import Form
from mashbus.bus.metrics import HOLDINGS
from mashbus.contracts.agency import CaseHoldingChanged
from mashbus.contracts.contents import content_hash
from mashbus.domain import ids
from mashbus.domain.known import Holder, Holding, PoliceReference
from mashbus.domain.partnership import Partnership
from services.intake.directory_view import DirectoryView
from services.intake.fields import Closure, Day, Email, Need, PlausibleInstant, ShortText
from services.intake.forms import ChildForm
from services.intake.holdings import News, NoHolder, NotOneChild, OlderNews, Restated, left_out, restated
from services.intake.routes import KEY, REFUSALS, Door, caller_with, form_of, listed, said_of
from services.intake.sending import RETRY_AFTER, Sending

ABOUT = """
The **whole present state of one child** at the organisation that the key belongs to: every open spell, and those that
were closed lately; what was known of the child before and is not said any more is withdrawn. No holdings: the child is
forgotten. `child.local_id` is required. Send it whenever a case is opened, handed over or closed (H-03, H-05, G-03,
G-18, J-06, M-08).

`changed_at` is when this became so, by the organisation's own records: what is older than what the hub holds is `422`,
and what the hub holds stands. An identifier that cannot be one (the check digit of an NHS number, the shape of a UPN,
a police reference of an unknown force) is left out and named in `left_out`; so is one that is another child's too, and
an email address that is none.
"""
EXAMPLE = {
    "changed_at": "2026-06-08T09:00:00+01:00",
    "child": {
        "local_id": "LA-0001",
        "given_name": "Nell",
        "family_name": "Sampleton",
        "date_of_birth": "2019-04-01",
        "nhs_number": "999 000 0018",
    },
    "police_references": [{"force": "met-police", "reference": "P-0077"}],
    "holdings": [{"service": "social_care", "unit": "Unit 4", "opened_on": "2026-05-04", "need": "N1"}],
}
"""Nobody in it is real."""

NOT_NOW = "What the hub knows of children is not read to its end now. Nothing was taken: retry with the same key."


class HoldingForm(Form):
    """A spell with one service; open where `closed_on` is left out."""

    service: Holder
    unit: ShortText | None = None
    worker_email: Email | None = None
    manager_email: Email | None = None
    opened_on: Day | None = None
    closed_on: Day | None = None
    closure_reason: Closure | None = None
    need: Need | None = None

    def value(self) -> Holding:
        return Holding(**vars(self))


class PoliceReferenceForm(Form):
    force: ShortText
    """Id of the police organisation on the bus."""
    reference: ShortText

    def value(self) -> PoliceReference:
        return PoliceReference(**vars(self))


class HoldingsForm(Form):
    """One child."""

    changed_at: PlausibleInstant
    child: ChildForm
    police_references: tuple[PoliceReferenceForm, ...] = Field(default=(), max_length=20)
    holdings: tuple[HoldingForm, ...] = Field(default=(), max_length=50)


class Left(BaseModel):
    """What cannot be used as it is."""

    where: str
    problem: str
    remedy: str


class Told(BaseModel):
    """The directory has it."""

    left_out: list[Left] | None = None


class CaseSystemDoor:
    """One after another: what one says has been read back before the next is compared with it."""

    def __init__(self, memory: Memory | None, sending: Sending) -> None:
        self._memory = memory
        self._sending = sending
        self._turn = asyncio.Lock()

    async def take(self, form: HoldingsForm, key: str, caller: Caller) -> Told:
        """Raises NotAllowed, NotPossible, KeyUsedOtherwise, Unavailable, OutcomeUnknown."""
        organisation = _organisation(caller)
        news = News(
            event_id=ids.submitted(caller.key.client, CaseHoldingChanged.__name__, key),
            organisation=organisation,
            changed_at=form.changed_at,
            child=form.child.value(),
            police_references=tuple(one.value() for one in form.police_references),
            holdings=tuple(one.value() for one in form.holdings),
        )
        content = content_hash(vars(news))
        if self._sending.memory.taken(news.event_id, content):
            return _told(left_out(news, caller.partnership))
        async with self._turn:
            found = await self._restated(news, caller.partnership)
            await self._sending.once(news.event_id, content, *found.facts)
        HOLDINGS.labels(caller.partnership.name, organisation, "taken").inc()
        return _told(found.told)

    async def _restated(self, news: News, partnership: Partnership) -> Restated:
        try:
            if self._memory is None or not self._memory.ready:
                raise Unavailable(NOT_NOW, RETRY_AFTER)
            await self._memory.fresh()
            return restated(news, partnership, DirectoryView(self._memory), self._sending.clock.now())
        except TransientError as fault:
            raise Unavailable(
                "What the hub knows of children can't be read now. Nothing was taken.", RETRY_AFTER
            ) from fault
        except NoHolder as fault:
            raise NotAllowed(fault.detail) from fault
        except OlderNews as fault:
            HOLDINGS.labels(partnership.name, news.organisation, "old").inc()
            raise NotPossible([Fault("/changed_at", fault.detail, fault.remedy)]) from fault
        except NotOneChild as fault:
            HOLDINGS.labels(partnership.name, news.organisation, "refused").inc()
            raise NotPossible([Fault(fault.where, fault.detail, fault.remedy)]) from fault


def _told(faults: Iterable[Fault]) -> Told:
    return Told(left_out=[Left(**asdict(one)) for one in faults] or None)


def _organisation(caller: Caller) -> str:
    if caller.key.organisation is None or caller.partnership.organisation(caller.key.organisation) is None:
        raise NotAllowed("The key belongs to no organisation of the partnership: `mashbus keys add … --organisation`.")
    return caller.key.organisation


def _who(partnership: Partnership) -> str:
    return f"keys of {listed(partnership.known.holders)}"


def holdings_router(door: Door, memory: Memory | None) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["known children"], dependencies=[Depends(BEARER)])
    taking = CaseSystemDoor(memory, door.sending)

    @router.post(
        "/holdings",
        status_code=202,
        response_model_exclude_none=True,
        summary="Tell who holds a child",
        description=said_of(ABOUT.strip(), "holdings", door.access.partnerships, _who),
        responses=problems(*REFUSALS),
        openapi_extra=json_body(HoldingsForm, EXAMPLE),
    )
    async def tell(request: Request, caller: Annotated[Caller, caller_with(door, "holdings")], key: KEY) -> Told:
        form = await form_of(HoldingsForm, request, door.limits.decision, "what is known of a child")
        return await taking.take(form, key, caller)

    return router
