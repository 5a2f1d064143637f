"""G-02: the table of postcodes is one file for all profiles, and its slips are refused like a profile's."""

from pathlib import Path

import pytest
from procedure_profile import WHOLE
from written_profile import faults_of, loaded

from mashbus.domain.area import Authority
from mashbus.profiles import known

AREA = WHOLE.replace("[levels]", '[area]\nauthority = "E1"\n\n[levels]') + (
    '\n[messages.out_of_area]\nsubject = "$reference"\nbody = "Of $authority."\n'
)
TABLE = """\
[authorities]
E1 = "Here"
E2 = "There"

[districts]
E1 = ["AA1", "AA2"]
E2 = ["BB1"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "postcodes.toml").write_text(TABLE)
    return tmp_path


def test_G_02_a_profile_with_an_area_knows_the_districts(folder: Path) -> None:
    area = loaded(folder, AREA).area
    assert area is not None
    assert area.districts == {
        "AA1": Authority(code="E1", name="Here"),
        "AA2": Authority(code="E1", name="Here"),
        "BB1": Authority(code="E2", name="There"),
    }


def test_the_table_is_no_partnership(folder: Path) -> None:
    assert known(folder) == ()


def test_fixtures_and_past_versions_find_the_same_table(folder: Path) -> None:
    (folder / "past" / "somewhere").mkdir(parents=True)
    assert loaded(folder / "past" / "somewhere", AREA).area is not None


def test_an_authority_that_the_table_has_not_is_refused(folder: Path) -> None:
    (fault,) = faults_of(folder, AREA.replace('authority = "E1"', 'authority = "E9"'))
    assert "area.authority: 'E9' is no authority of postcodes.toml" in fault


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('E2 = ["BB1"]', 'E2 = ["AA1"]', "postcodes.toml:7: districts.E2: AA1 stands under E1 too"),
        ('E2 = ["BB1"]', 'E3 = ["BB1"]', "postcodes.toml:7: districts.E3: no authority has the code 'E3'"),
    ],
)
def test_a_slip_in_the_table_is_refused_with_its_line(folder: Path, old: str, new: str, said: str) -> None:
    (folder / "postcodes.toml").write_text(TABLE.replace(old, new))
    (fault,) = faults_of(folder, AREA)
    assert said in fault


def test_areas_need_the_letter_that_names_the_authority(folder: Path) -> None:
    without = AREA[: AREA.index("\n[messages.out_of_area]")]
    assert any("'out_of_area' is missing" in one for one in faults_of(folder, without))
