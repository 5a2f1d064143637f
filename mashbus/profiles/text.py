"""The profile file as it is written: what may stand where, and what must agree with what."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from mashbus.domain.clocks import Amount, Anchor, Calendar, Clock, Kind, Readings, WorkingTime
from mashbus.domain.partnership import Message, Organisation, Partnership, Pathway
from mashbus.domain.rules import FACTS, TESTS, Condition, Rule
from mashbus.domain.sharing import SHAREABLE
from mashbus.domain.vocabulary import EmailKind, Rag


class Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise PydanticCustomError("zone", "unknown time zone '{name}'", {"name": name}) from None
    return name


def _shareable(names: frozenset[str]) -> frozenset[str]:
    if unknown := names - SHAREABLE:
        raise PydanticCustomError("shared", "cannot be shared: {names}", {"names": ", ".join(sorted(unknown))})
    return names


Hours = Annotated[float, Field(gt=0, le=24 * 366)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,48}$")]
Colour = Literal["red", "amber", "green", "blue"]
Decision = Literal["rating", "outcome", "enough"]
Test = bool | int | str | list[str]


class ClockText(Table):
    requirement: str
    anchor: Literal["receipt", "request"]
    owner: Literal["agency", "hub"]
    met_by: tuple[str, ...] = Field(min_length=1)
    hours: Hours | dict[Colour, Hours]
    at_risk_share: float = Field(default=0.75, gt=0, lt=1)

    def clock(self, name: str, calendar: Calendar) -> Clock:
        hours: dict[Rag | None, float] = (
            {Rag(colour): hours for colour, hours in self.hours.items()}
            if isinstance(self.hours, dict)
            else {None: self.hours}
        )
        return Clock(
            name=name,
            anchor=Anchor(self.anchor),
            owner=self.owner,
            met_by=self.met_by,
            started_by="InformationRequested" if self.owner == "agency" else "pathway",
            amounts={rag: Amount(Kind.HOURS, timedelta(hours=one)) for rag, one in hours.items()},
            requirement=self.requirement,
            at_risk_share=Fraction(str(self.at_risk_share)),
            time=WorkingTime(calendar=calendar, school=None, readings=Readings()),
        )


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
    zone: Annotated[str, AfterValidator(_zone)]
    ratings: tuple[Colour, ...]
    required: tuple[str, ...]
    decides: dict[Decision, frozenset[str]]
    clocks: dict[Name, ClockText]
    pathways: dict[Name, PathwayText]
    rules: tuple[RuleText, ...]
    organisations: tuple[OrganisationText, ...]
    outcomes: dict[str, str]
    messages: dict[EmailKind, MessageText]

    @model_validator(mode="after")
    def _agrees(self) -> "ProfileText":
        faults = [
            InitErrorDetails(type=PydanticCustomError("agreement", "{said}", {"said": said}), loc=place, input=None)
            for place, said in self._disagreements()
        ]
        if faults:
            raise ValidationError.from_exception_data("profile", faults)
        return self

    def _disagreements(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        roles = {one.role for one in self.organisations}
        for name, pathway in self.pathways.items():
            yield from _strangers(("pathways", name, "asks"), pathway.asks, roles, "no organisation has the role")
            yield from _strangers(("pathways", name, "clocks"), pathway.clocks, self.clocks, "there is no clock")
        for index, rule in enumerate(self.rules):
            place = ("rules", index, "when")
            yield from _strangers(place, rule.when, FACTS, "rules can't test")
            yield from _strangers(place, {t for tests in rule.when.values() for t in tests}, TESTS, "there's no test")
            yield from _strangers(("rules", index, "pathways"), rule.pathways, self.pathways, "there is no pathway")
            yield from _strangers(("rules", index, "rag"), (rule.rag,), self.ratings, "not a rating here:")
        ids = [one.id for one in self.organisations]
        for index, name in enumerate(ids):
            if name in ids[:index]:
                yield ("organisations", index, "id"), f"'{name}' is named twice"

    def partnership(self, version: str) -> Partnership:
        """Plain values for the domain."""
        always = Calendar(
            zone=ZoneInfo(self.zone), week={}, holidays={}, exceptions={}, known_from=date.min, known_until=date.max
        )  # elapsed clocks ask it for nothing but the zone
        return Partnership(
            name=self.name,
            title=self.title,
            version=version,
            zone=ZoneInfo(self.zone),
            ratings=tuple(map(Rag, self.ratings)),
            pathways={name: Pathway(name=name, **one.model_dump()) for name, one in self.pathways.items()},
            clocks={name: one.clock(name, always) for name, one in self.clocks.items()},
            rules=tuple(one.rule() for one in self.rules),
            required=self.required,
            organisations=tuple(Organisation(**one.model_dump()) for one in self.organisations),
            outcomes=self.outcomes,
            decides={str(kind): roles for kind, roles in self.decides.items()},
            messages={kind: Message(**one.model_dump()) for kind, one in self.messages.items()},
        )


def _strangers(
    place: tuple[str | int, ...], named: Iterable[str], there: Iterable[str], said: str
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for name in sorted(set(named) - set(there)):
        yield place, f"{said} '{name}'; there are: {', '.join(sorted(there))}"
