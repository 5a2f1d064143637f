"""What the hub knows already of a child: who holds an open or closed case, and which contacts came before.

Exact identifiers decide, and a person's word about an offered match; nothing weaker (see docs/adr/0016).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from mashbus.domain.vocabulary import Involvement


class Identifier(StrEnum):
    """The identifiers of the sector that decide alone. UNKNOWN decides nothing."""

    LOCAL_ID = "local_id"
    """The local authority's own child id (LAchildID in the census)."""
    UPN = "upn"
    NHS_NUMBER = "nhs_number"
    POLICE_REFERENCE = "police_reference"
    """A police force's reference of the person, told apart by force."""
    MATCH = "match"
    """None of them: a person decided that an offered match is the same child."""
    UNKNOWN = "UNKNOWN"


class Holder(StrEnum):
    """Who has a worker for a child. UNKNOWN is read as social care, whose cases are passed on most strictly."""

    SOCIAL_CARE = "social_care"
    EARLY_HELP = "early_help"
    UNKNOWN = "UNKNOWN"


class LinkKind(StrEnum):
    """Why two cases belong together. UNKNOWN is shown and changes nothing."""

    DUPLICATE = "duplicate"
    """The same referral under another key: the later case sends no requests."""
    SAME_INCIDENT = "same_incident"
    """Two contacts about one incident, as a person found: the later case sends no requests."""
    RE_REFERRAL = "re_referral"
    """The same child again within the profile's window: linked and counted, and triaged like any other."""
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One spell of a child with one service; open where it has no closing day. Days are the holder's own."""

    service: Holder
    unit: str | None = None
    """The unit or team that has the case; no person's name."""
    worker_email: str | None = None
    manager_email: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    closure_reason: str | None = None
    """DfE closure reason, RC1 to RC9."""
    need: str | None = None
    """DfE category of need, N0 to N9."""


@dataclass(frozen=True, kw_only=True)
class PoliceReference:
    """A person's reference in one force's records: exact only together with the force."""

    force: str
    """Id of the police organisation on the bus."""
    reference: str


@dataclass(frozen=True, kw_only=True)
class Holdership:
    """Who holds one child of a contact."""

    child: int
    """Its place among the contact's children, from 0."""
    organisation: str
    """The organisation on the bus that keeps the case."""
    holding: Holding


@dataclass(frozen=True, kw_only=True)
class KnownChild:
    """One child of a contact, found in the directory."""

    child: int
    """Its place among the contact's children, from 0."""
    token: str
    """The child's key in the directory: a keyed hash, 64 hex digits."""
    organisation: str
    """Who told of it: the organisation on the bus that keeps the cases."""
    holdings: tuple[Holding, ...]
    matched_on: tuple[Identifier, ...]


@dataclass(frozen=True, kw_only=True)
class EarlierContact:
    """An earlier case at the hub about the same child."""

    child: int
    case: UUID
    received_at: datetime
    matched_on: tuple[Identifier, ...]


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Identifiers of one child that lead to different children in the directory: a person must look."""

    child: int
    identifiers: tuple[Identifier, ...]


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What the directory answered about a contact."""

    known: tuple[KnownChild, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    earlier: tuple[EarlierContact, ...] = ()
    """Oldest first."""
    same_as: UUID | None = None
    """The earliest case with the very same content under another key."""


class Says(StrEnum):
    """How far two records agree in one field. UNKNOWN is no evidence."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"
    MISSING = "missing"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What one field says for or against a match; never its value."""

    field: str
    says: Says
    weight: float
    """In bits: positive speaks for a match, negative against it."""
    detail: str | None = None
    """In plain words, such as: day and month are transposed."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who may be the child: a person decides."""

    candidate_id: UUID
    """Identity of this offer."""
    token: str | None = None
    """The candidate's key in the directory, where an organisation holds or held a case."""
    case: UUID | None = None
    """The earlier case at the hub, where the candidate is from one."""
    local_id: str | None = None
    organisation: str | None = None
    probability: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True)
class Window:
    """So long back: N months is the same day of the month N months earlier or that month's last day, N weeks 7N days;
    the whole local day counts (procedures, reading 13).
    """

    months: int = 0
    weeks: int = 0

    def first_day(self, today: date) -> date:
        """The earliest day that still counts."""
        month = today.year * 12 + today.month - 1 - self.months
        year, month = divmod(month, 12)
        day = min(today.day, _days_in(year, month + 1))
        return date(year, month + 1, day) - timedelta(weeks=self.weeks)


def involvement(holdings: Iterable[Holding], today: date, recently: Window | None) -> Involvement:
    """Of one child: open if any spell is; else by its latest closing day."""
    spells = tuple(holdings)
    if any(one.closed_on is None or one.closed_on > today for one in spells):
        return Involvement.OPEN
    closed = max((one.closed_on for one in spells if one.closed_on), default=None)
    if closed is None:
        return Involvement.NONE
    return Involvement.RECENTLY_CLOSED if recently and closed >= recently.first_day(today) else Involvement.EARLIER


def stands_aside(kind: LinkKind) -> bool:
    """Whether the earlier case stands for the one that is linked to it."""
    return kind in (LinkKind.DUPLICATE, LinkKind.SAME_INCIDENT)


def _days_in(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day
