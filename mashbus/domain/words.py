"""What people and organisations said of a case and somebody has yet to act on: ratings, outcomes, links, flags."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from mashbus.domain.enquiry import Actor, Withheld
from mashbus.domain.known import LinkKind
from mashbus.domain.vocabulary import Rag


@dataclass(frozen=True, kw_only=True)
class Rating:
    """A person's rating, waiting to be acted on."""

    rating_id: UUID
    partnership: str
    actor: Actor
    rag: Rag
    pathways: tuple[str, ...]
    rationale: str
    at: datetime
    level: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A manager's outcome (or `enough`, which has no outcomes), waiting to be acted on."""

    ruling_id: UUID
    partnership: str
    actor: Actor
    rationale: str
    at: datetime
    outcomes: tuple[str, ...] = ()
    tell_referrer: bool = True
    not_told_reason: str | None = None
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """What a person did or decided, waiting to be acted on."""

    word_id: UUID
    partnership: str
    actor: Actor
    milestone: str
    reached_at: datetime | None
    """None: when the broker took the word."""
    stage: str | None
    answers: UUID | None
    note: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Standstill:
    """A person's word that a deadline should stand still, or run again, waiting to be acted on."""

    word_id: UUID
    partnership: str
    actor: Actor
    clock: str
    organisation: str | None
    rationale: str
    ends: bool
    """It should run again."""
    at: datetime
    """When the broker took the word."""


@dataclass(frozen=True)
class Flag:
    """A risk that an organisation flagged (H-09)."""

    flag_id: UUID
    organisation: str
    suggested: Rag


@dataclass(frozen=True, kw_only=True)
class Link:
    """A person's word that the case belongs to another one, waiting to be acted on."""

    word_id: UUID
    partnership: str
    actor: Actor
    to: UUID
    kind: LinkKind
    rationale: str


@dataclass(frozen=True, kw_only=True)
class Match:
    """A person's word on an offered match. The newest on a candidate counts."""

    word_id: UUID
    partnership: str
    actor: Actor
    candidate_id: UUID
    same: bool


@dataclass(frozen=True, kw_only=True)
class MeetingResult:
    """What a meeting decided, waiting to be acted on. With a colour, level or pathway it is a rating besides."""

    word_id: UUID
    partnership: str
    actor: Actor
    meeting: str
    met_on: date
    result: str
    note: str | None
    stays: bool
    rag: Rag | None
    level: str | None
    pathways: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A milestone as it was recorded."""

    milestone: str
    at: datetime
    """When it was reached: a person may say it late."""
    answers: UUID | None = None
    """The record that it names: the stage it answers, or what it ends."""
