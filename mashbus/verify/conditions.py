"""Conditions of a profile, tried on typed facts: by other code than triage uses.

What is not known passes no test but `is_not` and `none_of`.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

Value = str | bool | int | frozenset[str] | None
Facts = Mapping[str, Value]


class Condition(Protocol):
    @property
    def fact(self) -> str: ...
    @property
    def test(self) -> str: ...
    @property
    def value(self) -> Value: ...


def hold(conditions: Iterable[Condition], facts: Facts) -> bool:
    """All of them; none is no obstacle."""
    return all(_passes(one.test, facts[one.fact], one.value) for one in conditions)


def _passes(test: str, actual: Value, wanted: Value) -> bool:
    if test in {"is_not", "none_of"}:
        return actual is None or not _passes("is" if test == "is_not" else "any", actual, wanted)
    if actual is None:
        return False
    match test:
        case "is":
            return wanted in actual if isinstance(actual, frozenset) else actual == wanted
        case "any":
            return not _several(actual).isdisjoint(_several(wanted))
        case "all":
            return _several(wanted).issubset(_several(actual))
        case "below":
            return _number(actual) < _number(wanted)
        case "at_least":
            return _number(actual) >= _number(wanted)
    raise UnknownTest(test)


class UnknownTest(ValueError):
    def __init__(self, test: str) -> None:
        super().__init__(f"verify does not know how to test '{test}': extend mashbus/verify/conditions.py")


def _several(value: Value) -> frozenset[Value]:
    return frozenset(value) if isinstance(value, frozenset) else frozenset((value,))


def _number(value: Value) -> int:
    if isinstance(value, int):
        return value
    raise UnknownTest("a number against what is none")
