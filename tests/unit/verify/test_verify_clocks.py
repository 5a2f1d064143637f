"""Planted: every way in which a clock is met or ended, missed by a moment, and breached all the same (promise P4)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from verified_log import (
    HEALTH,
    HOUR,
    SECOND,
    T0,
    breach,
    consistent,
    deadline,
    deadline_of,
    hub_owes,
    meta,
    milestone,
    names,
    only,
    uid,
)

from mashbus.contracts import hub, topics
from mashbus.domain import ids
from mashbus.domain.vocabulary import EmailKind, Handling
from mashbus.verify import judge

AT = T0 + 50 * SECOND
"""Case e."""


def own(log, clock):
    """One of the hub's own deadlines of case e."""
    stated = [*log.record("e.opened").deadlines, *log.record("e.strategy").deadlines]
    return next(one for one in stated if one.clock == clock)


def due_at(log, clock, due):
    """The same deadline, due at another instant."""
    opened = log.record("e.opened")
    changed = tuple(replace(one, due=due) if one.clock == clock else one for one in opened.deadlines)
    log.edit("e.opened", deadlines=changed)


@pytest.mark.parametrize("clock", ["acknowledgement", "first-decision", "written-outcome", "strategy-discussion"])
def test_P4_a_breach_of_a_clock_that_was_met_or_given_up(clock):
    log = consistent()
    owed = own(log, clock)
    breach(log, "false", owed, "e", owed.due + SECOND)
    names(only(log, "breaches"), uid("false"), owed.deadline_id, "without a lapse")


def test_M_03_an_acknowledgement_sent_at_the_due_instant_is_in_time_and_a_millisecond_later_is_late():
    log = consistent()
    sent = log.get(f"e.email.{EmailKind.ACKNOWLEDGEMENT}.sent").at
    due_at(log, "acknowledgement", sent)
    assert judge(log.evidence()).ok
    due_at(log, "acknowledgement", sent - timedelta(milliseconds=1))
    names(only(log, "breaches"), own(log, "acknowledgement").deadline_id, "a lapse at")


def test_M_03_another_email_meets_nothing():
    log = consistent()
    opened = log.record("e.opened")
    other = replace(own(log, "acknowledgement"), met_by=("EmailSent:returned",))
    log.edit("e.opened", deadlines=(other, *opened.deadlines[1:]))
    names(only(log, "breaches"), other.deadline_id, "a lapse at")


def test_M_04_a_routing_counts_from_when_the_rating_was_given():
    """Rated at two hours, routed at three: due in between it is met, due before the rating it lapsed."""
    log = consistent()
    due_at(log, "first-decision", AT + 2 * HOUR)
    assert judge(log.evidence()).ok
    due_at(log, "first-decision", AT + 2 * HOUR - SECOND)
    names(only(log, "breaches"), own(log, "first-decision").deadline_id, "a lapse at")


def test_M_04_a_routing_by_a_rule_counts_from_when_the_broker_took_it():
    log = consistent()
    routed = log.get("a.routed").at
    clock = hub_owes("a", "first-decision", T0, routed - T0, "CaseRouted")
    log.edit("a.opened", deadlines=(clock,))
    assert judge(log.evidence()).ok
    log.edit("a.opened", deadlines=(replace(clock, due=routed - SECOND),))
    names(only(log, "breaches"), clock.deadline_id, "a lapse at")


def test_J_18_an_email_that_is_suppressed_is_not_owed_from_then_on():
    log = consistent()
    due_at(log, "written-outcome", log.get("e.untold").at)
    assert judge(log.evidence()).ok
    due_at(log, "written-outcome", log.get("e.untold").at - SECOND)
    names(only(log, "breaches"), own(log, "written-outcome").deadline_id, "a lapse at")


def test_C_09_a_milestone_of_another_name_meets_nothing():
    log = consistent()
    log.edit("e.held", milestone="visit-made")
    names(only(log, "breaches"), own(log, "strategy-discussion").deadline_id, "a lapse at")


