"""What the hub asks of whom, and who decided it: the values that routing and rating records are made of."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mashbus.domain.deadline import Deadline
from mashbus.domain.vocabulary import Rag


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who decided: the API key's own label and the role it grants, never what the caller says of himself."""

    label: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question to one organisation about one case."""

    request_id: UUID
    organisation: str
    role: str
    """What the organisation is to this partnership: police, health, education, …"""
    rag: Rag
    purpose: str
    asked_at: datetime
    deadline: Deadline | None


@dataclass(frozen=True, kw_only=True)
class NotAsked:
    """An organisation that the profile names and that was not asked, and why: shown, not hidden (H-11)."""

    organisation: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Rerating:
    """A request's new colour and deadline (procedures, reading 7). No deadline: the new colour has no clock."""

    request_id: UUID
    organisation: str
    rag: Rag
    deadline: Deadline | None


@dataclass(frozen=True, kw_only=True)
class Withheld:
    """A further referrer who is not told the outcome, and why (H-10)."""

    referrer_id: UUID
    reason: str
