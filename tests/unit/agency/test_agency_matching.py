"""Who is meant, as a person at a desk would decide it."""

from datetime import date

import pytest

from mashbus.bus.agency.matching import Held, Identified, Nobody, Sought, Unsure, identify, look_for, name_key

BORN = date(2016, 2, 29)
OTHER = date(2016, 3, 1)


def held(
    key: str = "1", given: str = "Tess", family: str = "Fableworth", born: date | None = BORN, number=None
) -> Held:
    return Held(key=key, given_name=given, family_name=family, date_of_birth=born, number=number)


def sought(given: str | None = "Tess", family: str | None = "Fableworth", born: date | None = BORN, **more) -> Sought:
    return Sought(given_name=given, family_name=family, date_of_birth=born, **more)


@pytest.mark.parametrize(
    ("person", "system", "match"),
    [
        pytest.param(sought(), [held()], Identified("1"), id="name and birthday"),
        pytest.param(sought(given="TÉSS", family="fable-worth"), [held()], Identified("1"), id="spelt another way"),
        pytest.param(sought(), [held(), held("2", given="Theo")], Identified("1"), id="with a twin on record"),
        pytest.param(sought(), [held(born=OTHER)], Nobody(), id="a namesake of another age"),
        pytest.param(sought(), [], Nobody(), id="an empty system"),
        pytest.param(sought(), [held(), held("2")], Unsure(), id="held twice"),
        pytest.param(sought(), [held(given="Theo")], Unsure(), id="surname and birthday only"),
        pytest.param(sought(born=None), [held()], Unsure(), id="asked without a birthday"),
        pytest.param(
            sought(born=None), [held(given="Theo")], Nobody(), id="asked without a birthday, another first name"
        ),
        pytest.param(sought(given=None, born=None), [held()], Unsure(), id="asked by surname only"),
        pytest.param(sought(), [held(born=None)], Unsure(), id="held without a birthday"),
        pytest.param(sought(given=None, family=None, born=None), [held()], Unsure(), id="nothing to look by"),
        pytest.param(
            sought(given="A", number="N1"), [held(number="N1", born=OTHER)], Identified("1"), id="exact number"
        ),
        pytest.param(
            sought(number="N1", trusted=False), [held(number="N1", born=OTHER)], Unsure(), id="untraced, other birthday"
        ),
        pytest.param(
            sought(number="N1", trusted=False), [held(number="N1")], Identified("1"), id="untraced, same birthday"
        ),
        pytest.param(sought(number="N1"), [held(number="N2")], Nobody(), id="alike, but another trusted number"),
        pytest.param(
            sought(number="N1"), [held(number="N1"), held("2", number="N1")], Unsure(), id="one number, two people"
        ),
        pytest.param(sought(number="N1"), [held()], Identified("1"), id="number asked, none held"),
    ],
)
def test_who_is_meant(person, system, match):
    assert identify(person, system) == match


def test_people_of_one_request_are_judged_one_by_one():
    system = {"Tess": [held()], "Theo": [], "Both": [held("3"), held("4")]}
    matches = look_for(
        [sought(), sought("Theo"), sought("Both"), sought()], lambda one: system[one.given_name or ""] if one else ()
    )
    assert (matches.identified, matches.unsure) == (("1",), True)


def test_names_are_compared_without_accents_case_and_punctuation():
    assert name_key("O'Brién-Smith") == name_key("OBRIEN smith") == "obriensmith"
    assert name_key(None) == ""
