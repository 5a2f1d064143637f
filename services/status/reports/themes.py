"""Themes and trends of whole months, without a name (H-16).

A longer period is made of its months' own tables and says nothing that they do not say: so no difference of two
periods tells what a month withholds. What a month withholds is missing in the sum, which is then "at least".
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from pydantic import BaseModel

from mashbus.domain.partnership import Partnership
from services.status.reports.contacts import Contact
from services.status.reports.counting import (
    ETHNICITY,
    FACTOR_BY_ETHNICITY,
    NEED_BY_ETHNICITY,
    TABLES,
    Key,
    MonthCounts,
    counted,
)
from services.status.reports.months import Month, months_of
from services.status.reports.titles import TABLE_TITLES, kind_of, rows_of, title_of

CROSSED = (NEED_BY_ETHNICITY, FACTOR_BY_ETHNICITY)


class Number(BaseModel):
    """`count` is null where a month withholds its own; then it is `at_least` so many."""

    count: int | None
    at_least: int
    by_month: tuple[int | None, ...]
    """In the order of `months`; null: withheld."""


class Row(Number):
    code: str
    title: str
    ethnicity: str | None = None
    """Of a table by ethnicity."""
    ethnicity_title: str | None = None
    percent_of_ethnicity: float | None = None
    """Of the contacts about children of that ethnicity, so many have the concern; null: a count is withheld."""
    percent_of_all: float | None = None
    """Of all contacts, so many have it: what the other is compared with."""


class Table(BaseModel):
    name: str
    title: str
    rows: tuple[Row, ...]
    withheld_in: tuple[str, ...]
    """Months that withhold the whole table."""


class Themes(BaseModel):
    partnership: str
    months: tuple[str, ...]
    suppress_below: int
    contacts: Number
    tables: tuple[Table, ...]


def themes_of(contacts: Collection[Contact], partnership: Partnership, first: Month, last: Month) -> Themes:
    """`contacts`: of the partnership. Months are over, by the partnership's own calendar."""
    months = months_of(first, last)
    counts = [counted(some, partnership.suppress_below) for some in _by_month(contacts, months, partnership)]
    told = _Told(partnership, months, counts)
    return Themes(
        partnership=partnership.title,
        months=tuple(map(str, months)),
        suppress_below=partnership.suppress_below,
        contacts=_number([one.contacts for one in counts]),
        tables=tuple(told.table(name) for name in TABLES),
    )


def _by_month(
    contacts: Iterable[Contact], months: Sequence[Month], partnership: Partnership
) -> Iterator[Sequence[Contact]]:
    found: Mapping[Month, list[Contact]] = defaultdict(list)
    for one in contacts:
        if not one.is_duplicate():
            found[Month.of(one.received_at.astimezone(partnership.zone).date())].append(one)
    return (found.get(month, ()) for month in months)


class _Told:
    def __init__(self, partnership: Partnership, months: Sequence[Month], counts: Sequence[MonthCounts]) -> None:
        self._partnership = partnership
        self._months = months
        self._counts = counts

    def table(self, name: str) -> Table:
        rows = self._crossed(name) if name in CROSSED else self._rows(name)
        return Table(
            name=name,
            title=TABLE_TITLES[name],
            rows=tuple(rows),
            withheld_in=tuple(
                str(month) for month, one in zip(self._months, self._counts, strict=True) if name in one.tables_withheld
            ),
        )

    def _rows(self, name: str) -> Iterator[Row]:
        for code in self._codes(name):
            number = self._number((name, code, ""))
            yield Row(**vars(number), code=code, title=title_of(name, code, self._partnership))

    def _crossed(self, name: str) -> Iterator[Row]:
        """Rows of concerns that nobody has are left out."""
        kind = kind_of(name)
        for code in self._codes(kind):
            whole = self._number((kind, code, ""))
            for ethnicity in self._codes(ETHNICITY) if whole.count != 0 else ():
                number = self._number((name, code, ethnicity))
                yield Row(
                    **vars(number),
                    code=code,
                    title=title_of(kind, code, self._partnership),
                    ethnicity=ethnicity,
                    ethnicity_title=title_of(ETHNICITY, ethnicity, self._partnership),
                    percent_of_ethnicity=_percent(number, self._number((ETHNICITY, ethnicity, ""))),
                    percent_of_all=_percent(whole, _number([one.contacts for one in self._counts])),
                )

    def _codes(self, kind: str) -> Sequence[str]:
        """Of an open list those of which a month tells something: else the list itself would tell."""
        shown = {key[1] for one in self._counts for key in one.shown if key[0] == kind}
        return rows_of(kind) or sorted(shown)

    def _number(self, key: Key) -> Number:
        return _number([one.count(key) for one in self._counts])


def _number(months: Sequence[int | None]) -> Number:
    known = [one for one in months if one is not None]
    whole = sum(known)
    return Number(count=whole if len(known) == len(months) else None, at_least=whole, by_month=tuple(months))


def _percent(part: Number, whole: Number) -> float | None:
    return round(100 * part.count / whole.count, 1) if part.count is not None and whole.count else None
