"""Planted faults of Operation Encompass (G-13)."""

from dataclasses import replace
from datetime import date

from verified_log import consistent, meta, names, only, uid
from verified_schools import AT, BODY, CHILDREN, SCHEME, SCHOOL, UNVERIFIED, about, calling

from mashbus.contracts import hub, topics
from mashbus.domain.procedure import Notified
from mashbus.verify import judge


def test_G_13_schools_that_were_told_rightly_pass():
    report = judge(calling(consistent()).evidence())
    assert report.ok, [str(finding) for one in report.verdicts for finding in one.broken]
    looked = {"incidents": 1, "key adults written to": 1, "alarms called for": 1, "children concerned": 2}
    assert report.verdict("schools").looked == looked


def test_G_13_an_address_that_nobody_verified():
    log = calling(consistent())
    log.edit("c.school", to=UNVERIFIED.email)
    to = hash(UNVERIFIED.email)
    log.mails = [one._replace(to=to) if one.file == "c.school.eml" else one for one in log.mails]
    said = only(log, "schools")
    names(said, "at an address that nobody verified", uid("c.school"), uid("c.called"))


def test_G_13_an_address_that_was_verified_after_the_incident():
    log = calling(consistent())
    later = replace(SCHOOL, verified_on=AT.date().replace(day=AT.day + 1))
    log.profile = replace(log.profile, encompass=replace(SCHEME, settings={SCHOOL.urn: later}))
    names(only(log, "schools"), "at an address that nobody verified", uid("c.school"))


def test_G_13_a_school_that_is_told_and_was_not_written_to():
    log = calling(consistent())
    log.drop("c.school", "c.school.sent")
    log.mails = [one for one in log.mails if one.file != "c.school.eml"]
    names(only(log, "schools"), "a school that is told was not written to", uid("c.called"))


def test_G_13_a_school_that_nothing_called_for():
    log = calling(consistent())
    log.edit("c.school", cause_id=uid("c.opened"))
    names(only(log, "schools"), "a school was written to, and nothing called for it", uid("c.school"))


def test_G_13_nobody_was_alarmed_where_nobody_could_be_written_to():
    log = calling(consistent())
    log.drop("c.alarm", "c.team", "c.team.sent")
    log.mails = [one for one in log.mails if one.file != "c.team.eml"]
    names(only(log, "schools"), "encompass-not-verified was called for and not raised", uid("c"))


def test_G_13_nobody_was_alarmed_where_an_email_failed():
    log = calling(consistent())
    sent = log.record("c.school.sent")
    failed = hub.EmailFailed(meta=sent.meta, kind="encompass_notification", reason="refused", attempts=1)
    log.place("c.school.sent", record=failed)
    log.mails = [one for one in log.mails if one.file != "c.school.eml"]
    names(only(log, "schools"), "encompass-undelivered was called for and not raised", sent.meta.event_id)


def test_G_13_an_alarm_for_another_team():
    log = calling(consistent())
    log.edit("c.alarm", teams=("duty",))
    names(only(log, "alerts"), "for the Operation Encompass team alone", uid("c.alarm"))


def test_G_13_one_school_s_email_meets_no_other_s_deadline():
    log = calling(consistent())
    log.edit("c.school.sent", cause_id=uid("c.other"))
    assert "c.school" not in str(log.record("c.school.sent").meta.cause_id)
    report = judge(log.evidence())
    story = [str(one) for one in report.verdict("emails").broken]
    assert any(str(uid("c.school")) in one for one in story), "the email itself has no end"


# -- its own children, and every one of them --------------------------------------------------------------------------


def test_G_13_a_school_is_told_of_another_schools_child():
    log = calling(consistent())
    log.edit("c.school", body=f"{BODY}\n- Probatus Synthetic-Oak, born 6 May 2017")
    names(only(log, "schools"), "a child that is not its own", uid("c.school"))


def test_G_13_a_school_is_told_what_happened():
    log = calling(consistent())
    log.edit("c.school", body=f"{BODY}\nSynthetic\nworry.")
    names(only(log, "schools"), "told what happened", uid("c.school"))


def test_G_13_a_child_that_nobody_thought_of():
    log = calling(consistent())
    log.edit("c.called", unresolved=())
    names(only(log, "schools"), "neither notified nor shown", uid("c"))


def test_G_13_an_incident_of_which_no_school_was_told():
    log = calling(consistent())
    log.drop("c.called", "c.alarm", "c.school", "c.school.sent", "c.team", "c.team.sent")
    log.mails = [one for one in log.mails if one.file not in ("c.school.eml", "c.team.eml")]
    names(only(log, "schools"), "neither notified nor shown", uid("c"))


def test_G_13_an_incident_of_another_nature_tells_no_school():
    log = calling(consistent())
    log.edit("c.received", nature="missing")
    names(only(log, "schools"), "none of theirs", uid("c.called"))


def test_G_13_a_child_who_is_too_old():
    log = calling(consistent())
    old = replace(CHILDREN[1], date_of_birth=date(2007, 6, 7))
    about(log, CHILDREN[0], old)
    names(only(log, "schools"), "not of that age", uid("c.called"))
    young = replace(CHILDREN[1], date_of_birth=date(2007, 6, 9))
    about(log, CHILDREN[0], young)
    assert judge(log.evidence()).ok


def test_G_13_a_child_without_a_birthday_is_somebody_to_look_at_and_one_who_is_not_born_is_not():
    log = calling(consistent())
    about(log, CHILDREN[0], replace(CHILDREN[1], date_of_birth=None))
    assert judge(log.evidence()).ok
    unborn = replace(CHILDREN[1], date_of_birth=None, expected_date_of_birth=date(2026, 9, 1))
    about(log, CHILDREN[0], unborn)
    names(only(log, "schools"), "not of that age")


def test_G_13_the_wrong_reason_why_nobody_can_be_told():
    log = calling(consistent())
    about(log, CHILDREN[0], replace(CHILDREN[1], school=SCHOOL.urn))
    names(only(log, "schools"), "or the other way round", uid("c.called"))


def test_G_13_another_school_than_the_childs_own_is_told():
    log = calling(consistent())
    other = replace(SCHOOL, urn="900102")
    log.profile = replace(log.profile, encompass=replace(SCHEME, settings={**SCHEME.settings, other.urn: other}))
    log.edit("c.called", notified=(Notified(child=0, setting=other.urn),))
    names(only(log, "schools"), "not the child's own", uid("c.called"))


def test_G_13_a_school_without_a_deadline():
    log = calling(consistent())
    log.edit("c.called", deadlines=log.record("c.called").deadlines[1:])
    names(only(log, "schools"), "no deadline by which it is told", uid("c.school"))


def test_G_13_an_email_that_came_back_and_nobody_was_alarmed():
    log = calling(consistent())
    at = log.get("c.school.sent").at
    bounced = hub.EmailBounced(
        meta=meta("c.bounced", uid("c"), at, uid("c.school")), kind="encompass_notification", reason="5.1.1"
    )
    log.put("c.bounced", topics.EMAILS, bounced, at)
    names(only(log, "schools"), "encompass-undelivered was called for and not raised", uid("c.bounced"))
