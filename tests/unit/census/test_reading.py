"""A census file is read child by child, whatever its year; what is no census is refused in one clear sentence."""

import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mashbus.census.elements import local
from mashbus.census.faults import CensusRefused, FileFault
from mashbus.census.reading import Census, Header
from tests.unit.census.files import HEADER, file, numbered

LONDON = ZoneInfo("Europe/London")


def refused(content: bytes) -> CensusRefused:
    with pytest.raises(CensusRefused) as raised:
        for _ in Census(io.BytesIO(content)).children():
            pass
    return raised.value


@pytest.mark.parametrize("namespace", ["", 'xmlns="http://example.org/CIN/2019"', 'xmlns:x="http://example.org/x"'])
def test_every_year_s_namespace_is_read_alike(namespace: str) -> None:
    census = Census(file(numbered(1), numbered(2), namespace=namespace))
    assert (census.header.year, census.header.reference_date, census.header.serial) == ("2026", date(2026, 3, 31), "7")
    assert [(place, local(one), one.sourceline) for place, one in census.children()] == [
        (1, "Child", 4),
        (2, "Child", 7),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b"LAchildID,UPN\n1,2\n", FileFault.NOT_XML),
        (b"PK\x03\x04 an archive", FileFault.NOT_XML),
        (b"<html><body/></html>", FileFault.NO_CENSUS),
        (b"<Message><Children><Child/></Children></Message>", FileFault.NO_CENSUS),
        (HEADER.replace("CIN<", "CLA<").join(("<Message>", "</Message>")).encode(), FileFault.OTHER_COLLECTION),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + file(numbered(1)).getvalue(), FileFault.HAS_DTD),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + file(numbered(1)).getvalue(), FileFault.HAS_DTD),
    ],
)
def test_what_is_no_census_is_refused_with_what_to_do(content: bytes, fault: FileFault) -> None:
    assert refused(content).fault is fault


def test_a_bomb_of_entities_ends_at_once() -> None:
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "x" * 100}">' for n in range(12))
    found = refused(f'<!DOCTYPE b [{bomb}]><Message><Header a="&l11;"/></Message>'.encode())
    assert found.fault in {FileFault.DAMAGED, FileFault.HAS_DTD}


@pytest.mark.parametrize("cut", [0.5, 0.9])
def test_of_a_truncated_file_all_that_came_before_is_read_and_said(cut: float) -> None:
    whole = file(*map(numbered, range(1, 2001))).getvalue()
    census, places = Census(io.BytesIO(whole[: int(len(whole) * cut)])), list[int]()
    with pytest.raises(CensusRefused) as raised:
        places.extend(place for place, _ in census.children())
    read = places[-1]
    assert raised.value.fault is FileFault.CUT_SHORT
    assert raised.value.children == read == pytest.approx(2000 * cut, abs=5)
    assert raised.value.line == pytest.approx(3 * read, abs=10)
    assert f"the {read:,} children before it were read" in str(raised.value)


def test_damage_in_the_middle_names_its_line_and_never_what_stands_there() -> None:
    found = refused(file(numbered(1), "<Child><Surname-of-somebody></Child>", numbered(2)).getvalue())
    assert (found.fault, found.line, found.children) == (FileFault.DAMAGED, 7, 1)
    assert "somebody" not in str(found)


@pytest.mark.parametrize("endless", ["<Child>" + "<CINdetails/>" * 100_000, "<Other/>" * 200_000])
def test_what_never_ends_is_not_read_into_memory(endless: str) -> None:
    assert refused(file(numbered(1), endless).getvalue()).fault is FileFault.ENDLESS


def test_a_child_within_a_child_is_none() -> None:
    [(_, only)] = [
        (place, len(list(one.iter()))) for place, one in Census(file("<Child><Child><a/></Child></Child>")).children()
    ]
    assert only == 3


SUMMER = datetime(2026, 7, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reference", "made", "as_of", "true_at"),
    [
        (date(2026, 3, 31), SUMMER, None, datetime(2026, 3, 31, 22, 59, 59, 999999, tzinfo=UTC)),
        (date(2026, 7, 10), SUMMER, None, SUMMER),
        (date(2026, 7, 10), SUMMER.replace(tzinfo=None), None, datetime(2026, 7, 10, 8, tzinfo=UTC)),
        (None, SUMMER, None, SUMMER),
        (date(2026, 3, 31), SUMMER, date(2026, 1, 15), datetime(2026, 1, 15, 23, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_a_file_is_true_until_its_reference_date_ends_or_it_was_made(
    reference: date | None, made: datetime | None, as_of: date | None, true_at: datetime
) -> None:
    header = Header(year="2026", reference_date=reference, made_at=made, serial="7", authority="999")
    assert header.true_at(LONDON, as_of) == true_at


def test_a_file_that_says_no_day_needs_as_of() -> None:
    header = Header(year="2026", reference_date=None, made_at=None, serial=None, authority=None)
    with pytest.raises(CensusRefused, match="--as-of"):
        header.true_at(LONDON)
    assert header.true_at(LONDON, date(2026, 1, 1))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_stands_for_none_is_none_and_the_file_is_read_by_the_other(day: str) -> None:
    said = Census(file(numbered(1), header=HEADER.replace("2026-03-31", day))).header
    assert (said.reference_date, said.true_at(LONDON)) == (None, SUMMER)
    assert Census(file(numbered(1), header=HEADER.replace("2026-07-10", day))).header.made_at is None
