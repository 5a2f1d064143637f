"""Planted: what the hub knew already was not honoured: an open case asked about, its holder not told, a match guessed."""

from dataclasses import replace

import pytest
from verified_log import CHILD, EDUCATION, HEALTH, HOUR, MANAGER, ORGANISATIONS, SECOND, asked, names, only, red, uid
from verified_memory import (
    CASEWORK,
    OPEN,
    REMEMBERING,
    SIBLING,
    UNADDRESSED,
    WORKER,
    email,
    found,
    handed,
    lookup,
    meta,
    notification,
    opened,
    passed_on,
    remembering,
)

from mashbus.contracts import agency, hub, topics
from mashbus.domain.known import Holder, Holdership, Identifier
from mashbus.domain.referral import Concern
from mashbus.domain.vocabulary import EmailKind, Involvement, Rag
from mashbus.verify import judge

HELD = Holdership(child=0, organisation=EDUCATION, holding=OPEN)


def at(log, name):
    return log.get(name).at


def routed(log, case, after, *organisations, cause=None):
    """By the rule of case a, or by a person's word; with a copy for each organisation."""
    when = after + SECOND
    requests = tuple(asked(case, one, when, Rag.RED, 400 * HOUR) for one in organisations)
    fact = hub.CaseRouted(
        meta=meta(f"{case}.routed", uid(case), when, cause), rag=Rag.RED, pathways=("mash-checks",), reasons=("r",),
        rule=None if cause else "sexual-abuse-or-exploitation", decided_by=MANAGER if cause else None,
        requests=requests, not_asked=(), deadlines=(),
    )  # fmt: skip
    log.put(f"{case}.routed", topics.CASES, fact, when)


def test_a_remembering_log_passes_and_every_check_has_looked():
    for settled in (True, False):
        report = judge(remembering().evidence(settled=settled))
        assert report.ok, [str(finding) for one in report.verdicts for finding in one.broken]
        assert not [str(finding) for one in report.verdicts for finding in one.pending]
    for check in ("known", "links", "not_recorded", "keys"):
        assert report.verdict(check).looked.total() > 0


# -- nobody is asked --------------------------------------------------------------------------------------------------


def test_H_05_an_open_case_that_was_asked_about_instead_of_being_passed_on():
    log = remembering()
    opened(log, "x", at(log, "i.alert"), concern=Concern(summary="Synthetic worry.", factors=("11A",)))
    lookup(log, "x", at(log, "x.opened") + SECOND, known=(found(OPEN),))
    routed(log, "x", at(log, "x.looked"), *ORGANISATIONS)
    names(red(log)["known"], uid("x.routed"), "asked, and all its children are open (H-05)", *ORGANISATIONS)


def test_H_05_a_person_said_that_the_case_is_open_before_it_was_routed():
    log = remembering()
    opened(log, "x", at(log, "i.alert"), concern=Concern(summary="Synthetic worry.", factors=("11A",)))
    said = hub.InvolvementRecorded(
        meta=meta("x.involved", uid("x"), at(log, "x.opened") + HOUR), actor=MANAGER, involvement=Involvement.OPEN,
        held_by=None, closed_on=None,
    )  # fmt: skip
    lookup(log, "x", at(log, "x.opened") + SECOND)
    log.put("x.involved", topics.CASES, said, at(log, "x.opened") + HOUR)
    routed(log, "x", at(log, "x.involved"), *ORGANISATIONS)
    assert "all its children are open" not in red(log)["known"]  # the rule may have been tried before it was said
    word = hub.RatingGiven(
        meta=meta("x.rating", uid("x"), at(log, "x.involved") + SECOND), actor=MANAGER, rag=Rag.RED,
        pathways=("mash-checks",), rationale="r",
    )  # fmt: skip
    log.drop("x.routed")
    log.put("x.rating", topics.CASES, word, at(log, "x.involved") + SECOND)
    routed(log, "x", at(log, "x.rating"), *ORGANISATIONS, cause=uid("x.rating"))
    names(red(log)["known"], uid("x.routed"), "all its children are open")


