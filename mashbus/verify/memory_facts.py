"""What is kept of each record by which the hub's memory is judged: who holds a child, what was passed on, which cases
belong together. As `facts`: ids, days and hashes; no names, no text.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from mashbus.verify.facts import Fields
from mashbus.verify.places import Place

BY_MATCH = "match"
"""An identifier that is none: a person decided that an offered match is the same child."""
DUPLICATE, SAME_INCIDENT, RE_REFERRAL = "duplicate", "same_incident", "re_referral"
CONTENT, PERSON = "content", "person"
"""Kinds of what a contact is found by, besides identifiers."""


class Spell(NamedTuple):
    """A child with one service."""

    service: str
    closed_on: date | None
    same: int
    """A hash of all that is said of it, to find it again."""
    to: tuple[int, ...]
    """Hashes of the worker's and the manager's addresses, of those that there are."""


class KnownChild(NamedTuple):
    child: int
    """Its place among the contact's children, from 0."""
    organisation: str
    token: str
    spells: tuple[Spell, ...]
    by: tuple[str, ...]


class Earlier(NamedTuple):
    child: int
    case_id: UUID
    by: tuple[str, ...]


class LookedUp(NamedTuple):
    event_id: UUID
    cause_id: UUID | None
    place: Place
    ms: int
    round: int
    known: tuple[KnownChild, ...]
    contradictory: bool
    earlier: tuple[Earlier, ...]
    same_as: UUID | None


class Holder(NamedTuple):
    """Whom a contact was passed on to, for which of its children."""

    child: int
    organisation: str
    spell: Spell


class Passed(NamedTuple):
    event_id: UUID
    place: Place
    ms: int
    rule: str
    requirement: str
    instead: bool
    children: tuple[int, ...]
    holders: tuple[Holder, ...]
    team: str | None


class Linked(NamedTuple):
    event_id: UUID
    cause_id: UUID | None
    place: Place
    ms: int
    case_id: UUID
    to: UUID
    kind: str
    by: tuple[str, ...]
    person: bool
    """A person linked them."""

    @property
    def stands_aside(self) -> bool:
        """The earlier case stands for this one."""
        return self.kind in (DUPLICATE, SAME_INCIDENT)


class Noted(NamedTuple):
    """A LaterCaseNoted."""

    event_id: UUID
    cause_id: UUID | None
    case_id: UUID
    later: UUID
    kind: str


class Offer(NamedTuple):
    candidate_id: UUID
    token: str | None
    case_id: UUID | None


class Offered(NamedTuple):
    event_id: UUID
    place: Place
    ms: int
    child: int
    offers: tuple[Offer, ...]


class Matched(NamedTuple):
    """A person's word on an offer."""

    event_id: UUID
    place: Place
    ms: int
    candidate_id: UUID
    same: bool


class Handed(NamedTuple):
    """A CasePassedOn, with what it shows."""

    event_id: UUID
    case_id: UUID | None
    partnership: str
    cause_id: UUID | None
    organisation: str
    names: str
    held: Fields
    disclosed: Fields
    foreign: Fields
    """Fields with a value that this case's own contact does not have."""
    who: tuple[frozenset[int], ...]
    """Of each child that it shows, which children of the contact it may be."""
    referrer: bool
    others: bool
    place: Place
    ms: int


class Claim(NamedTuple):
    """A contact in mash.contacts, by one identifier or by its content."""

    case_id: UUID
    kind: str
    received_at: datetime
    place: Place
