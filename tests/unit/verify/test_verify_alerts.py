"""Planted: alerts that were not raised, raised twice, for nothing, or told to nobody (J-03, H-04, J-09, J-10, H-09)."""

import pytest
from verified_log import HEALTH, HOUR, MANAGER, SECOND, T0, consistent, meta, milestone, names, only, uid

from mashbus.contracts import hub, topics
from mashbus.domain.procedure import Alert, MilestoneKind, Team
from mashbus.domain.referral import Concern
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import EmailKind, Involvement
from mashbus.verify import judge

DUTY = Team(name="duty-manager", title="Duty manager", email="duty@example.invalid")
HARM = Alert(
    name="immediate-harm", requirement="H-04", on="opening", teams=("duty-manager",), reason="r",
    conditions=(Condition(fact="immediate_harm", test="is", value=True),),
)  # fmt: skip
FLAG = Alert(name="risk", requirement="H-09", on="risk_flag", teams=("duty-manager",), reason="r")
OPEN = Alert(
    name="open-case", requirement="H-04", on="opening", teams=(), reason="r",
    conditions=(Condition(fact="involvement", test="is", value="open"),),
)  # fmt: skip


def with_harm(*alerts):
    log = consistent().under(alerts=alerts, teams={DUTY.name: DUTY})
    log.edit("e.received", concern=Concern(summary="Synthetic worry.", immediate_harm=True))
    return log


def raised(log, name, case, alert, at, cause=None, fields=()):
    record = hub.AlertRaised(
        meta=meta(name, uid(case), at, cause), alert=alert.name, requirement=alert.requirement, teams=alert.teams,
        reasons=("r",),
    )  # fmt: skip
    log.put(name, topics.CASES, record.model_copy(update=dict(fields)), at)
    for team in alert.teams:
        letter(log, f"{name}.{team}", case, uid(name), at + SECOND)
    log.in_time()


def letter(log, name, case, cause, at, to=DUTY.email):
    asked = hub.EmailRequested(
        meta=meta(name, uid(case), at, cause), kind=EmailKind.ALERT, recipient_kind="team", to=to, subject="s", body="b"
    )
    log.put(name, topics.EMAILS, asked, at)
    sent = hub.EmailFailed(
        meta=meta(f"{name}.end", uid(case), at, uid(name)), kind=EmailKind.ALERT, reason="smtp", attempts=1
    )
    log.put(f"{name}.end", topics.EMAILS, sent, at)


OPENED_E = T0 + 51 * SECOND


def test_H_04_an_alert_that_was_called_for_and_not_raised():
    log = with_harm(HARM)
    names(only(log, "alerts"), uid("e"), "immediate-harm", "not raised")
    raised(log, "e.alert", "e", HARM, OPENED_E + SECOND)
    assert judge(log.evidence()).ok


def test_H_04_what_was_known_for_a_moment_and_routed_meanwhile_was_due_all_the_same():
    """The case was decided since: that does not undo that nobody was alerted."""
    log = consistent().under(alerts=(HARM,), teams={DUTY.name: DUTY})
    log.edit("a.received", concern=Concern(summary="Synthetic worry.", immediate_harm=True, factors=("11A",)))
    names(only(log, "alerts"), uid("a"), "not raised")


def test_H_04_an_alert_may_become_due_by_what_a_person_finds_out():
    log = consistent().under(alerts=(OPEN,))
    at = T0 + 60 * HOUR
    found = hub.InvolvementRecorded(
        meta=meta("e.involved", uid("e"), at), actor=MANAGER, involvement=Involvement.OPEN, held_by=None, closed_on=None
    )
    log.put("e.involved", topics.CASES, found, at)
    names(only(log, "alerts"), uid("e"), "open-case")
    raised(log, "e.alert", "e", OPEN, at + SECOND)
    assert judge(log.evidence()).ok
    log.place("e.alert", at=at - SECOND)
    log.in_time()
    names(only(log, "alerts"), uid("e.alert"), "did not hold")


def test_P8_harm_that_is_returned_as_another_areas_is_alerted_all_the_same():
    log = consistent().under(alerts=(HARM,), teams={DUTY.name: DUTY}, required=())
    log.edit("b.received", concern=Concern(summary="Synthetic worry.", immediate_harm=True))
    log.edit("b.returned", missing=(), authority="Elsewhere")
    report = judge(log.evidence())
    names("\n".join(map(str, report.verdict("alerts").broken)), uid("b"), "not raised")


