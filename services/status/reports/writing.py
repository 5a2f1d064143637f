"""Reports as tables for spreadsheets: no cell is taken for a formula, whatever somebody's code or title begins with."""

from collections.abc import Iterable, Sequence
from io import StringIO

from defusedcsv import csv

from services.status.reports.themes import Number, Themes

WITHHELD = "c"
"""In place of a count that is withheld: the mark of the government's own statistics (confidential)."""


def themes_csv(themes: Themes) -> str:
    """A line for each count of each month, and for its sum: `period` is a month or `all`."""
    head = ("table", "code", "title", "ethnicity", "ethnicity_title", "period", "contacts", "at_least")
    return written(head, _lines(themes))


def written(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(lines)
    return text.getvalue()


def _lines(themes: Themes) -> Iterable[Sequence[object]]:
    yield from _periods(themes, ("contacts", "", "all contacts", "", ""), themes.contacts)
    for table in themes.tables:
        for row in table.rows:
            named = (table.name, row.code, row.title, row.ethnicity or "", row.ethnicity_title or "")
            yield from _periods(themes, named, row)


def _periods(themes: Themes, named: Sequence[str], number: Number) -> Iterable[Sequence[object]]:
    for month, count in zip(themes.months, number.by_month, strict=True):
        yield (*named, month, *_shown(count, count or 0))
    if len(themes.months) > 1:
        yield (*named, "all", *_shown(number.count, number.at_least))


def _shown(count: int | None, at_least: int) -> tuple[object, object]:
    return (WITHHELD if count is None else count, at_least)
