"""The town and what agencies hold of it."""

from collections import Counter
from itertools import islice

import pytest
from stdnum.gb import nhs

from mashbus.synthetic.people import Family
from mashbus.synthetic.town import FIRST_BIRTH, born_on, seed, town


def first_children(families: int) -> list[tuple[str | None, object]]:
    return [(one.children[0].family_name, one.children[0].date_of_birth) for one in town(families=families)]


def test_two_runs_meet_the_same_people() -> None:
    assert list(town(families=50)) == list(town(families=50))
    assert list(town("elsewhere", 50)) != list(town(families=50))


def test_every_day_of_the_town_has_a_girl_and_a_boy() -> None:
    families: list[Family] = list(islice(town(), 2))
    assert [one.children[0].sex for one in families] == ["F", "M"]
    assert [born_on(FIRST_BIRTH, "F"), born_on(FIRST_BIRTH, "M")] == families


def test_outside_its_years_nobody_of_the_town_is_born() -> None:
    assert born_on(FIRST_BIRTH.replace(year=1990), "F") is None


def test_there_are_twins_and_strangers_who_share_surname_and_birthday() -> None:
    assert any(len({child.date_of_birth for child in one.children}) < len(one.children) for one in town(families=400))
    assert max(Counter(first_children(1000)).values()) == 2


def test_people_are_plainly_synthetic() -> None:
    for one in town(families=100):
        assert one.address.postcode
        assert one.address.postcode.startswith("ZZ99 ")
        assert all(adult.phone and adult.phone.startswith("01632 960") for adult in one.adults)
        assert all(
            nhs.is_valid(child.nhs_number or "") and nhs.compact(child.nhs_number or "").startswith("999")
            for child in one.children
        )


@pytest.mark.parametrize("role", ["police", "health", "education"])
def test_an_agency_knows_some_of_the_town_by_its_own_numbers_only(role: str) -> None:
    held = list(seed(role, 1, families=4000))
    assert held == list(seed(role, 1, families=4000)) != list(seed(role, 2, families=4000))
    assert len({person.local_id for person in held}) == len(held)
    numbers = {child.nhs_number for one in town(families=4000) for child in one.children}
    assert not numbers & {person.local_id for person in held}
    everybody = {(child.family_name, child.date_of_birth) for one in town(families=4000) for child in one.children}
    known = {(person.family_name, person.date_of_birth) for person in held}
    assert everybody & known
    assert everybody - known


def test_an_agency_s_records_are_as_imperfect_as_real_ones() -> None:
    held = list(seed("health", 1, families=2000))
    assert any(person.date_of_birth is None for person in held)
    assert max(Counter((one.given_name, one.family_name, one.date_of_birth) for one in held).values()) > 1
    assert any(person.risk for person in held)
    assert all(list(person.events) == sorted(person.events, key=lambda event: event.on) for person in held)


def test_probation_holds_adults_camhs_children_and_a_role_that_nobody_thought_of_both() -> None:
    kinds = {role: {one.kind for one in seed(role, 1, families=2000)} for role in ("probation", "camhs", "lighthouse")}
    assert kinds == {"probation": {"adult"}, "camhs": {"child"}, "lighthouse": {"adult", "child"}}
