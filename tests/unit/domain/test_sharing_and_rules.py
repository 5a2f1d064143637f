"""What an organisation may be shown (P5, H-15), and the ordered rules that rate a contact."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from core_story import ADULT, CHILD, CONCERN, HACKNEY, REFERRER
from hypothesis import given
from hypothesis import strategies as st

from mashbus.domain.case import Case
from mashbus.domain.contact import Contact
from mashbus.domain.facts import CASE_FACTS, CONTACT_FACTS, DECISION_FACTS, of_case, of_contact, proposed
from mashbus.domain.referral import Adult, Child, Consent, Referrer
from mashbus.domain.rules import Condition, Rule, first_match, holds
from mashbus.domain.sharing import SHAREABLE, minimise
from mashbus.domain.vocabulary import Channel, ConsentStatus, OpeningKind, Rag


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


def contact(**changes: object) -> Contact:
    said = {
        "kind": OpeningKind.REFERRAL,
        "event_id": UUID(int=1),
        "partnership": "hackney",
        "received_at": datetime(2026, 6, 8, 9, tzinfo=UTC),
        "channel": Channel.ONLINE_FORM,
        "source": "2A",
        "children": (CHILD,),
        "adults": (ADULT,),
        "concern": CONCERN,
        "content_hash": "",
    }
    return Contact(**{**said, **changes})


def facts(**changes: object) -> dict:
    return of_contact(contact(**changes), HACKNEY)


def rule(fact: str, test: str, value: object) -> Rule:
    condition = Condition(fact=fact, test=test, value=value)
    return Rule(name="r", conditions=(condition,), rag=Rag.RED, pathways=(), reason="")


@pytest.mark.parametrize(
    ("fact", "test", "value", "expected"),
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
        ("source", "is_not", "6", True),
        ("source", "none_of", frozenset({"2A"}), False),
        ("factors", "none_of", frozenset({"1A"}), True),
        ("nature", "is", "missing", False),
        ("nature", "is_not", "missing", True),
        ("nature", "none_of", frozenset({"missing"}), True),
    ],
)
def test_each_test_of_a_condition(fact: str, test: str, value: object, expected: bool) -> None:
    concern = replace(CONCERN, factors=("3A", "4B"))
    assert holds(rule(fact, test, value), facts(concern=concern)) is expected


def test_a_child_s_age_is_counted_to_the_day_of_receipt() -> None:
    born = replace(CHILD, date_of_birth=date(2021, 6, 8))
    before, on = datetime(2026, 6, 7, 22, 59, tzinfo=UTC), datetime(2026, 6, 7, 23, 0, tzinfo=UTC)
    assert facts(children=(born,), received_at=before)["youngest_age"] == 4
    assert facts(children=(born,), received_at=on)["youngest_age"] == 5, "midnight in London"


def test_an_age_that_is_not_known_meets_no_condition_on_age() -> None:
    unborn = replace(CHILD, date_of_birth=None, expected_date_of_birth=date(2026, 9, 1))
    known = facts(children=(unborn,))
    assert known["unborn"] is True
    assert not holds(rule("youngest_age", "below", 99), known)


def test_the_first_rule_that_holds_decides_and_none_means_a_person() -> None:
    assert first_match(HACKNEY.rules, facts(concern=replace(CONCERN, immediate_harm=True))).name == "immediate-harm"
    assert first_match(HACKNEY.rules, facts(concern=replace(CONCERN, category_of_need="N9"))) is None


def test_every_fact_that_a_rule_may_name_is_known_of_every_contact() -> None:
    case = Case.of(UUID(int=1))
    known = of_case(case, contact(), HACKNEY)
    assert facts().keys() == CONTACT_FACTS
    assert known.keys() == CASE_FACTS
    assert proposed(known, role=None).keys() == DECISION_FACTS


def test_H_13_what_nobody_said_of_consent_is_read_as_not_sought_and_police_say_nothing_of_it() -> None:
    assert facts(consent=Consent())["consent"] == ConsentStatus.NOT_SOUGHT
    assert facts(consent=None)["consent"] is None
    assert holds(rule("consent", "is_not", "given"), facts(consent=None)), "not known to be given"


def test_J_04_whether_it_came_outside_opening_hours_is_known() -> None:
    assert facts()["out_of_hours"] is False
    assert facts(received_at=datetime(2026, 6, 6, 9, tzinfo=UTC))["out_of_hours"] is True
