"""What readers get: a view in their words, instants in UTC and in the partnership's own time."""

from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from mashbus.contracts.letters import may_know_outcome
from mashbus.domain.case import Case
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Request
from mashbus.domain.partnership import Partnership
from mashbus.domain.watch import DeadlineState
from services.status.instants import Utc, local
from services.status.meetings.items import HeldAnswer, MeetingItemAnswer, held_of, items_of
from services.status.triage_answers import (
    AlertAnswer,
    DirectedAnswer,
    RecommendationAnswer,
    alert,
    awaiting,
    directed,
    recommendation,
)
from services.status.view import State, View

KNOWN_ALREADY = (State.PASSED_ON, State.LINKED)
"""That a case is open, or that somebody else was worried, is not told to whoever referred: perhaps a neighbour."""


class ReferralAnswer(BaseModel):
    """What a referrer may know. `outcomes` only where this referrer is told (H-10), and such referrers are (J-18)."""

    reference: str
    state: State
    case_id: UUID | None = None
    received_at: Utc | None = None
    missing: tuple[str, ...] = ()
    authority: str | None = None
    """Whose area it is, where it was returned for that (G-02)."""
    outcomes: tuple[str, ...] = ()


class MomentAnswer(BaseModel):
    at: Utc
    at_local: str
    what: str
    who: str
    detail: str


class RequestAnswer(BaseModel):
    request_id: UUID
    organisation: str
    rag: str
    status: str
    """awaited, answered, late, declined, withdrawn or lapsed."""
    asked_at: Utc
    seen_at: Utc | None
    answered_at: Utc | None
    due: Utc | None
    due_local: str | None


class DeadlineAnswer(BaseModel):
    deadline_id: UUID
    clock: str
    owner: str
    rag: str | None
    due: Utc
    due_local: str
    at_risk: Utc | None
    state: str
    """running, met, lapsed, lapsed_then_met, suspended, superseded or withdrawn."""
    reasons: tuple[str, ...]
    """How the instant came about, step by step."""


class NotAskedAnswer(BaseModel):
    organisation: str
    reason: str


class EmailAnswer(BaseModel):
    kind: str
    recipient: str
    fate: str
    reason: str


class CaseSummary(BaseModel):
    case_id: UUID
    state: State
    reference: str | None
    rag: str | None
    """`none`: rated without a colour, by the level alone (M-01)."""
    level: str | None
    pathways: tuple[str, ...]
    awaiting: tuple[str, ...]
    """Why a person must look at it now, in plain words, most urgent first; empty: nobody has to."""
    recommendation: RecommendationAnswer | None
    joint_triage: bool
    """An indicator calls for it (J-08); the picture names which."""
    directed: DirectedAnswer | None
    contact_type: str | None
    opening: str
    received_at: Utc | None
    received_at_local: str | None
    immediate_harm: bool
    awaited: tuple[str, ...]
    """Organisations whose answers are waited for."""
    next_due: Utc | None


class CaseAnswer(CaseSummary):
    partnership: str
    time_zone: str
    source: str
    channel: str
    rule: str | None
    missing: tuple[str, ...]
    authority: str | None
    dealt_with_from: Utc | None
    """The next opening, where it came outside hours (J-04, C-08)."""
    linked_to: tuple[UUID, ...]
    """Earlier cases that it belongs to."""
    later_cases: tuple[UUID, ...]
    """Cases that were linked to it."""
    involvement: str
    """Of social care or early help, as a person found it: open, recently_closed, earlier, none or UNKNOWN."""
    alerts: tuple[AlertAnswer, ...]
    outcomes: tuple[str, ...]
    referrer_told: bool | None
    flagged_by: tuple[str, ...]
    requests: tuple[RequestAnswer, ...]
    not_asked: tuple[NotAskedAnswer, ...]
    deadlines: tuple[DeadlineAnswer, ...]
    agenda: tuple[MeetingItemAnswer, ...]
    """What it was put on meetings' agendas for (H-12, G-12, G-14)."""
    meeting_results: tuple[HeldAnswer, ...]
    emails: tuple[EmailAnswer, ...]
    timeline: tuple[MomentAnswer, ...]


class CasesAnswer(BaseModel):
    cases: tuple[CaseSummary, ...]
    next: str | None
    """Give it as `after` for the next page; none: this is the last."""


def referral(reference: str, view: View | None, partnership: Partnership) -> ReferralAnswer:
    """Valid and not seen yet is `received`: the door gave the reference out, so it is on its way."""
    if view is None:
        return ReferralAnswer(reference=reference, state=State.RECEIVED)
    return ReferralAnswer(
        reference=reference,
        state=State.DIRECTED if view.state in KNOWN_ALREADY else view.state,
        case_id=view.case_id,
        received_at=view.received_at,
        missing=view.missing,
        authority=view.authority,
        outcomes=view.outcomes if _may_know(view, partnership) else (),
    )


