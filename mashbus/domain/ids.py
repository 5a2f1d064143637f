"""Derived identities: doing a thing again yields the same id (design: one fact, one id).

Every id is a UUIDv5 of named parts, so that a service that crashes and decides again says the very same thing,
and a reader can keep the first record of an id and count the rest.
"""

from uuid import UUID, uuid5

NAMESPACE = UUID("5d3b3c0e-6f57-4f0c-9c53-6d6173686275")
"""Root of all ids derived on the bus. Fixed for ever: changing it would make old facts look new."""

_SEPARATOR = "\x1f"
"""A control character that no name, key or UUID may hold, so that ("a", "bc") and ("ab", "c") differ."""


def derived(kind: str, *parts: object) -> UUID:
    """The id of `kind` made of `parts`, in this order."""
    return uuid5(NAMESPACE, _SEPARATOR.join((kind, *map(str, parts))))


def case_of_client(client: str, idempotency_key: str) -> UUID:
    """A referral's case: the same client repeating the same key gets the same case."""
    return derived("case", client, idempotency_key)


def case_of_incident(force: str, incident: str) -> UUID:
    """A police incident's case: several children or forms of one incident are one case."""
    return derived("incident", force, incident)


def once(case_id: UUID, kind: str, round_: int = 1) -> UUID:
    """The id of a fact that a case states once (a round)."""
    return derived("fact", case_id, kind, round_)


def caused(cause: UUID, kind: str, recipient: object = "") -> UUID:
    """The id of a record derived from another: a copy, an email, a restated answer."""
    return derived("caused", cause, kind, recipient)


def submitted(client: str, kind: str, idempotency_key: str) -> UUID:
    """The id of what a client states under an idempotency key."""
    return derived("submitted", client, kind, idempotency_key)


def request_of(case_id: UUID, organisation: str, round_: int = 1) -> UUID:
    """The id of an information request: recomputable, so the door knows whose it is without keeping state."""
    return derived("request", case_id, organisation, round_)


def deadline_of(subject: UUID, clock: str, revision: int = 1) -> UUID:
    """The id of a deadline (procedures, reading 7: subject, clock, revision)."""
    return derived("deadline", subject, clock, revision)


def breach_of(deadline_id: UUID, stage: str) -> UUID:
    """The id of what the monitor says of a deadline: one a stage (promise P4)."""
    return derived("breach", deadline_id, stage)
