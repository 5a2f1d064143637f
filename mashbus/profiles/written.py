"""The profile file as it is written: what may stand where. What must agree with what is judged elsewhere."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from mashbus.profiles.areas import AreaText
from mashbus.profiles.calendars import CalendarText, HoursText, SchoolText
from mashbus.profiles.clocks_text import ClockText, Colour
from mashbus.profiles.encompass_text import EncompassText
from mashbus.profiles.known_text import KnownText, PassesOnText
from mashbus.profiles.meetings_text import MeetingText
from mashbus.profiles.parties_text import Kind, MessageText, OrganisationText, Referring, TeamText
from mashbus.profiles.procedure_text import (
    AlertText,
    CallsText,
    ContactTypeText,
    GuardText,
    IndicatorText,
    InsistenceText,
    MilestoneText,
    NotRecordedText,
    ReportsText,
    RuleText,
    Says,
    TriageText,
)
from mashbus.profiles.tables import Table
from mashbus.profiles.values import Name, Role, Span, Words, Zone

Decision = Literal["rating", "outcome", "enough", "suspension", "record"]


class ReadingsText(Table):
    """Only what differs from the fixed readings (docs/procedures.md)."""

    hours_and_days: Literal["elapsed", "working"] = "elapsed"
    working_day_ends: Literal["same_time", "closing"] = "same_time"
    outside_hours: Literal["next_opening", "as_is"] = "next_opening"
    working_hours_end: Literal["closing", "next_opening"] = "closing"
    works_on_from: Literal["next_opening", "anchor"] = "next_opening"
    at_risk_of: Literal["own_time", "elapsed"] = "own_time"


class MonitorText(Table):
    silent_after: Span = timedelta(minutes=15)
    canary_every: Span = timedelta(hours=1)


class PathwayText(Table):
    title: Words
    asks: tuple[str, ...]
    clocks: tuple[str, ...]
    level: str | None = None
    tells: frozenset[Referring] | None = None
    closes_with: str | None = None
    meeting: str | None = None


class Written(Table):
    version: int = Field(strict=True, ge=1)
    name: Name
    title: Words
    zone: Zone
    ratings: tuple[Colour, ...]
    required: tuple[str, ...]
    decides: dict[Decision, frozenset[Role]]
    roles: dict[Role, Words] = Field(default_factory=dict)
    """Every role that the profile names, and its title. Left out, as in older profiles: roles are not checked."""
    hours: HoursText = HoursText()
    reception: HoursText | None = None
    """Of whoever takes contacts in, where that has hours of its own (C-07)."""
    calendar: CalendarText = CalendarText()
    school: SchoolText | None = None
    readings: ReadingsText = ReadingsText()
    monitor: MonitorText = MonitorText()
    clocks: dict[Name, ClockText]
    triage: TriageText = TriageText()
    levels: dict[str, Words] = Field(default_factory=dict)
    pathways: dict[Name, PathwayText]
    rules: tuple[RuleText, ...] = ()
    """In order; none holds, or there is none: a person rates."""
    indicators: tuple[IndicatorText, ...] = ()
    contact_types: dict[Name, ContactTypeText] = Field(default_factory=dict)
    alerts: tuple[AlertText, ...] = ()
    guards: tuple[GuardText, ...] = ()
    insists: tuple[InsistenceText, ...] = ()
    not_recorded: tuple[NotRecordedText, ...] = ()
    milestones: dict[Name, MilestoneText] = Field(default_factory=dict)
    """Left out, as in older profiles: clocks may name what they like."""
    calls: CallsText | None = None
    area: AreaText | None = None
    known: KnownText = KnownText()
    passes_on: tuple[PassesOnText, ...] = ()
    meetings: dict[Name, MeetingText] = Field(default_factory=dict)
    encompass: EncompassText | None = None
    reports: ReportsText = ReportsText()
    teams: dict[Name, TeamText] = Field(default_factory=dict)
    organisations: tuple[OrganisationText, ...]
    outcomes: dict[str, Says]
    messages: dict[Kind, MessageText]
