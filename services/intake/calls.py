"""POST /v1/calls: a call of the advice or consultation line, logged without a word about a child (H-14, J-21).

Topic and outcome are the profile's, and there is no free text at all: it belongs to no case, and leads to none.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from mashbus.bus.http.access import BEARER, Caller
from mashbus.bus.http.pages import json_body, problems
from mashbus.bus.http.problems import Fault, NotAllowed, NotPossible
from mashbus.bus.http.reading import Form
from mashbus.contracts import codes, hub
from mashbus.contracts.contents import content_hash
from mashbus.contracts.record import Meta
from mashbus.contracts.reference import call_reference_of
from mashbus.domain import ids
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import Calls
from mashbus.domain.vocabulary import ReferrerKind
from services.intake.fields import PlausibleInstant, ShortText, Source
from services.intake.profile_names import named, strangers
from services.intake.routes import KEY, REFUSALS, Door, caller_with, form_of, listed, said_of
from services.intake.sending import Sending
from services.intake.stated import in_future

ABOUT = """
For monitoring, never on a child's record (H-14, J-21): who called, about what and with which result, in the profile's
words and without any text. The answer's `reference` is told to the caller, to be quoted on a later referral.
"""
EXAMPLE = {"topic": "thresholds", "outcome": "advice", "caller_kind": "practitioner", "source": "2A"}


class CallForm(Form):
    """One call."""

    topic: ShortText
    outcome: ShortText
    caller_kind: ReferrerKind = ReferrerKind.UNKNOWN
    source: Source = codes.UNKNOWN_SOURCE
    """DfE contact source of the caller."""
    called_at: PlausibleInstant | None = None
    """Left out: now."""

    def faults(self, calls: Calls, at: datetime) -> Iterable[Fault]:
        yield from strangers({"/topic": self.topic}, calls.topics, "topic of a call")
        yield from strangers({"/outcome": self.outcome}, calls.outcomes, "outcome of a call")
        yield from in_future("/called_at", self.called_at, at)


class Logged(BaseModel):
    """The call is in the log."""

    reference: str


async def log_call(form: CallForm, key: str, caller: Caller, sending: Sending) -> Logged:
    """One key names one call. Raises NotAllowed, NotPossible, KeyUsedOtherwise, Unavailable, OutcomeUnknown."""
    at = sending.clock.now()
    if faults := list(form.faults(_line_of(caller), at)):
        raise NotPossible(faults)
    name = caller.partnership.name
    call_id = ids.submitted(caller.key.client, hub.CallLogged.__name__, key)
    reference = call_reference_of(name, call_id)
    record = hub.CallLogged(
        meta=Meta(event_id=call_id, partnership=name, case_id=None, occurred_at=at),
        actor=caller.actor,
        reference=reference,
        **{**vars(form), "called_at": form.called_at or at},
    )
    await sending.once(call_id, content_hash(vars(form)), record)
    return Logged(reference=reference)


def _line_of(caller: Caller) -> Calls:
    """The partnership's line, where the caller's role may log its calls. Raises NotAllowed."""
    calls = caller.partnership.calls
    if calls is None:
        raise NotAllowed("The partnership's profile has no line whose calls are logged.")
    if caller.key.role not in calls.roles:
        raise NotAllowed(f"The role '{caller.key.role}' may not log calls; the profile names: {named(calls.roles)}.")
    return calls


def _who(partnership: Partnership) -> str:
    calls = partnership.calls
    if calls is None:
        return "it logs no calls"
    return f"{listed(calls.roles)}; topics {listed(calls.topics)}; outcomes {listed(calls.outcomes)}"


def call_router(door: Door) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["calls"], dependencies=[Depends(BEARER)])

    @router.post(
        "/calls",
        status_code=202,
        summary="Log a call",
        description=said_of(ABOUT.strip(), "calls", door.access.partnerships, _who),
        responses=problems(*REFUSALS),
        openapi_extra=json_body(CallForm, EXAMPLE),
    )
    async def log(request: Request, caller: Annotated[Caller, caller_with(door, "calls")], key: KEY) -> Logged:
        form = await form_of(CallForm, request, door.limits.decision, "a call")
        return await log_call(form, key, caller, door.sending)

    return router