def test_P8_a_report_of_immediate_harm_goes_on_beside_its_holder():
    log = remembering()
    harm = Concern(summary="Synthetic worry.", factors=("11A",), immediate_harm=True)
    opened(log, "x", at(log, "i.alert"), concern=harm)
    lookup(log, "x", at(log, "x.opened") + SECOND, known=(found(OPEN),))
    passed_on(log, "x", at(log, "x.looked") + SECOND, (HELD,), instead=False)
    handed(log, "x", at(log, "x.passed") + SECOND, EDUCATION, CHILD)
    email(log, "x.worker", "x", EmailKind.PASSED_ON, WORKER, "x.passed", at(log, "x.passed") + SECOND)
    routed(log, "x", at(log, "x.passed"), *ORGANISATIONS)
    assert "known" not in red(log)
    log.edit("x.passed", instead=True)
    names(red(log)["known"], uid("x.passed"), "instead of the hub's own work", "routed by a rule, where whoever holds")


def test_what_was_passed_on_is_routed_afterwards():
    log = remembering()
    routed(log, "f", at(log, "f.passed"), ORGANISATIONS[0])
    names(red(log)["known"], uid("f.routed"), "routed by a rule, where whoever holds the child acts instead")


def beside(log):
    """One child is open and its sibling is not; a person routes the case, and everybody is asked."""
    opened(log, "x", at(log, "i.alert"), CHILD, SIBLING)
    lookup(log, "x", at(log, "x.opened") + SECOND, known=(found(OPEN),))
    passed_on(log, "x", at(log, "x.looked") + SECOND, (HELD,), instead=False)
    handed(log, "x", at(log, "x.passed") + SECOND, EDUCATION, CHILD)
    email(log, "x.worker", "x", EmailKind.PASSED_ON, WORKER, "x.passed", at(log, "x.passed") + SECOND)
    word = hub.RatingGiven(
        meta=meta("x.rating", uid("x"), at(log, "x.passed") + HOUR), actor=MANAGER, rag=Rag.RED,
        pathways=("mash-checks",), rationale="r",
    )  # fmt: skip
    log.put("x.rating", topics.CASES, word, at(log, "x.passed") + HOUR)
    routed(log, "x", at(log, "x.rating"), HEALTH, cause=uid("x.rating"))
    request = log.record("x.routed").requests[0]
    shown = frozenset({"child.given_name", "child.family_name", "child.date_of_birth"})
    child = replace(SIBLING, local_id=None)
    copy = agency.InformationRequested(
        meta=meta("x.copy", uid("x"), at(log, "x.routed"), uid("x.routed")), request_id=request.request_id,
        organisation=HEALTH, rag=request.rag, purpose="p", context=None, asked_at=request.asked_at,
        due=request.deadline.due, needed_by=None, children=(child,), adults=(), disclosed=tuple(sorted(shown)),
    )  # fmt: skip
    log.put("x.copy", topics.requests_of(HEALTH), copy, at(log, "x.routed"))
    return log


def test_H_05_of_the_child_who_is_open_nobody_is_asked_beside_its_sibling():
    log = beside(remembering())
    assert "known" not in red(log)
    child = replace(CHILD, local_id=None, school=None, phone=None)
    log.edit("x.copy", children=(child,))
    names(red(log)["known"], uid("x.copy"), "a request shows a child whose case is open")


def test_of_an_open_child_whose_holder_was_not_told_everybody_is_asked():
    log = beside(remembering())
    log.drop("x.passed", "x.copy.hackney-education", "x.disclosed.hackney-education", "x.worker")
    names(red(log)["known"], uid("x.copy"), "a request leaves out a child whom nobody else was told of")


# -- its holder is told -----------------------------------------------------------------------------------------------


def test_G_03_an_open_case_that_was_passed_on_to_nobody():
    log = remembering()
    log.drop("f.passed", "f.copy.hackney-education", "f.disclosed.hackney-education")
    names(red(log)["known"], uid("f"), "to be passed on by open (H-05), and was not")


def test_G_03_the_second_child_is_open_too_and_its_holder_does_not_know():
    log = remembering()
    opened(log, "x", at(log, "i.alert"), CHILD, SIBLING)
    lookup(log, "x", at(log, "x.opened") + SECOND, known=(found(OPEN),))
    passed_on(log, "x", at(log, "x.looked") + SECOND, (HELD,), instead=False)
    handed(log, "x", at(log, "x.passed") + SECOND, EDUCATION, CHILD)
    email(log, "x.worker", "x", EmailKind.PASSED_ON, WORKER, "x.passed", at(log, "x.passed") + SECOND)
    assert "known" not in red(log)
    lookup(log, "x", at(log, "x.passed") + HOUR, 2, known=(found(OPEN), found(UNADDRESSED, 1, CASEWORK)))
    names(red(log)["known"], uid("x"), "all its children are open now")


