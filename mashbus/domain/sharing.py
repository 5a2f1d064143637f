"""What one organisation may be shown of a contact. The rule lives with the profile; this applies it (P5, H-15).

A rule names fields as `child.<field>`, `adult.<field>` or `concern.<field>`. What it does not name is left out:
a field that is added to a record is shared with nobody until a profile says so. Nothing of the referrer can be named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from mashbus.domain.referral import Adult, Child, Concern

Person = TypeVar("Person", Child, Adult)

_PARTS: dict[str, type] = {"child": Child, "adult": Adult, "concern": Concern}

SHAREABLE = frozenset(f"{part}.{field.name}" for part, value in _PARTS.items() for field in fields(value))
"""Every field that a sharing rule can name. The referrer is not among them (G-21)."""


@dataclass(frozen=True, kw_only=True)
class Minimised:
    """A contact as one organisation may see it."""

    children: tuple[Child, ...]
    adults: tuple[Adult, ...]
    context: str | None


def minimise(
    allowed: frozenset[str], children: Iterable[Child], adults: Iterable[Adult], concern: Concern
) -> Minimised:
    """Only the allowed fields; no adults at all where no field of theirs is allowed."""
    shows_adults = any(name.startswith("adult.") for name in allowed)
    return Minimised(
        children=tuple(_only(child, "child", allowed) for child in children),
        adults=tuple(_only(adult, "adult", allowed) for adult in adults) if shows_adults else (),
        context=concern.summary if "concern.summary" in allowed else None,
    )


def _only(value: Person, part: str, allowed: frozenset[str]) -> Person:
    blank = type(value)()
    return replace(
        blank,
        **{field.name: getattr(value, field.name) for field in fields(value) if f"{part}.{field.name}" in allowed},
    )
