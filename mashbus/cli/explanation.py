"""A question about a deadline, answered: the instant, and the steps by which a person can check it.

A question that has no answer is Unanswerable, with one sentence that says what there is instead.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from mashbus.cli.instants import NoInstant, in_utc, instant_of
from mashbus.domain.clocks import CalendarEnds, Clock, NoAmount, computed, rerated
from mashbus.domain.deadline import Deadline, Step
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Rag
from mashbus.profiles import ProfileRefused, UnknownPartnership
from mashbus.profiles.endings import ends_soon

NOBODY = UUID(int=0)
"""Stands for the case or request of a question that is about none."""


class Unanswerable(Exception):
    """One sentence."""


@dataclass(frozen=True)
class Question:
    """As it was asked: nothing is checked yet."""

    partnership: str
    clock: str
    rag: str | None
    anchor: str
    reratings: Sequence[tuple[str, str]] = ()
    """Colour and instant, in order of time."""


@dataclass(frozen=True, kw_only=True)
class Rerated:
    rag: Rag
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Answer:
    partnership: Partnership
    clock: Clock
    rag: Rag | None
    """The first colour."""
    anchor: datetime
    reratings: tuple[Rerated, ...]
    deadline: Deadline | None
    """None where no time runs."""
    steps: tuple[Step, ...]

    @property
    def colour(self) -> Rag | None:
        """The colour that holds in the end."""
        return self.reratings[-1].rag if self.reratings else self.rag

    def document(self) -> Mapping[str, Any]:
        """What `--json` prints."""
        due = self.deadline.due if self.deadline else None
        at_risk = self.deadline.at_risk if self.deadline else None
        asked = [{"rag": one.rag, "at": in_utc(one.at)} for one in self.reratings]
        return {
            "partnership": self.partnership.name,
            "profile": self.partnership.version,
            "clock": self.clock.name,
            "rag": self.rag,
            "from": in_utc(self.anchor),
            **({"rerate": asked} if asked else {}),
            "due": due and in_utc(due),
            "due_local": due and due.astimezone(self.partnership.zone).isoformat(),
            "at_risk": at_risk and in_utc(at_risk),
            "steps": [
                {"kind": one.kind, "from": in_utc(one.starts), "to": in_utc(one.ends), "reason": one.reason}
                for one in self.steps
            ],
        }

    def warning(self, today: date) -> str | None:
        """A sentence where what is known ends within a year of today or of the instant (reading 14)."""
        instant = self.deadline.due if self.deadline else self.anchor
        return ends_soon(self.partnership, max(today, instant.date()), (self.clock,))


def answer(question: Question, find: Callable[[str], Partnership]) -> Answer:
    """Raises Unanswerable."""
    try:
        return _answer(question, find(question.partnership))
    except (UnknownPartnership, CalendarEnds, NoInstant) as fault:
        raise Unanswerable(str(fault)) from None
    except ProfileRefused as refused:
        raise Unanswerable(f"the profile is refused: {refused}") from None
    except OSError as fault:
        raise Unanswerable(f"the profile cannot be read: {fault.strerror}") from None
    except OverflowError:
        raise Unanswerable(f"'{question.anchor}' is too far away to count from") from None


def _answer(question: Question, partnership: Partnership) -> Answer:
    clock = _clock(partnership, question.clock)
    rag, anchor = _colour(clock, question.rag), instant_of(question.anchor)
    asked = tuple(Rerated(rag=_new_colour(clock, rag_), at=instant_of(at)) for rag_, at in question.reratings)
    deadline, steps = _first(partnership, clock, rag, anchor)
    colour, before = rag, anchor
    for number, one in enumerate(asked):
        _check_order(one.at, before, anchor)
        if one.rag != colour:
            deadline, steps = _changed(partnership, clock, one, deadline, steps, anchor, colour, number + 2)
        colour, before = one.rag, one.at
    return Answer(
        partnership=partnership,
        clock=clock,
        rag=rag,
        anchor=anchor,
        reratings=asked,
        deadline=deadline,
        steps=steps,
    )


def _first(
    partnership: Partnership, clock: Clock, rag: Rag | None, anchor: datetime
) -> tuple[Deadline | None, tuple[Step, ...]]:
    deadline = computed(clock, rag, anchor, subject=NOBODY, owner=clock.owner, profile=partnership.version)
    if deadline:
        return deadline, deadline.steps
    return None, (Step(kind="none", starts=anchor, ends=anchor, reason=_why_none(clock, rag)),)


def _changed(
    partnership: Partnership, clock: Clock, to: Rerated, deadline: Deadline | None, steps: tuple[Step, ...],
    anchor: datetime, colour: Rag | None, revision: int,
) -> tuple[Deadline | None, tuple[Step, ...]]:  # fmt: skip
    """Reading 7. Withdrawn where the new colour has no clock."""
    changed = rerated(
        clock, to.rag, deadline, to.at, first_anchor=anchor, subject=NOBODY, owner=clock.owner,
        profile=partnership.version, revision=revision,
    )  # fmt: skip
    if changed:
        return changed, changed.steps
    reason = f"re-rated from {colour} to {to.rag}, and nothing is owed any more (reading 7): "
    withdrawn = Step(kind="withdrawn", starts=to.at, ends=to.at, reason=reason + _why_none(clock, to.rag))
    return None, (*steps, withdrawn)


def _why_none(clock: Clock, rag: Rag | None) -> str:
    amount = clock.amount(rag)
    assert isinstance(amount, NoAmount)
    return f"{clock.cited(rag)}: {amount.reason}"


def _clock(partnership: Partnership, name: str) -> Clock:
    if name not in partnership.clocks:
        there = ", ".join(sorted(partnership.clocks))
        raise Unanswerable(f"{partnership.name} has no clock '{name}'; it has: {there}")
    return partnership.clocks[name]


def _colour(clock: Clock, said: str | None) -> Rag | None:
    colours = {str(one): one for one in clock.amounts if one is not None}
    if said is None and colours:
        raise Unanswerable(f"the clock {clock.name} needs a colour: {', '.join(colours)}")
    if said is not None and not colours:
        raise Unanswerable(f"the clock {clock.name} has no colours: leave '{said}' out")
    if said is not None and said not in colours:
        raise Unanswerable(f"the clock {clock.name} has no colour '{said}'; its colours are {', '.join(colours)}")
    return None if said is None else colours[said]


def _new_colour(clock: Clock, said: str) -> Rag:
    colour = _colour(clock, said)
    assert colour is not None
    return colour


def _check_order(at: datetime, before: datetime, anchor: datetime) -> None:
    if at < anchor:
        raise Unanswerable(f"the re-rating at {in_utc(at)} comes before the clock starts, at {in_utc(anchor)}")
    if at < before:
        raise Unanswerable(f"the re-rating at {in_utc(at)} comes after one at {in_utc(before)}: give them in order")
