"""What can lapse of a case: started, met, superseded, withdrawn, suspended and resumed by records."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from core_story import (
    HOUR,
    MANAGER,
    MONDAY,
    TICK,
    answered,
    declined,
    meta,
    opened,
    rating,
    suspension,
)
from watch_story import CASE, DAY, PROFILE, again, breach, email, folded, from_receipt, opening, reached, still

from mashbus.contracts import hub
from mashbus.contracts.deadlines import watched
from mashbus.domain import ids
from mashbus.domain.clocks import computed
from mashbus.domain.deadline import Deadline
from mashbus.domain.vocabulary import EmailKind, Rag
from mashbus.domain.watch import DeadlineState

RUNNING, MET, SUPERSEDED, SUSPENDED, WITHDRAWN, LAPSED, LATE = (
    DeadlineState.RUNNING,
    DeadlineState.MET,
    DeadlineState.SUPERSEDED,
    DeadlineState.SUSPENDED,
    DeadlineState.WITHDRAWN,
    DeadlineState.LAPSED,
    DeadlineState.LAPSED_THEN_MET,
)


# -- what starts and meets a clock -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("partnership", "starts", "clock", "owner", "due", "meets"),
    [
        ("cambridgeshire", "strategy-discussion-decided", "strategy-discussion", "social_care", MONDAY + DAY,
         "strategy-discussion-held"),  # C-09
        ("cambridgeshire", "allocated", "initial-visit", "social_worker", MONDAY + 7 * DAY, "initial-visit-made"),
        ("cambridgeshire", "allocated", "management-oversight", "manager", MONDAY + 10 * DAY,
         "management-oversight-recorded"),  # C-11
        ("gloucestershire", "domestic-abuse-incident", "encompass-notification", "police_or_hub",
         datetime(2026, 6, 9, 7, 45, tzinfo=UTC), "school-notified"),  # G-13
        ("gloucestershire", "needs-assessment-contribution-requested", "needs-assessment-contribution", "practitioner",
         MONDAY + 20 * DAY, "needs-assessment-contribution-returned"),  # G-16
        ("medway", "escalation-stage-opened", "escalation-stage", "stage_manager", MONDAY + 7 * DAY,
         "escalation-stage-answered"),  # M-12
    ],
)  # fmt: skip
def test_C_09_C_10_C_11_G_13_G_16_M_12_a_milestone_starts_its_clocks_and_another_meets_them(
    partnership: str, starts: str, clock: str, owner: str, due: datetime, meets: str
) -> None:
    record = reached(starts, MONDAY, partnership)
    watch = folded((record, MONDAY + HOUR))
    (owed,) = [one for one in watch.deadlines.values() if one.clock == clock]
    assert (owed.owner, owed.anchor, owed.due, owed.subject) == (owner, MONDAY, due, record.meta.event_id)
    assert watch.state(owed) is RUNNING
    in_time = watched(watch, reached(meets, due, partnership), due)
    assert (in_time.state(owed), in_time.runs_out(owed)) == (MET, False)
    late = watched(watch, reached(meets, due, partnership), due + TICK)
    assert late.runs_out(owed)
    assert watched(late, breach(owed), due + TICK).state(owed) is LATE


def test_C_10_C_11_one_allocation_starts_both_clocks_and_each_is_met_by_its_own_milestone() -> None:
    watch = folded((reached("allocated", MONDAY), MONDAY), (reached("initial-visit-made", MONDAY + DAY), MONDAY + DAY))
    assert {one.clock: watch.state(one) for one in watch.deadlines.values()} == {
        "initial-visit": MET, "management-oversight": RUNNING
    }  # fmt: skip


def test_M_12_stages_follow_one_another_and_each_is_met_by_the_first_answer_after_its_own_opening() -> None:
    stages = [reached("escalation-stage-opened", MONDAY + n * 3 * DAY, "medway", f"stage-{n}") for n in range(3)]
    answers = [
        reached("escalation-stage-answered", MONDAY + (n * 3 + 2) * DAY, "medway", f"answer-{n}") for n in range(2)
    ]
    told = [(one, one.reached_at) for one in (*stages, *answers)]
    watch = folded(*sorted(told, key=lambda one: one[1]))
    owed = [stage.deadlines[0] for stage in stages]
    assert len({one.deadline_id for one in owed}) == 3
    assert [watch.met_at(one) for one in owed] == [MONDAY + 2 * DAY, MONDAY + 5 * DAY, None]
    assert [watch.state(one) for one in owed] == [MET, MET, RUNNING]


def test_a_milestone_before_the_clock_started_does_not_meet_it() -> None:
    held = reached("strategy-discussion-held", MONDAY, name="an earlier one")
    watch = folded((held, MONDAY), (reached("strategy-discussion-decided", MONDAY + HOUR), MONDAY + HOUR))
    (owed,) = watch.deadlines.values()
    assert watch.state(owed) is RUNNING


def test_M_03_the_email_meets_it_when_it_was_sent_and_no_other_kind_does() -> None:
    owed = from_receipt("medway", "acknowledgement")
    watch = folded((opening(owed), MONDAY), (email(hub.EmailSent, EmailKind.OUTCOME), MONDAY + HOUR))
    assert watch.state(owed) is RUNNING
    watch = watched(watch, email(hub.EmailSent, EmailKind.ACKNOWLEDGEMENT), MONDAY + 2 * HOUR)
    assert (watch.state(owed), watch.met_at(owed)) == (MET, MONDAY + 2 * HOUR)


def test_M_03_an_email_that_is_not_to_be_sent_is_not_owed_unless_it_was_missed_before() -> None:
    owed = from_receipt("medway", "acknowledgement")
    told = opening(owed), MONDAY
    none = email(hub.EmailSuppressed, EmailKind.ACKNOWLEDGEMENT)
    watch = folded(told, (none, owed.due))
    assert (watch.state(owed), watch.runs_out(owed)) == (WITHDRAWN, False)
    late = folded(told, (none, owed.due + TICK))
    assert late.runs_out(owed)
    assert watched(late, breach(owed), owed.due + HOUR).state(owed) is LAPSED
    assert watched(watch, none, owed.due + TICK) == watch


def test_M_05_a_referrer_without_an_address_is_still_to_be_told_and_a_further_one_is_told_beside_the_clock() -> None:
    owed = from_receipt("medway", "acknowledgement")
    told = opening(owed), MONDAY
    none = email(hub.EmailSuppressed, EmailKind.ACKNOWLEDGEMENT).model_copy(update={"reason": "no_address"})
    assert folded(told, (none, MONDAY + HOUR)).state(owed) is RUNNING
    for kind in (hub.EmailSent, hub.EmailSuppressed):
        further = email(kind, EmailKind.ACKNOWLEDGEMENT).model_copy(update={"recipient_kind": "further_referrer"})
        assert folded(told, (further, MONDAY + HOUR)).state(owed) is RUNNING


def test_M_05_without_an_address_another_way_meets_it_and_nobody_is_owed_what_procedure_forbids() -> None:
    clock = PROFILE["medway"].clocks["acknowledgement"]
    both = replace(clock, met_by=(*clock.met_by, "MilestoneRecorded:told-by-phone"))
    owed = computed(both, None, MONDAY, subject=CASE, owner="hub", profile="1+aa")
    assert owed is not None
    forbidden = email(hub.EmailSuppressed, EmailKind.ACKNOWLEDGEMENT)
    assert folded((opening(owed), MONDAY), (forbidden, MONDAY + HOUR)).state(owed) is WITHDRAWN
    no_address = forbidden.model_copy(update={"reason": "no_address"})
    watch = folded((opening(owed), MONDAY), (no_address, MONDAY + HOUR))
    assert watch.state(owed) is RUNNING
    assert watched(watch, reached("told-by-phone", MONDAY + HOUR), MONDAY + HOUR).state(owed) is MET


def routing(cause: UUID | None) -> hub.CaseRouted:
    return hub.CaseRouted(
        meta=meta(CASE, "routed").model_copy(update={"cause_id": cause}), rag=Rag.GREEN, pathways=(), rule=None,
        reasons=(), decided_by=None, requests=(), not_asked=(), deadlines=(),
    )  # fmt: skip


def test_M_04_routed_by_a_person_it_counts_from_when_the_rating_was_given_and_by_a_rule_from_when_it_was_routed() -> (
    None
):
    owed = from_receipt("medway", "first-decision")
    given = rating(CASE, Rag.GREEN)
    watch = folded((opening(owed), MONDAY), (given, owed.due))
    assert watch.may_be_met(owed)
    person = watched(watch, routing(given.meta.event_id), owed.due + 5 * HOUR)
    assert (person.met_at(owed), person.state(owed), person.may_be_met(owed)) == (owed.due, MET, False)
    rule = folded((opening(owed), MONDAY), (routing(None), owed.due + TICK))
    assert (rule.met_at(owed), rule.runs_out(owed)) == (owed.due + TICK, True)


def test_M_04_a_rating_that_was_refused_meets_nothing() -> None:
    owed = from_receipt("medway", "first-decision")
    given = rating(CASE, Rag.GREEN)
    no = hub.DecisionRefused(
        meta=meta(CASE, "no"), refused_id=given.meta.event_id, decision="RatingGiven", actor=MANAGER, reason="no"
    )
    watch = folded((opening(owed), MONDAY), (given, MONDAY + HOUR), (no, owed.due + HOUR))
    assert (watch.may_be_met(owed), watch.met_at(owed), watch.runs_out(owed)) == (False, None, True)


# -- standing still --------------------------------------------------------------------------------------------------


def test_suspended_it_cannot_lapse_and_resumed_the_next_revision_can() -> None:
    owed = from_receipt("medway", "first-decision")
    watch = folded((opening(owed), MONDAY), (still(owed, MONDAY + HOUR), MONDAY + 2 * HOUR))
    assert (watch.state(owed), watch.runs_out(owed), watch.in_force(CASE)) == (SUSPENDED, False, None)
    assert watch.standing_still(CASE, owed.clock) == owed
    assert watch.suspended == {owed.deadline_id: 23 * HOUR}
    on = again(owed, MONDAY + 99 * HOUR)
    watch = watched(watch, on, MONDAY + 76 * HOUR)
    assert (watch.state(owed), watch.state(on.deadline)) == (SUPERSEDED, RUNNING)
    assert (watch.standing_still(CASE, owed.clock), watch.in_force(CASE)) == (None, on.deadline)
    assert watch.runs_out(on.deadline)


def test_met_while_it_stands_still_it_is_met_however_long_that_was() -> None:
    owed = from_receipt("medway", "first-decision")
    watch = folded(
        (opening(owed), MONDAY), (still(owed, MONDAY + HOUR), MONDAY + HOUR), (routing(None), owed.due + 9 * DAY)
    )
    assert watch.state(owed) is MET


def test_a_word_given_in_time_holds_the_breach_back_until_it_is_acted_on() -> None:
    owed = from_receipt("medway", "first-decision")
    given = suspension(CASE, owed.clock)
    waiting = folded((opening(owed), MONDAY), (given, owed.due))
    assert waiting.may_be_met(owed)
    acted = watched(waiting, still(owed, owed.due, cause=given.meta.event_id), owed.due + HOUR)
    assert (acted.may_be_met(owed), acted.runs_out(owed)) == (False, False)
    assert not folded((opening(owed), MONDAY), (given, owed.due + TICK)).may_be_met(owed)


def test_of_an_answer_and_a_refusal_to_answer_the_earlier_arrival_counts() -> None:
    story = opened()
    request = story.request("met-police")
    watch = watched(story.case.watch, answered(CASE, request, MONDAY + 9 * HOUR), MONDAY + 9 * HOUR)
    for later in (answered(CASE, request, MONDAY + 3 * HOUR, "other"), declined(CASE, request, MONDAY + 2 * HOUR)):
        watch = watched(watch, later, MONDAY + 10 * HOUR)
    assert watch.met_at(request.deadline) == MONDAY + 2 * HOUR
    assert watch.came[request.request_id]["InformationReturned"] == (MONDAY + 3 * HOUR,)


def test_an_answer_that_arrived_before_the_clock_was_stopped_had_met_it() -> None:
    story = opened()
    request = story.request("met-police")
    watch = watched(story.case.watch, still(request.deadline, MONDAY + 2 * HOUR), MONDAY + 2 * HOUR)
    watch = watched(watch, answered(CASE, request, MONDAY + HOUR), MONDAY + 3 * HOUR)
    assert watch.state(request.deadline) is MET


# -- superseded and withdrawn ----------------------------------------------------------------------------------------


def rerating(*stated: Deadline, withdrawn: Iterable[UUID] = ()) -> hub.CaseRerated:
    return hub.CaseRerated(
        meta=meta(CASE, "rerated"), round=1, rag=Rag.RED, previous=Rag.AMBER, pathways=(), rationale="", requests=(),
        decided_by=MANAGER, rerated=(), deadlines=stated, withdrawn_deadlines=tuple(withdrawn),
    )  # fmt: skip


def test_the_next_revision_supersedes_and_the_other_clocks_run_on() -> None:
    first, other = (from_receipt("medway", one) for one in ("first-decision", "written-outcome"))
    second = replace(first, deadline_id=ids.deadline_of(CASE, first.clock, 2), revision=2, due=MONDAY + 4 * HOUR)
    watch = folded((opening(first, other), MONDAY), (rerating(second), MONDAY + HOUR))
    assert [watch.state(one) for one in (first, second, other)] == [SUPERSEDED, RUNNING, RUNNING]


def test_withdrawn_by_name_also_where_it_stood_still() -> None:
    first, other = (from_receipt("medway", one) for one in ("first-decision", "written-outcome"))
    watch = folded(
        (opening(first, other), MONDAY),
        (still(first, MONDAY + HOUR), MONDAY + HOUR),
        (rerating(withdrawn=(first.deadline_id,)), MONDAY + 2 * HOUR),
    )
    assert [watch.state(one) for one in (first, other)] == [WITHDRAWN, RUNNING]
    assert watch.standing_still(CASE, first.clock) is None


def test_what_has_ended_once_ended_then_whatever_is_said_of_it_after_its_instant() -> None:
    owed = from_receipt("medway", "first-decision")
    watch = folded(
        (opening(owed), MONDAY),
        (still(owed, MONDAY + HOUR), MONDAY + HOUR),
        (rerating(withdrawn=(owed.deadline_id,)), owed.due + HOUR),
    )
    assert (watch.ceased_at(owed), watch.runs_out(owed)) == (MONDAY + HOUR, False)
