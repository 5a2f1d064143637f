"""A profile's conditions in plain sentences, for whoever signs it: "consent is not given, and a pathway is Early help".

Every fact that can be tested has its words here.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from mashbus.contracts import codes
from mashbus.domain.partnership import Partnership
from mashbus.domain.rules import Condition

_YES_NO: Mapping[str, tuple[str, str]] = {
    "immediate_harm": ("immediate harm is reported", "no immediate harm is reported"),
    "unborn": ("a child is unborn", "no child is unborn"),
    "out_of_hours": ("it comes outside opening hours", "it comes within opening hours"),
    "consent_reason": ("a reason about consent is recorded", "no reason about consent is recorded"),
    "consent_action": ("the action taken is recorded", "no action taken is recorded"),
    "urgent": ("an urgent safety concern is recorded", "no urgent safety concern is recorded"),
    "asking_raises_risk": (
        "it is recorded why asking would raise the risk",
        "it is not recorded why asking would raise the risk",
    ),
    "told": ("the family was told what is shared and why", "the family was not told what is shared and why"),
    "telling_raises_risk": ("telling the family would raise the risk", "telling the family would not raise the risk"),
    "flagged": ("an agency has flagged a risk", "no agency has flagged a risk"),
    "partly_open": (
        "an open case is known of some of the children, not of all",
        "it is not so that some of the children have an open case and others none",
    ),
    "contradictory": (
        "the identifiers of one child lead to different children",
        "no child's identifiers contradict each other",
    ),
    "linked": ("the case is linked to an earlier one", "the case is linked to no earlier one"),
    "views_recorded": ("a child's own view is recorded", "no child's own view is recorded"),
    "asks": ("organisations would be asked", "no organisation would be asked"),
}
_ONE: Mapping[str, str] = {
    "opening": "what came",
    "channel": "the channel",
    "source": "the source",
    "nature": "the police's word for the incident",
    "contact_type": "the kind of contact",
    "asks_for": "what is asked for",
    "referrer_kind": "the referrer",
    "category_of_need": "the primary need",
    "consent": "consent",
    "lawful_basis": "the lawful basis",
    "assessment": "what the police sorted it as",
    "involvement": "the involvement of social care",
    "rating": "the colour of the case",
    "rag": "the colour decided on",
    "level": "the level decided on",
    "role": "the role of whoever decides",
}
_SEVERAL: Mapping[str, str] = {
    "factors": "a factor",
    "indicators": "an indicator",
    "milestones": "something recorded",
    "standing": "something that still stands",
    "open_to": "a service with an open case",
    "case_pathways": "a pathway of the case",
    "pathways": "a pathway",
    "outcomes": "an outcome",
}
_NUMBERS: Mapping[str, str] = {
    "indicator_count": "the number of indicators",
    "children": "the number of children",
    "re_referrals": "the number of earlier referrals of the same child",
    "youngest_age": "the age of the youngest child",
}
SAID = frozenset({*_YES_NO, *_ONE, *_SEVERAL, *_NUMBERS})


def sentence(conditions: Iterable[Condition], partnership: Partnership) -> str:
    """All of them, joined; empty where there are none."""
    return ", and ".join(_said(one, partnership) for one in conditions)


def _said(one: Condition, partnership: Partnership) -> str:
    if one.fact in _YES_NO:
        return _YES_NO[one.fact][(one.test == "is") is not bool(one.value)]
    if one.fact in _NUMBERS:
        return f"{_NUMBERS[one.fact]} {_COMPARED[one.test]} {one.value}"
    words = _words(one, partnership)
    if one.fact in _ONE:
        return f"{_ONE[one.fact]} {'is not' if one.test in ('is_not', 'none_of') else 'is'} {_either(words)}"
    if one.test == "all":
        return " and ".join(f"{_SEVERAL[one.fact]} is {word}" for word in words)
    subject = _SEVERAL[one.fact]
    if one.test == "none_of":
        starts, _, rest = subject.partition(" ")
        subject = f"{'nothing' if starts == 'something' else 'no'} {rest}"
    return f"{subject} is {_either(words)}"


_COMPARED = {"is": "is", "is_not": "is not", "below": "is below", "at_least": "is at least"}


def _either(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _words(one: Condition, partnership: Partnership) -> list[str]:
    values = sorted(one.value) if isinstance(one.value, frozenset) else [str(one.value)]
    return [name_of(one.fact, value, partnership) for value in values]


def name_of(fact: str, value: str, partnership: Partnership) -> str:
    """What a value is called by people: the title that the profile gives it, or the sector's meaning of a code."""
    titled = _TITLES.get(fact)
    title = titled(partnership).get(value) if titled else None
    if title and fact in _OF_THE_PROFILE:
        return f"“{title}”"
    return re.sub(r"(by|of): ", r"\1 ", title) if title else value.replace("_", " ")


_OF_THE_PROFILE = frozenset(
    {"contact_type", "indicators", "milestones", "standing", "case_pathways", "pathways", "outcomes"}
)
"""Whose titles are sentences of their own, and stand in quotes."""
_TITLES: Mapping[str, Callable[[Partnership], Mapping[str, str]]] = {
    "source": lambda _: codes.SOURCES,
    "category_of_need": lambda _: codes.NEEDS,
    "factors": lambda _: codes.FACTORS,
    "contact_type": lambda one: {name: kind.title for name, kind in one.contact_types.items()},
    "indicators": lambda one: {sign.name: sign.title for sign in one.indicators},
    "milestones": lambda one: {name: kind.title for name, kind in one.milestones.items()},
    "standing": lambda one: {name: kind.title for name, kind in one.milestones.items()},
    "case_pathways": lambda one: {name: way.title for name, way in one.pathways.items()},
    "pathways": lambda one: {name: way.title for name, way in one.pathways.items()},
    "outcomes": lambda one: {name: out.says.rstrip(".") for name, out in one.outcomes.items()},
    "level": lambda one: {name: f"{name} ({title})" for name, title in one.levels.items()},
    "role": lambda one: one.roles,
}