def test_passed_on_though_nothing_calls_for_it():
    log = remembering()
    log.edit("f.looked", known=(found(replace(OPEN, closed_on=at(log, "f.looked").date())),))
    names(red(log)["known"], uid("f.passed"), "whose conditions did not hold")


def test_passed_on_by_a_rule_that_the_profile_does_not_have():
    log = remembering()
    log.edit("f.passed", rule="another")
    names(red(log)["known"], uid("f.passed"), "passed on by another")


def test_passed_on_to_others_than_hold_the_child():
    log = remembering()
    held = (HELD, Holdership(child=1, organisation=CASEWORK, holding=replace(UNADDRESSED, unit="Unit 9")))
    log.edit("f.passed", holders=held)
    names(only(log, "known"), uid("f.passed"), "to others than hold them")


def test_the_holder_on_the_bus_is_not_told():
    log = remembering()
    log.drop("f.copy.hackney-education", "f.disclosed.hackney-education")
    names(only(log, "known"), uid("f.passed"), "CasePassedOn is not on agency.hackney-education.requests")


def test_P5_passed_on_to_an_organisation_that_holds_nobody():
    log = remembering()
    copy = log.record("f.copy.hackney-education")
    child = replace(CHILD, upn=None, school=None, local_id=None)
    stray = copy.model_copy(update={"organisation": HEALTH, "children": (child,)})
    log.put("stray", topics.requests_of(HEALTH), stray, at(log, "f.passed") + SECOND)
    log.edit("stray", event_id=uid("stray"))
    names(red(log)["known"], uid("stray"), "to an organisation that holds none of the children")


def test_P5_passed_on_with_another_organisations_child():
    log = remembering()
    child = replace(SIBLING, local_id=None)
    log.edit("f.copy.hackney-education", children=(child,))
    names(only(log, "known"), uid("f.copy.hackney-education"), "other children than the organisation's own")


def test_P5_passed_on_with_a_child_too_many():
    log = remembering()
    first = log.record("f.copy.hackney-education").children[0]
    log.edit("f.copy.hackney-education", children=(first, first))
    names(only(log, "known"), uid("f.copy.hackney-education"), "other children than the organisation's own")


def test_passed_on_and_no_fact_calls_for_it():
    log = remembering()
    log.edit("f.copy.hackney-education", cause_id=uid("nothing"))
    names(only(log, "known"), uid("f.copy.hackney-education"), "that no fact calls for", "CasePassedOn is not on")


def test_P5_a_copy_with_fields_that_the_sharing_rule_does_not_allow():
    log = remembering()
    child = replace(log.record("f.copy.hackney-education").children[0], nhs_number=CHILD.nhs_number)
    log.edit("f.copy.hackney-education", children=(child,))
    names(red(log)["addressing"], "child.nhs_number", uid("f.copy.hackney-education"))


def test_P5_a_copy_with_what_the_contact_does_not_say():
    log = remembering()
    child = replace(log.record("f.copy.hackney-education").children[0], given_name="Somebody")
    log.edit("f.copy.hackney-education", children=(child,), context="Other words.")
    names(red(log)["addressing"], "child.given_name", "concern.summary")


def test_H_15_a_copy_without_its_disclosure():
    log = remembering()
    log.drop("f.disclosed.hackney-education")
    names(only(log, "disclosures"), uid("f.copy.hackney-education"), "no DisclosureMade says so")


def test_H_15_a_disclosure_of_what_was_not_passed_on_there():
    log = remembering()
    log.edit("f.disclosed.hackney-education", organisation=HEALTH, rule="organisations.homerton-health.shared")
    names(red(log)["disclosures"], uid("f.disclosed.hackney-education"), "that was not passed on there")


def test_H_15_a_disclosure_of_other_fields_than_the_rule_allows():
    log = remembering()
    log.edit("f.disclosed.hackney-education", disclosed=("child.given_name",))
    names(only(log, "disclosures"), uid("f.disclosed.hackney-education"), "other fields")


