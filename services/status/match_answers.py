"""Who may be a child of a case, as readers are answered.

No name and no date of the other person: whoever decides looks it up where it is kept, by the council's own id or the
earlier case.
"""

from uuid import UUID

from pydantic import BaseModel

from mashbus.domain.known import Says
from services.status.by import By
from services.status.instants import Utc


class EvidenceAnswer(BaseModel):
    field: str
    says: Says
    weight: float
    """In bits: positive speaks for one child, negative against it."""
    detail: str | None


class DecidedMatch(BaseModel):
    at: Utc
    by: By
    same: bool
    rationale: str


class MatchAnswer(BaseModel):
    candidate_id: UUID
    child: int
    """Its place among the case's children, from 0."""
    child_name: str
    organisation: str | None
    """Who holds, or held, a case of the candidate."""
    local_id: str | None
    """The organisation's own id of the candidate."""
    case_id: UUID | None
    """The earlier case, where the candidate is of one."""
    probability: float
    offered_at: Utc
    evidence: tuple[EvidenceAnswer, ...]
    decided: DecidedMatch | None
    """The newest word that was not refused."""


class MatchesAnswer(BaseModel):
    open: tuple[MatchAnswer, ...]
    """To be decided, the most probable first."""
    decided: tuple[MatchAnswer, ...]