def test_H_04_an_alert_raised_twice():
    log = with_harm(HARM)
    raised(log, "e.alert", "e", HARM, OPENED_E + SECOND)
    raised(log, "e.alert2", "e", HARM, OPENED_E + 4 * SECOND)
    names(only(log, "alerts"), uid("e.alert"), uid("e.alert2"), "more than once")


def test_H_04_an_alert_whose_conditions_do_not_hold():
    log = consistent().under(alerts=(HARM,), teams={DUTY.name: DUTY})
    raised(log, "e.alert", "e", HARM, OPENED_E + SECOND)
    names(only(log, "alerts"), uid("e.alert"), "did not hold")


@pytest.mark.parametrize("fields", [{"alert": "no-such"}, {"teams": ()}])
def test_H_04_an_alert_that_is_not_the_profiles(fields):
    log = consistent().under(alerts=(OPEN,), teams={DUTY.name: DUTY})
    raised(log, "e.alert", "e", HARM, OPENED_E + SECOND, fields=fields.items())
    names(only(log, "alerts"), uid("e.alert"), "no alert of the profile")


def test_J_10_a_team_that_was_not_written_to():
    log = with_harm(HARM)
    raised(log, "e.alert", "e", HARM, OPENED_E + SECOND)
    log.drop("e.alert.duty-manager", "e.alert.duty-manager.end")
    names(only(log, "alerts"), uid("e.alert"), "duty-manager")
    letter(log, "astray", "e", uid("e.alert"), OPENED_E + 2 * SECOND, to="other@example.invalid")
    names(only(log, "alerts"), uid("e.alert"), "duty-manager")


def test_H_09_every_flag_is_alerted_once():
    log = consistent().under(alerts=(FLAG,), teams={DUTY.name: DUTY})
    names(only(log, "alerts"), uid("a"), uid("a.flag.restated"), "not raised")
    at = log.get("a.flag.restated").at + SECOND
    raised(log, "a.alert", "a", FLAG, at, uid("a.flag.restated"))
    assert judge(log.evidence()).ok
    raised(log, "a.alert2", "a", FLAG, at + SECOND, uid("a.flag.restated"))
    names(only(log, "alerts"), uid("a.alert"), uid("a.alert2"), "more than once")


def test_H_09_an_alert_for_a_flag_that_nobody_raised():
    log = consistent().under(alerts=(FLAG,), teams={DUTY.name: DUTY})
    raised(log, "a.alert", "a", FLAG, log.get("a.flag.restated").at + SECOND, uid("a.flag.restated"))
    raised(log, "e.alert", "e", FLAG, OPENED_E + SECOND, uid("no flag"))
    names(only(log, "alerts"), uid("e.alert"), uid("no flag"))


def test_C_14_teams_that_a_milestone_alerts():
    kind = MilestoneKind(
        name="visit-made", title="t", requirement="C-10", roles=frozenset({"mash_manager"}), alerts=("duty-manager",)
    )
    log = consistent().under(milestones={"visit-made": kind}, teams={DUTY.name: DUTY})
    milestone(log, "e.visit", T0 + 60 * HOUR, "visit-made")
    names(only(log, "alerts"), uid("e.visit"), "duty-manager")
    letter(log, "e.visit.letter", "e", uid("e.visit"), T0 + 60 * HOUR + 2 * SECOND)
    assert judge(log.evidence()).ok


def test_two_alerts_of_a_case_to_one_team_are_two_letters():
    log = with_harm(HARM, FLAG)
    raised(log, "e.alert", "e", HARM, OPENED_E + SECOND)
    raised(log, "a.alert", "a", FLAG, log.get("a.flag.restated").at + SECOND, uid("a.flag.restated"))
    flag = log.record("a.flag.restated").model_copy(
        update={"meta": meta("e.flag.restated", uid("e"), T0 + 42 * HOUR), "request_id": uid("q")}
    )
    assert flag.organisation == HEALTH
    log.put("e.flag.restated", topics.CASES, flag, T0 + 42 * HOUR)
    raised(log, "e.alert2", "e", FLAG, T0 + 42 * HOUR + SECOND, uid("e.flag.restated"))
    report = judge(log.evidence())
    assert report.verdict("alerts").ok
    assert report.verdict("emails").ok
