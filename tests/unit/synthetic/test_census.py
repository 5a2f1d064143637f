"""What is read of a census file, and what is said of a faulty one."""

import io
from datetime import date

import pytest

from mashbus.synthetic.census import CensusFault, CensusRow, read
from mashbus.synthetic.census_file import Form, Held, write

IDENTIFIERS = "<LAchildID>L1</LAchildID><UPN>Z1</UPN><PersonBirthDate>2015-05-01</PersonBirthDate><Sex>F</Sex>"
EPISODE = "<CINreferralDate>2025-01-02</CINreferralDate><ReferralSource>10</ReferralSource><PrimaryNeedCode>N1</PrimaryNeedCode>"


def child(identifiers: str = IDENTIFIERS, *episodes: str) -> str:
    told = "".join(f"<CINdetails>{one}</CINdetails>" for one in episodes or (EPISODE,))
    return f"<Child><ChildIdentifiers>{identifiers}</ChildIdentifiers>{told}</Child>"


def file(*children: str, namespace: str = "") -> io.BytesIO:
    return io.BytesIO(f"<Message {namespace}><Children>{''.join(children)}</Children></Message>".encode())


def test_a_row_holds_what_the_file_says() -> None:
    characteristics = "<Ethnicity>WBRI</Ethnicity><Disabilities><Disability>NONE</Disability><Disability>AUT</Disability></Disabilities>"
    closed = f"{EPISODE}<CINclosureDate>2025-03-01</CINclosureDate><ReasonForClosure>RC8</ReasonForClosure><ReferralNFA>true</ReferralNFA>"
    [row] = read(file(child(IDENTIFIERS + characteristics, closed)))
    assert row == CensusRow(
        child=1, episode=1, local_id="L1", upn="Z1", birth_date=date(2015, 5, 1), expected_birth_date=None, sex="F",
        ethnicity="WBRI", disabilities=("AUT",), referral_date=date(2025, 1, 2), source="10", need="N1",
        closure_date=date(2025, 3, 1), closure_reason="RC8", no_further_action=True,
    )  # fmt: skip


@pytest.mark.parametrize("namespace", ["", 'xmlns="http://example.org/CIN/2019"'])
def test_every_year_s_namespace_is_read_alike(namespace: str) -> None:
    assert [type(one) for one in read(file(child(), child(), namespace=namespace))] == [CensusRow, CensusRow]


@pytest.mark.parametrize(
    ("element", "sex"),
    [("<GenderCurrent>1</GenderCurrent>", "M"), ("<GenderCurrent>2</GenderCurrent>", "F"), ("<GenderCurrent>0</GenderCurrent>", "U"),
     ("<GenderCurrent>9</GenderCurrent>", "U"), ("<Sex>M</Sex>", "M"), ("", "U")],
)  # fmt: skip
def test_both_generations_of_gender_codes_are_read(element: str, sex: str) -> None:
    [row] = read(file(child("<LAchildID>L1</LAchildID>" + element)))
    assert isinstance(row, CensusRow)
    assert row.sex == sex


def test_a_child_with_two_episodes_gives_two_rows() -> None:
    rows = list(read(file(child(IDENTIFIERS, EPISODE, EPISODE.replace("2025", "2024")))))
    assert [(row.episode, row.referral_date.year) for row in rows if isinstance(row, CensusRow)] == [
        (1, 2025),
        (2, 2024),
    ]


@pytest.mark.parametrize(
    ("faulty", "reason"),
    [
        (child(IDENTIFIERS.replace("L1", "")), "child 2: LAchildID is missing"),
        (child(IDENTIFIERS.replace("2015-05-01", "1/5/15")), "child 2: PersonBirthDate is not a date as YYYY-MM-DD"),
        (child(IDENTIFIERS.replace(">F<", ">X<")), "child 2: Sex is not a code of the census"),
        (child(IDENTIFIERS + "<ExpectedPersonBirthDate>2026-01-01</ExpectedPersonBirthDate>"),
         "child 2: has both PersonBirthDate and ExpectedPersonBirthDate; it may have one"),
        (child(IDENTIFIERS, EPISODE.replace("2025-01-02", "2025-02-30")), "child 2, episode 1: CINreferralDate is not a date as YYYY-MM-DD"),
        (child(IDENTIFIERS, "<ReferralSource>2A</ReferralSource>"), "child 2, episode 1: CINreferralDate is missing"),
        (child(IDENTIFIERS, EPISODE.replace(">10<", ">11<")), "child 2, episode 1: ReferralSource is not a code of the census"),
        (child(IDENTIFIERS, EPISODE.replace("N1", "P1")), "child 2, episode 1: PrimaryNeedCode is not a code of the census"),
    ],
)  # fmt: skip
def test_a_faulty_child_is_named_by_position_and_the_rest_goes_on(faulty: str, reason: str) -> None:
    found = list(read(file(child(), faulty, child())))
    assert [str(one) if isinstance(one, CensusFault) else one.child for one in found] == [1, reason, 3]


