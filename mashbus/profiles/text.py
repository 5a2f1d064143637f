"""The profile file as it is written: what may stand where, and what must agree with what."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from mashbus.domain.clocks import Kind, Readings, WorkingTime
from mashbus.domain.completeness import REQUIRABLE
from mashbus.domain.facts import CONTACT_FACTS
from mashbus.domain.partnership import Message, Organisation, Partnership, Pathway
from mashbus.domain.procedure import Outcome
from mashbus.domain.rules import TESTS, Condition, Rule
from mashbus.domain.sharing import SHAREABLE
from mashbus.domain.vocabulary import EmailKind, Rag
from mashbus.profiles.calendars import CalendarText, HoursText, SchoolText
from mashbus.profiles.clocks_text import ClockText, Colour
from mashbus.profiles.tables import Fault, Place, Table
from mashbus.profiles.values import Name, Span, Zone, wrong

WORKING = frozenset({Kind.WORKING_HOURS, Kind.WORKING_DAYS, Kind.WORKS_ON})
"""Kinds that need to know when the hub is open."""
READ_AS_WORKING = frozenset({Kind.HOURS, Kind.DAYS})
"""Kinds that reading 1, set to `working`, makes need it too."""

Decision = Literal["rating", "outcome", "enough", "suspension"]
Test = bool | int | str | list[str]


def _shareable(names: frozenset[str]) -> frozenset[str]:
    if unknown := names - SHAREABLE:
        raise wrong(f"cannot be shared: {', '.join(sorted(unknown))}")
    return names


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
    title: str
    asks: tuple[str, ...]
    clocks: tuple[str, ...]


class RuleText(Table):
    name: Name
    when: dict[str, dict[str, Test]] = Field(min_length=1)
    rag: Colour
    pathways: tuple[str, ...] = Field(min_length=1)
    reason: str

    def rule(self) -> Rule:
        return Rule(
            name=self.name,
            conditions=tuple(self.conditions()),
            rag=Rag(self.rag),
            pathways=self.pathways,
            reason=self.reason,
        )

    def conditions(self) -> Iterator[Condition]:
        for fact, tests in self.when.items():
            for test, value in tests.items():
                yield Condition(fact=fact, test=test, value=frozenset(value) if isinstance(value, list) else value)


class OrganisationText(Table):
    id: Name
    name: str
    role: str
    connected: bool
    purpose: str
    shared: Annotated[frozenset[str], AfterValidator(_shareable)]


class MessageText(Table):
    subject: str
    body: str


class ProfileText(Table):
    version: int
    name: Name
    title: str
    zone: Zone
    ratings: tuple[Colour, ...]
    required: tuple[str, ...]
    decides: dict[Decision, frozenset[str]]
    hours: HoursText = HoursText()
    calendar: CalendarText = CalendarText()
    school: SchoolText | None = None
    readings: ReadingsText = ReadingsText()
    monitor: MonitorText = MonitorText()
    clocks: dict[Name, ClockText]
    pathways: dict[Name, PathwayText]
    rules: tuple[RuleText, ...] = ()
    """In order; none holds, or there is none: a person rates."""
    organisations: tuple[OrganisationText, ...]
    outcomes: dict[str, str]
    messages: dict[EmailKind, MessageText]

    def faults(self) -> Iterator[Fault]:
        yield from _unknown(("required",), self.required, REQUIRABLE, "a referral has no")
        yield from self._time_faults()
        yield from self._clock_faults()
        yield from self._pathway_faults()
        yield from self._rule_faults()
        ids = [one.id for one in self.organisations]
        for index, name in enumerate(ids):
            if name in ids[:index]:
                yield ("organisations", index, "id"), f"'{name}' is named twice"

    # -- hours, holidays and terms -----------------------------------------------------------------------------------

    def _time_faults(self) -> Iterator[Fault]:
        for place, said in self.calendar.not_worked(self.hours.week):
            yield ("calendar", *place), said
        if "hours" in self.model_fields_set and not self.hours.week:
            yield ("hours",), "no day has hours"
        last = self.calendar.known_until
        if last is None and self.calendar.holidays:
            yield ("calendar",), "known_until is missing: until which day are holidays and closures known?"
        for index, (_, ends) in enumerate(self.school.terms if self.school else ()):
            if last is not None and ends > last:
                yield ("school", "terms", index), f"a term until {ends}, and the calendar is known until {last}"

    # -- clocks ------------------------------------------------------------------------------------------------------

    def _clock_faults(self) -> Iterator[Fault]:
        of_requests = [name for name, clock in self.clocks.items() if clock.started_by == "InformationRequested"]
        for name in of_requests[1:]:
            yield (
                ("clocks", name, "started_by"),
                f"every request starts '{of_requests[0]}' already, and an answer has one time",
            )
        named = {name for pathway in self.pathways.values() for name in pathway.clocks}
        for name, clock in self.clocks.items():
            for place, said in clock.of_ratings(self.ratings):
                yield ("clocks", name, *place), said
            for place, amount in clock.amounts.items():
                for said in self._lacks(amount.kind):
                    yield ("clocks", name, *place), said
            if clock.started_by == "pathway" and name not in named:
                yield ("clocks", name, "started_by"), "no pathway names it: it would never start"

    def _lacks(self, kind: Kind | None) -> Iterator[str]:
        """What a clock of this kind needs and the profile does not say."""
        working = self._works(kind)
        if working and not self.hours.week:
            yield f"{kind} need to know when the hub is open: there are no [hours]"
        if kind is Kind.SCHOOL and self.school is None:
            yield "needs to know the school terms: there is no [school]"
        if (working or kind is Kind.SCHOOL) and self.calendar.known_until is None:
            yield "needs to know how far the calendar goes: [calendar] has no known_until"

    def _works(self, kind: Kind | None) -> bool:
        return kind in WORKING or (self.readings.hours_and_days == "working" and kind in READ_AS_WORKING)

    # -- pathways and rules ------------------------------------------------------------------------------------------

    def _pathway_faults(self) -> Iterator[Fault]:
        roles = {one.role for one in self.organisations}
        for name, pathway in self.pathways.items():
            yield from _unknown(("pathways", name, "asks"), pathway.asks, roles, "no organisation has the role")
            yield from _unknown(("pathways", name, "clocks"), pathway.clocks, self.clocks, "there is no clock")
            for clock in pathway.clocks:
                starts = self.clocks[clock].started_by if clock in self.clocks else "pathway"
                if starts != "pathway":
                    yield ("pathways", name, "clocks"), f"'{clock}' is started by {starts}, not by a pathway"

    def _rule_faults(self) -> Iterator[Fault]:
        for index, rule in enumerate(self.rules):
            place = ("rules", index, "when")
            yield from _unknown(place, rule.when, CONTACT_FACTS, "rules can't test")
            yield from _unknown(place, {t for tests in rule.when.values() for t in tests}, TESTS, "there's no test")
            yield from _unknown(("rules", index, "pathways"), rule.pathways, self.pathways, "there is no pathway")
            yield from _unknown(("rules", index, "rag"), (rule.rag,), self.ratings, "not a rating here:")

    # -- plain values ------------------------------------------------------------------------------------------------

    def time(self) -> WorkingTime:
        return WorkingTime(
            calendar=self.calendar.calendar(self.zone, self.hours.week),
            school=self.school.school() if self.school else None,
            readings=Readings(**self.readings.model_dump()),
        )

    def partnership(self, version: str) -> Partnership:
        """Plain values for the domain."""
        time = self.time()
        return Partnership(
            name=self.name,
            title=self.title,
            version=version,
            zone=self.zone,
            time=time,
            calendar_known_until=self.calendar.known_until or date.max,
            silent_after=self.monitor.silent_after,
            canary_every=self.monitor.canary_every,
            ratings=tuple(map(Rag, self.ratings)),
            pathways={name: Pathway(name=name, **one.model_dump()) for name, one in self.pathways.items()},
            clocks={name: one.clock(name, time) for name, one in self.clocks.items()},
            rules=tuple(one.rule() for one in self.rules),
            required=self.required,
            organisations=tuple(Organisation(**one.model_dump()) for one in self.organisations),
            outcomes={name: Outcome(name=name, says=says) for name, says in self.outcomes.items()},
            decides={str(kind): roles for kind, roles in self.decides.items()},
            messages={kind: Message(**one.model_dump()) for kind, one in self.messages.items()},
        )


def _unknown(
    place: Place, named: Iterable[str], there: Iterable[str] | Mapping[str, object], said: str
) -> Iterator[Fault]:
    for name in sorted(set(named) - set(there)):
        yield place, f"{said} '{name}'; there are: {', '.join(sorted(there))}"
