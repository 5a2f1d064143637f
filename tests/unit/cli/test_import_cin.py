"""`mashbus import cin` without a bus: what it says of a file, of its faults, and of what is no census."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asking import mashbus, refusal
from click.testing import Result

from mashbus.bus.clock import ClockFile
from mashbus.synthetic.census_file import Form, write

HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year><ReferenceDate>2026-03-31</ReferenceDate>"
    "</CollectionDetails><Source><SerialNo>7</SerialNo><DateTime>2026-06-05T09:00:00Z</DateTime></Source></Header>"
)
OPEN = "<CINreferralDate>2026-01-02</CINreferralDate>"


def child(local_id: str, episode: str = OPEN, more: str = "") -> str:
    return f"<Child><ChildIdentifiers><LAchildID>{local_id}</LAchildID>{more}</ChildIdentifiers>\n<CINdetails>{episode}</CINdetails></Child>\n"


@pytest.fixture
def census(tmp_path: Path) -> Path:
    return tmp_path / "census.xml"


def filled(path: Path, *children: str, end: str = "</Children></Message>") -> Path:
    path.write_text(f"<Message>{HEADER}<Children>\n{''.join(children)}{end}")
    return path


def checked(path: Path, *more: str, organisation: str = "hackney-csc") -> Result:
    """On a Monday of June 2026."""
    ClockFile(path.parent / "clock.json").start(datetime(2026, 6, 8, 9, tzinfo=UTC), 0)
    asked = ("--partnership", "hackney", "--organisation", organisation, "--dry-run", *more)
    return mashbus("import", "cin", str(path), *asked, MASHBUS_HOME=str(path.parent))


def test_every_child_is_counted_by_what_becomes_of_it(census: Path) -> None:
    closed = f"{OPEN}<CINclosureDate>2026-02-01</CINclosureDate>"
    long_ago = "<CINreferralDate>2019-01-02</CINreferralDate><CINclosureDate>2020-02-01</CINclosureDate>"
    nfa = f"{OPEN}<ReferralNFA>true</ReferralNFA>"
    filled(census, child("1"), child("2", closed), child("3", long_ago), child("4", nfa), child("1"), child("UNKNOWN"))
    answer = checked(census)
    assert answer.exit_code == 0
    assert answer.stdout.splitlines() == [
        "Children-in-need census of 2026; true until Tuesday 31 March 2026 23:59 there, and no news after that",
        "          6  children read",
        "          2  to be published, 1 of them open",
        "          1  closed long ago: longer than the profile asks about",
        "          1  never a case: referrals without further action",
        "          2  refused",
        "          1    LAchildID stood in this file before; the later child is refused: refused for it",
        "          1    LAchildID is no id but a placeholder for one: refused for it",
        "Each fault with its line: --report FILE",
    ]
    assert answer.stderr == "", "no bar where nobody watches"


def test_an_id_is_the_same_whatever_its_case_and_spaces(census: Path) -> None:
    assert "1  refused" in checked(filled(census, child("ab 1"), child("AB1"))).stdout


def test_P7_the_report_names_line_and_element_of_every_fault_and_no_value(census: Path, tmp_path: Path) -> None:
    secret = "Surname-in-the-wrong-field"
    filled(census, child("1"), child("1", f"<CINreferralDate>{secret}</CINreferralDate>", f"<UPN>{secret}</UPN>"))
    answer = checked(census, "--report", str(tmp_path / "faults.csv"))
    [titles, *lines] = csv.reader((tmp_path / "faults.csv").open())
    assert titles == ["child", "line", "element", "problem", "consequence"]
    assert [(line[0], line[1], line[2], line[4]) for line in lines] == [
        ("2", "4", "LAchildID", "child refused"),
        ("2", "4", "UPN", "value left out"),
        ("2", "5", "CINdetails 1/CINreferralDate", "child refused"),
    ]
    assert secret not in (tmp_path / "faults.csv").read_text() + answer.output


def test_what_came_before_a_cut_is_counted_and_the_cut_is_an_error(census: Path) -> None:
    answer = checked(filled(census, *map(child, "12345"), end="<Chi"))
    assert answer.exit_code == 2
    assert "5  children read" in answer.stdout
    assert "the file ends in the middle: export the census again" in answer.stderr
    assert "the 5 children before it were read" in answer.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"LAchildID,UPN\n1,2\n", "this is not XML"), (b"", "the file is empty"), (b"<html/>", "not a children-in-need census"),
     (f"<Message>{HEADER.replace('CIN<', 'CLA<')}</Message>".encode(), "another collection")],
)  # fmt: skip
def test_what_is_no_census_is_one_sentence_that_says_what_to_do(census: Path, content: bytes, said: str) -> None:
    census.write_bytes(content)
    assert said in refusal(checked(census))


def test_a_file_that_is_not_there_is_one_sentence(census: Path) -> None:
    assert "No such file" in refusal(checked(census))


def test_only_a_holder_of_the_partnership_is_believed(census: Path) -> None:
    filled(census, child("1"))
    assert refusal(checked(census, organisation="met-police")) == (
        "met-police keeps no cases in hackney: the holders of its profile's [known] are: hackney-csc"
    )


def test_as_of_takes_the_place_of_the_header_s_day(census: Path) -> None:
    assert (
        "true until Thursday 15 January 2026 23:59"
        in checked(filled(census, child("1")), "--as-of", "2026-01-15").stdout
    )


@pytest.mark.parametrize("form", list(Form))
def test_a_synthetic_census_of_either_form_is_read_and_its_new_field_counted(census: Path, form: Form) -> None:
    with census.open("wb") as to:
        write(to, children=300, seed=1, form=form)
    answer = checked(census)
    assert "300  children read" in answer.stdout
    assert ("SyntheticYearMark (300)" in answer.stdout) is (form is Form.NEWER)


def test_the_census_is_not_written_over_by_its_own_report(census: Path) -> None:
    before = filled(census, child("1")).read_bytes()
    assert "--report" in refusal(checked(census, "--report", str(census.parent / "." / census.name)))
    assert census.read_bytes() == before
