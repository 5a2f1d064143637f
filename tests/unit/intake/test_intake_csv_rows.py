"""Rows come out the same however the stream is cut into pieces, and a broken one costs only itself."""

import csv
import io
import itertools

from hypothesis import given
from hypothesis import strategies as st

from services.intake.csv_rows import LONGEST, Row, RowReader

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=20)


def read(*pieces: bytes) -> list[Row]:
    reader = RowReader()
    return [row for piece in pieces for row in reader.feed(piece)] + list(reader.finish())


@given(
    st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=6),
    st.lists(st.integers(0, 400), max_size=5),
    st.booleans(),
)
def test_what_the_csv_module_writes_is_read_back_from_any_pieces(rows, cuts, mark) -> None:
    to = io.StringIO(newline="")
    csv.writer(to, quoting=csv.QUOTE_ALL).writerows(rows)
    whole = b"\xef\xbb\xbf" * mark + to.getvalue().encode()
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    found = read(*(whole[start:end] for start, end in itertools.pairwise(places)))
    assert [list(row.values) for row in found] == rows
    assert [row.number for row in found] == list(range(1, len(rows) + 1))


@given(st.binary(max_size=3000), st.integers(0, 3000))
def test_any_bytes_are_read_to_their_end_and_alike_in_any_pieces(noise: bytes, cut: int) -> None:
    assert read(noise[:cut], noise[cut:]) == read(noise)


@given(st.text('",a\n', max_size=2000).map(str.encode), st.integers(0, 2000))
def test_any_quotes_are_read_to_their_end_and_alike_in_any_pieces(noise: bytes, cut: int) -> None:
    rows = read(noise[:cut], noise[cut:])
    assert rows == read(noise)
    assert [row.number for row in rows] == sorted({row.number for row in rows})


def test_many_open_quotes_cost_a_row_each() -> None:
    nasty = (b'a,"\n' + b'""\n' * 300) * 500
    found = read(*(nasty[at : at + 65_536] for at in range(0, len(nasty), 65_536)))
    assert sum(row.fault is not None for row in found) == 500


def test_an_open_quote_gives_up_its_own_line_only() -> None:
    assert read(b'a,b\n1,"2\n3,4\n5,6\n') == [
        Row(1, ("a", "b")), Row(2, fault="has a quote that is never closed"), Row(3, ("3", "4")), Row(4, ("5", "6")),
    ]  # fmt: skip


def test_a_quote_inside_a_bare_text_is_a_quote() -> None:
    assert read(b'a,5" pipe\nb,c\n') == [Row(1, ("a", '5" pipe')), Row(2, ("b", "c"))]


def test_a_row_ends_where_its_text_is_closed_whatever_bare_quotes_follow_it() -> None:
    """A narrative of two lines, then a bare inch sign in the same line: it has an even number of quotes."""
    row, next_row = Row(1, ("He said\nno", '5" pipe')), Row(2, ("b", '6" pipe'))
    assert read(b'"He said\nno",5" pipe\nb,6" pipe\n') == [row, next_row]
    assert read(b'"He said\nno",5" pipe\n') == [row], "at the end of the body too"
    assert read(b'"He said\nno",5" pipe\n' + b"b,c\n" * 300)[:2] == [row, Row(2, ("b", "c"))]


def test_a_row_longer_than_the_limit_is_dropped_without_being_kept() -> None:
    reader = RowReader()
    rows = list(reader.feed(b"a,b\n"))
    for _ in range(1000):
        rows += reader.feed(b"x" * 10_000)
        assert len(reader._rest) <= LONGEST
    rows += list(reader.feed(b"\nc,d\n"))
    assert rows == [Row(1, ("a", "b")), Row(2, fault=f"is longer than {LONGEST:,} bytes"), Row(3, ("c", "d"))]


def test_blank_lines_count_as_a_spreadsheet_counts_them() -> None:
    assert [row.number for row in read(b"a,b\r\n\r\nc,d")] == [1, 3]
