"""A clock as a profile writes it, and what keeps it from ever being armed, met or ended.

The names of records and events that it may speak of are fixed here: another name would be a clock that never starts or
that nothing can stop.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from mashbus.domain.clocks import Amount, Anchor, Clock, Kind, NoAmount, WorkingTime
from mashbus.domain.vocabulary import EmailKind, Rag
from mashbus.profiles.tables import Fault, Table
from mashbus.profiles.values import Margin, wrong

ANY_MILESTONE = "MilestoneRecorded:<milestone>"
EMAILS = frozenset({*EmailKind} - {EmailKind.UNKNOWN})
"""Kinds of email that can meet a clock."""
MEETING = (
    "InformationReturned", "RequestDeclined", "CaseRouted", "ContactDirected", "PassedToHolder", "OutcomeDecided",
)  # fmt: skip
ENCOMPASS = "EncompassCalled"
MILESTONE = "MilestoneRecorded:"
"""How a milestone's record is named that starts or meets a clock."""
STARTING = ("CaseOpened", "CaseRouted", "pathway", "contact_type", "InformationRequested", ENCOMPASS)
AT_RECEIPT = ("CaseOpened", "contact_type")
WITHOUT_COLOUR = (*AT_RECEIPT, ENCOMPASS)
"""What starts a clock before anybody has rated."""
AT_ROUTING = (Anchor.RECEIPT, Anchor.REQUEST, Anchor.DECISION)
"""What has happened, or happens, when a case is routed."""
KINDS = (*Kind, "none")
_MILESTONE = re.compile(r"MilestoneRecorded:[a-z][a-z0-9-]*")
_EMAIL = re.compile(r"EmailSent:(?P<kind>.+)")
_HOURS = Annotated[float, Field(strict=True, gt=0, le=24 * 366, allow_inf_nan=False)]
_DAYS = Annotated[int, Field(strict=True, gt=0, le=366)]

Colour = Literal["red", "amber", "green", "blue"]


def _meeting(name: str) -> str:
    email = _EMAIL.fullmatch(name)
    if name in MEETING or _MILESTONE.fullmatch(name) or (email and email["kind"] in EMAILS):
        return name
    emails = ", ".join(f"EmailSent:{kind}" for kind in sorted(EMAILS))
    raise wrong(f"no record '{name}' can meet a clock; there are: {', '.join(MEETING)}, {ANY_MILESTONE}, {emails}")


def _starting(name: str) -> str:
    if name in STARTING or _MILESTONE.fullmatch(name):
        return name
    raise wrong(f"nothing called '{name}' starts a clock; there are: {', '.join(STARTING)}, {ANY_MILESTONE}")


def _with_a_kind(value: Any) -> Any:
    if isinstance(value, Mapping):
        return value
    raise wrong(f"an amount without a kind: write {{ hours = {value} }}, or {', '.join(KINDS)} for hours")


def _share(value: Any) -> Fraction:
    try:
        share = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share < 1:
        raise wrong(f"'{value}' is no share of the time; write 0.75")
    return share


class AmountText(Table):
    """Exactly one of the kinds; `none` says why a colour has no time. `requirement`: where it isn't the clock's."""

    requirement: str | None = None

    hours: _HOURS | None = None
    days: _DAYS | None = None
    working_hours: _HOURS | None = None
    working_days: _DAYS | None = None
    works_on: _HOURS | None = None
    before_next_school_day: Literal[True] | None = None
    none: Annotated[str, Field(min_length=1)] | None = None
    decision_margin: Margin = timedelta(0)
    """Taken off: what comes before somebody else's decision is due so much earlier (J-09)."""

    @property
    def said(self) -> Sequence[str]:
        return [name for name in KINDS if getattr(self, name) is not None]

    @property
    def kind(self) -> Kind | None:
        return None if self.none is not None else Kind(self.said[0])

    def faults(self) -> Iterator[Fault]:
        if not self.said:
            yield (), f"an amount without a kind; there are: {', '.join(KINDS)}"
        elif len(self.said) > 1:
            yield (), f"an amount of several kinds ({', '.join(self.said)}): a colour has one"
        elif self.decision_margin:
            yield from self._margin_faults(self.decision_margin)

    def _margin_faults(self, margin: timedelta) -> Iterator[Fault]:
        kind = self.kind
        if kind is None or kind in (Kind.WORKING_DAYS, Kind.SCHOOL):
            yield ("decision_margin",), "is taken off hours and days only"
        elif margin >= self._length(kind):
            yield ("decision_margin",), f"leaves no time: {self._length(kind)} less {margin}"

    def _length(self, kind: Kind) -> timedelta:
        number = getattr(self, kind)
        return timedelta(days=number) if kind is Kind.DAYS else timedelta(hours=number)

    def amount(self) -> Amount | NoAmount:
        kind = self.kind
        if kind is None:
            return NoAmount(str(self.none))
        if kind is Kind.SCHOOL:
            return Amount(kind)
        if kind is Kind.WORKING_DAYS:
            return Amount(kind, days=self.working_days or 0)
        return Amount(kind, self._length(kind) - self.decision_margin)


