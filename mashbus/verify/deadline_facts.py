"""What is kept of each record that can start, meet, stop or follow a deadline. As `facts`: ids and instants only."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from mashbus.verify.places import Place


class Owed(NamedTuple):
    """A deadline, as it was first stated."""

    deadline_id: UUID
    case_id: UUID
    subject: UUID
    clock: str
    owner: str
    coloured: bool
    met_by: tuple[str, ...]
    anchor: datetime
    due: datetime
    at_risk: datetime | None
    revision: int
    stated: datetime
    """Its own re-rating or resumption, else the first anchor."""
    is_canary: bool
    ms: int


class Routed(NamedTuple):
    cause_id: UUID | None
    """The rating that it acts on, if a person gave one."""
    occurred_at: datetime
    ms: int


class Reached(NamedTuple):
    """A milestone that was recorded."""

    event_id: UUID
    cause_id: UUID | None
    """The person's word that it acts on: then it counts from when the broker took that."""
    answers: UUID | None
    """The milestone's record that it answers: it meets what that one armed and nothing else."""
    ms: int


class Suspended(NamedTuple):
    event_id: UUID
    case_id: UUID
    cause_id: UUID | None
    deadline_id: UUID
    subject: UUID
    suspended_at: datetime
    left_microseconds: int
    place: Place
    ms: int


class Resumed(NamedTuple):
    event_id: UUID
    case_id: UUID
    cause_id: UUID | None
    deadline_id: UUID
    subject: UUID
    due: datetime
    place: Place
    ms: int


class Said(NamedTuple):
    """What the monitor said of a deadline: at risk, or breached; of a canary, fired."""

    kind: str
    event_id: UUID
    case_id: UUID | None
    deadline_id: UUID
    due: datetime
    occurred_at: datetime
    ms: int


class Resolved(NamedTuple):
    event_id: UUID
    case_id: UUID | None
    deadline_id: UUID
    breach_id: UUID
    met_at: datetime
    lateness_microseconds: int
