"""School days: Monday to Friday inside a term, public holidays excepted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time

_SATURDAY = 5


@dataclass(frozen=True)
class Term:
    """Both days are included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a term that ends before it starts: {self.first} to {self.last}")


@dataclass(frozen=True, kw_only=True)
class School:
    """Terms in order of time, none overlapping. `starts` is local time."""

    starts: time
    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        if not self.terms:
            raise ValueError("a school without terms")
        for one, following in zip(self.terms, self.terms[1:], strict=False):
            if following.first <= one.last:
                raise ValueError(f"the term from {following.first} starts before the one until {one.last} has ended")

    def days(self, holidays: Mapping[date, str], until: date) -> Iterator[date]:
        """Known school days in order; after `until` holidays are not known, and so no school days."""
        for term in self.terms:
            for ordinal in range(term.first.toordinal(), min(term.last, until).toordinal() + 1):
                day = date.fromordinal(ordinal)
                if self.why_not(day, holidays) is None:
                    yield day

    def why_not(self, day: date, holidays: Mapping[date, str]) -> str | None:
        """Why there is no school; None where there is."""
        if not any(term.first <= day <= term.last for term in self.terms):
            return "outside terms"
        return "weekend" if day.weekday() >= _SATURDAY else holidays.get(day)
