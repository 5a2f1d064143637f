"""What an organisation may be shown (P5, H-15), and the ordered rules that rate a contact."""

from dataclasses import fields, replace
from datetime import date

import pytest
from core_story import ADULT, CHILD, CONCERN, HACKNEY, REFERRER
from hypothesis import given
from hypothesis import strategies as st

from mashbus.domain.referral import Adult, Child, Referrer
from mashbus.domain.rules import FACTS, Condition, Rule, facts_of, first_match
from mashbus.domain.sharing import SHAREABLE, minimise
from mashbus.domain.vocabulary import OpeningKind, Rag


@given(st.frozensets(st.sampled_from(sorted(SHAREABLE))))
def test_P5_a_field_nobody_named_is_never_shared(allowed: frozenset[str]) -> None:
    shown = minimise(allowed, [CHILD], [ADULT], CONCERN)
    for part, blank, people in (("child", Child(), shown.children), ("adult", Adult(), shown.adults)):
        for person in people:
            for field in fields(person):
                if f"{part}.{field.name}" not in allowed:
                    assert getattr(person, field.name) == getattr(blank, field.name)
    assert shown.context is None or "concern.summary" in allowed


@given(st.frozensets(st.sampled_from(sorted(SHAREABLE))))
def test_what_was_named_is_shown(allowed: frozenset[str]) -> None:
    shown = minimise(allowed, [CHILD], [ADULT], CONCERN)
    (child,) = shown.children
    assert all(getattr(child, name[6:]) == getattr(CHILD, name[6:]) for name in allowed if name.startswith("child."))


def test_no_adult_is_shown_where_no_field_of_theirs_is_allowed() -> None:
    assert minimise(frozenset({"child.given_name"}), [CHILD], [ADULT], CONCERN).adults == ()


def test_G_21_the_referrer_can_t_be_named_by_any_rule() -> None:
    assert not {name for name in SHAREABLE if "referrer" in name}
    everything = repr(minimise(SHAREABLE, [CHILD], [ADULT], CONCERN))
    said = [value for field in fields(Referrer) if isinstance(value := getattr(REFERRER, field.name), str)]
    assert not [value for value in said if value in everything]


def facts(**changes: object) -> dict:
    said = {
        "opening": OpeningKind.REFERRAL,
        "source": "2A",
        "nature": None,
        "children": [CHILD],
        "concern": CONCERN,
        "consent": None,
        "on": date(2026, 6, 8),
    }
    return dict(facts_of(**{**said, **changes}))


def rule(fact: str, test: str, value: object) -> Rule:
    condition = Condition(fact=fact, test=test, value=value)
    return Rule(name="r", conditions=(condition,), rag=Rag.RED, pathways=(), reason="")


@pytest.mark.parametrize(
    ("fact", "test", "value", "holds"),
    [
        ("source", "is", "2A", True),
        ("source", "any", frozenset({"2A", "6"}), True),
        ("source", "any", frozenset({"6"}), False),
        ("factors", "any", frozenset({"3A", "9Z"}), True),
        ("factors", "all", frozenset({"3A", "9Z"}), False),
        ("factors", "all", frozenset({"3A", "4B"}), True),
        ("youngest_age", "below", 10, True),
        ("youngest_age", "below", 9, False),
        ("youngest_age", "at_least", 9, True),
        ("nature", "is", "missing", False),
    ],
)
def test_each_test_of_a_condition(fact: str, test: str, value: object, holds: bool) -> None:
    concern = replace(CONCERN, factors=("3A", "4B"))
    assert rule(fact, test, value).holds(facts(concern=concern)) is holds


def test_a_child_s_age_is_counted_to_the_day_of_receipt() -> None:
    born = replace(CHILD, date_of_birth=date(2021, 6, 8))
    assert facts(children=[born], on=date(2026, 6, 7))["youngest_age"] == 4
    assert facts(children=[born], on=date(2026, 6, 8))["youngest_age"] == 5


def test_an_age_that_is_not_known_meets_no_condition_on_age() -> None:
    unborn = replace(CHILD, date_of_birth=None, expected_date_of_birth=date(2026, 9, 1))
    known = facts(children=[unborn])
    assert known["unborn"] is True
    assert not rule("youngest_age", "below", 99).holds(known)


def test_the_first_rule_that_holds_decides_and_none_means_a_person() -> None:
    assert first_match(HACKNEY.rules, facts(concern=replace(CONCERN, immediate_harm=True))).name == "immediate-harm"
    assert first_match(HACKNEY.rules, facts(concern=replace(CONCERN, category_of_need="N9"))) is None


def test_every_fact_that_a_rule_may_name_is_known_of_every_contact() -> None:
    assert facts().keys() == FACTS
