"""One run of a clock from an anchor: where it starts, when it is due and at risk, and the steps that lead there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mashbus.domain import ids
from mashbus.domain.clocks import words
from mashbus.domain.clocks.amounts import Amount, NoAmount
from mashbus.domain.clocks.at_risk import at_risk_of
from mashbus.domain.clocks.clock import Clock
from mashbus.domain.clocks.instants import instant_of, micros
from mashbus.domain.clocks.reckoning import as_read, due_of, start_of
from mashbus.domain.clocks.steps import steps_to
from mashbus.domain.deadline import Deadline, Step
from mashbus.domain.vocabulary import Rag


@dataclass(frozen=True, kw_only=True)
class Run:
    anchor: datetime
    due: datetime
    at_risk: datetime | None
    steps: tuple[Step, ...]


def run_from(clock: Clock, rag: Rag | None, anchor: datetime, event: str) -> Run | None:
    """None where no time runs for the colour. Raises UnknownColour and CalendarEnds."""
    amount = amount_of(clock, rag)
    if amount is None:
        return None
    begins = micros(anchor)
    start, due = start_of(amount, clock.time, begins), due_of(amount, clock.time, begins)
    at_risk = at_risk_of(amount, clock.time, start, due, clock.at_risk_share)
    return Run(
        anchor=instant_of(begins),
        due=instant_of(due),
        at_risk=None if at_risk is None else instant_of(at_risk),
        steps=tuple(steps_to(amount, clock.time, begins, start, due, clock.cited(rag), event)),
    )


def amount_of(clock: Clock, rag: Rag | None) -> Amount | None:
    """The colour's amount as the profile reads it, or None where no time runs. Raises UnknownColour."""
    amount = clock.amount(rag)
    return None if isinstance(amount, NoAmount) else as_read(amount, clock.time)


def due(clock: Clock, rag: Rag | None, anchor: datetime) -> datetime | None:
    """When what `anchor` starts is due; None where no time runs for the colour. Raises UnknownColour, CalendarEnds."""
    amount = amount_of(clock, rag)
    return None if amount is None else instant_of(due_of(amount, clock.time, micros(anchor)))


def computed(
    clock: Clock, rag: Rag | None, anchor: datetime, *, subject: UUID, owner: str, profile: str, revision: int = 1
) -> Deadline | None:
    """The deadline that `anchor` starts; None and errors as `due`."""
    run = run_from(clock, rag, anchor, words.event(clock.anchor))
    if run is None:
        return None
    return deadline_of(clock, rag, run, subject=subject, owner=owner, profile=profile, revision=revision)


def deadline_of(
    clock: Clock, rag: Rag | None, run: Run, *, subject: UUID, owner: str, profile: str, revision: int,
    earlier: Iterable[Step] = (),
) -> Deadline:  # fmt: skip
    """`earlier`: the steps before the run's own, from the first anchor on."""
    return Deadline(
        deadline_id=ids.deadline_of(subject, clock.name, revision),
        subject=subject,
        clock=clock.name,
        rag=rag,
        owner=owner,
        met_by=clock.met_by,
        anchor=run.anchor,
        due=run.due,
        at_risk=run.at_risk,
        revision=revision,
        profile=profile,
        steps=(*earlier, *run.steps),
    )
