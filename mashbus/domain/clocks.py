"""From an anchor to a due instant. Elapsed clocks: hours and days run through nights and weekends (reading 1).

An amount that a clock does not name for a colour arms nothing and invents nothing (C-12).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mashbus.domain import ids
from mashbus.domain.deadline import Deadline, Step
from mashbus.domain.vocabulary import Rag


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One clock of a profile. Amounts are elapsed time by colour, or under None where the clock has no colours."""

    name: str
    anchor: str
    owner: str
    """`agency` (each asked organisation owes its own) or `hub`."""
    met_by: tuple[str, ...]
    amounts: Mapping[Rag | None, timedelta]
    requirement: str
    at_risk_share: float = 0.75


def computed(
    clock: Clock, rag: Rag | None, anchor: datetime, *, subject: UUID, owner: str, profile: str, revision: int = 1
) -> Deadline | None:
    """The deadline that `anchor` starts, or None where the clock has no amount for the colour."""
    amount = clock.amounts.get(rag)
    if amount is None:
        return None
    step = Step(
        kind="elapsed",
        starts=anchor,
        ends=anchor + amount,
        reason=f"{clock.requirement}: {_said(amount)} of elapsed time from {clock.anchor}",
    )
    return Deadline(
        deadline_id=ids.deadline_of(subject, clock.name, revision),
        subject=subject,
        clock=clock.name,
        rag=rag,
        owner=owner,
        met_by=clock.met_by,
        anchor=anchor,
        due=step.ends,
        at_risk=at_risk(anchor, step.ends, clock.at_risk_share),
        revision=revision,
        profile=profile,
        steps=(step,),
    )


_LADDER = (Rag.RED, Rag.AMBER, Rag.GREEN)
"""Most urgent first."""


def rerated(clock: Clock, rag: Rag, current: Deadline | None, at: datetime, fresh: Deadline) -> Deadline | None:
    """Reading 7: what a re-rating at `at` does to `current`. `fresh` is the deadline of a request made at `at`.

    More urgent: the earlier of the current due and at + new amount. Less urgent: first anchor + new amount, never
    earlier than `at`. Callers handle colours without a clock: withdrawn, or `fresh` as it is.
    """
    if current is None:
        return fresh
    if current.rag == rag:
        return None
    if current.rag not in _LADDER or rag not in _LADDER:
        due, anchor = fresh.due, at
        reason = "reading 7, a colour off the ladder: the re-rating plus the new amount"
    elif _LADDER.index(rag) < _LADDER.index(current.rag):
        due, anchor = min(current.due, fresh.due), at
        reason = "reading 7, more urgent: the earlier of the current instant and the re-rating plus the new amount"
    else:
        anchor = current.steps[0].starts
        due = max(anchor + clock.amounts[rag], at)
        reason = "reading 7, less urgent: the first anchor plus the new amount, never before the re-rating"
    step = Step(kind="rerated", starts=at, ends=due, reason=reason)
    return Deadline(
        deadline_id=fresh.deadline_id,
        subject=current.subject,
        clock=current.clock,
        rag=rag,
        owner=current.owner,
        met_by=current.met_by,
        anchor=anchor,
        due=due,
        at_risk=at_risk(at, due, clock.at_risk_share),
        revision=fresh.revision,
        profile=current.profile,
        steps=(*current.steps, step),
    )


def at_risk(starts: datetime, due: datetime, share: float) -> datetime | None:
    """Reading 12: a share of the span, rounded up to a whole second; None where nothing is left to warn of."""
    if due <= starts:
        return None
    seconds = math.ceil((due - starts).total_seconds() * share)
    instant = starts + timedelta(seconds=seconds)
    return instant if instant < due else None


def _said(amount: timedelta) -> str:
    hours, rest = divmod(amount, timedelta(hours=1))
    return f"{hours} hours" if not rest else str(amount)
