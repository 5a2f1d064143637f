"""The contacts of one month, counted, and which counts are shown (H-16).

A contact counts once in every table, so that each table's counts make up the month's contacts. The tables are
protected together where they have sums in common; `factor` is told by itself, for a contact may have several.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.status.reports.contacts import Contact
from services.status.reports.withholding import Count, withheld

SOURCE, NEED, FACTOR, AREA, ETHNICITY = "source", "need", "factor", "area", "ethnicity"
NEED_BY_ETHNICITY, FACTOR_BY_ETHNICITY = "need_by_ethnicity", "factor_by_ethnicity"

Key = tuple[str, str, str]
"""Table, row, column; a table without columns has ""."""


@dataclass(frozen=True)
class MonthCounts:
    """`shown` has no zeros: what is neither shown nor withheld is 0."""

    contacts: int | None
    """None: withheld, and everything else with it."""
    shown: Mapping[Key, int]
    withheld: frozenset[Key]
    tables_withheld: frozenset[str]

    def count(self, key: Key) -> int | None:
        """None: withheld."""
        if self.contacts is None or key in self.withheld or key[0] in self.tables_withheld:
            return None
        return self.shown.get(key, 0)


TABLES = (SOURCE, NEED, FACTOR, AREA, ETHNICITY, NEED_BY_ETHNICITY, FACTOR_BY_ETHNICITY)


def counted(contacts: Iterable[Contact], below: int) -> MonthCounts:
    """`contacts`: of one month and partnership, duplicates left out."""
    ours = list(contacts)
    if 0 < len(ours) < below:
        return MonthCounts(None, {}, frozenset(), frozenset(TABLES))
    counts: Counter[Key] = Counter()
    for one in ours:
        counts.update(_keys(one))
    gone, tables = _gone(counts, len(ours), below)
    shown = {key: number for key, number in counts.items() if key not in gone and key[0] not in tables}
    return MonthCounts(len(ours), shown, gone, tables)


def _keys(one: Contact) -> Iterable[Key]:
    yield (SOURCE, one.source, "")
    yield (NEED, one.need, "")
    yield (AREA, one.area, "")
    yield (ETHNICITY, one.ethnicity, "")
    yield (NEED_BY_ETHNICITY, one.need, one.ethnicity)
    for factor in one.factors:
        yield (FACTOR, factor, "")
        yield (FACTOR_BY_ETHNICITY, factor, one.ethnicity)


def _gone(counts: Mapping[Key, int], total: int, below: int) -> tuple[frozenset[Key], frozenset[str]]:
    """Which counts are withheld, and which tables wholly."""
    gone, tables = set[Key](), set[str]()
    for names in ((SOURCE,), (AREA,)):
        _note(names, _protected(counts, names, total, below), gone, tables)
    both = _protected(counts, (NEED, ETHNICITY, NEED_BY_ETHNICITY), total, below)
    if both is None:
        tables.add(NEED_BY_ETHNICITY)
        for names in ((NEED,), (ETHNICITY,)):
            _note(names, _protected(counts, names, total, below), gone, tables)
    else:
        gone |= both
    factors = {key for key in counts if key[0] == FACTOR}
    gone |= {key for key in factors if counts[key] < below or 0 < total - counts[key] < below}
    if ETHNICITY in tables:
        tables.add(FACTOR_BY_ETHNICITY)
    else:
        for factor in sorted(key[1] for key in factors):
            gone |= _factor_gone(counts, factor, gone, below)
    return frozenset(gone), frozenset(tables)


def _note(names: Sequence[str], found: frozenset[Key] | None, gone: set[Key], tables: set[str]) -> None:
    if found is None:
        tables.update(names)
    else:
        gone |= found


def _protected(counts: Mapping[Key, int], names: Sequence[str], total: int, below: int) -> frozenset[Key] | None:
    """A table by its rows, or two with the table of both, all making up `total`."""
    flows = {
        key: _flow(key, number, alone=len(names) == 1) for key, number in sorted(counts.items()) if key[0] in names
    }
    return withheld({**flows, ("total", "", ""): Count("all", "rows", total, shown=True)}, below)


def _flow(key: Key, number: int, *, alone: bool) -> Count:
    """From all contacts to the rows, through the table to its columns, and from there to all contacts."""
    table, row, column = key
    if alone:
        return Count("rows", "all", number)
    match table:
        case "need":
            return Count("rows", f"row {row}", number)
        case "ethnicity":
            return Count(f"column {row}", "all", number)
    return Count(f"row {row}", f"column {column}", number)


def _factor_gone(counts: Mapping[Key, int], factor: str, gone: set[Key], below: int) -> set[Key]:
    """Of one factor by ethnicity, with those that do not have it: the reader can subtract.

    Ethnicities that are withheld count as one, whose number the reader can work out: so nothing is said of each.
    """
    rows = {(FACTOR_BY_ETHNICITY, factor, key[1]) for key in counts if key[0] == ETHNICITY}
    if (FACTOR, factor, "") in gone:
        return rows
    whole = Counter[str]()
    having = Counter[str]()
    for (_, ethnicity, _), number in ((key, n) for key, n in counts.items() if key[0] == ETHNICITY):
        column = "" if (ETHNICITY, ethnicity, "") in gone else ethnicity
        whole[column] += number
        having[column] += counts.get((FACTOR_BY_ETHNICITY, factor, ethnicity), 0)
    flows = {("with", one): Count("with", one, having[one]) for one in sorted(whole)}
    flows |= {("without", one): Count("without", one, whole[one] - having[one]) for one in sorted(whole)}
    found = withheld(flows, below)
    if found is None:
        return rows
    hidden = {one for kind, one in found if kind == "with"}
    return {key for key in rows if key[2] in hidden or (key in counts and (ETHNICITY, key[2], "") in gone)}
