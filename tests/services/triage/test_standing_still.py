"""Suspension where a profile allows it: the clock's own time stands still and runs on, or the word is refused.

No shipped procedure allows it, so the profiles here are of our own.
"""

from dataclasses import replace
from datetime import datetime

import pytest
from core_story import (
    HACKNEY,
    HOUR,
    MANAGER,
    MONDAY,
    TICK,
    Story,
    answered,
    case_of,
    only,
    opened,
    outcome,
    rating,
    referral,
    resumption,
    suspension,
)  # fmt: skip

from mashbus.contracts import agency, hub
from mashbus.contracts.addressing import topic_of
from mashbus.domain.clocks import Amount, Clock, Kind, NoAmount
from mashbus.domain.completeness import missing
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Actor
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Rag
from mashbus.domain.watch import DeadlineState
from services.deadlines import decide as deadlines

CASE = case_of("one")
ANSWER, SCREENING = "agency-response", "csc-screening"
POLICE = "met-police"


def allowing(*clocks: Clock) -> Partnership:
    """Hackney, had its protocol allowed managers to stop these clocks."""
    stoppable = {one.name: replace(one, suspendable=True) for one in clocks}
    decides = {**HACKNEY.decides, "suspension": frozenset({MANAGER.role})}
    return replace(HACKNEY, clocks={**HACKNEY.clocks, **stoppable}, decides=decides)


ALLOWED = allowing(HACKNEY.clocks[ANSWER], HACKNEY.clocks[SCREENING])


def story_of(profile: Partnership = ALLOWED) -> Story:
    """Amber since Monday at nine: answers and the screening are due on Tuesday at nine."""
    return opened(profile=profile)


def newest(story: Story, clock: str = ANSWER) -> Deadline:
    subject = story.request(POLICE).request_id if clock == ANSWER else CASE
    deadline = story.case.watch.newest(subject, clock)
    assert deadline is not None
    return deadline


def suspended(story: Story, at: datetime, clock: str = ANSWER, name: str = "suspension") -> hub.DeadlineSuspended:
    story.hear(suspension(CASE, clock, POLICE if clock == ANSWER else None, name), at=at)
    (said,) = story.triage(at)
    assert isinstance(said, hub.DeadlineSuspended), said
    return said


def resumed(story: Story, at: datetime, clock: str = ANSWER, name: str = "resumption") -> hub.DeadlineResumed:
    story.hear(resumption(CASE, clock, POLICE if clock == ANSWER else None, name), at=at)
    (said,) = story.triage(at)
    assert isinstance(said, hub.DeadlineResumed), said
    return said


def refused(story: Story, given: hub.SuspensionGiven | hub.ResumptionGiven, at: datetime) -> str:
    before = story.case.watch.deadlines, story.case.watch.suspended
    (said,) = story.hear(given, at=at).triage(at)
    assert isinstance(said, hub.DecisionRefused), said
    assert (said.refused_id, said.decision, said.actor) == (given.meta.event_id, type(given).__name__, given.actor)
    assert (story.case.watch.deadlines, story.case.watch.suspended) == before
    return said.reason


def lapses(story: Story, deadline: Deadline) -> bool:
    return any(str(deadline.deadline_id) in one.name for one in deadlines.timers(story.case.watch))


# -- standing still and running again --------------------------------------------------------------------------------


def test_a_suspended_deadline_neither_warns_nor_lapses_and_what_was_left_runs_from_resumption() -> None:
    story = story_of()
    first = newest(story)
    still = suspended(story, MONDAY + 4 * HOUR)
    assert (still.deadline_id, still.organisation, still.decided_by) == (first.deadline_id, POLICE, MANAGER)
    assert (still.suspended_at, still.left_microseconds) == (MONDAY + 4 * HOUR, 20 * 3600 * 10**6)
    assert not lapses(story, first)
    assert story.case.watch.state(first) is DeadlineState.SUSPENDED

    again = resumed(story, MONDAY + 100 * HOUR)
    assert (again.deadline.revision, again.deadline.due) == (2, MONDAY + 120 * HOUR)
    assert lapses(story, again.deadline)
    assert [story.case.watch.state(one) for one in (first, again.deadline)] == [
        DeadlineState.SUPERSEDED, DeadlineState.RUNNING
    ]  # fmt: skip


def test_open_time_is_what_is_left_of_a_working_clock() -> None:
    clock = replace(HACKNEY.clocks[SCREENING], amounts={None: Amount(Kind.WORKING_DAYS, days=2)})
    story = story_of(allowing(clock))
    assert newest(story, SCREENING).due == MONDAY + 48 * HOUR
    still = suspended(story, MONDAY + 6 * HOUR, SCREENING)  # Monday at three: two hours until closing, then a day
    assert still.left_microseconds == 10 * 3600 * 10**6
    again = resumed(story, MONDAY + 7 * 24 * HOUR + 7 * HOUR, SCREENING)  # the Monday after, at four
    assert again.deadline.due == MONDAY + 9 * 24 * HOUR + HOUR  # an hour, eight, and one


