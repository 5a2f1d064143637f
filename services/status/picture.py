"""The cumulative picture: all that the hub was told and decided of a case, for its manager (G-08, H-09, J-13).

Nothing of whoever referred has a place here (G-21): not the name, not the kind, not the channel it came by. What people
wrote into their narratives stands as they wrote it.
"""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.status.answers import DeadlineAnswer
from services.status.by import By
from services.status.instants import Utc
from services.status.match_answers import MatchesAnswer
from services.status.meetings.items import MeetingItemAnswer
from services.status.triage_answers import AlertAnswer, DirectedAnswer


class ChildPicture(BaseModel):
    name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None
    school: str | None


class ConcernPicture(BaseModel):
    summary: str | None
    impact: str | None
    tried: str | None
    category_of_need: str | None
    factors: tuple[str, ...]
    immediate_harm: bool


class AnswerPicture(BaseModel):
    at: Utc
    knowledge: str
    """known, not_known, possible (a person must look) or UNKNOWN."""
    summary: str | None
    analysis: str | None


class OrganisationPicture(BaseModel):
    organisation: str
    name: str
    role: str
    status: str
    """awaited, answered, late, declined, withdrawn or lapsed."""
    says: str
    """The same and what it knows, in plain words."""
    rag: str
    asked_at: Utc
    seen_at: Utc | None
    due: Utc | None
    due_local: str | None
    knowledge: str | None
    """Of its newest answer."""
    answers: tuple[AnswerPicture, ...]
    declined_because: str | None


class NotAskedPicture(BaseModel):
    organisation: str
    name: str
    reason: str


class ChronologyLine(BaseModel):
    on: date | None
    text: str
    organisation: str
    name: str


class FlagPicture(BaseModel):
    at: Utc
    organisation: str
    name: str
    information: str
    suggested_rag: str | None


class IndicatorPicture(BaseModel):
    name: str
    title: str


class RecommendationPicture(BaseModel):
    rag: str
    level: str | None
    pathways: tuple[str, ...]
    rule: str | None
    reasons: tuple[str, ...]
    indicators: tuple[IndicatorPicture, ...]
    """Those that call for joint triage (J-08)."""
    held: tuple[str, ...]


class RatingPicture(BaseModel):
    """One routing or re-rating, oldest first."""

    at: Utc
    rag: str
    previous: str | None
    level: str | None
    pathways: tuple[str, ...]
    by: By | None
    """None: a rule."""
    rule: str | None
    rationale: tuple[str, ...]
    indicators: tuple[IndicatorPicture, ...]


class ViewPicture(BaseModel):
    """What a child says for itself (H-18, C-13)."""

    child: str
    understands: bool | None
    consent: str
    view: str | None


class ConsentPicture(BaseModel):
    """As the contact said it (`by` is none), or as a person recorded it since."""

    at: Utc
    by: By | None
    status: str
    given_by: str | None
    reason: str | None
    lawful_basis: str
    told: bool | None
    telling_raises_risk: bool | None
    urgent: str | None
    asking_raises_risk: str | None
    action: str | None
    rationale: str | None
    views: tuple[ViewPicture, ...]


class InvolvementPicture(BaseModel):
    at: Utc
    by: By
    involvement: str
    held_by: str | None
    closed_on: date | None


class HoldingPicture(BaseModel):
    """One spell of a child with a service, as the directory has it."""

    child: str
    organisation: str
    service: str
    unit: str | None
    opened_on: date | None
    closed_on: date | None
    """None: it is open."""
    found_by: tuple[str, ...]
    """Identifiers that agree; `match`: a person decided."""


class EarlierPicture(BaseModel):
    child: str
    case_id: UUID
    received_at: Utc


class LinkPicture(BaseModel):
    at: Utc
    case_id: UUID
    why: str
    later: bool
    """True: the other case came after this one."""
    by: By | None
    """None: exact identifiers or content."""
    rationale: str | None


class PassedPicture(BaseModel):
    """To whoever holds, or held, the children's cases (H-05, G-03, H-03, M-08)."""

    at: Utc
    to: tuple[str, ...]
    children: tuple[str, ...]
    requirement: str
    reason: str
    instead: bool
    """The hub plays no further part."""


class MilestonePicture(BaseModel):
    """Something that was done, decided or disputed; `stage` is that of an escalation (M-12, J-20, H-19)."""

    at: Utc
    milestone: str
    title: str
    by: By
    stage: str | None
    note: str | None


class ResultPicture(BaseModel):
    """What a meeting decided; with a colour, level or pathways it re-levelled the case."""

    at: Utc
    meeting: str
    title: str
    met_on: date
    result: str
    says: str
    by: By
    note: str | None
    stays: bool
    rag: str | None
    level: str | None
    pathways: tuple[str, ...]


class DisclosurePicture(BaseModel):
    """What was shared with whom, for what, under which rule (H-15). Names of fields."""

    at: Utc
    organisation: str
    name: str
    fields: tuple[str, ...]
    purpose: str
    shared_by: str | None
    rule: str | None
    profile: str | None
    lawful_basis: str


class RefusedPicture(BaseModel):
    at: Utc
    decision: str
    by: By
    reason: str


class OutcomePicture(BaseModel):
    at: Utc
    outcomes: tuple[str, ...]
    by: By
    rationale: str
    referrer_told: bool
    not_told_reason: str | None


class EnoughPicture(BaseModel):
    at: Utc
    by: By
    rationale: str


class Picture(BaseModel):
    case_id: UUID
    reference: str | None
    partnership: str
    made_at: Utc
    made_at_local: str
    in_short: tuple[str, ...]
    """The whole in a few sentences, most urgent first."""
    state: str
    received_at: Utc | None
    rag: str | None
    level: str | None
    pathways: tuple[str, ...]
    awaiting: tuple[str, ...]
    children: tuple[ChildPicture, ...]
    concern: ConcernPicture | None
    professionals: tuple[str, ...]
    """Others who are involved with the family: role and organisation."""
    organisations: tuple[OrganisationPicture, ...]
    not_asked: tuple[NotAskedPicture, ...]
    flags: tuple[FlagPicture, ...]
    chronology: tuple[ChronologyLine, ...]
    """Of all organisations, in order; what has no date comes last."""
    recommendation: RecommendationPicture | None
    directed: DirectedAnswer | None
    alerts: tuple[AlertAnswer, ...]
    ratings: tuple[RatingPicture, ...]
    consent: tuple[ConsentPicture, ...]
    """Oldest first: the newest counts."""
    involvement: tuple[InvolvementPicture, ...]
    holdings: tuple[HoldingPicture, ...]
    """Who has, or had, a case of one of the children."""
    earlier: tuple[EarlierPicture, ...]
    """Earlier contacts about the children, oldest first."""
    unclear: tuple[str, ...]
    """Identifiers that contradict one another."""
    matches: MatchesAnswer
    """Who may be one of the children: nothing follows until a person decides."""
    links: tuple[LinkPicture, ...]
    passed_on: tuple[PassedPicture, ...]
    milestones: tuple[MilestonePicture, ...]
    agenda: tuple[MeetingItemAnswer, ...]
    meeting_results: tuple[ResultPicture, ...]
    deadlines: tuple[DeadlineAnswer, ...]
    """Those that no asked organisation owes: the hub's own, and those of a milestone."""
    disclosures: tuple[DisclosurePicture, ...]
    refused: tuple[RefusedPicture, ...]
    enough: tuple[EnoughPicture, ...]
    outcome: OutcomePicture | None
