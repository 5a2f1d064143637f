"""The rules of a procedure as a profile writes them: a table each, with what it may say of itself.

What must agree with other tables (pathways, teams, clocks) is judged in `mashbus.profiles.agreeing`.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from mashbus.domain.clocks import WorkingTime
from mashbus.domain.procedure import (
    Alert,
    Calls,
    ContactType,
    Guard,
    Indicator,
    Insistence,
    MilestoneKind,
    NotRecorded,
    Outcome,
)
from mashbus.domain.rules import Rule
from mashbus.domain.vocabulary import Handling, Rag
from mashbus.profiles.calendars import HoursText
from mashbus.profiles.clocks_text import Colour
from mashbus.profiles.conditions import SomeWhen, When, conditions
from mashbus.profiles.tables import Fault, Table
from mashbus.profiles.values import Name, Role, Words, wrong


class TriageText(Table):
    routes: Literal["automatic", "manager"] = "automatic"
    """Whether what a rule recommends is done at once, or confirmed by a person."""
    asks_nobody: tuple[Colour, ...] = ()


class RuleText(Table):
    """A recommendation. The colour where the partnership has colours, the level where it has levels."""

    name: Name
    when: SomeWhen
    rag: Colour | None = None
    level: str | None = None
    pathways: tuple[str, ...] = Field(min_length=1)
    reason: Words
    automatic: bool = Field(default=False, strict=True)
    """Routed by the bus where a person routes all else: somebody has sorted it before it came (G-11)."""

    def rule(self) -> Rule:
        return Rule(
            name=self.name,
            conditions=conditions(self.when),
            rag=Rag(self.rag or Rag.NONE),
            level=self.level,
            pathways=self.pathways,
            reason=self.reason,
            automatic=self.automatic,
        )


class IndicatorText(Table):
    name: Name
    title: Words
    when: When = Field(default_factory=dict)
    """Left out: only a person can name it."""

    def indicator(self) -> Indicator:
        return Indicator(name=self.name, title=self.title, conditions=conditions(self.when))


class ContactTypeText(Table):
    title: Words
    handling: Literal["triage", "responder", "signposted", "passed_on", "answered"]
    requirement: Words
    reason: Words
    team: str | None = None
    rag: Colour | None = None
    pathways: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    provided: When = Field(default_factory=dict)
    """Where this does not hold it is triaged like any referral."""

    def faults(self) -> Iterator[Fault]:
        if self.handling in ("passed_on", "answered") and self.team is None:
            yield ("team",), f"is missing: to whom is it passed on? (handling = {self.handling})"
        if self.handling == "signposted" and self.team is not None:
            yield ("team",), "nobody is told of what is signposted: leave the team out, or write responder"
        for name in ("rag", "pathways"):
            if self.handling != "triage" and getattr(self, name):
                yield (name,), f"is for what is triaged; this is {self.handling}"

    def contact_type(self, name: str) -> ContactType:
        return ContactType(
            name=name,
            title=self.title,
            handling=Handling(self.handling),
            requirement=self.requirement,
            reason=self.reason,
            team=self.team,
            rag=Rag(self.rag) if self.rag else None,
            pathways=self.pathways,
            clocks=self.clocks,
            conditions=conditions(self.provided),
        )


class AlertText(Table):
    name: Name
    requirement: Words
    on: Literal["opening", "risk_flag"]
    when: When = Field(default_factory=dict)
    to: tuple[str, ...] = Field(min_length=1)
    reason: Words

    def alert(self) -> Alert:
        return Alert(
            name=self.name,
            requirement=self.requirement,
            on=self.on,
            teams=self.to,
            reason=self.reason,
            conditions=conditions(self.when),
        )


class GuardText(Table):
    name: Name
    requirement: Words
    of: Literal["routing", "outcome"]
    when: SomeWhen
    reason: Words
    """Said to whoever is refused: what may not be done, and what would be needed."""

    def guard(self) -> Guard:
        return Guard(
            name=self.name,
            requirement=self.requirement,
            of=self.of,
            reason=self.reason,
            conditions=conditions(self.when),
        )


class InsistenceText(Table):
    items: tuple[str, ...] = Field(min_length=1)
    when: SomeWhen
    requirement: Words

    def insistence(self) -> Insistence:
        return Insistence(items=self.items, requirement=self.requirement, conditions=conditions(self.when))


class NotRecordedText(Table):
    name: Name
    requirement: Words
    when: SomeWhen
    notice: Words
    """All that the referrer is told."""

    def not_recorded(self) -> NotRecorded:
        return NotRecorded(
            name=self.name, requirement=self.requirement, notice=self.notice, conditions=conditions(self.when)
        )


class MilestoneText(Table):
    title: Words
    requirement: Words
    roles: frozenset[Role] = Field(min_length=1)
    stages: tuple[Name, ...] = ()
    answers: str | None = None
    ends: str | None = None
    invites: bool = Field(default=False, strict=True)
    alerts: tuple[str, ...] = ()

    def milestone(self, name: str) -> MilestoneKind:
        return MilestoneKind(name=name, **self.model_dump())


class OutcomeText(Table):
    """`ends`: the pathways and kinds of contact that it may end; left out: any. `milestone`: what it is besides."""

    says: Words
    ends: tuple[str, ...] = ()
    milestone: str | None = None

    def outcome(self, name: str) -> Outcome:
        return Outcome(name=name, says=self.says, belongs_to=self.ends, milestone=self.milestone)


def _says(value: Any) -> Any:
    """A bare sentence may end anything."""
    if isinstance(value, (str, Mapping)):
        return {"says": value} if isinstance(value, str) else value
    raise wrong('write a sentence, or { says = "…", ends = ["…"] }')


Says = Annotated[OutcomeText, BeforeValidator(_says)]


class CallsText(Table):
    topics: dict[Name, Words] = Field(min_length=1)
    outcomes: dict[Name, Words] = Field(min_length=1)
    roles: frozenset[Role] = Field(min_length=1)
    hours: HoursText | None = None
    """When somebody answers, where that is on the record (G-15)."""
    quoted: bool = Field(default=False, strict=True)
    """Whether a later referral may quote a call."""

    def calls(self, hours: WorkingTime | None) -> Calls:
        return Calls(topics=self.topics, outcomes=self.outcomes, roles=self.roles, hours=hours, quoted=self.quoted)


class ReportsText(Table):
    suppress_below: int = Field(default=5, strict=True, ge=2, le=100)
    """Counts below it are not shown (H-16)."""
