"""Whom the directory is told of: also those whom it may still think open, and who have no case any more."""

from datetime import date

from mashbus.census.reading import Census
from mashbus.domain.known import Window
from mashbus.imports.sorting import Sorting
from tests.unit.census.files import OPEN, file, numbered

WITHOUT_ACTION = OPEN.replace("false", "true")
LONG_AGO = "<CINreferralDate>2019-01-02</CINreferralDate><CINclosureDate>2020-02-01</CINclosureDate>"


def test_who_has_no_case_any_more_is_told_of_too_so_that_nobody_stays_open_for_ever() -> None:
    """Open in an earlier file, and ended without further action in this one: its contacts would go to a holder."""
    census = Census(file(numbered(1), numbered(2, WITHOUT_ACTION), numbered(3, LONG_AGO)))
    sorting = Sorting((Window(months=3),), date(2026, 6, 8), date(2026, 7, 10), lambda _: None)
    assert [(one.local_id, len(one.spells)) for one in sorting.children(census)] == [("L1", 1), ("L2", 0), ("L3", 0)]
    assert (sorting.tally.held, sorting.tally.no_case, sorting.tally.closed_long_ago) == (1, 1, 1)
