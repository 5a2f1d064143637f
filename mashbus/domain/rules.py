"""Rules: ordered tables of conditions over typed facts of a contact, a case or a decision; the first that holds counts.

Where none holds a person decides; nothing is rated by default.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from mashbus.domain.vocabulary import Rag

Fact = str | bool | int | frozenset[str] | None
Facts = Mapping[str, Fact]
"""Typed facts by name: see `mashbus.domain.facts`."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One test of one fact. `is`: is it, or has it among several. `any`: has or is one of. `all`: has each of.
    `below`/`at_least`: numbers.

    What is not known passes no test but `is_not` and `none_of`: consent that nobody spoke of is not given.
    """

    fact: str
    test: str
    value: Fact

    def holds(self, facts: Facts) -> bool:
        actual = facts[self.fact]
        if actual is None:
            return self.test in _HOLD_OF_NOTHING
        return _TESTS[self.test](actual, self.value)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A recommendation: colour and pathways, and why."""

    name: str
    conditions: tuple[Condition, ...]
    rag: Rag
    pathways: tuple[str, ...]
    reason: str
    level: str | None = None
    automatic: bool = False
    """Routed by the bus even where a manager routes: somebody has sorted it before it came (G-11)."""


class Conditional(Protocol):
    @property
    def conditions(self) -> tuple[Condition, ...]: ...


C = TypeVar("C", bound=Conditional)


def holds(rule: Conditional, facts: Facts) -> bool:
    """All of its conditions hold; one without conditions always does."""
    return all(condition.holds(facts) for condition in rule.conditions)


def first_match(rules: Iterable[C], facts: Facts) -> C | None:
    """The first rule that holds, or None: then a person decides."""
    return next((rule for rule in rules if holds(rule, facts)), None)


def all_matches(rules: Iterable[C], facts: Facts) -> Sequence[C]:
    return [rule for rule in rules if holds(rule, facts)]


def _as_set(value: object) -> frozenset[object]:
    return value if isinstance(value, frozenset) else frozenset((value,))


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda actual, value: value in _as_set(actual),
    "is_not": lambda actual, value: value not in _as_set(actual),
    "any": lambda actual, value: bool(_as_set(actual) & _as_set(value)),
    "none_of": lambda actual, value: not _as_set(actual) & _as_set(value),
    "all": lambda actual, value: _as_set(value) <= _as_set(actual),
    "below": lambda actual, value: actual < value,
    "at_least": lambda actual, value: actual >= value,
}
_HOLD_OF_NOTHING = frozenset({"is_not", "none_of"})
TESTS = frozenset(_TESTS)
