"""What people and organisations said of a case and somebody has yet to act on: ratings, outcomes, milestones, flags."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mashbus.domain.enquiry import Actor, Withheld
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
