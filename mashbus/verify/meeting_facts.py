"""What is kept of each record by which meetings' agendas, and what schools are told, are judged. As `facts`: ids, days,
words of closed lists and hashes; no names, no text.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from mashbus.verify.places import Place


class Placed(NamedTuple):
    """On a meeting's agenda."""

    event_id: UUID
    place: Place
    ms: int
    meeting: str
    requirement: str
    meets_at: datetime
    occurred_at: datetime
    reasons: tuple[str, ...]


class Met(NamedTuple):
    """What a meeting decided."""

    event_id: UUID
    cause_id: UUID | None
    place: Place
    ms: int
    meeting: str
    met_on: date
    result: str
    by: int
    """A hash of who."""
    role: str
    levels: int | None
    """A hash of the rating that it is besides, if it is one."""


class FromMeeting(NamedTuple):
    """A rating that was made from a recorded result."""

    event_id: UUID
    cause_id: UUID
    case_id: UUID
    by: int
    levels: int


class ToSetting(NamedTuple):
    """What an email to a key adult shows."""

    named: tuple[frozenset[int], ...]
    """For each name of a child of the contact that stands in it: whose it may be."""
    story: bool
    """Something of what happened stands in it."""


class Undelivered(NamedTuple):
    """An email to a key adult that failed, came back or was never sent."""

    kind: str
    event_id: UUID
    case_id: UUID
    cause_id: UUID | None
    place: Place
    ms: int
