"""What a person reads about an offered match: how far each field agrees, in plain words, and never a value."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from mashbus.domain.known import Evidence, Says
from mashbus.domain.referral import Address, Child
from services.matching.features import features
from services.matching.scores import Scored
from services.matching.scoring import Scoring

AMONG = 50_000
HOME = Address(lines=("7 Nowhere Road", "Exampleton"), postcode="ZZ99 3AB")
EBONY = Child(given_name="Katherine", family_name="Fableworth", date_of_birth=date(2017, 3, 9), sex="F", address=HOME)
UNBORN = Child(family_name="Fableworth", expected_date_of_birth=date(2026, 6, 20), address=HOME)


@pytest.fixture(scope="module")
def scoring() -> Iterator[Scoring]:
    made = Scoring()
    yield made
    made.close()


def score(scoring: Scoring, sought: Child, other: Child) -> Scored:
    (found,) = scoring.scored(features(sought), scoring.usual(), [features(other)], AMONG)
    return found


def said(scored: Scored) -> dict[str, Evidence]:
    return {one.field: one for one in scored.evidence}


def test_the_same_in_everything_is_nearly_certain(scoring: Scoring) -> None:
    found = score(scoring, EBONY, EBONY)
    assert found.probability > 0.9999
    assert {one.says for one in found.evidence} == {Says.SAME}


@pytest.mark.parametrize(
    ("field", "changes", "words"),
    [
        ("date_of_birth", {"date_of_birth": date(2017, 9, 3)}, "transposed"),
        ("date_of_birth", {"date_of_birth": date(2017, 3, 8)}, "one digit"),
        ("date_of_birth", {"date_of_birth": date(2017, 1, 1)}, "1 January"),
        ("given_name", {"given_name": "Kate"}, "short form"),
        ("given_name", {"given_name": "Katharine"}, "spelt"),
        ("given_name", {"given_name": "Fableworth", "family_name": "Katherine"}, "swapped"),
        ("family_name", {"family_name": "Fableworth-Mockshaw"}, "double name"),
        ("address", {"address": Address(lines=("9 Nowhere Road",), postcode="zz993ab")}, "postcode"),
    ],
)
def test_what_is_close_says_how(scoring: Scoring, field: str, changes: dict, words: str) -> None:
    found = score(scoring, EBONY, replace(EBONY, **changes))
    one = said(found)[field]
    assert one.says is Says.CLOSE
    assert words in (one.detail or "")
    assert one.weight > 0
    assert found.probability > 0.9


def test_another_family_name_speaks_against_and_the_rest_for(scoring: Scoring) -> None:
    found = score(scoring, replace(EBONY, family_name="Mockshaw"), EBONY)
    one = said(found)["family_name"]
    assert one.says is Says.DIFFERENT
    assert one.weight < 0
    assert found.probability > 0.9


def test_a_name_alone_is_nobody(scoring: Scoring) -> None:
    """The same names, another birthday, sex and home."""
    other = replace(EBONY, date_of_birth=date(2009, 11, 30), sex="M", address=Address(postcode="ZZ98 1AA"))
    assert score(scoring, EBONY, other).probability < 0.001


def test_what_is_missing_says_nothing(scoring: Scoring) -> None:
    found = score(scoring, replace(EBONY, sex=None, address=None), EBONY)
    assert said(found)["sex"] == Evidence(field="sex", says=Says.MISSING, weight=0.0)
    assert said(found)["address"].says is Says.MISSING


def test_a_child_born_near_the_day_expected_may_be_the_unborn_one(scoring: Scoring) -> None:
    born = Child(given_name="Ada", family_name="Fableworth", date_of_birth=date(2026, 6, 11), sex="F", address=HOME)
    found = score(scoring, born, UNBORN)
    one = said(found)["expected_date_of_birth"]
    assert (one.says, one.detail) == (Says.CLOSE, "born within three weeks of the day expected")
    assert "date_of_birth" not in said(found)
    assert found.probability > 0.5


def test_a_brother_is_not_the_unborn_child(scoring: Scoring) -> None:
    assert score(scoring, UNBORN, EBONY).probability < 0.3


def test_no_evidence_holds_a_value(scoring: Scoring) -> None:
    found = score(scoring, EBONY, replace(EBONY, date_of_birth=date(2017, 9, 3), family_name="Fableworthe"))
    words = " ".join(one.detail or "" for one in found.evidence).lower()
    for value in ("katherine", "fableworth", "2017", "nowhere", "zz99"):
        assert value not in words


def test_weights_and_prior_add_up_to_the_probability(scoring: Scoring) -> None:
    """Twice the weight in bits is what Splink multiplied: nothing is weighed in secret."""
    same, other = score(scoring, EBONY, EBONY), score(scoring, EBONY, replace(EBONY, given_name="Zofia", sex="M"))
    apart = sum(one.weight for one in same.evidence) - sum(one.weight for one in other.evidence)
    assert same.weight - other.weight == pytest.approx(apart, abs=0.1)


def test_splink_keeps_nobody_in_memory(scoring: Scoring) -> None:
    score(scoring, EBONY, EBONY)
    assert scoring._connection.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)
    assert scoring._connection.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone() == (0,)


def test_P7_splink_writes_nobody_to_a_folder_and_fetches_nothing(scoring: Scoring) -> None:
    asked = "SELECT name, value FROM duckdb_settings() WHERE name IN ('temp_directory', 'autoinstall_known_extensions')"
    assert sorted(scoring._connection.execute(asked).fetchall()) == [
        ("autoinstall_known_extensions", "false"),
        ("temp_directory", ""),
    ]