def test_M_12_a_milestone_before_the_clock_began_meets_nothing():
    """It was another stage's."""
    log = consistent()
    log.place("e.held.given", at=own(log, "strategy-discussion").anchor - SECOND)
    log.place("e.held", at=own(log, "strategy-discussion").anchor)
    names(only(log, "breaches"), own(log, "strategy-discussion").deadline_id, "a lapse at")
    milestone(log, "e.again", AT + 6 * HOUR, "strategy-held")
    log.in_time()
    assert judge(log.evidence()).ok


def test_C_09_a_milestone_counts_from_when_the_broker_took_the_persons_word():
    """Said in time and recorded too late is in time."""
    log = consistent()
    owed = own(log, "strategy-discussion")
    log.place("e.held.given", at=owed.due)
    log.place("e.held", at=owed.due + HOUR)
    assert judge(log.evidence()).ok
    log.place("e.held.given", at=owed.due + SECOND)
    names(only(log, "breaches"), owed.deadline_id, "a lapse at")


def test_M_12_an_answer_to_one_stage_does_not_meet_anothers_deadline():
    """A milestone that names what it answers meets what that one armed, and nothing else of the case."""
    log = consistent()
    owed = own(log, "strategy-discussion")
    stage = replace(owed, subject=uid("e.strategy"), deadline_id=ids.deadline_of(uid("e.strategy"), owed.clock))
    log.edit("e.strategy", deadlines=(stage,))
    assert judge(log.evidence()).ok
    log.edit("e.held", answers=uid("e.strategy"))
    assert judge(log.evidence()).ok
    log.edit("e.held", answers=uid("another stage"))
    names(only(log, "breaches"), stage.deadline_id, "a lapse at")


def directed(log, *withdrawn):
    record = hub.ContactDirected(
        meta=meta("c.directed", uid("c"), T0 + HOUR), contact_type="information-request", handling=Handling.ANSWERED,
        team=None, reason="r", requirement="H-07", withdrawn_deadlines=withdrawn,
    )  # fmt: skip
    log.put("c.directed", topics.CASES, record, T0 + HOUR)


def test_J_02_a_contact_that_is_directed_meets_the_clock_of_its_first_decision():
    log = consistent()
    clock = hub_owes("c", "first-decision", T0, HOUR, "ContactDirected")
    log.edit("c.opened", deadlines=(clock,))
    names(only(log, "breaches"), clock.deadline_id, "a lapse at")
    directed(log)
    assert "breaches" not in judge(log.evidence()).broken
    log.edit("c.opened", deadlines=(replace(clock, due=T0 + HOUR - SECOND),))
    assert "breaches" in judge(log.evidence()).broken


def test_H_07_a_clock_that_a_directing_withdraws_lapses_no_more():
    log = consistent()
    clock = hub_owes("c", "decision", T0, 2 * HOUR, "OutcomeDecided")
    log.edit("c.opened", deadlines=(clock,))
    directed(log, clock.deadline_id)
    assert "breaches" not in judge(log.evidence()).broken


def test_a_deadline_that_nobody_here_knows_how_to_meet_is_not_passed_over():
    log = consistent()
    strange = replace(own(log, "acknowledgement"), met_by=("LetterPosted",))
    log.edit("e.opened", deadlines=(strange, *log.record("e.opened").deadlines[1:]))
    names(only(log, "breaches"), strange.deadline_id, "LetterPosted")


def test_reading_7_a_clock_of_the_hub_that_a_re_rating_withdrew_lapses_no_more():
    """CaseRerated names it: before its instant it ends it, afterwards it does not."""
    log = consistent()
    rerated_at = log.get("c.rerated").at
    clock = hub_owes("c", "rag-response", T0, 5 * HOUR, "MilestoneRecorded:never")
    log.edit("c.routed", deadlines=(clock,))
    names(only(log, "breaches"), clock.deadline_id, "a lapse at")
    log.edit("c.rerated", withdrawn_deadlines=(clock.deadline_id,))
    assert judge(log.evidence()).ok
    log.edit("c.routed", deadlines=(replace(clock, due=rerated_at - SECOND),))
    names(only(log, "breaches"), clock.deadline_id, "a lapse at")


