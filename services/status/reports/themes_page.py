"""Themes as a page to read and print: a chart and a table for each, and concerns by ethnicity as a grid."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from services.status.reports.charts import bars
from services.status.reports.pages import Cell, heading, page, paragraph, table
from services.status.reports.themes import CROSSED, Number, Row, Table, Themes

CARE = (
    "No child can be named from this page. Counts from 1 to {below} are withheld, and others where they would tell "
    "them: a mark of - stands for both. 0 is nobody."
)
_COLUMNS = 12
"""Months that fit beside each other on paper."""
_BARS = 25


def themes_page(themes: Themes) -> str:
    first, last = themes.months[0], themes.months[-1]
    period = first if first == last else f"{first} to {last}"
    about = (f"{themes.partnership}. Contacts received in {period}, each counted once: {_said(themes.contacts)}.",)
    body = (part for one in themes.tables for part in _section(one, themes))
    care = CARE.format(below=themes.suppress_below - 1)
    return page(f"Themes and trends, {period}", about, care, body)


def _section(one: Table, themes: Themes) -> Iterator[str]:
    yield heading(one.title)
    if one.withheld_in:
        yield paragraph(f"Withheld, because too few contacts are in it: {', '.join(one.withheld_in)}.")
    if one.name in CROSSED:
        yield from _grid(one)
    else:
        told = [(row.title, row.at_least) for row in one.rows if row.at_least]
        longest = sorted(told, key=lambda bar: -bar[1])[:_BARS]
        if longest:
            yield bars(one.name.replace("_", "-"), one.title, longest)
        yield _table(one, themes)


def _table(one: Table, themes: Themes) -> str:
    months = themes.months if 1 < len(themes.months) <= _COLUMNS else ()
    return table(
        ("Code", "", *months, "Contacts"),
        (
            (Cell(row.code), Cell(row.title), *_months(row, months), Cell(_said(row), "n"))
            for row in (*one.rows, _whole(themes.contacts))
            if row.count != 0
        ),
    )


def _whole(contacts: Number) -> Row:
    return Row(**vars(contacts), code="", title="all contacts")


def _months(row: Row, months: Sequence[str]) -> Iterable[Cell]:
    return (Cell(_count(one), "n") for one in row.by_month) if months else ()


def _grid(one: Table) -> Iterator[str]:
    """A line for each concern, a column for each ethnicity: the count, and its share of the column."""
    lines = [tuple(rows) for _, rows in groupby(one.rows, key=lambda row: row.code)]
    if not lines:
        return
    yield paragraph(
        "Per cent: of the contacts about children of that ethnicity, so many have the concern; the last column says "
        "how many of all contacts have it. Where the two differ much and the counts are not small, look closer. "
        "16+ is at least 16: a month withholds its own."
    )
    yield table(
        ("Concern", *(row.ethnicity_title or "" for row in lines[0]), "of all contacts"),
        (
            (
                Cell(f"{line[0].code} {line[0].title}"),
                *(Cell(_with_percent(row), "n") for row in line),
                Cell(_percent(line[0].percent_of_all), "n"),
            )
            for line in lines
        ),
        wide=True,
    )


def _with_percent(row: Row) -> str:
    share = f" ({_percent(row.percent_of_ethnicity)})" if row.count and row.percent_of_ethnicity is not None else ""
    return f"{row.at_least}+" if row.count is None and row.at_least else f"{_count(row.count)}{share}"


def _percent(number: float | None) -> str:
    return "-" if number is None else f"{number:g} %"


def _said(number: Number) -> str:
    if number.count is None and number.at_least:
        return f"at least {number.at_least}"
    return _count(number.count)


def _count(number: int | None) -> str:
    return "-" if number is None else str(number)
