"""A person's word on an offered match: the same child, or not."""

from typing import ClassVar
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from services.intake.words import Word, Words


class MatchForm(Word):
    """Whether the role may decide it, and whether it was offered in this case, is said on the record."""

    record: ClassVar[type[Record]] = hub.MatchDecided

    candidate_id: UUID
    """As `GET /v1/cases/{case_id}/matches` names it."""
    same: bool
    """False takes an earlier word back."""
    rationale: Words
