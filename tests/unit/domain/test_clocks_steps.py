"""Reading 8: a hub manager can follow the steps by hand; they say dates, holidays, hours and the requirement."""

from dataclasses import replace

import pytest
from hub_hours import SCHOOL_DAY, armed, at, chained, clock, hours, working_days, working_hours, works_on

from mashbus.domain.clocks import Amount
from mashbus.domain.deadline import Deadline
from mashbus.domain.vocabulary import Rag


def kinds(deadline: Deadline) -> list[str]:
    assert chained(deadline)
    return [one.kind for one in deadline.steps]


def test_an_elapsed_clock_has_one_step() -> None:
    deadline = armed(clock(hours(24)), at("2026-06-06 12:00"))
    assert kinds(deadline) == ["elapsed"]
    assert deadline.steps[0].reason == "X-1: 24 hours from receipt, elapsed time until Sun 7 Jun 2026 12:00"


def test_a_moved_anchor_names_the_holidays_that_moved_it() -> None:
    rolled = armed(clock(works_on(4)), at("2026-04-02 18:00")).steps[0]
    assert (rolled.kind, rolled.starts, rolled.ends) == ("rolled", at("2026-04-02 18:00"), at("2026-04-07 08:30"))
    assert rolled.reason == (
        "X-1: receipt at Thu 2 Apr 2026 18:00 finds the hub closed (Fri 3 Apr Good Friday, Sat 4 Apr to Sun 5 Apr "
        "closed, Mon 6 Apr Easter Monday) and counts as the next opening, Tue 7 Apr 2026 08:30 (reading 3)"
    )


def test_open_hours_are_counted_day_by_day() -> None:
    deadline = armed(clock(working_hours(4)), at("2026-06-12 15:00"))
    assert kinds(deadline) == ["open", "closed", "open"]
    said = "X-1: 4 hours of open time from receipt: "
    assert [one.reason for one in deadline.steps] == [
        said + "Fri 12 Jun 2026 is open 08:30-16:30, 1 h 30 min of it counted, 1 h 30 min in all",
        "the hub is closed from Fri 12 Jun 2026 16:30 to Mon 15 Jun 2026 08:30: Sat 13 Jun to Sun 14 Jun closed",
        said + "Mon 15 Jun 2026 is open 08:30-17:00, 2 h 30 min of it counted, 4 hours in all",
    ]


def test_working_days_are_counted_one_by_one_and_the_last_is_held_inside_opening_hours() -> None:
    deadline = armed(clock(working_days(2)), at("2026-12-22 16:45:00.5"))
    assert kinds(deadline) == ["working_day", "working_day", "clamped"]
    closing = "so it is due at closing, Thu 24 Dec 2026 12:00 (reading 2)"
    assert [one.reason.removeprefix("X-1: 2 working days from receipt: ") for one in deadline.steps] == [
        "day 1 is Wed 23 Dec 2026 16:45:00.5",
        "day 2 is Thu 24 Dec 2026 16:45:00.5",
        f"Thu 24 Dec 2026 is open 08:30-12:00, that day only, {closing}",
    ]


def test_days_that_do_not_count_are_named() -> None:
    deadline = armed(clock(working_days(1)), at("2026-05-01 12:00"))
    assert deadline.steps[0].reason.endswith(
        "day 1 is Tue 5 May 2026 12:00, after Sat 2 May to Sun 3 May closed, Mon 4 May May Day"
    )


def test_a_school_deadline_says_why_there_is_no_school_before() -> None:
    deadline = armed(clock(SCHOOL_DAY), at("2026-03-26 09:00"))
    assert kinds(deadline) == ["school"]
    assert "Fri 27 Mar 2026 08:45" in deadline.steps[0].reason
    assert "no school" not in deadline.steps[0].reason
    weeks = armed(clock(SCHOOL_DAY), at("2026-03-27 09:00")).steps[0].reason
    assert weeks.endswith("is Mon 13 Apr 2026 08:45, as there is no school Sat 28 Mar to Sun 12 Apr outside terms")
    holiday = armed(clock(SCHOOL_DAY), at("2026-05-01 09:00")).steps[0].reason
    assert holiday.endswith("as there is no school Sat 2 May to Sun 3 May weekend, Mon 4 May May Day")


def test_a_colour_with_a_requirement_of_its_own_cites_it() -> None:
    amounts = {Rag.RED: hours(4), Rag.AMBER: working_days(1)}
    one = replace(clock(amounts), requirements={Rag.AMBER: "J-11"})
    assert armed(one, at("2026-06-08 09:00"), Rag.RED).steps[0].reason.startswith("X-1: ")
    assert armed(one, at("2026-06-08 09:00"), Rag.AMBER).steps[0].reason.startswith("J-11: ")


@pytest.mark.parametrize("amount", [hours(1), working_hours(30), working_days(6), works_on(4), SCHOOL_DAY])
@pytest.mark.parametrize("anchor", ["2026-03-02 09:00", "2026-03-07 09:00", "2026-03-27 17:00:00.000001"])
def test_every_kind_is_a_chain_from_the_anchor_to_the_instant(amount: Amount, anchor: str) -> None:
    deadline = armed(clock(amount), at(anchor))
    assert chained(deadline)
    assert deadline.steps[0].starts == deadline.anchor == at(anchor)


def test_reading_12_at_risk_is_a_share_of_open_time_for_working_clocks_and_of_elapsed_time_for_others() -> None:
    assert armed(clock(working_hours(4)), at("2026-06-12 15:00")).at_risk == at("2026-06-15 10:00")
    assert armed(clock(working_days(1)), at("2026-06-08 10:00")).at_risk == at("2026-06-08 16:22:30")
    assert armed(clock(works_on(4)), at("2026-06-12 17:00")).at_risk == at("2026-06-15 11:30")
    assert armed(clock(hours(4)), at("2026-06-12 17:00")).at_risk == at("2026-06-12 20:00")


def test_reading_12_a_warning_may_come_at_the_closing_before_an_instant_at_an_opening() -> None:
    last_seconds = at("2026-06-08 16:59:58")
    to_opening = armed(clock(working_hours(2 / 3600), working_hours_end="next_opening"), last_seconds)
    assert (to_opening.at_risk, to_opening.due) == (at("2026-06-08 17:00"), at("2026-06-09 08:30"))
    assert armed(clock(working_hours(2 / 3600)), last_seconds).at_risk is None, "it would come with the instant itself"


def test_reading_12_is_rounded_up_to_a_whole_second_also_of_open_time() -> None:
    assert armed(clock(working_hours(10 / 3600)), at("2026-06-08 09:00")).at_risk == at("2026-06-08 09:00:08")
    assert armed(clock(working_hours(0.5 / 3600)), at("2026-06-08 09:00")).at_risk is None
    assert armed(clock(working_hours(0.5 / 3600)), at("2027-01-08 16:29:59.5")).at_risk is None, "the last known"


def test_reading_12_as_a_setting_at_risk_is_a_share_of_elapsed_time() -> None:
    deadline = armed(clock(working_days(1), at_risk_of="elapsed"), at("2026-06-08 10:00"))
    assert deadline.at_risk == at("2026-06-09 04:00")
