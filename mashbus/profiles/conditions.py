"""What a `when` may say: which facts, which tests of them, and which values, so that a slip of the pen is no rule.

A misspelt factor, or a colour that the partnership has not, would be a rule that never holds: it is refused.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from mashbus.contracts import codes
from mashbus.domain.known import Holder
from mashbus.domain.rules import TESTS, Condition
from mashbus.domain.vocabulary import (
    Assessment,
    Channel,
    ConsentStatus,
    Involvement,
    LawfulBasis,
    OpeningKind,
    ReferrerKind,
    Support,
)
from mashbus.profiles.tables import Fault, Place
from mashbus.profiles.values import wrong


def _tests(value: Any) -> Any:
    written = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in written):
        raise wrong(f"{value!r} is no test: write {{ is = … }}, {{ any = [ … ] }} or another")
    return written


Tests = Annotated[list[dict[str, Any]], BeforeValidator(_tests)]
When = dict[str, Tests]
"""Fact, test, value: `{ youngest_age = { below = 5 } }`; a list where one test is made twice. All must hold."""
SomeWhen = Annotated[When, Field(min_length=1)]
"""A rule without a condition would always hold: said by leaving it out only where that is meant."""


class Form(StrEnum):
    """What kind of value a fact has. The value says it to whoever wrote another."""

    WORD = 'one word: write { is = "…" } or { any = ["…", "…"] }'
    WORDS = 'several words: write { any = ["…"] }, { all = ["…"] } or { none_of = ["…"] }'
    NUMBER = "a number: write { below = 5 } or { at_least = 2 }"
    YES_NO = "true or false: write { is = true }"


_TESTS_OF: Mapping[Form, Collection[str]] = {
    Form.WORD: ("is", "is_not", "any", "none_of"),
    Form.WORDS: ("any", "all", "none_of"),
    Form.NUMBER: ("is", "is_not", "below", "at_least"),
    Form.YES_NO: ("is", "is_not"),
}
_LISTED = ("any", "all", "none_of")


@dataclass(frozen=True)
class Said:
    """What may be said of a fact. `words` None: any, such as a force's own word for an incident."""

    form: Form
    words: Collection[str] | None = None


def _known(words: type[StrEnum]) -> Collection[str]:
    return tuple(str(one) for one in words if one != "UNKNOWN")


_YES_NO, _NUMBER = Said(Form.YES_NO), Said(Form.NUMBER)
FIXED: Mapping[str, Said] = {
    "opening": Said(Form.WORD, tuple(OpeningKind)),
    "channel": Said(Form.WORD, tuple(Channel)),
    "source": Said(Form.WORD, codes.SOURCES),
    "nature": Said(Form.WORD),
    "asks_for": Said(Form.WORD, _known(Support)),
    "referrer_kind": Said(Form.WORD, tuple(ReferrerKind)),
    "immediate_harm": _YES_NO,
    "category_of_need": Said(Form.WORD, codes.NEEDS),
    "factors": Said(Form.WORDS, codes.FACTORS),
    "indicator_count": _NUMBER,
    "children": _NUMBER,
    "unborn": _YES_NO,
    "youngest_age": _NUMBER,
    "out_of_hours": _YES_NO,
    "consent": Said(Form.WORD, _known(ConsentStatus)),
    "consent_reason": _YES_NO,
    "consent_action": _YES_NO,
    "urgent": _YES_NO,
    "asking_raises_risk": _YES_NO,
    "lawful_basis": Said(Form.WORD, _known(LawfulBasis)),
    "told": _YES_NO,
    "telling_raises_risk": _YES_NO,
    "assessment": Said(Form.WORD, _known(Assessment)),
    "involvement": Said(Form.WORD, _known(Involvement)),
    "open_to": Said(Form.WORDS, _known(Holder)),
    "partly_open": _YES_NO,
    "contradictory": _YES_NO,
    "re_referrals": _NUMBER,
    "linked": _YES_NO,
    "flagged": _YES_NO,
    "views_recorded": _YES_NO,
    "asks": _YES_NO,
}
"""Facts whose words are the bus's or the sector's; those of a partnership's own words its profile adds."""


def conditions(when: When) -> tuple[Condition, ...]:
    """As plain values, of a `when` without faults."""
    return tuple(
        Condition(fact=fact, test=test, value=frozenset(value) if isinstance(value, list) else value)
        for fact, written in when.items()
        for tests in written
        for test, value in tests.items()
    )


def faults_of(when: When, place: Place, known: Collection[str], said: Mapping[str, Said]) -> Iterator[Fault]:
    """`known`: the facts that are known in this place; `said`: what may be said of each."""
    for fact, written in when.items():
        here = (*place, fact)
        if fact not in known:
            yield here, f"'{fact}' cannot be tested here; what can: {', '.join(sorted(known))}"
            continue
        if not written or not all(written):
            yield here, f"says nothing of {fact}, which is {said[fact].form}"
        for tests in written:
            for test, value in tests.items():
                yield from ((here, why) for why in _wrong(fact, test, value, said[fact]))


def _wrong(fact: str, test: str, value: Any, said: Said) -> Iterator[str]:
    if test not in TESTS:
        yield f"there's no test '{test}'; there are: {', '.join(sorted(TESTS))}"
    elif test not in _TESTS_OF[said.form]:
        yield f"'{test}' is no test of {fact}, which is {said.form}"
    elif not _fits(test, value, said.form):
        yield f"{test} = {_as_written(value)} does not fit {fact}, which is {said.form}"
    else:
        strangers = [one for one in _listed(value) if said.words is not None and one not in said.words]
        for one in strangers if isinstance(value, (str, list)) else ():
            there = ", ".join(said.words or ()) or "none in this profile"
            yield f"'{one}' is no {fact.replace('_', ' ')}; there are: {there}"


def _fits(test: str, value: Any, form: Form) -> bool:
    if test in _LISTED:
        return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
    wanted = {Form.NUMBER: int, Form.YES_NO: bool}.get(form, str)
    return type(value) is wanted


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else (value,)


def _as_written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