def _may_know(view: View, partnership: Partnership) -> bool:
    return bool(view.referrer_told) and may_know_outcome(view.referrer_kind, view.case, partnership)


def summary(view: View, partnership: Partnership) -> CaseSummary:
    return CaseSummary.model_validate(_summary(view, partnership))


def whole_case(view: View, partnership: Partnership) -> CaseAnswer:
    zone, case = partnership.zone, view.case
    return CaseAnswer.model_validate(
        {
            **_summary(view, partnership),
            "partnership": partnership.name,
            "time_zone": zone.key,
            "source": view.source,
            "channel": view.channel,
            "rule": view.rule,
            "missing": view.missing,
            "authority": view.authority,
            "dealt_with_from": view.dealt_with_from,
            "linked_to": tuple(case.links),
            "later_cases": tuple(case.later),
            "involvement": case.involvement,
            "alerts": tuple(alert(one, partnership) for one in view.alerts),
            "outcomes": view.outcomes,
            "referrer_told": view.referrer_told,
            "flagged_by": tuple(sorted(view.flagged)),
            "requests": tuple(_request(view, one, zone) for one in case.requests.values()),
            "not_asked": tuple(vars(one) for one in view.not_asked),
            "deadlines": tuple(_deadline(case, one, zone) for one in _by_due(case.watch.deadlines.values())),
            "agenda": tuple(items_of(case, partnership)),
            "meeting_results": tuple(held_of(case, partnership)),
            "emails": tuple(vars(one) for one in view.emails.values()),
            "timeline": tuple({**vars(one), "at_local": local(one.at, zone)} for one in view.timeline),
        }
    )


def request_status(case: Case, request: Request) -> str:
    if request.request_id in case.answered:
        deadline = case.watch.newest(request.request_id)
        late = deadline is not None and case.watch.state(deadline) is DeadlineState.LAPSED_THEN_MET
        return "late" if late else "answered"
    if request.request_id in case.declined:
        return "declined"
    if request.request_id in case.withdrawn:
        return "withdrawn"
    return "awaited" if request in case.awaited else "lapsed"


def _summary(view: View, partnership: Partnership) -> dict[str, object]:
    case, zone = view.case, partnership.zone
    running = [one.due for one in case.watch.deadlines.values() if case.watch.state(one) is DeadlineState.RUNNING]
    return {
        "case_id": view.case_id,
        "state": view.state,
        "reference": view.reference,
        "rag": case.rag,
        "level": case.level,
        "pathways": case.pathways,
        "awaiting": awaiting(view, partnership),
        "recommendation": recommendation(view.recommended),
        "joint_triage": view.joint_triage,
        "directed": directed(view.directed, partnership),
        "contact_type": view.contact_type,
        "opening": view.opening,
        "received_at": view.received_at,
        "received_at_local": view.received_at and local(view.received_at, zone),
        "immediate_harm": view.immediate_harm,
        "awaited": tuple(one.organisation for one in case.awaited) if not case.decided else (),
        "next_due": min(running, default=None),
    }


def _request(view: View, request: Request, zone: ZoneInfo) -> dict[str, object]:
    case, request_id = view.case, request.request_id
    deadline = None if _no_time_runs(case, request) else case.watch.newest(request_id)
    return {
        "request_id": request_id,
        "organisation": request.organisation,
        "rag": request.rag,
        "status": request_status(case, request),
        "asked_at": request.asked_at,
        "seen_at": view.seen.get(request_id),
        "answered_at": case.answered.get(request_id) or case.declined.get(request_id),
        "due": deadline and deadline.due,
        "due_local": deadline and local(deadline.due, zone),
    }


def _no_time_runs(case: Case, request: Request) -> bool:
    """Its deadline stands still, or its colour has none any more, while the answer is waited for."""
    deadline = case.watch.newest(request.request_id)
    return deadline is not None and request in case.awaited and case.watch.ceased_at(deadline) is not None


def _deadline(case: Case, deadline: Deadline, zone: ZoneInfo) -> dict[str, object]:
    return {
        "deadline_id": deadline.deadline_id,
        "clock": deadline.clock,
        "owner": deadline.owner,
        "rag": deadline.rag,
        "due": deadline.due,
        "due_local": local(deadline.due, zone),
        "at_risk": deadline.at_risk,
        "state": case.watch.state(deadline),
        "reasons": tuple(step.reason for step in deadline.steps),
    }


def _by_due(deadlines: Iterable[Deadline]) -> Iterable[Deadline]:
    return sorted(deadlines, key=lambda one: (one.due, one.deadline_id))
