"""A clock of a profile: what it counts from, how much of which time for each colour, who owes it and what meets it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Literal

from mashbus.domain.clocks.amounts import Amount, Kind, NoAmount
from mashbus.domain.clocks.calendar import MIDNIGHT, Calendar
from mashbus.domain.clocks.school import School
from mashbus.domain.vocabulary import Rag


class Anchor(StrEnum):
    """The event that a clock counts from."""

    RECEIPT = "receipt"
    REQUEST = "request"
    DECISION = "decision"
    ALLOCATION = "allocation"
    INCIDENT = "incident"
    STAGE_OPENED = "stage_opened"


@dataclass(frozen=True, kw_only=True)
class Readings:
    """How a procedure's ambiguous words are read; the numbers are those of docs/procedures.md."""

    hours_and_days: Literal["elapsed", "working"] = "elapsed"
    """1: what hours and days are without the word working."""
    working_day_ends: Literal["same_time", "closing"] = "same_time"
    """2: where the last working day ends."""
    outside_hours: Literal["next_opening", "as_is"] = "next_opening"
    """3: what an anchor outside opening hours counts as, for working clocks."""
    working_hours_end: Literal["closing", "next_opening"] = "closing"
    """5: where working hours end that are used up at closing."""
    works_on_from: Literal["next_opening", "anchor"] = "next_opening"
    """9: from where a colour that works on through closing runs, when the hub is closed."""
    at_risk_of: Literal["own_time", "elapsed"] = "own_time"
    """12: what at risk is a share of, for working clocks."""


@dataclass(frozen=True, kw_only=True)
class WorkingTime:
    """What a partnership's clocks count by."""

    calendar: Calendar
    school: School | None
    readings: Readings

    @cached_property
    def school_starts(self) -> list[int]:
        """When each known school day starts, in microseconds since 1970."""
        if self.school is None:
            return []
        days = self.school.days(self.calendar.holidays, self.calendar.known_until)
        return [self.calendar.instant(day, self.school.starts) for day in days]

    @cached_property
    def school_known_from(self) -> int:
        assert self.school is not None
        return self.calendar.instant(self.school.terms[0].first, MIDNIGHT)


class UnknownColour(LookupError):
    def __init__(self, clock: str, rag: Rag | None, colours: tuple[Rag, ...]) -> None:
        there = f"its colours are {', '.join(colours)}" if colours else "it has no colours"
        said = "needs a colour" if rag is None else f"does not know the colour {rag}"
        super().__init__(f"the clock {clock} {said}: {there}")


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One clock of a profile. Amounts by colour, or under None where the clock has no colours."""

    name: str
    anchor: Anchor
    owner: str
    """`agency` (each asked organisation owes its own); otherwise who owes it, such as `hub` or `social_care`."""
    met_by: tuple[str, ...]
    """Records such as `OutcomeDecided`, `EmailSent:<kind>`, `MilestoneRecorded:<milestone>`."""
    started_by: str
    """`CaseOpened` (every contact), `CaseRouted` (the hub's clocks with colours), `pathway` (named by a pathway),
    `InformationRequested` (every request) or `MilestoneRecorded:<milestone>`."""
    amounts: Mapping[Rag | None, Amount | NoAmount]
    requirement: str
    requirements: Mapping[Rag, str] = field(default_factory=dict)
    """Colours that another requirement sets the time of (J-09 red, J-11 amber)."""
    at_risk_share: Fraction = Fraction(3, 4)
    suspendable: bool = False
    time: WorkingTime

    def __post_init__(self) -> None:
        days_work = self.time.readings.hours_and_days == "working"
        for amount in self.amounts.values():
            if isinstance(amount, NoAmount):
                continue
            if amount.kind is Kind.SCHOOL and self.time.school is None:
                raise ValueError(f"{self.name} counts to a school day, and no terms are known")
            if amount.kind is Kind.DAYS and days_work and amount.length % timedelta(days=1):
                raise ValueError(f"{self.name}: days are working days here, and {amount.length} is no number of them")

    @property
    def runs_per_request(self) -> bool:
        """Each asked organisation owes its own, whatever role the profile names as owner."""
        return self.started_by == "InformationRequested"

    def amount(self, rag: Rag | None) -> Amount | NoAmount:
        """What the colour gives. Raises UnknownColour."""
        try:
            return self.amounts[rag]
        except KeyError:
            colours = tuple(one for one in self.amounts if one is not None)
            raise UnknownColour(self.name, rag, colours) from None

    def cited(self, rag: Rag | None) -> str:
        """The requirement that sets the colour's time."""
        return self.requirement if rag is None else self.requirements.get(rag, self.requirement)
