"""Code lists, and the hash that tells one content from another."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from mashbus.contracts.codes import FACTORS, NEEDS, SOURCES, highest_need, today
from mashbus.contracts.contents import content_hash
from mashbus.domain.referral import Child, Concern
from mashbus.profiles import known, load

ROOT = Path(__file__).parents[3]


def test_the_lists_are_complete() -> None:
    assert (len(SOURCES), len(NEEDS), len(FACTORS)) == (22, 10, 42)


def test_the_rules_of_every_profile_name_codes_that_exist() -> None:
    lists = {"factors": FACTORS, "category_of_need": NEEDS, "source": SOURCES}
    for name in known(ROOT / "partnerships"):
        for rule in load(name, ROOT / "partnerships").rules:
            for condition in rule.conditions:
                value = condition.value if isinstance(condition.value, frozenset) else {condition.value}
                assert condition.fact not in lists or value <= lists[condition.fact].keys(), rule.name


def test_undivided_codes_stand_for_both_of_todays() -> None:
    assert today(["19A", "3A", "19B", "3A"]) == ("19B", "19C", "3A")


def test_of_two_needs_the_one_higher_in_the_table_is_chosen() -> None:
    assert highest_need(["N0", None, "N3", "N2"]) == "N2"
    assert highest_need([None]) is None


def test_a_hash_looks_at_what_is_said_and_not_at_how() -> None:
    born = Child(family_name="Sampleton", date_of_birth=date(2019, 4, 1))
    at = datetime(2026, 6, 8, 9, tzinfo=UTC)
    first = content_hash({"children": (born,), "concern": Concern(), "at": at, "adults": (), "note": None})
    again = content_hash(
        {"concern": Concern(factors=()), "at": at.astimezone(timezone(timedelta(hours=1))), "children": [born]}
    )
    assert first == again
    assert first != content_hash({"children": (born, born), "concern": Concern(), "at": at})
    assert first != content_hash({"children": (born,), "concern": Concern(immediate_harm=True), "at": at})
