"""A regular meeting as a profile writes it: when it is, what comes on its agenda, what it may decide (H-12, G-12)."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from mashbus.domain.procedure import AgendaRule, Meeting
from mashbus.profiles.calendars import WEEKDAYS
from mashbus.profiles.conditions import SomeWhen, conditions
from mashbus.profiles.tables import Fault, Table
from mashbus.profiles.values import Name, Role, TimeOfDay, Words

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class AgendaText(Table):
    when: SomeWhen
    reason: Words
    stays: bool = Field(default=False, strict=True)

    def rule(self) -> AgendaRule:
        return AgendaRule(reason=self.reason, conditions=conditions(self.when), stays=self.stays)


class MeetingText(Table):
    title: Words
    requirement: Words
    days: tuple[Weekday, ...] = Field(min_length=1)
    at: TimeOfDay
    items: tuple[AgendaText, ...] = Field(min_length=1)
    roles: frozenset[Role] = Field(min_length=1)
    results: dict[Name, Words] = Field(min_length=1)
    also_closed: bool = Field(default=False, strict=True)

    def faults(self) -> Iterator[Fault]:
        for day in sorted({day for day in self.days if self.days.count(day) > 1}):
            yield ("days",), f"{day} is named twice"

    @property
    def weekdays(self) -> frozenset[int]:
        """0 is Monday."""
        return frozenset(number for number, name in enumerate(WEEKDAYS) if name.lower() in self.days)

    def meeting(self, name: str) -> Meeting:
        return Meeting(
            name=name,
            title=self.title,
            requirement=self.requirement,
            days=self.weekdays,
            at=self.at,
            items=tuple(one.rule() for one in self.items),
            roles=self.roles,
            results=self.results,
            also_closed=self.also_closed,
        )
