"""A calendar's openings as sorted whole microseconds, so that an instant is found by bisection, without time zones."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import accumulate


@dataclass(frozen=True)
class Opening:
    """One working day: open in [opens, closes), in microseconds since 1970 (UTC)."""

    day: date
    opens: int
    closes: int
    midnight: int | None
    """What the day's local times are counted from; None where the opening spans a clock change."""


@dataclass(frozen=True)
class Timetable:
    """Openings in order of time, none empty, none overlapping. An IndexError says that they have ended."""

    openings: tuple[Opening, ...]

    @cached_property
    def opens(self) -> list[int]:
        return [one.opens for one in self.openings]

    @cached_property
    def closes(self) -> list[int]:
        return [one.closes for one in self.openings]

    @cached_property
    def days(self) -> list[date]:
        return [one.day for one in self.openings]

    @cached_property
    def before(self) -> list[int]:
        """Open time before each opening."""
        return [0, *self.after[:-1]]

    @cached_property
    def after(self) -> list[int]:
        """Open time up to the end of each opening."""
        return list(accumulate(one.closes - one.opens for one in self.openings))

    def next(self, instant: int) -> int:
        """The number of the opening that `instant` is in, or else of the next one; may be one past the last."""
        return bisect_right(self.closes, instant)

    def open_before(self, instant: int) -> int:
        """Open time from the table's beginning until `instant`."""
        number = self.next(instant)
        if number == len(self.openings):
            return self.after[-1] if self.after else 0
        return self.before[number] + max(0, instant - self.opens[number])

    def after_open(self, total: int, *, at_closing: bool) -> int:
        """The instant by which `total` open time has passed: where an opening is used up, its closing or the next one.

        IndexError where that is not known any more.
        """
        number = bisect_left(self.after, total) if at_closing else bisect_right(self.after, total)
        return self.opens[number] + total - self.before[number]

    def day_after(self, day: date, number: int) -> date:
        """The working day that is `number` working days later; the day itself need not be one."""
        return self.days[bisect_right(self.days, day) + number - 1]

    def closing(self, day: date) -> int:
        return self.closes[bisect_left(self.days, day)]