def test_a_deadline_may_be_suspended_again_and_again() -> None:
    story = story_of()
    suspended(story, MONDAY + HOUR, name="1")
    resumed(story, MONDAY + 2 * HOUR, name="2")
    still = suspended(story, MONDAY + 3 * HOUR, name="3")
    assert still.left_microseconds == 22 * 3600 * 10**6
    assert resumed(story, MONDAY + 5 * HOUR, name="4").deadline.due == MONDAY + 27 * HOUR
    assert newest(story).revision == 3


def test_the_word_counts_from_when_it_was_given_however_late_the_hub_is_and_the_clock_runs_once_the_hub_has_acted() -> (
    None
):
    story = story_of()
    story.hear(suspension(CASE, ANSWER, POLICE), at=newest(story).due - TICK)
    (still,) = story.triage(MONDAY + 50 * HOUR)
    assert (still.suspended_at, still.left_microseconds) == (MONDAY + 24 * HOUR - TICK, 1)
    story.hear(resumption(CASE, ANSWER, POLICE), at=MONDAY + 51 * HOUR)
    (again,) = story.triage(MONDAY + 60 * HOUR)
    assert again.deadline.due == MONDAY + 60 * HOUR + TICK


def test_a_deadline_that_a_re_rating_states_after_the_word_was_given_has_its_whole_time_left() -> None:
    story = story_of()
    story.hear(rating(CASE, Rag.RED, "red"), at=MONDAY + HOUR)
    story.hear(suspension(CASE, ANSWER, POLICE), at=MONDAY + 2 * HOUR)
    _, still = story.triage(MONDAY + 3 * HOUR)
    assert still.left_microseconds == 4 * 3600 * 10**6


def test_an_answer_while_it_stands_still_meets_it() -> None:
    story = story_of()
    suspended(story, MONDAY + 4 * HOUR)
    story.hear(answered(CASE, story.request(POLICE), MONDAY + 90 * HOUR), at=MONDAY + 90 * HOUR)
    assert story.case.watch.state(newest(story)) is DeadlineState.MET
    assert "has come" in refused(story, resumption(CASE, ANSWER, POLICE), MONDAY + 91 * HOUR)


def test_a_request_that_stands_still_is_waited_for() -> None:
    story = story_of()
    suspended(story, MONDAY + 4 * HOUR)
    assert POLICE in {one.organisation for one in story.case.awaited}


def test_only_the_named_organisation_s_deadline_stands_still() -> None:
    story = story_of()
    still = suspended(story, MONDAY + 4 * HOUR)
    running = [one for one in story.case.watch.deadlines.values() if lapses(story, one)]
    assert len(running) == len(story.case.watch.deadlines) - 1
    assert still.deadline_id not in {one.deadline_id for one in running}


def test_the_organisation_is_told_both_with_its_colour_and_the_hub_s_own_suspension_is_nobody_else_s() -> None:
    story = story_of()
    still = suspended(story, MONDAY + 4 * HOUR)
    (told,) = story.copies_of_triage(still)
    assert isinstance(told, agency.RequestRerated)
    assert topic_of(told) == f"agency.{POLICE}.requests"
    assert (told.request_id, told.rag, told.due) == (story.request(POLICE).request_id, Rag.AMBER, None)
    assert "suspended" in told.reason
    again = resumed(story, MONDAY + 10 * HOUR)
    (told,) = story.copies_of_triage(again)
    assert (told.rag, told.due, told.organisation) == (Rag.AMBER, again.deadline.due, POLICE)
    assert still.rationale not in told.reason
    assert story.copies_of_triage(suspended(story, MONDAY + 11 * HOUR, SCREENING, "hub")) == []


def test_deciding_twice_yields_the_same_ids() -> None:
    one, other = story_of(), story_of()
    assert suspended(one, MONDAY + HOUR).meta.event_id == suspended(other, MONDAY + HOUR).meta.event_id
    assert resumed(one, MONDAY + 2 * HOUR).meta.event_id == resumed(other, MONDAY + 3 * HOUR).meta.event_id


def test_words_are_acted_on_in_their_order_with_the_other_decisions() -> None:
    story = story_of()
    story.hear(
        suspension(CASE, ANSWER, POLICE),
        rating(CASE, Rag.RED, "red"),
        outcome(CASE),
        resumption(CASE, ANSWER, POLICE),
        at=MONDAY + HOUR,
    )
    assert [type(one) for one in story.triage(MONDAY + HOUR)] == [hub.DeadlineSuspended, hub.CaseRerated]
    assert hub.OutcomeDecided in [type(one) for one in story.outcomes(MONDAY + HOUR)]
    (late,) = story.triage(MONDAY + HOUR)
    assert isinstance(late, hub.DecisionRefused)
    assert "outcome" in late.reason


# -- and a new colour ------------------------------------------------------------------------------------------------