@pytest.mark.parametrize("name", ["f.worker", "f.team"])
def test_somebody_who_holds_the_case_was_not_written_to(name):
    log = remembering()
    log.drop(name, f"{name}.sent")
    log.mails = [one for one in log.mails if one.file != f"{name}.eml"]
    names(only(log, "known"), uid("f.passed"), "was not written to")


def test_somebody_who_holds_nothing_was_written_to():
    log = remembering()
    email(log, "f.stray", "f", EmailKind.PASSED_ON, "other@example.invalid", "f.passed", at(log, "f.worker"))
    names(only(log, "known"), uid("f.stray"), "somebody who does not hold it")


def test_the_team_was_written_to_where_every_holder_has_an_address():
    log = remembering()
    reached = replace(UNADDRESSED, manager_email="manager@example.invalid")
    log.edit("f.looked", known=(found(OPEN), found(reached, 1, CASEWORK)))
    log.edit("f.passed", holders=(HELD, Holdership(child=1, organisation=CASEWORK, holding=reached)))
    names(only(log, "known"), uid("f.team"), "does not hold it", "was not written to")


def test_the_referrer_was_not_told_where_it_went():
    log = remembering()
    log.drop("f.told", "f.told.sent")
    log.mails = [one for one in log.mails if one.file != "f.told.eml"]
    names(only(log, "known"), uid("f.passed"), "the referrer was not told")


def test_a_team_that_is_a_worker_too_is_written_to_twice():
    log = remembering().under(teams={**REMEMBERING.teams, "units": replace(REMEMBERING.teams["units"], email=WORKER)})
    log.edit("f.team", to=WORKER)
    log.mails = [one._replace(to=hash(WORKER)) if one.file == "f.team.eml" else one for one in log.mails]
    report = judge(log.evidence())
    assert not {"known", "emails"} & set(report.broken)


# -- the directory was asked ------------------------------------------------------------------------------------------


def test_G_18_opened_and_never_looked_up():
    log = remembering()
    log.drop("i.looked")
    names(only(log, "known"), uid("i"), "never looked up")


def test_a_match_that_nobody_decided():
    log = remembering()
    log.drop("h.word")
    log.edit("h.looked.2", cause_id=None)
    names(only(log, "known"), uid("h.looked.2"), "a match that nobody decided")


def test_a_match_that_was_said_to_be_somebody_else():
    log = remembering()
    log.edit("h.word", same=False)
    names(only(log, "known"), uid("h.looked.2"))


def test_a_match_with_another_child_than_was_offered():
    log = remembering()
    known = replace(log.record("h.looked.2").known[0], token="cd" * 32)
    log.edit("h.looked.2", known=(known,))
    names(only(log, "known"), uid("h.looked.2"))


def test_an_earlier_contact_by_a_match_that_nobody_decided():
    log = remembering()
    guessed = replace(log.record("h.looked.2").earlier[0], matched_on=(Identifier.MATCH,))
    log.edit("h.looked.2", earlier=(guessed,))
    names(only(log, "known"), uid("h.looked.2"), "an earlier contact")


def test_a_word_on_a_match_that_nobody_acted_on():
    log = remembering()
    log.drop("h.looked.2")
    names(only(log, "accounts"), uid("h.word"), "MatchDecided was neither acted on nor refused")


# -- deadlines, and who sorted it -------------------------------------------------------------------------------------


def test_a_clock_that_passing_on_meets_and_one_that_it_withdraws():
    log = remembering()
    log.edit("f.passed", withdrawn_deadlines=())
    names(only(log, "breaches"), "a lapse at")
    log = remembering()
    log.edit("f.passed", instead=False)
    assert "a lapse at" in red(log)["breaches"]  # only where the hub plays no further part


def test_G_11_what_the_police_have_sorted_is_routed_although_a_person_routes():
    rule = replace(REMEMBERING.rules[0], automatic=True)
    log = remembering().under(routes="manager")
    names(red(log)["guards"], uid("a.routed"), "without a person")
    log.under(rules=(rule,))
    assert "guards" not in red(log)


