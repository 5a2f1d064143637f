"""From an anchor to an instant: elapsed clocks, at risk (reading 12), and what a re-rating does (reading 7)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from core_story import HACKNEY, HOUR, MONDAY, TICK
from hypothesis import given
from hypothesis import strategies as st

from mashbus.domain.clocks import at_risk, computed, rerated
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
    return rerated(CLOCK, rag, current, at, asked(rag, at, revision=2))


@pytest.mark.parametrize(("rag", "hours"), [(Rag.RED, 4), (Rag.AMBER, 24), (Rag.GREEN, 72)])
def test_H_08_each_colour_has_its_elapsed_hours(rag: Rag, hours: int) -> None:
    assert asked(rag, MONDAY).due == MONDAY + hours * HOUR


def test_reading_1_elapsed_time_runs_through_the_night_the_clocks_change() -> None:
    before = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    assert asked(Rag.AMBER, before).due - before == timedelta(hours=24)


def test_C_12_a_colour_without_an_amount_arms_nothing() -> None:
    assert computed(CLOCK, Rag.BLUE, MONDAY, subject=UUID(int=7), owner="x", profile="1") is None


def test_reading_8_the_steps_lead_from_the_anchor_to_the_instant() -> None:
    deadline = asked(Rag.RED, MONDAY)
    assert [(one.starts, one.ends) for one in deadline.steps] == [(MONDAY, MONDAY + 4 * HOUR)]
    assert "H-08" in deadline.steps[0].reason


def test_reading_12_at_risk_is_rounded_up_to_a_whole_second() -> None:
    assert at_risk(MONDAY, MONDAY + timedelta(seconds=10), 0.75) == MONDAY + timedelta(seconds=8)
    assert asked(Rag.RED, MONDAY).at_risk == MONDAY + 3 * HOUR


def test_where_rounding_reaches_the_instant_there_is_nothing_to_warn_of() -> None:
    assert at_risk(MONDAY, MONDAY + timedelta(seconds=1), 0.75) is None
    assert at_risk(MONDAY, MONDAY, 0.75) is None
    assert at_risk(MONDAY, MONDAY - HOUR, 0.75) is None


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
    assert changed(asked(Rag.RED, MONDAY), Rag.RED, MONDAY + HOUR) is None


def test_reading_7_from_a_colour_without_a_clock_it_is_the_new_amount_from_now() -> None:
    assert changed(None, Rag.AMBER, MONDAY).due == MONDAY + 24 * HOUR


def test_reading_7_blue_is_off_the_ladder_entering_and_leaving_it_starts_anew() -> None:
    blue_too = CLOCK.__class__(**{**vars(CLOCK), "amounts": {**CLOCK.amounts, Rag.BLUE: 48 * HOUR}})
    now = MONDAY + HOUR
    red = asked(Rag.RED, MONDAY)
    fresh = computed(blue_too, Rag.BLUE, now, subject=UUID(int=7), owner="x", profile="1", revision=2)
    blue = rerated(blue_too, Rag.BLUE, red, now, fresh)
    assert blue.due == now + 48 * HOUR
    again = rerated(blue_too, Rag.GREEN, blue, now + HOUR, asked(Rag.GREEN, now + HOUR, revision=3))
    assert again.due == now + HOUR + 72 * HOUR


@given(INSTANTS, st.sampled_from(LADDER), st.sampled_from(LADDER), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_reading_7_for_any_colours_and_instants(anchor: datetime, old: Rag, new: Rag, after: timedelta) -> None:
    current, at = asked(old, anchor), anchor + after
    deadline = changed(current, new, at)
    if old == new:
        assert deadline is None
    elif LADDER.index(new) < LADDER.index(old):
        assert deadline.due == min(current.due, at + CLOCK.amounts[new])
    else:
        assert deadline.due == max(anchor + CLOCK.amounts[new], at)
    if deadline:
        assert deadline.deadline_id != current.deadline_id
        assert deadline.at_risk is None or at <= deadline.at_risk < deadline.due