def test_a_new_colour_ends_a_suspension_the_new_amount_counts_from_the_re_rating() -> None:
    story = story_of()
    first = newest(story)
    suspended(story, MONDAY + 4 * HOUR)
    story.hear(rating(CASE, Rag.RED, "red"), at=MONDAY + 90 * HOUR)
    (again,) = story.triage(MONDAY + 90 * HOUR)
    (police,) = [one.deadline for one in again.rerated if one.organisation == POLICE]
    assert (police.revision, police.due) == (2, MONDAY + 94 * HOUR)
    assert police.steps[: len(first.steps)] == first.steps
    assert lapses(story, police)
    assert "does not stand still" in refused(story, resumption(CASE, ANSWER, POLICE), MONDAY + 91 * HOUR)


def test_a_colour_without_a_time_ends_a_suspension_for_good() -> None:
    amounts = {**HACKNEY.clocks[ANSWER].amounts, Rag.GREEN: NoAmount("nobody hurries")}
    story = story_of(allowing(replace(HACKNEY.clocks[ANSWER], amounts=amounts)))
    suspended(story, MONDAY + 4 * HOUR)
    story.hear(rating(CASE, Rag.GREEN, "green"), at=MONDAY + 5 * HOUR).triage(MONDAY + 5 * HOUR)
    assert story.case.watch.state(newest(story)) is DeadlineState.WITHDRAWN
    assert "does not stand still" in refused(story, resumption(CASE, ANSWER, POLICE), MONDAY + 6 * HOUR)


def test_the_same_colour_again_leaves_it_standing_and_so_does_any_colour_a_clock_that_sees_none() -> None:
    clock = replace(HACKNEY.clocks[ANSWER], amounts={None: Amount(Kind.HOURS, 24 * HOUR)})
    story = story_of(allowing(clock))
    suspended(story, MONDAY + 4 * HOUR)
    for rag in (Rag.AMBER, Rag.RED):
        story.hear(rating(CASE, rag, rag, pathways=("section-47",)), at=MONDAY + 5 * HOUR)
        assert len(only(story.triage(MONDAY + 5 * HOUR), hub.CaseRerated)) == 1
        assert story.case.watch.state(newest(story)) is DeadlineState.SUSPENDED
    assert resumed(story, MONDAY + 6 * HOUR).deadline.due == MONDAY + 26 * HOUR


# -- refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "given", "says"),
    [
        (HACKNEY, suspension(CASE, ANSWER, POLICE), "sign-off: nobody"),
        (ALLOWED, suspension(CASE, ANSWER, POLICE, actor=Actor(label="desk", role="reader")), "'reader'"),
        (ALLOWED, suspension(CASE, ANSWER, POLICE, partnership="medway"), "another partnership"),
        (ALLOWED, suspension(CASE, "early-help-screening"), "does not let early-help-screening stand still"),
        (ALLOWED, suspension(CASE, "teleport"), "no such clock: teleport"),
        (ALLOWED, suspension(CASE, ANSWER), "was stated for the hub"),
        (ALLOWED, suspension(CASE, ANSWER, "camden-housing"), "was stated for camden-housing"),
        (ALLOWED, resumption(CASE, ANSWER, POLICE), "does not stand still"),
        (ALLOWED, resumption(CASE, ANSWER, POLICE, actor=Actor(label="desk", role="reader")), "'reader'"),
    ],
)
def test_what_the_profile_the_role_or_the_case_does_not_allow_is_refused_with_the_reason(
    profile: Partnership, given: hub.SuspensionGiven | hub.ResumptionGiven, says: str
) -> None:
    assert says in refused(story_of(profile), given, MONDAY + HOUR)


def test_what_stands_still_already_or_was_met_or_has_run_out_is_not_suspended() -> None:
    story = story_of()
    suspended(story, MONDAY + HOUR)
    again = suspension(CASE, ANSWER, POLICE, "again")
    assert "stands still already" in refused(story, again, MONDAY + 2 * HOUR)

    story = story_of()
    story.hear(answered(CASE, story.request(POLICE), MONDAY + HOUR))
    assert "has come" in refused(story, again, MONDAY + 2 * HOUR)

    story = story_of()
    assert "had run out" in refused(story, again, newest(story).due + TICK)


def test_at_exactly_the_due_instant_it_is_suspended_with_nothing_left_and_due_at_once_on_resumption() -> None:
    story = story_of()
    still = suspended(story, newest(story).due)
    assert still.left_microseconds == 0
    assert not lapses(story, newest(story))
    again = resumed(story, MONDAY + 30 * HOUR)
    assert (again.deadline.due, again.deadline.at_risk) == (MONDAY + 30 * HOUR, None)
    assert lapses(story, again.deadline)


def test_a_returned_referral_has_no_clock_to_stop() -> None:
    contact = referral(children=())
    assert missing(HACKNEY.required, opened(contact).case.contact)
    story = opened(contact, profile=ALLOWED)
    assert "was stated for met-police" in refused(story, suspension(CASE, ANSWER, POLICE), MONDAY + HOUR)
