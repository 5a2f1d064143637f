"""The week's referrals: what comes from the census, what is invented, and that everything happens at least once."""

import io
import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from mashbus import profiles
from mashbus.domain.contact import Contact
from mashbus.domain.facts import of_contact
from mashbus.domain.referral import Child, Concern
from mashbus.domain.rules import first_match
from mashbus.domain.vocabulary import Channel, OpeningKind, ReferrerKind
from mashbus.synthetic.census import CensusRow, read
from mashbus.synthetic.census_file import write
from mashbus.synthetic.referrals import Arrival, referrals
from mashbus.synthetic.town import born_on

MONDAY = date(2026, 6, 8)
ZONE = ZoneInfo("Europe/London")
HACKNEY = profiles.load("hackney", Path(__file__).parents[3] / "partnerships")
Document = dict[str, Any]


@pytest.fixture(scope="module")
def rows() -> list[CensusRow]:
    made = io.BytesIO()
    write(made, children=320, seed=1)
    return [one for one in read(io.BytesIO(made.getvalue())) if isinstance(one, CensusRow)]


@pytest.fixture(scope="module")
def arrivals(rows: list[CensusRow]) -> tuple[Arrival, ...]:
    return referrals(rows, monday=MONDAY, zone=ZONE, seed=1, at_most=300)


@pytest.fixture(scope="module")
def documents(arrivals: tuple[Arrival, ...]) -> list[Document]:
    return [json.loads(json.dumps(one.document)) for one in arrivals]


def rule_of(document: Document) -> str | None:
    children = [
        Child(
            **{
                name: date.fromisoformat(child[name])
                for name in ("date_of_birth", "expected_date_of_birth")
                if name in child
            }
        )
        for child in document.get("children", ())
    ]
    said = document["concern"]
    concern = Concern(
        category_of_need=said.get("category_of_need"),
        factors=tuple(said.get("factors", ())),
        immediate_harm=said["immediate_harm"],
    )
    contact = Contact(
        kind=OpeningKind.REFERRAL,
        event_id=UUID(int=1),
        partnership="hackney",
        received_at=datetime(2026, 6, 8, 9, tzinfo=UTC),
        channel=Channel.ONLINE_FORM,
        source=document["source"],
        children=tuple(children),
        adults=(),
        concern=concern,
        content_hash="",
    )
    rule = first_match(HACKNEY.rules, of_contact(contact, HACKNEY))
    return rule.name if rule else None


def missing(document: Document) -> list[str]:
    children = document.get("children", [])
    found = {
        "name": document["referrer"].get("name"),
        "children": children,
        "family_name": all("family_name" in child for child in children),
        "birth": all({"date_of_birth", "expected_date_of_birth"} & child.keys() for child in children),
        "summary": document["concern"].get("summary"),
    }
    return [name for name, there in found.items() if not there]


def test_the_same_seed_gives_the_same_week(rows: list[CensusRow], arrivals: tuple[Arrival, ...]) -> None:
    assert referrals(rows, monday=MONDAY, zone=ZONE, seed=1, at_most=300) == arrivals
    assert referrals(rows, monday=MONDAY, zone=ZONE, seed=2, at_most=300) != arrivals


def test_sources_and_birth_dates_are_the_census_in_the_order_of_its_referral_dates(rows: list[CensusRow]) -> None:
    once = Counter(row.local_id for row in rows)
    few = [row for row in sorted(rows, key=lambda row: row.referral_date) if once[row.local_id] == 1][:120]
    arrived = referrals(reversed(few), monday=MONDAY, zone=ZONE, seed=1, at_most=300)
    by_number = {row.local_id: row for row in few}
    order = []
    for one in arrived:
        for child in one.document.get("children", ())[:1]:
            row = by_number[child["local_id"]]
            order.append(row.referral_date)
            assert child.get("date_of_birth") in (None, row.birth_date and row.birth_date.isoformat())
    assert order == sorted(order)
    assert len(order) > 100


def test_they_arrive_within_the_week_also_out_of_hours(arrivals: tuple[Arrival, ...]) -> None:
    times = [one.at.astimezone(ZONE) for one in arrivals]
    assert times == sorted(times)
    assert times[0].weekday() == 0
    assert times[-1].weekday() in (4, 5)
    assert any(not 9 <= one.hour < 17 for one in times)
    assert sum(9 <= one.hour < 17 for one in times) > 0.8 * len(times)


def test_every_rule_for_referrals_is_hit_and_several_times_none(documents: list[Document]) -> None:
    hit = Counter(map(rule_of, documents))
    police_only = {"domestic-abuse-from-police", "child-missing"}
    assert {rule.name for rule in HACKNEY.rules} - police_only <= hit.keys()
    assert hit[None] >= 5


def test_every_rule_is_hit_whatever_the_census_brings(rows: list[CensusRow]) -> None:
    only_old = [row for row in rows if row.birth_date and row.birth_date < date(2012, 1, 1) and row.need == "N1"]
    poor = referrals(only_old, monday=MONDAY, zone=ZONE, seed=1, at_most=300)
    hit = {rule_of(json.loads(json.dumps(one.document))) for one in poor}
    assert {rule.name for rule in HACKNEY.rules} - {"domestic-abuse-from-police", "child-missing"} <= hit
    assert None in hit


def test_about_one_in_twenty_lacks_what_hackney_insists_on(documents: list[Document]) -> None:
    lacking = [missing(one) for one in documents if missing(one)]
    assert 0.03 < len(lacking) / len(documents) < 0.1
    assert {name for one in lacking for name in one} == {"name", "children", "family_name", "birth", "summary"}


def test_some_immediate_harm_is_reported_with_items_missing(documents: list[Document]) -> None:
    assert sum(bool(missing(one)) for one in documents if one["concern"]["immediate_harm"]) >= 2


def test_every_kind_of_referrer_writes_and_some_leave_no_email(documents: list[Document]) -> None:
    kinds = Counter(one["referrer"]["kind"] for one in documents)
    assert kinds.keys() == set(ReferrerKind) - {ReferrerKind.UNKNOWN}
    assert 10 < sum("email" not in one["referrer"] for one in documents) < 100
    assert all(one["referrer"].get("email", "@example.org").endswith("@example.org") for one in documents)


def test_some_referred_children_live_in_the_town_and_some_do_not(documents: list[Document]) -> None:
    first = [one["children"][0] for one in documents if one.get("children") and one["children"][0].get("date_of_birth")]
    town = [
        family.children[0].family_name == child.get("family_name")
        for child in first
        for family in [born_on(date.fromisoformat(child["date_of_birth"]), child["sex"])]
        if family
    ]
    assert 0.7 < sum(town) / len(town) < 0.97


def test_one_child_of_the_census_is_one_person_in_all_of_its_episodes(documents: list[Document]) -> None:
    names: dict[str, set[str]] = {}
    for child in (
        child
        for one in documents
        for child in one.get("children", ())
        if "local_id" in child and "family_name" in child
    ):
        names.setdefault(child["local_id"], set()).add(child["family_name"])
    assert all(len(one) == 1 for one in names.values())
