"""From an anchor to an instant: elapsed clocks, at risk (reading 12), and what a re-rating does (reading 7)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from core_story import HACKNEY, HOUR, MONDAY, TICK
from hypothesis import given
from hypothesis import strategies as st

from mashbus.domain.clocks import Amount, Kind, UnknownColour, computed, due, rerated
from mashbus.domain.deadline import Deadline, lateness
from mashbus.domain.vocabulary import Rag

CLOCK = HACKNEY.clocks["agency-response"]
LADDER = (Rag.RED, Rag.AMBER, Rag.GREEN)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def asked(rag: Rag, at: datetime, revision: int = 1) -> Deadline:
    deadline = computed(CLOCK, rag, at, subject=UUID(int=7), owner="met-police", profile="1+x", revision=revision)
    assert deadline is not None
    return deadline


def changed(current: Deadline | None, rag: Rag, at: datetime) -> Deadline | None:
    first = current.steps[0].starts if current else MONDAY
    revision = current.revision + 1 if current else 2
    return rerated(
        CLOCK, rag, current, at, first_anchor=first, subject=UUID(int=7), owner="x", profile="1+x", revision=revision
    )


@pytest.mark.parametrize(("rag", "hours"), [(Rag.RED, 4), (Rag.AMBER, 24), (Rag.GREEN, 72)])
def test_H_08_each_colour_has_its_elapsed_hours(rag: Rag, hours: int) -> None:
    assert asked(rag, MONDAY).due == MONDAY + hours * HOUR


def test_reading_1_elapsed_time_runs_through_the_night_the_clocks_change() -> None:
    before = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    assert asked(Rag.AMBER, before).due - before == timedelta(hours=24)


def test_a_colour_that_the_clock_does_not_know_is_refused_and_the_colours_are_named() -> None:
    for rag in (Rag.BLUE, None):
        with pytest.raises(UnknownColour, match="red, amber, green"):
            due(CLOCK, rag, MONDAY)


def test_reading_8_the_steps_lead_from_the_anchor_to_the_instant() -> None:
    deadline = asked(Rag.RED, MONDAY)
    assert [(one.starts, one.ends) for one in deadline.steps] == [(MONDAY, MONDAY + 4 * HOUR)]
    assert "H-08" in deadline.steps[0].reason


def timed(length: timedelta) -> Deadline:
    clock = replace(CLOCK, amounts={None: Amount(Kind.HOURS, length)})
    deadline = computed(clock, None, MONDAY, subject=UUID(int=7), owner="x", profile="1")
    assert deadline is not None
    return deadline


def test_reading_12_at_risk_is_rounded_up_to_a_whole_second() -> None:
    assert timed(timedelta(seconds=10)).at_risk == MONDAY + timedelta(seconds=8)
    assert asked(Rag.RED, MONDAY).at_risk == MONDAY + 3 * HOUR


def test_where_rounding_reaches_the_instant_there_is_nothing_to_warn_of() -> None:
    assert timed(timedelta(seconds=1)).at_risk is None


def test_reading_6_met_at_exactly_the_instant_is_not_late() -> None:
    assert lateness(MONDAY, MONDAY) == timedelta(0)
    assert lateness(MONDAY, MONDAY - HOUR) == timedelta(0)
    assert lateness(MONDAY, MONDAY + TICK) == TICK


def test_reading_7_green_to_red_is_the_earlier_of_the_current_instant_and_four_hours_from_now() -> None:
    green = asked(Rag.GREEN, MONDAY)
    early, late = MONDAY + HOUR, MONDAY + 71 * HOUR
    assert changed(green, Rag.RED, early).due == early + 4 * HOUR
    assert changed(green, Rag.RED, late).due == green.due


def test_reading_7_red_to_green_counts_from_the_first_anchor_and_never_before_the_re_rating() -> None:
    red = asked(Rag.RED, MONDAY)
    assert changed(red, Rag.GREEN, MONDAY + HOUR).due == MONDAY + 72 * HOUR
    late = MONDAY + 100 * HOUR
    after = changed(red, Rag.GREEN, late)
    assert (after.due, after.at_risk) == (late, None)


def test_reading_7_green_to_red_to_green_still_knows_the_first_anchor() -> None:
    red = changed(asked(Rag.GREEN, MONDAY), Rag.RED, MONDAY + HOUR)
    assert changed(red, Rag.GREEN, MONDAY + 2 * HOUR).due == MONDAY + 72 * HOUR


def test_reading_7_the_same_colour_changes_nothing() -> None:
    red = asked(Rag.RED, MONDAY)
    assert changed(red, Rag.RED, MONDAY + HOUR) is red


def test_reading_7_from_a_colour_without_a_clock_it_is_the_new_amount_from_now() -> None:
    assert changed(None, Rag.AMBER, MONDAY).due == MONDAY + 24 * HOUR


@given(INSTANTS, st.sampled_from(LADDER), st.sampled_from(LADDER), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_reading_7_for_any_colours_and_instants(anchor: datetime, old: Rag, new: Rag, after: timedelta) -> None:
    current, at = asked(old, anchor), anchor + after
    deadline = changed(current, new, at)
    if old == new:
        assert deadline is current
        return
    if LADDER.index(new) < LADDER.index(old):
        assert deadline.due == min(current.due, at + CLOCK.amounts[new].length)
    else:
        assert deadline.due == max(anchor + CLOCK.amounts[new].length, at)
    assert deadline.deadline_id != current.deadline_id
    assert deadline.at_risk is None or at <= deadline.at_risk < deadline.due
