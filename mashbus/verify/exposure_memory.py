"""What a record of the hub's memory shows that it must not: its key is a keyed hash, and a person is told of only where
the kind is for one. Values are compared and never kept.
"""

import re
from collections.abc import Iterable, Iterator

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.verify.exposure import Secrets, header_exposures, words_of
from mashbus.verify.facts import Exposed
from mashbus.verify.memory_facts import PERSON
from mashbus.verify.places import Logged

_KEYED_HASH = re.compile(rb"[0-9a-f]{64}")
"""HMAC-SHA-256 in hexadecimal digits: no identifier of anybody has that form."""


def memory_exposures(logged: Logged, record: Record, own: Secrets | None) -> Iterator[Exposed]:
    """`own`: of the case that a claim is of."""
    said = _identifier(record)
    if not _KEYED_HASH.fullmatch(logged.key or b""):
        yield Exposed(logged.place, "the key is no keyed hash")
    elif said is not None and logged.key != said.encode():
        yield Exposed(logged.place, "the key is not what the record is about")
    if isinstance(record, hub.ContactIndexed) and record.person is not None and record.kind != PERSON:
        yield Exposed(logged.place, "a person in a record that is not for one")
    yield from header_exposures(logged, record, _people(record, own))


def _identifier(record: Record) -> str | None:
    match record:
        case hub.ChildHeld():
            return record.child
        case hub.ChildIdentified() | hub.ContactIndexed():
            return record.identifier
        case _:
            return None


def _people(record: Record, own: Secrets | None) -> Iterable[str]:
    person = getattr(record, "person", None)
    return (*(own.words if own else ()), *(words_of(person) if person else ()))
