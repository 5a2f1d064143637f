"""What is kept of each record by which a partnership's procedure is judged: the typed facts that its rules test, and
the turns that a case took, in the order of the log. As `facts`: ids, words of closed lists, hashes; no names, no text.

Where many contacts say the same, it is held once: a case costs its own instants and what is said of nobody else.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from mashbus.verify.facts import Fields
from mashbus.verify.meeting_facts import Met, Placed
from mashbus.verify.memory_facts import Linked, LookedUp, Matched, Offered, Passed
from mashbus.verify.places import Place


class Consented(NamedTuple):
    """What is known of consent: for texts, whether anything is written."""

    status: str
    reason: bool
    action: bool
    urgent: bool
    asking_raises_risk: bool
    lawful_basis: str
    told: bool | None
    telling_raises_risk: bool | None


class Shape(NamedTuple):
    """What many contacts have in common."""

    opening: str
    channel: str
    source: str
    natures: Fields
    """The force's words for the incident."""
    contact_type: str | None
    assessment: str | None
    asks_for: str
    referrer_kind: str | None
    immediate_harm: bool
    category_of_need: str | None
    factors: Fields
    named: Fields
    """Indicators that somebody named."""
    children: int
    unborn: bool
    views: bool
    consent: Consented | None
    blank: "Blank"


class Blank(NamedTuple):
    """Which fields are empty, a bit for each in the order of the dataclass; see `mashbus.verify.blanks`."""

    referrer: int
    concern: int
    consent: int
    children: tuple[int, ...]
    adults: tuple[int, ...]
    professionals: bool
    """Nobody is named, and nobody said that there is nobody."""


class Particulars(NamedTuple):
    """A contact, as conditions test it."""

    partnership: str
    shape: Shape
    received_us: int | None
    """A stated receipt, in microseconds since 1970; None: when the broker took it."""
    youngest_born: date | None
    districts: tuple[str | None, ...]
    """Outward codes of the children's postcodes: a district, no address."""
    to: int | None
    """A hash of the referrer's address."""
    professionals: tuple[int, ...]
    """Hashes of the addresses of others who are involved."""
    place: Place
    ms: int


class Opened(NamedTuple):
    event_id: UUID
    place: Place
    ms: int


class Returned(NamedTuple):
    event_id: UUID
    place: Place
    ms: int
    missing: tuple[str, ...]
    authority: str | None


class Raised(NamedTuple):
    event_id: UUID
    cause_id: UUID | None
    place: Place
    ms: int
    alert: str
    teams: tuple[str, ...]


class Directed(NamedTuple):
    event_id: UUID
    place: Place
    ms: int
    contact_type: str
    handling: str
    team: str | None


class Called(NamedTuple):
    """EncompassCalled: key adults that are told, and children for whom a person must see to it (G-13)."""

    event_id: UUID
    case_id: UUID
    partnership: str
    notified: tuple[tuple[int, str], ...]
    """(child, its setting's number)"""
    unresolved: tuple[tuple[int, str], ...]
    """(child, the problem)"""
    incident_at: datetime
    subjects: tuple[UUID, ...]
    """Of its deadlines; none run where no school day is known to follow."""
    place: Place
    ms: int

    @property
    def settings(self) -> tuple[str, ...]:
        """URNs, each once."""
        return tuple(dict.fromkeys(urn for _, urn in self.notified))

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(problem for _, problem in self.unresolved))


class Rated(NamedTuple):
    """CaseRouted or CaseRerated. `role` None: a rule did."""

    event_id: UUID
    cause_id: UUID | None
    place: Place
    ms: int
    first: bool
    role: str | None
    by: int | None
    """A hash of who did."""
    rule: str | None
    rag: str
    level: str | None
    pathways: tuple[str, ...]
    asked: tuple[str, ...]
    not_asked: tuple[str, ...]
    notifications: int
    """How many contacts a first routing knew of: more than one only of a police incident."""


class Flagged(NamedTuple):
    event_id: UUID
    place: Place
    ms: int


class Marked(NamedTuple):
    """A milestone was recorded."""

    event_id: UUID
    cause_id: UUID | None
    place: Place
    ms: int
    milestone: str
    reached_us: int
    """When it was reached, in microseconds since 1970."""
    answers: UUID | None


class Consent(NamedTuple):
    """A person recorded what is known of consent now."""

    event_id: UUID
    place: Place
    ms: int
    consent: Consented
    views: bool


class Involved(NamedTuple):
    event_id: UUID
    place: Place
    ms: int
    involvement: str


class Referred(NamedTuple):
    """A further referrer."""

    event_id: UUID
    place: Place
    ms: int
    kind: str
    to: int | None


class Ruled(NamedTuple):
    """OutcomeDecided."""

    event_id: UUID
    cause_id: UUID | None
    place: Place
    ms: int
    role: str
    by: int
    outcomes: tuple[str, ...]
    tells: bool
    reason: bool
    """Why the contact's own referrer is not told, is written."""
    withheld: tuple[tuple[UUID, bool], ...]
    """(referrer, whether a reason is written)"""
    answered: tuple[str, ...]
    """Organisations that answered."""


Turn = (
    Opened | Raised | Directed | Rated | Flagged | Marked | Consent | Involved | Referred | Ruled
    | LookedUp | Passed | Linked | Offered | Matched | Placed | Met
)  # fmt: skip
