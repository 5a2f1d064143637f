"""A deadline as it is carried by the record that starts it: computed once, never recomputed when it fires."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mashbus.domain.vocabulary import Rag

HUB = "hub"
"""The owner of a deadline that no agency owes."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step from the anchor to the due instant, so that a person can check it by hand (reading 8)."""

    kind: str
    starts: datetime
    ends: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """An anchor, an amount and an owner, already turned into instants (UTC, whole microseconds)."""

    deadline_id: UUID
    subject: UUID
    """What is owed: a request's id or a case's id."""
    clock: str
    rag: Rag | None
    owner: str
    """An organisation's id, or whoever the clock names: `hub`, `social_care`, …"""
    met_by: tuple[str, ...]
    """Names of the records that meet it."""
    anchor: datetime
    due: datetime
    at_risk: datetime | None
    revision: int
    profile: str
    """Version and hash of the profile that computed it."""
    steps: tuple[Step, ...]


def lateness(due: datetime, met_at: datetime) -> timedelta:
    """How late: zero when met at exactly the due instant or before (reading 6)."""
    return max(met_at - due, timedelta(0))
