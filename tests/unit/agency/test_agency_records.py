"""Our agencies' own systems, on people that are known, nearly known, and unknown."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest

from mashbus.bus.agency import Known, NotKnown, Possible
from mashbus.bus.agency.database import NotSeeded, opened
from mashbus.domain.referral import Adult, Child
from mashbus.domain.vocabulary import NumberStatus, Rag
from mashbus.synthetic import town
from mashbus.testing import asked
from services.agency_casework import seeding as of_casework
from services.agency_casework.records import CaseworkRecords
from services.agency_education import seeding as education
from services.agency_education.records import EducationRecords
from services.agency_health import seeding as health
from services.agency_health.records import HealthRecords
from services.agency_police import seeding as police
from services.agency_police.records import PoliceRecords

casework = SimpleNamespace(seed=lambda path, seed="csc", **more: of_casework.seed(path, seed, "csc", **more))
AGENCIES = {
    "casework": (casework, CaseworkRecords),
    "police": (police, PoliceRecords),
    "health": (health, HealthRecords),
    "education": (education, EducationRecords),
}
TESS = Child(given_name="Tess", family_name="Fableworth", date_of_birth=date(2016, 2, 29))
AGNES = Adult(given_name="Agnes", family_name="Fableworth", date_of_birth=date(1988, 5, 5))
ENOUGH = 4000
"""Families: the first ones have left school."""
UNBORN = Child(family_name="Fableworth", expected_date_of_birth=date(2026, 9, 1))


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, (seeding, _) in AGENCIES.items():
        seeding.seed(tmp_path / name, families=0)
    execute(
        tmp_path / "police",
        "INSERT INTO nominals VALUES ('P1', 'Tess', 'Fableworth', 'fableworth', '2016-02-29', 'F', NULL)",
        "INSERT INTO nominals VALUES ('P2', 'Agnes', 'Fableworth', 'fableworth', '1988-05-05', 'F', NULL)",
        "INSERT INTO occurrences VALUES ('P2', '2026-05-01', 'Later.'), ('P2', '2020-01-01', 'Earlier.')",
        "INSERT INTO warning_markers VALUES ('P2', 'A current order.')",
    )
    execute(
        tmp_path / "health",
        "INSERT INTO patients VALUES ('H1', '9990000018', 'Tess', 'Fableworth', 'fableworth', '2016-02-29', 'F', NULL)",
        "INSERT INTO contacts VALUES ('H1', '2026-05-01', 'Seen.')",
    )
    execute(
        tmp_path / "casework",
        "INSERT INTO people VALUES ('C1', 'Tess', 'Fableworth', 'fableworth', '2016-02-29')",
        "INSERT INTO people VALUES ('C2', 'Agnes', 'Fableworth', 'fableworth', '1988-05-05')",
        "INSERT INTO case_notes VALUES ('C2', '2026-05-01', 'Later.'), ('C2', '2020-01-01', 'Earlier.')",
        "INSERT INTO worries VALUES ('C2', 'A young child alone.')",
    )
    execute(
        tmp_path / "education",
        "INSERT INTO pupils VALUES ('E1', 'X99', 'Tess', 'Fableworth', 'fableworth', '2016-02-29', 'F', NULL)",
        "INSERT INTO concerns VALUES ('E1', 'Afraid to go home.')",
    )
    return tmp_path


@pytest.fixture(params=AGENCIES)
async def records(request: pytest.FixtureRequest, folder: Path):
    made = AGENCIES[request.param][1](folder / request.param)
    yield made
    await made.close()


async def look_up(records, *children: Child, adults=()):
    return await records.look_up(asked("x", "case", children=children, adults=adults))


async def test_name_and_birthday_are_enough_where_only_one_has_them(records):
    assert isinstance(await look_up(records, TESS), Known)


async def test_surname_and_birthday_only_are_possible(records):
    assert await look_up(records, replace(TESS, given_name="Tessa")) == Possible()
    assert await look_up(records, replace(TESS, given_name=None)) == Possible()


async def test_strangers_are_not_known(records):
    assert await look_up(records, replace(TESS, family_name="Elsewhere")) == NotKnown()
    assert await records.risk(asked("x", "case", children=[replace(TESS, family_name="Elsewhere")])) is None


async def test_a_sibling_who_is_only_possible_is_not_spoken_of(records):
    finding = await look_up(records, TESS, replace(TESS, given_name="Theo"))
    assert isinstance(finding, Known)
    assert finding.summary.startswith("1 of ")
    assert "only possible" in (finding.analysis or "")


@pytest.fixture
async def of_police(folder: Path):
    made = PoliceRecords(folder / "police")
    yield made
    await made.close()


@pytest.fixture
async def of_health(folder: Path):
    made = HealthRecords(folder / "health")
    yield made
    await made.close()


@pytest.fixture
async def of_education(folder: Path):
    made = EducationRecords(folder / "education")
    yield made
    await made.close()


async def test_police_tell_occurrences_in_their_order_and_warn_first(of_police):
    finding = await look_up(of_police, TESS, adults=[AGNES])
    assert isinstance(finding, Known)
    assert [entry.text for entry in finding.chronology] == ["Earlier.", "Later."]
    assert finding.analysis == "1 of 2 occurrences are of the last twelve months."
    risk = await of_police.risk(asked("x", "case", children=[TESS], adults=[AGNES]))
    assert risk is not None
    assert (risk.information, risk.suggested_rag) == ("A current order.", Rag.RED)


async def test_police_look_for_the_adults_around_an_unborn_child(of_police):
    assert isinstance(await look_up(of_police, UNBORN, adults=[AGNES]), Known)
    assert await look_up(of_police, UNBORN) == NotKnown()


async def test_police_warn_of_nobody_who_is_only_possible(of_police):
    nearly = replace(AGNES, date_of_birth=None)
    assert await of_police.risk(asked("x", "case", children=[], adults=[nearly])) is None
    assert await look_up(of_police, adults=[nearly]) == Possible()


async def test_a_traced_nhs_number_decides_whatever_the_name(of_health):
    renamed = replace(TESS, given_name="T", family_name="Now-Otherwise", nhs_number="9990000018")
    assert isinstance(await look_up(of_health, replace(renamed, nhs_number_status=NumberStatus.TRACED)), Known)
    unverified = replace(renamed, nhs_number_status=NumberStatus.UNVERIFIED)
    assert isinstance(await look_up(of_health, unverified), Known), "the birthday agrees"
    assert await look_up(of_health, replace(unverified, date_of_birth=date(2015, 1, 1))) == Possible()


async def test_health_never_says_that_an_unborn_child_is_not_known(of_health):
    assert await look_up(of_health, UNBORN) == Possible()


async def test_a_upn_decides_and_an_unborn_child_is_no_pupil(of_education):
    assert isinstance(await look_up(of_education, Child(upn="X99", given_name="T", family_name="Other")), Known)
    assert await look_up(of_education, UNBORN) == NotKnown()


@pytest.fixture
async def of_social_care(folder: Path):
    made = CaseworkRecords(folder / "casework")
    yield made
    await made.close()


async def test_casework_tells_its_notes_in_their_order_and_its_worry_first(of_social_care):
    finding = await look_up(of_social_care, TESS, adults=[AGNES])
    assert isinstance(finding, Known)
    assert finding.summary.startswith("2 of the people")
    assert [entry.text for entry in finding.chronology] == ["Earlier.", "Later."]
    risk = await of_social_care.risk(asked("x", "case", children=[TESS], adults=[AGNES]))
    assert risk is not None
    assert risk.information == "A young child alone."


async def test_casework_never_says_that_an_unborn_child_is_not_known(of_social_care):
    assert await look_up(of_social_care, UNBORN) == Possible()


@pytest.mark.parametrize("name", AGENCIES)
def test_the_same_seed_makes_the_same_records_and_all_three_answers_occur(name: str, tmp_path: Path):
    seeding, opens = AGENCIES[name]
    assert seeding.seed(tmp_path / "a", families=ENOUGH) == seeding.seed(tmp_path / "a", families=ENOUGH) > 0
    records = opens(tmp_path / "a")
    some = islice(town.town(families=ENOUGH), ENOUGH - 600, None)
    found = {type(_match(records, child)) for family in some for child in family.children}
    assert found == {Known, Possible, NotKnown}
    records._db.close()


def _match(records, child: Child):
    matches = records._matches(asked("x", "case", children=[child]))
    if matches.identified:
        return Known(summary="")
    return Possible() if matches.unsure else NotKnown()


def test_without_its_database_an_agency_does_not_answer(tmp_path: Path):
    with pytest.raises(NotSeeded):
        opened(tmp_path / "missing.db")


def test_half_a_seeding_leaves_the_old_database(tmp_path: Path):
    police.seed(tmp_path / "police", families=50)
    before = (tmp_path / "police").read_bytes()
    with pytest.raises(TypeError):
        police.seed(tmp_path / "police", families="many")
    assert (tmp_path / "police").read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["police"]