def test_a_colour_without_a_time_ends_only_what_has_colours():
    """A request's clock without colours runs on through a re-rating."""
    log = consistent()
    running = deadline_of(log, "c", HEALTH)
    plain = replace(running, rag=None, due=log.get("c.answer.health").at - SECOND)
    routed = log.record("c.routed")
    requests = tuple(replace(one, deadline=plain) if one.organisation == HEALTH else one for one in routed.requests)
    log.edit("c.routed", requests=requests)
    rerated = log.record("c.rerated")
    changed = tuple(replace(one, deadline=None) if one.organisation == HEALTH else one for one in rerated.rerated)
    log.edit("c.rerated", rerated=changed)
    log.edit(f"c.rerated.{HEALTH}", due=None)
    log.edit(f"c.copy.{HEALTH}", due=plain.due, needed_by=plain.due)
    names(only(log, "breaches"), plain.deadline_id, "a lapse at")


def test_one_deadline_stated_twice_with_two_instants():
    log = consistent()
    other = replace(own(log, "strategy-discussion"), due=AT + 30 * HOUR)
    milestone(log, "e.strategy2", AT + 4 * HOUR + SECOND, "strategy-decided", other)
    log.in_time()
    names(only(log, "breaches"), other.deadline_id, uid("e.strategy2"), "stated again")


def test_P3_one_breach_id_said_of_two_lapses():
    log = consistent()
    said = log.record("a.breach")
    log.again("a.breach", "again")
    log.edit("again", deadline=replace(said.deadline, due=said.deadline.due + HOUR))
    names(only(log, "breaches"), uid("a.breach"), "under the same id")


# -- canaries ----------------------------------------------------------------------------------------------------


def test_a_canary_that_did_not_fire():
    log = consistent()
    log.drop("canary.fired")
    names(only(log, "breaches"), log.record("canary.armed").deadline.deadline_id, "a canary due at")


def test_a_canary_that_fired_early():
    log = consistent()
    log.edit("canary.fired", occurred_at=T0 + HOUR - SECOND)
    names(only(log, "breaches"), uid("canary.fired"), "before")


def test_a_canary_that_fired_under_two_ids():
    log = consistent()
    log.again("canary.fired", "second", event_id=uid("second"))
    names(only(log, "breaches"), uid("canary.fired"), uid("second"))


def test_a_canary_that_was_never_armed():
    log = consistent()
    log.drop("canary.armed")
    names(only(log, "breaches"), log.record("canary.fired").deadline.deadline_id, "no fact states")


def test_a_canarys_lapse_is_no_breach_and_a_breach_is_no_canarys():
    log = consistent()
    owed = log.record("canary.armed").deadline
    log.drop("canary.fired")
    breach(log, "as breach", owed, "canary", owed.due + SECOND)
    names(only(log, "breaches"), uid("as breach"), "a canary's lapse said as a breach")


def test_canaries_are_looked_at():
    looked = judge(consistent().evidence()).verdict("breaches").looked
    assert (looked["canaries"], looked["canaries fired"]) == (1, 1)


def test_a_canary_of_this_moment_is_pending():
    log = consistent()
    owed = deadline(uid("canary2"), "hub", T0 + 79 * HOUR, HOUR, rag=None, clock="canary", met_by=())
    record = hub.CanaryArmed(meta=meta("canary2.armed", uid("canary2"), T0 + 79 * HOUR), deadline=owed)
    log.put("canary2.armed", topics.HUB, record, T0 + 79 * HOUR)
    report = judge(log.evidence())
    assert report.ok
    assert str(owed.deadline_id) in "\n".join(map(str, report.verdict("breaches").pending))
