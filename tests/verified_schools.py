"""What Operation Encompass adds to a log: of case c one school was told, and another has no verified address (G-13)."""

from dataclasses import replace
from datetime import date, timedelta

from verified_log import CHILD, HACKNEY, HOUR, ORGANISATIONS, SECOND, T0, Log, deadline, meta, shown, uid

from mashbus.contracts import hub, topics
from mashbus.domain.procedure import Encompass, Notified, Setting, Team, Unresolved
from mashbus.domain.referral import Child
from mashbus.domain.vocabulary import EmailKind
from mashbus.verify.mail import Mail

SCHOOL = Setting(urn="900101", name="Vale", email="key-adult@vale.example", verified_on=date(2026, 1, 13))
UNVERIFIED = Setting(urn="900107", name="Leadon", email="key-adult@leadon.example")
TEAM = Team(name="schools", title="Schools", email="schools@hub.example")
SCHEME = Encompass(
    requirement="G-13", clock="told", natures=frozenset({"domestic abuse"}), ages=(2, 18), team=TEAM.name,
    settings={one.urn: one for one in (SCHOOL, UNVERIFIED)},
)  # fmt: skip
CHILDREN = (
    replace(CHILD, school=SCHOOL.urn),
    replace(
        CHILD, given_name="Probatus", date_of_birth=date(2017, 5, 6), upn=None, nhs_number=None, school=UNVERIFIED.urn
    ),
)
BODY = "A child of yours:\n- Testina Synthetic-Oak, born 4 March 2019"
MET_BY = ("EmailSent:encompass_notification", "MilestoneRecorded:school-notified")
AT = T0 + 21 * SECOND + HOUR
PLENTY = timedelta(hours=200)


def calling(log: Log) -> Log:
    log.edit("c.received", nature="Domestic abuse")
    about(log, *CHILDREN)
    log.profile = replace(log.profile, encompass=SCHEME, teams={**log.profile.teams, TEAM.name: TEAM})
    deadlines = (
        deadline(uid("c.school"), "hub", T0, PLENTY, rag=None, clock="told", met_by=MET_BY),
        deadline(uid("c.called"), "hub", T0, PLENTY, rag=None, clock="told", met_by=MET_BY[1:]),
    )
    called = hub.EncompassCalled(
        meta=meta("c.called", uid("c"), AT), requirement="G-13", incident_at=T0, deadlines=deadlines,
        notified=(Notified(child=0, setting=SCHOOL.urn),), unresolved=(Unresolved(child=1, problem="not_verified"),),
    )  # fmt: skip
    log.put("c.called", topics.CASES, called, AT)
    alarm = hub.AlertRaised(
        meta=meta("c.alarm", uid("c"), AT + SECOND, uid("c.called")), alert="encompass-not-verified",
        requirement="G-13", teams=(TEAM.name,), reasons=("Tell the key adult.",),
    )  # fmt: skip
    log.put("c.alarm", topics.CASES, alarm, AT + SECOND)
    email(log, "c.school", EmailKind.ENCOMPASS_NOTIFICATION, str(SCHOOL.email), "c.called")
    log.edit("c.school", body=BODY)
    email(log, "c.team", EmailKind.ALERT, TEAM.email, "c.alarm")
    log.in_time()
    return log


def about(log: Log, *children: Child) -> None:
    """The incident names them, and everybody is asked about them."""
    log.edit("c.received", children=children)
    for organisation in ORGANISATIONS:
        allowed = HACKNEY.organisation(organisation).shared  # type: ignore[union-attr]
        log.edit(f"c.copy.{organisation}", children=tuple(shown(one, "child", allowed) for one in children))


def email(log: Log, name: str, kind: EmailKind, to: str, cause: str) -> None:
    at = AT + 2 * SECOND
    asked_for = hub.EmailRequested(
        meta=meta(name, uid("c"), at, uid(cause)), kind=kind, recipient_kind="setting", to=to, subject="s", body="b"
    )
    log.put(name, topics.EMAILS, asked_for, at)
    message_id = f"<{uid(name)}@example.invalid>"
    sent = hub.EmailSent(
        meta=meta(f"{name}.sent", uid("c"), at + SECOND, uid(name)), kind=kind, message_id=message_id, attempts=1,
        recipient_kind="setting",
    )  # fmt: skip
    log.put(f"{name}.sent", topics.EMAILS, sent, at + SECOND)
    log.mails.append(Mail(f"{name}.eml", message_id, hash(to)))
