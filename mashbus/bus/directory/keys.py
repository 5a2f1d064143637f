"""Under which keys the hub remembers: keyed hashes, so that no key on the bus says who a child is (promise P7).

A plain hash would not do: there are few enough NHS numbers to try them all. The key is the hub's secret; whoever has it
can test a guess, so it is kept like a password.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from stdnum.gb import nhs

from mashbus.domain.known import Identifier, PoliceReference
from mashbus.domain.placeholders import is_placeholder, plain
from mashbus.domain.referral import Child

CONTENT = "content"
PERSON = "person"
"""Kinds of what a contact is found by, besides an `Identifier`."""
SHORTEST_KEY = 32
"""Characters. 32 hexadecimal digits are 128 bits."""

_CONTEXT = b"mashbus directory 1"
"""Not to be changed: every key of the log would be another."""
_UPN = re.compile(r"[A-Z]\d{11}[0-9A-Z]")


@dataclass(frozen=True, kw_only=True)
class Malformed:
    """An identifier that cannot be what it is given as. Never its value."""

    kind: Identifier
    problem: str


@dataclass(frozen=True, kw_only=True)
class Exact:
    """An identifier in its normal form."""

    kind: Identifier
    value: tuple[str, ...]
    """A police reference is its force's and the reference; others have one part."""


def exact(kind: Identifier, text: str | None) -> str | Malformed | None:
    """The normal form of an identifier: without spaces, in capitals. None where nothing was said: a placeholder."""
    found = plain(text or "")
    if kind is Identifier.NHS_NUMBER:
        found = found.replace("-", "")
    if is_placeholder(found):
        return None
    if kind is Identifier.NHS_NUMBER:
        if len(set(found)) == 1:
            return None  # 9999999999 has a right check digit
        if not nhs.is_valid(found):
            return Malformed(kind=kind, problem="is no NHS number: ten digits, of which the last is the check digit")
    if kind is Identifier.UPN and not _UPN.fullmatch(found):
        return Malformed(kind=kind, problem="is no UPN: a letter, eleven digits, and a digit or a letter")
    return found


def identifiers(child: Child, references: Iterable[PoliceReference] = ()) -> Iterator[Exact | Malformed]:
    """All of a child as the organisation that keeps its cases knows it; a placeholder is none."""
    yield from _of(Identifier.LOCAL_ID, child.local_id)
    yield from _national(child)
    for one in references:
        yield from _of(Identifier.POLICE_REFERENCE, one.reference, one.force)


def identifiers_in(child: Child, force: str | None) -> Iterator[Exact | Malformed]:
    """All of a child as a contact names it: the local id of a police notification is that force's reference."""
    if force is None:
        yield from _of(Identifier.LOCAL_ID, child.local_id)
    else:
        yield from _of(Identifier.POLICE_REFERENCE, child.local_id, force)
    yield from _national(child)


def _national(child: Child) -> Iterator[Exact | Malformed]:
    yield from _of(Identifier.NHS_NUMBER, child.nhs_number)
    yield from _of(Identifier.UPN, child.upn)


def _of(kind: Identifier, text: str | None, *scope: str) -> Iterator[Exact | Malformed]:
    found = exact(kind, text)
    if isinstance(found, Malformed):
        yield found
    elif found is not None:
        yield Exact(kind=kind, value=(*scope, found))


class Keys:
    """Keyed hashes of 64 hexadecimal digits. Scoped by partnership: no partnership's keys find another's children."""

    def __init__(self, secret: str) -> None:
        self._start = hmac.new(secret.encode(), _CONTEXT, hashlib.sha256)

    @property
    def fingerprint(self) -> str:
        """Tells one secret from another, and nothing else of it."""
        return self._hash("fingerprint")[:16]

    def child(self, partnership: str, organisation: str, local_id: str) -> str:
        """A child's token: by the id that the organisation which keeps its cases knows it by, in normal form."""
        return self._hash("identifier", partnership, organisation, Identifier.LOCAL_ID, local_id)

    def held(self, partnership: str, organisation: str, identifier: Exact) -> str:
        """Under which an organisation's child is found; of its local id, the child's token itself."""
        return self._hash("identifier", partnership, organisation, identifier.kind, *identifier.value)

    def contact(self, partnership: str, identifier: Exact) -> str:
        """Under which all contacts with that identifier lie, in one partition and one order."""
        return self._hash("identifier", partnership, "", identifier.kind, *identifier.value)

    def content(self, partnership: str, content_hash: str) -> str:
        """Under which the same referral lies, whatever key it was sent under."""
        return self._hash("identifier", partnership, "", CONTENT, content_hash)

    def person(self, partnership: str, case_id: UUID, child: int) -> str:
        """Of one child of one contact, and of nothing else: it finds nobody again."""
        return self._hash("identifier", partnership, "", PERSON, str(case_id), str(child))

    def _hash(self, *parts: str) -> str:
        mac = self._start.copy()
        for part in parts:
            data = part.encode()
            mac.update(len(data).to_bytes(4, "big") + data)  # so that ("a", "bc") and ("ab", "c") differ
        return mac.hexdigest()
