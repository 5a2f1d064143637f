"""What the hub remembers of children, and what goes to whoever holds one, as a profile writes it (H-05, G-03, J-06)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from mashbus.domain.known import Window
from mashbus.domain.procedure import Known, PassingOn
from mashbus.profiles.conditions import SomeWhen, conditions
from mashbus.profiles.tables import Fault, Table
from mashbus.profiles.values import Name, Words

CONTACTS_KEPT = timedelta(days=400)
"""How long `mash.contacts` is kept: an older contact cannot be found again."""
_NUMBER = Annotated[int, Field(strict=True, gt=0, le=520)]
_FIRSTS = [date(2027 + month // 12, month % 12 + 1, 1) for month in range(48)]
"""Of four years, a leap year among them: a window is longest on one of these days."""


class WindowText(Table):
    months: _NUMBER | None = None
    weeks: _NUMBER | None = None

    def faults(self) -> Iterator[Fault]:
        if (self.months is None) == (self.weeks is None):
            yield (), "a window is of months or of weeks: write { months = 3 } or { weeks = 12 }"

    def window(self) -> Window:
        return Window(months=self.months or 0, weeks=self.weeks or 0)

    @property
    def days(self) -> int:
        """At most."""
        return max((day - self.window().first_day(day)).days for day in _FIRSTS)


class SpanText(Table):
    hours: _NUMBER | None = None
    days: _NUMBER | None = None

    def faults(self) -> Iterator[Fault]:
        if (self.hours is None) == (self.days is None):
            yield (), "a span of time is of hours or of days: write { hours = 48 } or { days = 2 }"

    def span(self) -> timedelta:
        return timedelta(hours=self.hours or 0, days=self.days or 0)


class KnownText(Table):
    holders: tuple[str, ...] = ()
    recently: WindowText | None = None
    re_referral: WindowText = WindowText(months=12)
    duplicate: SpanText = SpanText(hours=48)
    team: str | None = None
    alarms: str | None = None

    def faults(self) -> Iterator[Fault]:
        kept = f"an earlier contact is found again for {CONTACTS_KEPT.days} days only"
        if self.re_referral.days > CONTACTS_KEPT.days:
            yield ("re_referral",), f"is up to {self.re_referral.days} days, and {kept}: write a shorter window"
        if self.duplicate.span() > CONTACTS_KEPT:
            yield ("duplicate",), f"is {self.duplicate.span().days} days, and {kept}: write a shorter span"

    def known(self) -> Known:
        return Known(
            holders=self.holders,
            recently=self.recently.window() if self.recently else None,
            re_referral=self.re_referral.window(),
            duplicate=self.duplicate.span(),
            team=self.team,
            alarms=self.alarms,
        )


class PassesOnText(Table):
    """`instead`: the hub plays no further part; else the holder is told besides, and the case goes on."""

    name: Name
    requirement: Words
    on: Literal["contact", "outcome"]
    instead: bool = Field(strict=True)
    when: SomeWhen
    reason: Words

    def faults(self) -> Iterator[Fault]:
        if self.on == "outcome" and self.instead:
            yield ("instead",), "with the outcome the hub has decided already, nothing is left out: write false"

    def passing_on(self) -> PassingOn:
        return PassingOn(
            name=self.name,
            requirement=self.requirement,
            on=self.on,
            instead=self.instead,
            reason=self.reason,
            conditions=conditions(self.when),
        )
