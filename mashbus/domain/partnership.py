"""A partnership's published procedure as plain values. Loaded from its profile; the domain never sees the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from mashbus.domain.clocks import Clock, WorkingTime
from mashbus.domain.rules import Rule
from mashbus.domain.vocabulary import EmailKind, Rag


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One legal body of the partnership. Its id is unique in the cluster and names its topics."""

    id: str
    name: str
    role: str
    connected: bool
    """False: in the procedure, not on the bus yet. It is not asked, and shown so (H-11)."""
    purpose: str
    """Why it is asked, as it is told (H-15)."""
    shared: frozenset[str]
    """The fields it may be sent: see `mashbus.domain.sharing`."""


@dataclass(frozen=True, kw_only=True)
class Pathway:
    """Where triage sends a case, and what that calls for."""

    name: str
    title: str
    asks: tuple[str, ...]
    """Roles of the organisations that are asked."""
    clocks: tuple[str, ...]
    """The hub's own clocks that run on this pathway."""


@dataclass(frozen=True, kw_only=True)
class Message:
    subject: str
    body: str
    """`string.Template` text; the placeholders are `$reference`, `$partnership`, `$outcomes`, `$missing`."""


@dataclass(frozen=True, kw_only=True)
class Partnership:
    name: str
    title: str
    version: str
    """The file's own version and the first of its hash: `3+1f2e3d4c`."""
    zone: ZoneInfo
    time: WorkingTime
    """Opening hours, holidays, terms and readings, by which its clocks count."""
    calendar_known_until: date
    """The last day whose holidays and closures are known (reading 14); `date.max` where no clock needs them."""
    silent_after: timedelta
    """An organisation that owes answers and takes nothing for so long is said to be silent."""
    canary_every: timedelta
    """How often a deadline that nobody owes proves that the monitor lives."""
    ratings: tuple[Rag, ...]
    pathways: Mapping[str, Pathway]
    clocks: Mapping[str, Clock]
    rules: tuple[Rule, ...]
    required: tuple[str, ...]
    """Fields without which a referral is returned, such as `children[].date_of_birth`."""
    organisations: tuple[Organisation, ...]
    outcomes: Mapping[str, str]
    """Outcome codes and what they say to a reader."""
    decides: Mapping[str, frozenset[str]]
    """Roles that may take each kind of decision: `rating`, `outcome`, `enough`."""
    messages: Mapping[EmailKind, Message]
    past: Mapping[str, "Partnership"] = field(default_factory=dict)
    """Earlier versions of the profile that are kept, by version."""

    def as_of(self, version: str) -> "Partnership":
        """The profile of that version; the present one where that is not kept.

        The version that computed a deadline first computes all of its life (reading 7).
        """
        return self.past.get(version, self)

    def organisation(self, organisation_id: str) -> Organisation | None:
        return next((one for one in self.organisations if one.id == organisation_id), None)
