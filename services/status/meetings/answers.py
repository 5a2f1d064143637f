"""What readers get of meetings: when they are, what is on an agenda, what was decided."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.status.answers import DeadlineAnswer
from services.status.instants import Utc
from services.status.picture import ChildPicture, ConcernPicture, FlagPicture, OrganisationPicture, ResultPicture


class MeetingDay(BaseModel):
    on: date
    meets_at: Utc
    meets_at_local: str


class MeetingAnswer(BaseModel):
    name: str
    title: str
    requirement: str
    next: tuple[MeetingDay, ...]
    """The next ones, the first first; fewer where the calendar ends."""
    items: int
    """Cases on the next agenda, as far as is known now."""
    results: dict[str, str]
    """What it may decide, and what that says."""
    roles: tuple[str, ...]
    """Who may record what it decided."""


class MeetingsAnswer(BaseModel):
    partnership: str
    time_zone: str
    meetings: tuple[MeetingAnswer, ...]


class AgendaCase(BaseModel):
    """One case on an agenda. Why it is on it is as the meeting had it; all else is as it is known now."""

    case_id: UUID
    reference: str | None
    reasons: tuple[str, ...]
    since: date
    """The day of the first meeting that it is on the agenda of, for one of the reasons."""
    state: str
    rag: str | None
    level: str | None
    pathways: tuple[str, ...]
    awaiting: tuple[str, ...]
    children: tuple[ChildPicture, ...]
    concern: ConcernPicture | None
    flags: tuple[FlagPicture, ...]
    organisations: tuple[OrganisationPicture, ...]
    """What each has added, or until when it is awaited."""
    deadlines: tuple[DeadlineAnswer, ...]
    """Those of the hub that are neither met nor withdrawn."""
    earlier_results: tuple[ResultPicture, ...]
    """Of this meeting's earlier days, oldest first."""


class AgendaAnswer(BaseModel):
    meeting: str
    title: str
    requirement: str
    partnership: str
    on: date
    meets_at: Utc
    meets_at_local: str
    made_at: Utc
    cases: tuple[AgendaCase, ...]
    """The most urgent colour first, then in order of receipt."""


class CaseResult(BaseModel):
    case_id: UUID
    reference: str | None
    results: tuple[ResultPicture, ...]


class CaseNamed(BaseModel):
    case_id: UUID
    reference: str | None


class ResultsAnswer(BaseModel):
    meeting: str
    title: str
    requirement: str
    partnership: str
    on: date
    made_at: Utc
    cases: tuple[CaseResult, ...]
    without_result: tuple[CaseNamed, ...]
    """On the agenda of that day, and nothing is recorded."""
