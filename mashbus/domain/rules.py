"""Triage rules: an ordered table of conditions over typed facts of a contact; the first that holds decides.

Where none holds a person decides; nothing is rated by default.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mashbus.domain.referral import Child, Concern, Consent
from mashbus.domain.vocabulary import OpeningKind, Rag

Fact = str | bool | int | frozenset[str] | None
Facts = Mapping[str, Fact]
"""Typed facts by name. See `facts_of` for the names a rule may use."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One test of one fact. `is`: equal. `any`: has or is one of. `all`: has each of. `below`/`at_least`: numbers."""

    fact: str
    test: str
    value: Fact

    def holds(self, facts: Facts) -> bool:
        actual = facts[self.fact]
        return actual is not None and _TESTS[self.test](actual, self.value)


@dataclass(frozen=True, kw_only=True)
class Rule:
    name: str
    conditions: tuple[Condition, ...]
    rag: Rag
    pathways: tuple[str, ...]
    reason: str

    def holds(self, facts: Facts) -> bool:
        return all(condition.holds(facts) for condition in self.conditions)


def first_match(rules: Sequence[Rule], facts: Facts) -> Rule | None:
    """The first rule that holds, or None: then a person's rating is awaited."""
    return next((rule for rule in rules if rule.holds(facts)), None)


def facts_of(
    *, opening: OpeningKind, source: str, nature: str | None, children: Sequence[Child], concern: Concern,
    consent: Consent | None, on: date,
) -> Facts:  # fmt: skip
    """The facts that rules may test. `on` is the day of receipt: ages are counted to it."""
    ages = [_age(child.date_of_birth, on) for child in children if child.date_of_birth]
    return {
        "opening": opening.value,
        "source": source,
        "nature": nature,
        "immediate_harm": concern.immediate_harm,
        "category_of_need": concern.category_of_need,
        "factors": frozenset(concern.factors),
        "children": len(children),
        "unborn": any(child.expected_date_of_birth and not child.date_of_birth for child in children),
        "youngest_age": min(ages, default=None),
        "consent": consent.status.value if consent else None,
    }


FACTS = frozenset(
    facts_of(
        opening=OpeningKind.UNKNOWN, source="", nature=None, children=(), concern=Concern(), consent=None, on=date.min
    )
)
"""The names a rule may use: a profile that names another is refused when loaded."""


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _as_set(value: object) -> frozenset[object]:
    return value if isinstance(value, frozenset) else frozenset((value,))


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda actual, value: actual == value,
    "any": lambda actual, value: bool(_as_set(actual) & _as_set(value)),
    "all": lambda actual, value: _as_set(value) <= _as_set(actual),
    "below": lambda actual, value: actual < value,
    "at_least": lambda actual, value: actual >= value,
}
TESTS = frozenset(_TESTS)