WithAKind = Annotated[AmountText, BeforeValidator(_with_a_kind)]


class ClockText(Table):
    requirement: str
    anchor: Anchor
    started_by: Annotated[str, AfterValidator(_starting)]
    owner: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    met_by: tuple[Annotated[str, AfterValidator(_meeting)], ...] = Field(min_length=1)
    colours: dict[Colour, WithAKind] | None = None
    amount: WithAKind | None = None
    """Where the clock has no colours."""
    at_risk_share: Annotated[Fraction, BeforeValidator(_share)] = Fraction(3, 4)
    suspendable: bool = Field(default=False, strict=True)

    @property
    def amounts(self) -> Mapping[tuple[str, ...], AmountText]:
        """Every amount, by its place in the table."""
        amounts: dict[tuple[str, ...], AmountText] = {
            ("colours", one): said for one, said in (self.colours or {}).items()
        }
        return amounts if self.amount is None else {**amounts, ("amount",): self.amount}

    def faults(self) -> Iterator[Fault]:
        if bool(self.colours) == (self.amount is not None):
            yield (), "a clock has either `colours` with an amount each, or one `amount`"
        for place, amount in self.amounts.items():
            if self.suspendable and amount.kind is Kind.SCHOOL:
                yield place, "the time before the next school day can't be suspended: nothing of it is left to run on"
        if self.started_by in AT_RECEIPT and self.anchor is not Anchor.RECEIPT:
            yield ("anchor",), "a clock that a contact starts counts from receipt"
        if self.started_by == ENCOMPASS and self.anchor is not Anchor.INCIDENT:
            yield ("anchor",), "a clock that Operation Encompass starts counts from the incident"
        if self.started_by in WITHOUT_COLOUR and self.colours:
            yield ("colours",), "a case that opens has no colour yet: start this clock by CaseRouted"
        if self.started_by in ("CaseRouted", "pathway") and self.anchor not in AT_ROUTING:
            yield ("anchor",), f"when a case is routed there is no {self.anchor} yet: start this clock by a milestone"
        if self.started_by == "InformationRequested" and self.anchor is not Anchor.REQUEST:
            yield ("anchor",), "a clock that every request starts counts from request"

    @property
    def milestones(self) -> Iterator[tuple[str, str]]:
        """Milestones that it speaks of, and where."""
        for place, names in (("started_by", (self.started_by,)), ("met_by", self.met_by)):
            yield from ((place, name.partition(":")[2]) for name in names if _MILESTONE.fullmatch(name))

    @property
    def emails(self) -> tuple[EmailKind, ...]:
        """Emails without which it is never met."""
        kinds = [_EMAIL.fullmatch(name) for name in self.met_by]
        return tuple(EmailKind(one["kind"]) for one in kinds if one) if all(kinds) else ()

    def of_ratings(self, ratings: Sequence[str]) -> Iterator[Fault]:
        """Colours that a partnership has and the clock leaves out, or the other way round."""
        if not self.colours:
            return
        if left_out := [one for one in ratings if one not in self.colours]:
            yield ("colours",), f'leaves out {", ".join(left_out)}: say the time, or none = "why"'
        for colour in self.colours:
            if colour not in ratings:
                yield ("colours", colour), f"{colour} is no rating of this partnership"

    def clock(self, name: str, time: WorkingTime) -> Clock:
        colours = self.colours or {}
        amounts: dict[Rag | None, Amount | NoAmount] = {Rag(colour): one.amount() for colour, one in colours.items()}
        if self.amount is not None:
            amounts[None] = self.amount.amount()
        return Clock(
            name=name,
            anchor=self.anchor,
            owner=self.owner,
            met_by=self.met_by,
            started_by=self.started_by,
            amounts=amounts,
            requirement=self.requirement,
            requirements={Rag(colour): one.requirement for colour, one in colours.items() if one.requirement},
            at_risk_share=self.at_risk_share,
            suspendable=self.suspendable,
            time=time,
        )
