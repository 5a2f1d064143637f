"""How much time a colour gives, and of which kind. A colour that exists without a time says why."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property

from mashbus.domain.clocks.instants import length_of


class Kind(StrEnum):
    """What is counted. Values are the words of the profiles."""

    HOURS = "hours"
    DAYS = "days"
    """A day is 24 hours (reading 1)."""
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    WORKS_ON = "works_on"
    """Hours that start while the hub is open and then run through closing (reading 9)."""
    SCHOOL = "before_next_school_day"


@dataclass(frozen=True)
class Amount:
    """A length for hours, days, working hours and hours that work on; a number of working days; nothing for school.

    Raises ValueError for an amount that is not positive or not of its kind.
    """

    kind: Kind
    length: timedelta = timedelta(0)
    days: int = 0

    def __post_init__(self) -> None:
        wanted = (self.kind is not Kind.SCHOOL and self.kind is not Kind.WORKING_DAYS, self.kind is Kind.WORKING_DAYS)
        if (self.length > timedelta(0), self.days > 0) != wanted or min(self.length, timedelta(0)) or self.days < 0:
            raise ValueError(f"not an amount of {self.kind}: length {self.length}, {self.days} working days")

    @cached_property
    def micros(self) -> int:
        """The length in microseconds."""
        return length_of(self.length)


@dataclass(frozen=True)
class NoAmount:
    """The colour exists and no time runs, because of `reason`."""

    reason: str
