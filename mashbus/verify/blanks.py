"""Which fields of a contact are empty, as bits; and which of those that are insisted on (M-11, G-01, M-10)."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from enum import StrEnum
from typing import Any

from mashbus.domain.referral import Adult, Child, Concern, Consent, Referrer
from mashbus.verify.procedure_facts import Blank, Shape

_FIELDS = {
    part: {one.name: 1 << bit for bit, one in enumerate(fields(kind))}
    for part, kind in (
        ("referrer", Referrer), ("children", Child), ("adults", Adult), ("concern", Concern), ("consent", Consent)
    )
}  # fmt: skip
_TOGETHER = {"contact": ("email", "phone"), "birth": ("date_of_birth", "expected_date_of_birth")}
"""Empty where both are."""
_ANONYMOUS = "anonymous"


def blank_of(record: Any) -> Blank:
    """Of a ReferralReceived or a PoliceNotificationReceived. What it has no place for is not empty."""
    referrer = getattr(record, "referrer", None)
    return Blank(
        referrer=0 if referrer is None or referrer.kind == _ANONYMOUS else _empty("referrer", referrer),
        concern=_empty("concern", record.concern),
        consent=_empty("consent", record.consent) if hasattr(record, "consent") else 0,
        children=tuple(_empty("children", one) for one in record.children),
        adults=tuple(_empty("adults", one) for one in record.adults),
        professionals=not getattr(record, "professionals", ()) and not getattr(record, "no_other_professionals", False),
    )


def missing(insisted: Iterable[str], shape: Shape) -> frozenset[str]:
    """The places that a referral must name and that are empty, such as `children[1].birth`."""
    return frozenset(place for path in insisted for place in _missing(path, shape.blank))


def _missing(path: str, blank: Blank) -> Iterator[str]:
    part, _, name = path.partition(".")
    if path == "professionals":
        yield from (path,) if blank.professionals else ()
        return
    listed = part.removesuffix("[]")
    bits = getattr(blank, listed)
    if not name:
        yield from () if bits else (path,)
    elif part != listed:
        yield from (f"{listed}[{index}].{name}" for index, one in enumerate(bits) if _is_empty(listed, name, one))
    elif _is_empty(part, name, bits):
        yield path


def _is_empty(part: str, name: str, bits: int) -> bool:
    return all(bits & _FIELDS[part][one] for one in _TOGETHER.get(name, (name,)))


def _empty(part: str, value: object) -> int:
    return sum(bit for name, bit in _FIELDS[part].items() if _says_nothing(getattr(value, name)))


def _says_nothing(said: object) -> bool:
    """`false` and 0 are answers; blanks, UNKNOWN and empty lists are none."""
    if isinstance(said, StrEnum):
        return said.value == "UNKNOWN"
    return said is None or said == () or (isinstance(said, str) and not said.strip())
