"""A partnership's published procedure as plain values. Loaded from its profile; the domain never sees the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mashbus.domain.area import Area
from mashbus.domain.clocks import Clock, WorkingTime, attended_from
from mashbus.domain.procedure import (
    Alert,
    Calls,
    ContactType,
    Encompass,
    Guard,
    Indicator,
    Insistence,
    Known,
    Meeting,
    MilestoneKind,
    NotRecorded,
    Outcome,
    PassingOn,
    Routes,
    Team,
)
from mashbus.domain.rules import Rule
from mashbus.domain.vocabulary import EmailKind, Rag, ReferrerKind

OPENING = "CaseOpened"
"""What starts the clocks that every contact has."""


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
    email: str | None = None
    """The mailbox of its representative (J-17)."""


@dataclass(frozen=True, kw_only=True)
class Pathway:
    """Where triage sends a case, and what that calls for."""

    name: str
    title: str
    asks: tuple[str, ...]
    """Roles of the organisations that are asked."""
    clocks: tuple[str, ...]
    """The hub's own clocks that run on this pathway."""
    level: str | None = None
    """The level of need that it stands for, where the partnership has levels (M-01)."""
    tells: frozenset[ReferrerKind] | None = None
    """Which referrers are told the outcome (J-17, J-18, J-22); None: all."""
    closes_with: str | None = None
    """The outcome that routing this way is (M-09): nothing more is decided."""
    meeting: str | None = None
    """The meeting for which it asks: the answers are needed by the next one (G-12)."""


@dataclass(frozen=True, kw_only=True)
class Message:
    subject: str
    body: str
    """`string.Template` text; which placeholders a kind of message has says `mashbus.contracts.letters`."""
    html: str | None = None
    to: frozenset[ReferrerKind] | None = None
    """Which referrers get it (J-18); None: all."""


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
    outcomes: Mapping[str, Outcome]
    decides: Mapping[str, frozenset[str]]
    """Roles that may take each kind of decision: `rating`, `outcome`, `enough`, `suspension`, and may record facts of
    the case (`record`)."""
    messages: Mapping[EmailKind, Message]
    routes: Routes = "automatic"
    levels: Mapping[str, str] = field(default_factory=dict)
    """Levels of need and their titles (M-01); none: the partnership has none."""
    asks_nobody: frozenset[Rag] = frozenset()
    """Colours in which no information request is sent (J-12)."""
    reception: WorkingTime | None = None
    """Whoever takes contacts in, where that has hours of its own (C-07)."""
    teams: Mapping[str, Team] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    contact_types: Mapping[str, ContactType] = field(default_factory=dict)
    alerts: tuple[Alert, ...] = ()
    guards: tuple[Guard, ...] = ()
    insists: tuple[Insistence, ...] = ()
    not_recorded: tuple[NotRecorded, ...] = ()
    milestones: Mapping[str, MilestoneKind] = field(default_factory=dict)
    calls: Calls | None = None
    area: Area | None = None
    known: Known = field(default_factory=Known)
    passes_on: tuple[PassingOn, ...] = ()
    meetings: Mapping[str, Meeting] = field(default_factory=dict)
    encompass: Encompass | None = None
    suppress_below: int = 5
    """Counts below it are not shown in reports (H-16): ours."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Every role that the procedure names, and its title; none: an older profile."""
    past: Mapping[str, "Partnership"] = field(default_factory=dict)
    """Earlier versions of the profile that are kept, by version."""

    def as_of(self, version: str) -> "Partnership":
        """The profile of that version; the present one where that is not kept.

        The version that computed a deadline first computes all of its life (reading 7).
        """
        return self.past.get(version, self)

    @property
    def alarmed(self) -> tuple[str, ...]:
        """The team of the hub that is told of what no rule foresaw. Where the profile names none, the first to which
        nothing is passed on, else the first; empty: no team has a mailbox.
        """
        if self.known.alarms:
            return (self.known.alarms,)
        away = {self.known.team, *(kind.team for kind in self.contact_types.values())}
        return tuple(sorted(self.teams, key=away.__contains__))[:1]

    def kind_of(self, contact_type: str | None) -> ContactType | None:
        """What a contact is, where it is no ordinary referral."""
        return self.contact_types.get(contact_type) if contact_type else None

    def opening_clocks(self, contact_type: str | None) -> tuple[Clock, ...]:
        """Those that every contact starts from its receipt (M-03, G-04), and those of its kind of contact (H-07)."""
        kind = self.kind_of(contact_type)
        named = kind.clocks if kind else ()
        return tuple(one for one in self.clocks.values() if one.started_by == OPENING or one.name in named)

    def dealt_with_from(self, received_at: datetime) -> datetime | None:
        """The next opening of whoever takes contacts in, where one comes outside hours (J-04, C-08).

        None: somebody is there, or no calendar reaches to it.
        """
        opens = attended_from((self.reception or self.time).calendar, received_at)
        return opens if opens is not None and opens > received_at else None

    def organisation(self, organisation_id: str) -> Organisation | None:
        return next((one for one in self.organisations if one.id == organisation_id), None)

    @property
    def with_topics(self) -> tuple[str, ...]:
        """Ids of the organisations that have topics: who is connected, and who says whose cases are open.

        A holder's case system may speak long before anybody asks it: it can then be told nothing yet.
        """
        return tuple(one.id for one in self.organisations if one.connected or one.id in self.known.holders)
