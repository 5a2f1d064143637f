"""Plays the hub's managers: rates what no rule rates, decides when an enquiry is closed, with a person's delay.

What is decided depends on the case's id alone, so that a second run decides alike.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from mashbus.bus.clock import Clock
from mashbus.demo.door import Door
from mashbus.demo.week import CLOSES, OPENS, ZONE
from mashbus.synthetic.chance import chance

LOOKS_EVERY = 0.5
"""Real seconds between two looks at the lists."""
AT_MOST = 500
RATING_TAKES = (timedelta(minutes=20), timedelta(minutes=100))
OUTCOME_TAKES = (timedelta(minutes=45), timedelta(hours=5))
NOT_TOLD = 0.06
WAITED_LONG = timedelta(hours=30)
NOT_WAITED_FOR = 0.25
RATED = {"green": ("early-help-screening",), "amber": ("mash-checks",), "closure": ("closure",)}
RATING_SHARES = {"green": 60, "amber": 30, "closure": 10}
RATIONALES = {
    "green": "Read with the duty worker: support is needed, nothing points to harm. (synthetic)",
    "amber": "The picture is unclear and the child is young: checks first. (synthetic)",
    "closure": "No need for the hub: the school has it in hand. (synthetic)",
}
OUTCOME_SHARES = {
    "statutory-assessment": 26,
    "early-help-assessment": 26,
    "community-or-other-service": 16,
    "advice-and-guidance": 22,
    "no-further-action": 10,
}
OUTCOME_RATIONALE = "Decided on the referral and on what the agencies returned. (synthetic)"
ENOUGH_RATIONALE = "What is known suffices; the answer that is missing would change nothing. (synthetic)"
NOT_TOLD_REASON = "Telling the referrer would put the child at risk. (synthetic)"


@dataclass(frozen=True)
class Step:
    """One thing to do for one case."""

    case_id: str
    path: str
    body: Mapping[str, Any]
    at: datetime


def rating(case_id: str, seen: datetime) -> Step:
    """A manager's rating of a case that was first seen waiting at `seen`."""
    draw = chance("rating", case_id)
    chosen = draw.choices(tuple(RATING_SHARES), tuple(RATING_SHARES.values()))[0]
    body = {
        "rag": "green" if chosen == "closure" else chosen,
        "pathways": list(RATED[chosen]),
        "rationale": RATIONALES[chosen],
    }
    at = seen + _between(draw.random(), RATING_TAKES)
    return Step(case_id, f"/v1/cases/{case_id}/rating", body, in_office_hours(at))


def outcome(case_id: str, seen: datetime, *, urgent: bool) -> Step:
    """A manager's outcome. An urgent case is decided at any hour, another one in office hours."""
    draw = chance("outcome", case_id)
    chosen = draw.choices(tuple(OUTCOME_SHARES), tuple(OUTCOME_SHARES.values()))[0]
    body: dict[str, Any] = {"outcomes": [chosen], "rationale": OUTCOME_RATIONALE, "tell_referrer": True}
    if draw.random() < NOT_TOLD:
        body |= {"tell_referrer": False, "not_told_reason": NOT_TOLD_REASON}
    at = seen + _between(draw.random(), OUTCOME_TAKES)
    return Step(case_id, f"/v1/cases/{case_id}/outcome", body, at if urgent else in_office_hours(at))


def enough(case_id: str, received: datetime, now: datetime) -> Step | None:
    """A manager's word that an enquiry need not wait for its last answers; said of few, and only after long waiting."""
    if (
        now - received < WAITED_LONG
        or in_office_hours(now) != now
        or chance("enough", case_id).random() >= NOT_WAITED_FOR
    ):
        return None
    return Step(case_id, f"/v1/cases/{case_id}/enough", {"rationale": ENOUGH_RATIONALE}, now)


def planned(state: str, case: Mapping[str, Any], now: datetime) -> Step | None:
    """What a case of one of the lists calls for."""
    case_id = case["case_id"]
    if state == "awaiting_rating":
        return rating(case_id, now)
    if state == "awaiting_outcome":
        return outcome(case_id, now, urgent=case["rag"] == "red")
    return enough(case_id, datetime.fromisoformat(case["received_at"]), now)


def in_office_hours(instant: datetime) -> datetime:
    """The instant itself, or the next opening (H-01); the week that is played ends before a weekend comes."""
    local = instant.astimezone(ZONE)
    if OPENS <= local.time() < CLOSES:
        return instant
    day = local.date() + timedelta(days=local.time() >= CLOSES)
    minute = instant.minute  # they don't all sit down at the very same moment
    return datetime.combine(day, time(OPENS.hour, minute), ZONE).astimezone(instant.tzinfo)


def _between(share: float, span: tuple[timedelta, timedelta]) -> timedelta:
    return span[0] + (span[1] - span[0]) * share


@dataclass
class Manager:
    door: Door
    intake: str
    status: str
    key: str
    clock: Clock
    _planned: dict[tuple[str, str], Step] = field(default_factory=dict)
    """By (state, case): what is done or will be."""
    _waiting: list[Step] = field(default_factory=list)

    async def work(self) -> None:
        """Look, plan, do, for ever."""
        while True:
            for state in ("awaiting_rating", "awaiting_outcome", "enquiring"):
                self._plan(state, await self._look(state))
            await self._do(self.clock.now())
            await asyncio.sleep(LOOKS_EVERY)

    async def _look(self, state: str) -> Sequence[Mapping[str, Any]]:
        found = await self.door.ask(self.status, "/v1/cases", self.key, state=state, limit=AT_MOST)
        return found["cases"] if found else ()

    def _plan(self, state: str, cases: Sequence[Mapping[str, Any]]) -> None:
        now = self.clock.now()
        for case in cases:
            case_id = case["case_id"]
            if (state, case_id) not in self._planned:
                step = planned(state, case, now)
                if step:
                    self._planned[state, case_id] = step
                    self._waiting.append(step)

    async def _do(self, now: datetime) -> None:
        due = [step for step in self._waiting if step.at <= now]
        self._waiting = [step for step in self._waiting if step.at > now]
        await asyncio.gather(*(self._post(step) for step in due))

    async def _post(self, step: Step) -> None:
        await self.door.send(
            self.intake, step.path, self.key, f"{step.path.rpartition('/')[2]}-{step.case_id}", json=step.body
        )