def test_a_rule_does_not_route_where_some_of_the_children_are_open():
    log = remembering()
    opened(log, "x", at(log, "i.alert"), CHILD, SIBLING, concern=Concern(summary="Synthetic worry.", factors=("11A",)))
    lookup(log, "x", at(log, "x.opened") + SECOND, known=(found(OPEN),))
    routed(log, "x", at(log, "x.looked"), *ORGANISATIONS)
    names(red(log)["guards"], uid("x.routed"), "partly_open")


# -- several notifications of one incident ----------------------------------------------------------------------------


def test_G_11_another_child_came_too_late_and_nobody_was_alerted():
    log = remembering()
    log.drop("i.alert", "i.team", "i.team.sent")
    log.mails = [one for one in log.mails if one.file != "i.team.eml"]
    names(only(log, "alerts"), uid("i.further"), "further-notification was called for and not raised")


def test_G_11_an_alert_without_news():
    log = remembering()
    log.place("i.further", record=notification("i", "i.further", at(log, "i.further"), CHILD))
    names(only(log, "alerts"), uid("i.alert"), "no such notification brought news")


def test_G_11_an_alert_for_another_team():
    log = remembering()
    log.edit("i.alert", teams=("others",))
    names(only(log, "alerts"), uid("i.alert"), "for other teams")


def test_P5_an_incident_of_another_partnership_lies_in_quarantine():
    log = remembering()
    log.edit("i.further", partnership="jersey")
    names(red(log)["accounts"], uid("i.further"), "not in quarantine")


def test_a_holder_that_is_not_known_of_is_social_cares():
    strange = replace(OPEN, service=Holder.UNKNOWN)
    log = remembering()
    log.edit("f.looked", known=(found(strange), found(UNADDRESSED, 1, CASEWORK)))
    held = replace(HELD, holding=strange)
    log.edit("f.passed", holders=(held, Holdership(child=1, organisation=CASEWORK, holding=UNADDRESSED)))
    assert judge(log.evidence()).ok


def came_back(log):
    """The worker's email about an open case."""
    bounced = hub.EmailBounced(
        meta=meta("f.bounced", uid("f"), at(log, "f.worker") + HOUR, uid("f.worker")), kind=EmailKind.PASSED_ON,
        reason="5.1.1",
    )  # fmt: skip
    log.put("f.bounced", topics.EMAILS, bounced, at(log, "f.worker") + HOUR)


def test_H_05_the_holders_email_came_back_and_nobody_was_alarmed():
    log = remembering()
    came_back(log)
    names(only(log, "alerts"), "holder-not-reached was called for and not raised", uid("f.bounced"))


def test_H_05_an_alarm_about_an_email_that_was_delivered():
    log = remembering()
    alarm(log, "f.alarm", uid("f.worker"))
    names(only(log, "alerts"), "holder-not-reached was raised, and nothing was undelivered", uid("f.alarm"))


def test_H_05_the_alarm_about_the_holders_email():
    log = remembering()
    came_back(log)
    alarm(log, "f.alarm", uid("f.bounced"))
    assert judge(log.evidence()).ok


def test_H_05_the_alarm_went_to_the_mailbox_that_was_not_reached():
    log = remembering()
    came_back(log)
    alarm(log, "f.alarm", uid("f.bounced"), team="units")
    names(only(log, "alerts"), "holder-not-reached was raised for other teams", uid("f.alarm"))


def test_J_02_a_team_of_a_kind_of_contact_was_not_reached_where_no_case_is_ever_passed_to_a_holder():
    log = remembering().under(passes_on=())
    came_back(log)
    names(red(log)["alerts"], "holder-not-reached was called for and not raised", uid("f.bounced"))


def test_an_older_profile_that_names_nobody_owes_no_alarm():
    log = remembering()
    log.under(known=replace(log.profile.known, alarms=None))
    log.edit("i.alert", teams=("duty",))
    came_back(log)
    assert "alerts" not in red(log)


def alarm(log, name, cause, team=None):
    when = at(log, "f.worker") + 2 * HOUR
    team = team or log.profile.known.alarms
    raised = hub.AlertRaised(
        meta=meta(name, uid("f"), when, cause), alert="holder-not-reached", requirement="H-05", teams=(team,),
        reasons=("r",),
    )  # fmt: skip
    log.put(name, topics.CASES, raised, when)
    email(log, f"{name}.letter", "f", EmailKind.ALERT, log.profile.teams[team].email, name, when + SECOND)
    log.in_time()
