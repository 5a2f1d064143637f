"""Reading 7 with every kind of amount: the ladder, blue, colours without a clock, and chains of changes."""

import pytest
from hub_hours import HOUR, armed, at, chained, changed, clock, hours, working_days, working_hours, works_on

from mashbus.domain.clocks import NoAmount, UnknownColour
from mashbus.domain.deadline import Deadline
from mashbus.domain.vocabulary import Rag

RED, AMBER, GREEN, BLUE = Rag.RED, Rag.AMBER, Rag.GREEN, Rag.BLUE
COLOURED = clock({RED: hours(4), AMBER: hours(72), GREEN: working_days(5), BLUE: working_days(1)})
"""Gloucestershire's amounts."""
WORKING = clock({RED: working_hours(4), AMBER: working_hours(24), GREEN: hours(72), BLUE: NoAmount("never shared")})
"""Surrey's amounts."""
MONDAY = at("2026-06-08 10:00")


def told(deadline: Deadline | None) -> list[str]:
    assert deadline is not None
    assert chained(deadline)
    return [one.kind for one in deadline.steps]


def test_more_urgent_is_the_new_amount_from_the_change() -> None:
    red = changed(COLOURED, armed(COLOURED, MONDAY, GREEN), RED, MONDAY + HOUR, MONDAY)
    assert red
    assert (red.due, red.anchor, red.at_risk) == (MONDAY + 5 * HOUR, MONDAY + HOUR, MONDAY + 4 * HOUR)
    assert told(red)[-2:] == ["rerated", "elapsed"]
    assert "Mon 8 Jun 2026 11:00 from green to red, more urgent" in red.steps[-2].reason


def test_more_urgent_keeps_a_present_instant_that_is_earlier() -> None:
    amber = armed(COLOURED, MONDAY, AMBER)
    red = changed(COLOURED, amber, RED, amber.due - HOUR, MONDAY)
    assert red
    assert (red.due, red.anchor, red.at_risk) == (amber.due, MONDAY, amber.due - HOUR)
    assert told(red) == ["elapsed", "rerated", "kept"]


def test_a_kept_instant_keeps_its_warning_where_that_is_still_to_come() -> None:
    green = armed(WORKING, MONDAY, GREEN)
    amber = changed(WORKING, green, AMBER, MONDAY + HOUR, MONDAY)
    assert amber
    assert (amber.due, amber.at_risk) == (green.due, green.at_risk)


def test_the_change_is_moved_to_the_next_opening_where_the_new_colour_is_a_working_one() -> None:
    saturday = at("2026-06-13 12:00")
    amber = armed(WORKING, at("2026-06-12 15:00"), AMBER)
    red = changed(WORKING, amber, RED, saturday, at("2026-06-12 15:00"))
    assert red
    assert red.due == at("2026-06-15 12:30")
    assert told(red)[-3:] == ["rerated", "rolled", "open"]


def test_less_urgent_is_the_new_amount_from_the_first_anchor_which_is_moved_too() -> None:
    saturday, monday = at("2026-06-13 12:00"), at("2026-06-15 11:00")
    red = armed(WORKING, saturday, RED)
    amber = changed(WORKING, red, AMBER, monday, saturday)
    assert amber
    assert (amber.due, amber.anchor) == (at("2026-06-17 15:30"), saturday)
    assert told(amber)[2:] == ["rerated", "rolled", "open", "closed", "open", "closed", "open"]


def test_less_urgent_is_never_due_before_the_change() -> None:
    red, late = armed(WORKING, MONDAY, RED), at("2026-06-15 11:00")
    amber = changed(WORKING, red, AMBER, late, MONDAY)
    assert amber
    assert (amber.due, amber.at_risk) == (late, None)
    assert told(amber)[-1] == "clamped"


def test_a_warning_is_never_before_the_change() -> None:
    red, late = armed(COLOURED, MONDAY, RED), MONDAY + 70 * HOUR
    amber = changed(COLOURED, red, AMBER, late, MONDAY)
    assert amber
    assert (amber.due, amber.at_risk) == (MONDAY + 72 * HOUR, late)


def test_blue_is_off_the_ladder_entering_and_leaving_it_counts_from_the_change() -> None:
    blue = changed(COLOURED, armed(COLOURED, MONDAY, RED), BLUE, MONDAY + HOUR, MONDAY)
    assert blue
    assert blue.due == at("2026-06-09 11:00")
    green = changed(COLOURED, blue, GREEN, MONDAY + 2 * HOUR, MONDAY)
    assert green
    assert green.due == at("2026-06-15 12:00")
    assert "off the ladder" in green.steps[-6].reason


def test_the_first_anchor_outlives_blue() -> None:
    blue = changed(COLOURED, armed(COLOURED, MONDAY, RED), BLUE, MONDAY + HOUR, MONDAY)
    red = changed(COLOURED, blue, RED, MONDAY + 2 * HOUR, MONDAY)
    amber = changed(COLOURED, red, AMBER, MONDAY + 3 * HOUR, MONDAY)
    assert amber
    assert amber.due == MONDAY + 72 * HOUR
    assert amber.steps[0].starts == MONDAY
    assert told(amber).count("rerated") == 3


def test_to_a_colour_without_a_clock_nothing_runs_and_from_one_it_is_the_new_amount_from_the_change() -> None:
    assert changed(WORKING, armed(WORKING, MONDAY, RED), BLUE, MONDAY + HOUR, MONDAY) is None
    assert changed(WORKING, None, BLUE, MONDAY + HOUR, MONDAY) is None
    red = changed(WORKING, None, RED, MONDAY + 2 * HOUR, MONDAY)
    assert red
    assert red.due == MONDAY + 6 * HOUR
    assert red.steps[0].starts == MONDAY, "the first anchor is not forgotten"
    assert told(red) == ["none", "rerated", "open"]
    green = changed(WORKING, red, GREEN, MONDAY + 3 * HOUR, MONDAY)
    assert green
    assert green.due == MONDAY + 72 * HOUR


def test_the_same_colour_changes_nothing_and_a_strange_one_is_refused() -> None:
    red = armed(WORKING, MONDAY, RED)
    assert changed(WORKING, red, RED, MONDAY + HOUR, MONDAY) is red
    with pytest.raises(UnknownColour, match="red, amber, green, blue"):
        changed(WORKING, red, Rag.UNKNOWN, MONDAY + HOUR, MONDAY)


def test_hours_that_work_on_start_at_the_opening_after_the_change() -> None:
    luton = clock({RED: works_on(4), AMBER: working_hours(24), GREEN: working_hours(72)})
    saturday = at("2026-06-13 12:00")
    red = changed(luton, armed(luton, at("2026-06-12 10:00"), GREEN), RED, saturday, at("2026-06-12 10:00"))
    assert red
    assert (red.due, red.at_risk) == (at("2026-06-15 12:30"), at("2026-06-15 11:30"))


def test_every_revision_has_an_id_of_its_own() -> None:
    red = armed(COLOURED, MONDAY, RED)
    amber = changed(COLOURED, red, AMBER, MONDAY + HOUR, MONDAY)
    again = changed(COLOURED, amber, RED, MONDAY + 2 * HOUR, MONDAY)
    assert amber
    assert again
    assert len({one.deadline_id for one in (red, amber, again)}) == 3
    assert [one.revision for one in (red, amber, again)] == [1, 2, 3]
