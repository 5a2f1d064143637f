"""What a referral still lacks of what its partnership insists on: every missing item at once (M-11, G-01).

Never asked of a report of immediate harm: that goes on whatever is missing (promise P8). Somebody who refers
anonymously owes neither name nor contact: a contact of DfE source 9 could otherwise never be taken.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from typing import Protocol

from mashbus.domain.referral import Adult, Child, Concern, Consent, Professional, Referrer
from mashbus.domain.vocabulary import ReferrerKind

_PARTS: Mapping[str, type] = {
    "referrer": Referrer,
    "children[]": Child,
    "adults[]": Adult,
    "concern": Concern,
    "consent": Consent,
}
_EITHER: Mapping[str, tuple[str, str]] = {
    "referrer.contact": ("email", "phone"),
    "children[].birth": ("date_of_birth", "expected_date_of_birth"),
}
"""Met by one of two fields."""

REQUIRABLE = frozenset(
    {"children", "adults", "professionals", *_EITHER}
    | {f"{part}.{one.name}" for part, kind in _PARTS.items() for one in fields(kind)}
)
"""Every path that a profile can insist on. `children`: at least one; `children[].x`: every one of them;
`professionals`: somebody, or that there is nobody."""


class ContactLike(Protocol):
    """What is looked at: a case's contact, or the record of a referral."""

    @property
    def referrer(self) -> Referrer | None: ...
    @property
    def children(self) -> Sequence[Child]: ...
    @property
    def adults(self) -> Sequence[Adult]: ...
    @property
    def concern(self) -> Concern: ...
    @property
    def consent(self) -> Consent | None: ...
    @property
    def professionals(self) -> Sequence[Professional]: ...
    @property
    def no_other_professionals(self) -> bool: ...


class NotRequirable(ValueError):
    """A profile insists on something that a referral has no place for."""

    def __init__(self, path: str) -> None:
        super().__init__(f"a referral has no '{path}' to insist on")


def missing(required: Iterable[str], contact: ContactLike) -> tuple[str, ...]:
    """The places that are empty, such as `children[1].birth`, in the order of `required`; never a value.

    Raises NotRequirable for a path that is not in REQUIRABLE.
    """
    return tuple(place for path in required for place in _missing(path, contact))


def _missing(path: str, contact: ContactLike) -> Iterator[str]:
    if path not in REQUIRABLE:
        raise NotRequirable(path)
    part, _, name = path.partition(".")
    value = getattr(contact, part.removesuffix("[]"))
    wanted = _EITHER.get(path, (name,))
    if path == "professionals":
        yield from () if value or contact.no_other_professionals else (path,)
    elif not name:
        yield from () if value else (path,)
    elif part.endswith("[]"):
        yield from (
            f"{part.removesuffix('[]')}[{index}].{name}" for index, one in enumerate(value) if _lacks(one, wanted)
        )
    elif not _owes_nothing(value) and _lacks(value, wanted):
        yield path


def _owes_nothing(part: object) -> bool:
    """Police notifications have no referrer; an anonymous one keeps his name for himself."""
    return part is None or (isinstance(part, Referrer) and part.kind is ReferrerKind.ANONYMOUS)


def _lacks(part: object, names: Iterable[str]) -> bool:
    """None of them says anything: blanks and UNKNOWN are nothing, `false` is an answer."""
    return all(_is_nothing(getattr(part, name)) for name in names)


def _is_nothing(said: object) -> bool:
    if isinstance(said, StrEnum):
        return said.value == "UNKNOWN"
    return not said.strip() if isinstance(said, str) else said is None or said == ()