def test_a_fault_never_repeats_what_the_file_says() -> None:
    secret = "Surname-in-the-wrong-field"
    faulty = [IDENTIFIERS.replace("2015-05-01", secret), IDENTIFIERS.replace(">F<", f">{secret}<")]
    said = " ".join(str(one) for one in read(file(*map(child, faulty))))
    assert secret not in said
    assert "PersonBirthDate" in said


def test_absurd_dates_are_kept_as_real_exports_have_them() -> None:
    [row] = read(file(child(IDENTIFIERS, EPISODE.replace("2025-01-02", "2031-01-02"))))
    assert isinstance(row, CensusRow)
    assert row.referral_date == date(2031, 1, 2)


def test_of_a_file_cut_in_half_the_rows_before_the_cut_are_used() -> None:
    whole = io.BytesIO()
    write(whole, children=40, seed=3)
    *rows, fault = read(io.BytesIO(whole.getvalue()[: len(whole.getvalue()) // 2]))
    assert rows == list(read(whole_again(whole)))[: len(rows)]
    assert len(rows) > 10
    assert isinstance(fault, CensusFault)
    assert "the file ends in the middle" in fault.reason
    assert f"the {max(one.child for one in rows)} children before it were read" in fault.reason


def whole_again(whole: io.BytesIO) -> io.BytesIO:
    return io.BytesIO(whole.getvalue())


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "is empty"), (b"\x00\xff\x13random bytes", "is not XML"), (b"plain text", "is not XML")]
)
def test_what_is_no_xml_is_one_clear_fault(content: bytes, said: str) -> None:
    [fault] = read(io.BytesIO(content))
    assert said in str(fault)


def test_another_kind_of_xml_is_said_to_be_no_census() -> None:
    [fault] = read(io.BytesIO(b"<html><body/></html>"))
    assert str(fault) == "file: has no Child element: not a children-in-need census"


def test_a_file_with_entities_is_refused() -> None:
    [fault] = read(
        io.BytesIO(b'<!DOCTYPE a [<!ENTITY b "c">]><Message><Children><Child>&b;</Child></Children></Message>')
    )
    assert "has a DTD or entities" in str(fault)


def test_a_child_that_never_ends_is_not_read_into_memory() -> None:
    endless = f"<Message><Children><Child>{'<CINdetails/>' * 100_000}".encode()
    [fault] = read(io.BytesIO(endless))
    assert "longer than a megabyte" in str(fault)


def test_what_the_product_writes_it_reads_with_realistic_proportions() -> None:
    made = io.BytesIO()
    write(made, children=1000, seed=5)
    found = list(read(whole_again(made)))
    rows = [one for one in found if isinstance(one, CensusRow)]
    assert {row.child for row in rows} | {one.child for one in found if isinstance(one, CensusFault)} == set(
        range(1, 1001)
    )
    assert 0.45 < sum(row.need == "N1" for row in rows) / len(rows) < 0.6
    assert sum(row.source is not None and row.source[0] in "236" for row in rows) / len(rows) > 0.5
    assert any(row.expected_birth_date for row in rows)
    assert any(row.birth_date and row.birth_date > row.referral_date for row in rows), "absurd dates are among them"


def test_the_same_seed_writes_the_same_file() -> None:
    first, second, other = io.BytesIO(), io.BytesIO(), io.BytesIO()
    write(first, children=20, seed=1)
    write(second, children=20, seed=1)
    write(other, children=20, seed=2)
    assert first.getvalue() == second.getvalue() != other.getvalue()


@pytest.mark.parametrize("form", list(Form))
def test_both_forms_of_years_say_the_same(form: Form) -> None:
    made = io.BytesIO()
    held = Held(local_id="K1", birth_date=date(2015, 5, 1), sex="F", spells=((date(2025, 9, 1), None),))
    write(made, children=50, seed=1, form=form, known=[held])
    assert (b"xmlns=" in made.getvalue(), b"<GenderCurrent>" in made.getvalue()) == (
        form is Form.NEWER,
        form is Form.OLDER,
    )
    newer = io.BytesIO()
    write(newer, children=50, seed=1, known=[held])
    rows = list(read(whole_again(made)))
    assert rows == list(read(whole_again(newer)))
    first = rows[0]
    assert isinstance(first, CensusRow)
    assert (first.local_id, first.sex, first.closure_date) == ("K1", "F", None)
