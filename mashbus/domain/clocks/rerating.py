"""Reading 7: what a re-rating at T makes of a deadline.

More urgent: the earlier of the current instant and T + the new amount. Less urgent: the first anchor + the new amount,
never earlier than T. To or from a colour off the ladder, or from one without a clock: T + the new amount.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from mashbus.domain.clocks import words
from mashbus.domain.clocks.clock import Clock
from mashbus.domain.clocks.instants import micros
from mashbus.domain.clocks.run import Run, deadline_of, run_from
from mashbus.domain.deadline import Deadline, Step
from mashbus.domain.vocabulary import Rag

_LADDER = (Rag.RED, Rag.AMBER, Rag.GREEN)
"""Most urgent first. Gloucestershire's blue is not on it."""


def rerated(
    clock: Clock, rag: Rag, current: Deadline | None, at: datetime, *, first_anchor: datetime, subject: UUID,
    owner: str, profile: str, revision: int,
) -> Deadline | None:  # fmt: skip
    """`current` is the deadline in force, None where none ran; None is returned where none runs from now on.

    The same colour again returns `current` unchanged. `first_anchor` is the clock's original anchor, whatever lay
    between. Raises UnknownColour and CalendarEnds.
    """
    if current is not None and current.rag == rag:
        return current
    run = _run(clock, rag, current, at, first_anchor)
    if run is None:
        return None
    return deadline_of(
        clock, rag, replace(run, at_risk=not_before(at, run)), subject=subject, owner=owner, profile=profile,
        revision=revision, earlier=current.steps if current else (_no_time_ran(first_anchor, at),),
    )  # fmt: skip


def not_before(at: datetime, run: Run) -> datetime | None:
    """At risk is never said to be before the instant at which the deadline is stated (reading 12)."""
    at_risk = run.at_risk and max(run.at_risk, at)
    return at_risk if at_risk is None or at_risk < run.due else None


def _run(clock: Clock, rag: Rag, current: Deadline | None, at: datetime, first_anchor: datetime) -> Run | None:
    if current is None:
        return _from_now(clock, rag, at, f"to {rag}, from a colour without a clock")
    changed = f"from {current.rag} to {rag}"
    if current.rag not in _LADDER or rag not in _LADDER:
        return _from_now(clock, rag, at, f"{changed}, which is off the ladder of colours")
    if _LADDER.index(rag) > _LADDER.index(current.rag):
        return _less_urgent(clock, rag, at, first_anchor, changed)
    return _more_urgent(clock, rag, current, at, changed)


def _from_now(clock: Clock, rag: Rag, at: datetime, changed: str) -> Run | None:
    run = run_from(clock, rag, at, "the re-rating")
    return _stated(clock, rag, run, at, f"{changed}: the new amount counts from the re-rating") if run else None


def _less_urgent(clock: Clock, rag: Rag, at: datetime, first_anchor: datetime, changed: str) -> Run | None:
    run = run_from(clock, rag, first_anchor, f"the first {words.event(clock.anchor)}")
    if run is None:
        return None
    anew = f"less urgent: the new amount counts from the first {words.event(clock.anchor)}"
    run = _stated(clock, rag, run, at, f"{changed}, {anew}")
    if run.due >= at:
        return run
    late = Step(
        kind="clamped",
        starts=run.due,
        ends=at,
        reason=f"{clock.cited(rag)}: that is before the re-rating, and it is never due before it (reading 7)",
    )
    return replace(run, due=at, at_risk=None, steps=(*run.steps, late))


def _more_urgent(clock: Clock, rag: Rag, current: Deadline, at: datetime, changed: str) -> Run | None:
    fresh = run_from(clock, rag, at, "the re-rating")
    if fresh is None:
        return None
    changed = f"{changed}, more urgent: the earlier of the present instant and the new amount from the re-rating"
    if fresh.due < current.due:
        return _stated(clock, rag, fresh, at, changed)
    present, later = (_said(clock, one) for one in (current.due, fresh.due))
    reason = f"{clock.cited(rag)}: stays at {present}; from the re-rating it would be {later}"
    kept = Run(
        anchor=at,
        due=current.due,
        at_risk=current.at_risk,
        steps=(Step(kind="kept", starts=at, ends=current.due, reason=reason),),
    )
    return replace(_stated(clock, rag, kept, at, changed), anchor=current.anchor)


def _stated(clock: Clock, rag: Rag, run: Run, at: datetime, changed: str) -> Run:
    """Begins a new chain: the step goes from the re-rating to where the new counting begins."""
    reason = f"{clock.cited(rag)}: re-rated at {_said(clock, at)} {changed} (reading 7)"
    return replace(run, steps=(Step(kind="rerated", starts=at, ends=run.anchor, reason=reason), *run.steps))


def _no_time_ran(first_anchor: datetime, at: datetime) -> Step:
    return Step(kind="none", starts=first_anchor, ends=at, reason="no time ran until the re-rating")


def _said(clock: Clock, instant: datetime) -> str:
    return words.moment(clock.time.calendar, micros(instant))
