"""What is kept of each record: ids, instants and names of fields, never a body. Small, as a log has millions of them.

`ms` is the broker's append time in real milliseconds; every other instant is bus time. An `organisation` is the one
whose topic a record lies on; what the record says of itself is `names`.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from mashbus.verify.places import Place

Fields = frozenset[str]
"""Names such as `child.given_name`."""


class Contact(NamedTuple):
    kind: str
    event_id: UUID
    case_id: UUID
    content_hash: str
    partnership: str
    harm: bool
    """It reports immediate harm."""
    place: Place
    ms: int


class Asked(NamedTuple):
    """One request, as CaseRouted or CaseRerated lists it."""

    request_id: UUID
    case_id: UUID
    organisation: str
    rag: str
    asked_at: datetime
    due: datetime | None
    fact_id: UUID
    place: Place
    ms: int


class Rerated(NamedTuple):
    request_id: UUID
    case_id: UUID
    organisation: str
    rag: str
    due: datetime | None
    fact_id: UUID
    place: Place
    ms: int


class Copy(NamedTuple):
    """An InformationRequested, with what it shows."""

    event_id: UUID
    case_id: UUID
    partnership: str
    request_id: UUID
    organisation: str
    names: str
    rag: str
    asked_at: datetime
    due: datetime | None
    held: Fields
    disclosed: Fields
    foreign: Fields
    """Fields with a value that this case's own contact does not have."""
    who: tuple[frozenset[int], ...]
    """Of each child that it shows, which children of the contact it may be."""
    referrer: bool
    """Something of the referrer is in its bytes."""
    others: bool
    """Something of other professionals, or of what a child says for itself."""
    place: Place
    ms: int


class Told(NamedTuple):
    """Any other record on an organisation's requests topic."""

    kind: str
    event_id: UUID
    case_id: UUID | None
    partnership: str
    request_id: UUID | None
    organisation: str
    names: str
    cause_id: UUID | None
    refused_id: UUID | None
    due: datetime | None
    """Of a RequestRerated."""
    held: Fields
    referrer: bool
    others: bool
    place: Place


class Disclosure(NamedTuple):
    event_id: UUID
    case_id: UUID
    partnership: str
    request_id: UUID
    organisation: str
    shared_by: str
    """The kind of record that carried it."""
    rule: str | None
    profile: str | None
    disclosed: Fields


class Response(NamedTuple):
    """What an organisation said on its own topic."""

    kind: str
    event_id: UUID
    case_id: UUID | None
    request_id: UUID | None
    organisation: str
    place: Place
    ms: int


class Restated(NamedTuple):
    """The hub's restatement of it."""

    kind: str
    event_id: UUID
    case_id: UUID
    request_id: UUID
    organisation: str
    cause_id: UUID | None
    arrived_at: datetime
    place: Place
    ms: int


class Given(NamedTuple):
    """A person's decision or word, as it was given."""

    kind: str
    event_id: UUID
    case_id: UUID
    place: Place
    ms: int


class Act(NamedTuple):
    """What became of a person's decision: the fact that it called for, or a refusal."""

    kind: str
    event_id: UUID
    case_id: UUID
    offset: int
    """In the case's partition of mash.cases."""


class Collated(NamedTuple):
    event_id: UUID
    case_id: UUID
    collation: str
    answered: tuple[UUID, ...]
    declined: tuple[UUID, ...]
    lapsed: tuple[UUID, ...]
    outstanding: tuple[UUID, ...]
    place: Place


class Decided(NamedTuple):
    event_id: UUID
    case_id: UUID
    cause_id: UUID | None
    decided_at: datetime
    tells: bool
    answered: tuple[tuple[UUID, str], ...]
    """(request, organisation)"""
    withdrawn: tuple[tuple[UUID, str], ...]
    place: Place
    ms: int


class Email(NamedTuple):
    event_id: UUID
    case_id: UUID
    cause_id: UUID | None
    """The fact that called for it."""
    kind: str
    recipient: str
    """`referrer`, `team`, `organisation` or `professional`."""
    to: int
    """A hash of the address: to compare, not to know."""
    place: Place
    ms: int


class EmailEnd(NamedTuple):
    kind: str
    event_id: UUID
    message_id: str | None


class Batch(NamedTuple):
    event_id: UUID
    received: int
    accepted: int
    incidents: int
    not_recorded: int
    refused: int


class Silence(NamedTuple):
    """A PartnerSilent."""

    event_id: UUID
    partnership: str
    organisation: str
    owes: int
    since: datetime
    occurred_at: datetime
    ms: int


class Return(NamedTuple):
    """A PartnerBack."""

    event_id: UUID
    partnership: str
    organisation: str
    ms: int


class Quarantined(NamedTuple):
    event_id: UUID
    service: str
    organisation: str | None
    case_id: UUID | None


class Unread(NamedTuple):
    place: Place
    fault: str


class Exposed(NamedTuple):
    """A key or header that is not what it must be. `what` names it and never quotes it."""

    place: Place
    what: str
