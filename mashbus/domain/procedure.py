"""The rules of a partnership's procedure as plain values: what a profile says, one value a table.

Each names the requirement it comes from, so that whoever is refused or alerted can look it up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Literal

from mashbus.domain.clocks import WorkingTime
from mashbus.domain.known import Window
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import Handling, Rag, ReferrerKind

ROUTING, OUTCOME = "routing", "outcome"
"""What a guard can guard."""
AT_OPENING, AT_FLAG = "opening", "risk_flag"
"""When an alert is raised: once a case, as soon as its conditions hold, or at every risk that an agency flags."""
ON_CONTACT, ON_OUTCOME = "contact", "outcome"
"""When a case is passed on to whoever holds the child: as soon as that is known, or with the hub's own decision."""


@dataclass(frozen=True, kw_only=True)
class Team:
    """A mailbox of the partnership: whom alerts and passed-on contacts go to. No person."""

    name: str
    title: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A sign that calls for joint triage (J-08): recognised by its conditions, or named by a person."""

    name: str
    title: str
    conditions: tuple[Condition, ...] = ()
    """None: only a person can name it."""


@dataclass(frozen=True, kw_only=True)
class ContactType:
    """What is no ordinary referral (J-02, J-11, J-19, J-22, H-07, G-22), and what becomes of it.

    A report of immediate harm is triaged whatever it is called (promise P8).
    """

    name: str
    title: str
    handling: Handling
    requirement: str
    reason: str
    team: str | None = None
    """Who processes it, or whom it is passed on to."""
    rag: Rag | None = None
    """The colour that it is recommended with, where it is triaged (J-11)."""
    pathways: tuple[str, ...] = ()
    clocks: tuple[str, ...] = ()
    """Clocks that it starts when it is received."""
    conditions: tuple[Condition, ...] = ()
    """Where they don't hold it is triaged like any referral (J-22: provided there is no safeguarding concern)."""


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Whom to tell at once, and of what (J-03, H-04, J-09, J-10, H-09)."""

    name: str
    requirement: str
    on: str
    teams: tuple[str, ...]
    reason: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What may not be decided, and why (G-07, M-10, C-04). The first that holds refuses.

    It keeps back what a rule would route too, until a person has looked; never a report of immediate harm (P8).
    """

    name: str
    requirement: str
    of: str
    reason: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, kw_only=True)
class Insistence:
    """What a referral must say under a condition (M-10): without it, it is returned like any incomplete one."""

    items: tuple[str, ...]
    requirement: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, kw_only=True)
class NotRecorded:
    """What must not be recorded (C-06, promise P8): the referrer is told `notice`, and only a count remains."""

    name: str
    requirement: str
    notice: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, kw_only=True)
class MilestoneKind:
    """What a person does or decides and records: it may start or meet clocks, alert teams, invite professionals."""

    name: str
    title: str
    requirement: str
    roles: frozenset[str]
    stages: tuple[str, ...] = ()
    """M-12: manager, safeguarding lead, director. Named by whoever records it; none: it has no stages."""
    answers: str | None = None
    """The milestone that this one answers, which is then named (M-12)."""
    ends: str | None = None
    """The milestone that stands until this one is recorded (G-14: missing, until found)."""
    invites: bool = False
    """Every involved professional is sent an invitation (C-14)."""
    alerts: tuple[str, ...] = ()
    """Teams that are told of it."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A code of the vocabulary, and what it says to a reader: the class of the decision, nothing of the case."""

    name: str
    says: str
    belongs_to: tuple[str, ...] = ()
    """Pathways and kinds of contact that it may end; none: any."""
    milestone: str | None = None
    """The milestone that deciding so is (C-09: to hold a strategy discussion), with the clocks that it starts."""


@dataclass(frozen=True, kw_only=True)
class Calls:
    """The advice line (H-14, J-21, G-15): what a call can be about and come to. Nothing of a child."""

    topics: Mapping[str, str]
    outcomes: Mapping[str, str]
    roles: frozenset[str]
    hours: WorkingTime | None = None
    """When somebody answers; None: nothing is said."""
    quoted: bool = False
    """A later referral quotes its reference (G-15). Not where a call is never on a child's record (H-14, J-21)."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the hub remembers of children, and for how long it matters."""

    holders: tuple[str, ...] = ()
    """Organisations whose word counts on who holds a case."""
    recently: Window | None = None
    """A case closed so long ago is recently closed (J-06, H-03, M-08); None: the procedure says nothing of it."""
    re_referral: Window = field(default_factory=lambda: Window(months=12))
    """A child that comes again within so long is a re-referral: twelve months, as the census counts them."""
    duplicate: timedelta = timedelta(hours=48)
    """The very same content under another key within so long is the same referral (ours)."""
    team: str | None = None
    """The mailbox for what is passed on where the holder has no address."""
    alarms: str | None = None
    """The hub's own team, which is told where what was passed on reaches nobody. None: an older profile."""


@dataclass(frozen=True, kw_only=True)
class PassingOn:
    """What goes to whoever holds the child (H-05, G-03, H-03, M-08)."""

    name: str
    requirement: str
    on: str
    instead: bool
    """The hub plays no further part: it asks nobody, and its clocks end. Never of a report of immediate harm (P8)."""
    reason: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, kw_only=True)
class AgendaRule:
    """What is put on a meeting's agenda, and why."""

    reason: str
    conditions: tuple[Condition, ...]
    stays: bool = False
    """While its conditions hold the case is on every following agenda, whatever a result says (G-14: still missing)."""


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A regular meeting: its agenda comes from the bus, its results go there (H-12, G-12, G-14)."""

    name: str
    title: str
    requirement: str
    days: frozenset[int]
    """0 is Monday. Public holidays are no meeting days."""
    at: time
    """Local time."""
    items: tuple[AgendaRule, ...]
    roles: frozenset[str]
    """Who may record what it decided."""
    results: Mapping[str, str]
    also_closed: bool = False
    """Cases that have their outcome, or that somebody else holds, are on it too (G-14: where children are)."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A school or nursery, by its unique reference number (URN), and its dedicated address."""

    urn: str
    name: str
    email: str | None = None
    verified_on: date | None = None
    """The day on which somebody checked that the address is the key adult's; None: nothing is sent to it."""


@dataclass(frozen=True, kw_only=True)
class Encompass:
    """Operation Encompass (G-13): whose key adults are told of which incidents."""

    requirement: str
    clock: str
    natures: frozenset[str]
    """The forces' words for the incident, in lower case."""
    ages: tuple[int, int]
    """From and to, both included, in whole years on the day of the incident."""
    team: str
    """Alarmed where a child's setting or its address is not known or not verified."""
    settings: Mapping[str, Setting]


Routes = Literal["automatic", "manager"]
"""Who routes a case that a rule recommends for: the bus at once, or a person who confirms or does otherwise."""

ANYBODY = frozenset(ReferrerKind)


@dataclass(frozen=True, kw_only=True)
class Notified:
    """A child whose school or nursery is told (G-13)."""

    child: int
    """Its place among the contact's children, from 0."""
    setting: str
    """The setting's URN."""


@dataclass(frozen=True, kw_only=True)
class Unresolved:
    """A child of school or nursery age whose setting cannot be told by email: a person must tell it."""

    child: int
    problem: str
    """One of the words of `mashbus.domain.encompass`."""
