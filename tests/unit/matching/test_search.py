"""Who is offered: the probable ones, never twins with certainty, never more than a handful."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from mashbus.bus.directory.decoding import Decoder
from mashbus.contracts.catalogue import Catalogue
from mashbus.domain.known import Says
from mashbus.domain.referral import Address, Child
from services.matching.offers import Own, offers
from services.matching.people import People
from services.matching.scoring import Scoring
from services.matching.search import Found, found

HOME = Address(lines=("7 Nowhere Road", "Exampleton"), postcode="ZZ99 3AB")
AMARA = Child(given_name="Amara", family_name="Fableworth", date_of_birth=date(2017, 3, 2), sex="F", address=HOME)


@pytest.fixture(scope="module")
def scoring() -> Iterator[Scoring]:
    made = Scoring()
    yield made
    made.close()


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    made = People(tmp_path / "people.sqlite", {}, Decoder(Catalogue.load(Path("schemas"))))
    yield made
    made.close()


def keep(people: People, *children: Child, partnership: str = "hackney") -> None:
    with people._change():
        for number, child in enumerate(children):
            people._keep(partnership, child, token=f"{number:064x}", organisation="hackney-social-care", local_id=None)


def sought(people: People, scoring: Scoring, child: Child, **figures: float) -> Sequence[Found]:
    return found(people, scoring, offers().model_copy(update=figures), "hackney", child, lambda _: True)


def test_a_twin_is_not_offered_for_the_other(people: People, scoring: Scoring) -> None:
    """All but the given name is the same: by Splink alone this were certain."""
    keep(people, replace(AMARA, given_name="Zofia"))
    assert not sought(people, scoring, AMARA)
    (twin,) = sought(people, scoring, AMARA, least=0.0)
    assert twin.score.probability == pytest.approx(0.25)
    (why,) = (one for one in twin.score.evidence if one.field == "household")
    assert why.says is Says.DIFFERENT
    assert why.weight < 0
    assert "twin" in (why.detail or "")


def test_of_twins_the_right_one_is_offered(people: People, scoring: Scoring) -> None:
    keep(people, replace(AMARA, given_name="Zofia"), AMARA)
    (one,) = sought(people, scoring, AMARA)
    assert one.person.features.given == "AMARA"
    assert one.score.probability > 0.99


def test_a_twin_is_not_offered_where_the_home_is_not_known_either(people: People, scoring: Scoring) -> None:
    keep(people, replace(AMARA, given_name="Zofia", address=None))
    assert not sought(people, scoring, AMARA)


def test_a_twin_with_a_name_that_is_alike_is_never_certain(people: People, scoring: Scoring) -> None:
    keep(people, replace(AMARA, given_name="Amaraa"))
    (one,) = sought(people, scoring, AMARA)
    assert one.score.probability == pytest.approx(0.95)


@pytest.mark.parametrize(
    "changes",
    [
        {"family_name": "Mockshaw"},
        {"date_of_birth": date(2017, 2, 3)},
        {"date_of_birth": date(2017, 3, 12)},
        {"given_name": "Fableworth", "family_name": "Amara"},
        {"given_name": "Amarra"},
        {"family_name": "Fableworht"},
        {"address": None},
    ],
)
def test_each_slip_leaves_a_key_by_which_the_child_is_found(people: People, scoring: Scoring, changes: dict) -> None:
    keep(people, AMARA)
    assert len(sought(people, scoring, replace(AMARA, **changes))) == 1


def test_an_unborn_child_is_found_once_it_is_born(people: People, scoring: Scoring) -> None:
    keep(people, Child(family_name="Fableworth", expected_date_of_birth=date(2026, 6, 20), address=HOME))
    born = replace(AMARA, date_of_birth=date(2026, 7, 1))
    assert len(sought(people, scoring, born)) == 1


def test_nobody_of_another_partnership_is_offered(people: People, scoring: Scoring) -> None:
    keep(people, AMARA, partnership="medway")
    assert not sought(people, scoring, AMARA)


def test_whoever_says_nothing_is_like_nobody(people: People, scoring: Scoring) -> None:
    keep(people, AMARA)
    assert not sought(people, scoring, Child(given_name="Amara"))
    assert not sought(people, scoring, Child(date_of_birth=date(2017, 3, 2), given_name="Unknown"))


def test_at_most_a_handful_and_the_most_probable_first(people: People, scoring: Scoring) -> None:
    keep(people, *(replace(AMARA, given_name=f"Amara{'abcdefgh'[n]}") for n in range(8)), AMARA)
    found_ = sought(people, scoring, AMARA)
    assert len(found_) == 5
    assert found_[0].person.features.given == "AMARA"


def test_who_was_forgotten_is_not_offered(people: People, scoring: Scoring) -> None:
    keep(people, AMARA)
    with people._change():
        people._writing.execute("DELETE FROM people")
    assert not sought(people, scoring, AMARA)
    assert people.count("hackney") == 0
    assert people.bearing("hackney", "family", "FABLEWORTH") == 0


def test_a_common_name_weighs_less(people: People, scoring: Scoring) -> None:
    others = (
        replace(AMARA, date_of_birth=date(2000 + n % 15, 1 + n % 12, 1 + n % 28), address=None) for n in range(3000)
    )
    keep(people, AMARA, *others)
    (common, *_) = sought(people, scoring, AMARA)
    rare = replace(AMARA, family_name="Stubthorpe")
    with people._change():
        people._keep("hackney", rare, token="f" * 64, organisation="hackney-social-care", local_id=None)
    (uncommon, *_) = sought(people, scoring, rare)
    weight = {one.field: one.weight for one in uncommon.score.evidence}["family_name"]
    assert weight > {one.field: one.weight for one in common.score.evidence}["family_name"] + 2


def test_a_partnerships_own_figures_count() -> None:
    figures = offers().model_copy(update={"partnerships": {"hackney": Own(least=0.6)}})
    assert figures.of("hackney").least == 0.6
    assert figures.of("medway").least == offers().least


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_day_at_the_end_of_the_calendar_is_compared_like_any_other(
    people: People, scoring: Scoring, day: date
) -> None:
    """Some systems write it where nothing is known: no case is set aside for it."""
    keep(people, replace(AMARA, date_of_birth=day))
    assert sought(people, scoring, replace(AMARA, date_of_birth=day))
    assert not sought(people, scoring, Child(family_name="Other", expected_date_of_birth=day))
