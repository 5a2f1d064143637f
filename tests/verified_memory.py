"""The consistent log with what the hub's memory adds: the cases f to i. Faults are planted in it like in the other.

f: two open children, passed on. g: sent again under another key. h: the child of case a once more, and a match that a
person decided. i: a police incident that was notified again after its routing.
"""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from verified_log import (
    CHILD,
    CONCERN,
    EDUCATION,
    HACKNEY,
    HOUR,
    MANAGER,
    POLICE,
    REFERRER,
    SECOND,
    T0,
    Log,
    consistent,
    hub_owes,
    meta,
    shown,
    uid,
)

from mashbus.contracts import agency, hub, topics
from mashbus.contracts.record import Record
from mashbus.domain import ids
from mashbus.domain.known import (
    Candidate,
    EarlierContact,
    Holder,
    Holdership,
    Holding,
    Identifier,
    KnownChild,
    LinkKind,
    Window,
)
from mashbus.domain.partnership import Message, Partnership
from mashbus.domain.procedure import Known, PassingOn, Team
from mashbus.domain.referral import Child, Concern, Consent
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import Channel, EmailKind, OpeningKind, Rag
from mashbus.verify.mail import Mail

CASEWORK = "hackney-csc"
"""Holds cases and is not on the bus."""
DUTY, UNITS = "duty@example.invalid", "units@example.invalid"
WORKER = "worker@example.invalid"
SIBLING = Child(given_name="Probatus", family_name="Synthetic-Oak", date_of_birth=date(2017, 5, 6), local_id="L-2")
OPEN = Holding(service=Holder.SOCIAL_CARE, unit="Unit 4", worker_email=WORKER, opened_on=date(2026, 1, 5))
UNADDRESSED = Holding(service=Holder.SOCIAL_CARE, opened_on=date(2026, 1, 5))
LONG_CLOSED = Holding(service=Holder.SOCIAL_CARE, closed_on=date(2024, 1, 5))
REMEMBERING: Partnership = replace(
    HACKNEY,
    known=Known(holders=(EDUCATION, CASEWORK), recently=Window(months=3), team="units", alarms="duty"),
    teams={
        "units": Team(name="units", title="Units", email=UNITS),
        "duty": Team(name="duty", title="Duty", email=DUTY),
    },
    messages={
        **HACKNEY.messages,
        **dict.fromkeys((EmailKind.PASSED_ON, EmailKind.DIRECTED, EmailKind.ALERT), Message(subject="s", body="b")),
    },
    passes_on=(
        PassingOn(
            name="open", requirement="H-05", on="contact", instead=True, reason="r",
            conditions=(Condition(fact="involvement", test="is", value="open"),),
        ),
    ),
)  # fmt: skip


def key(name: str) -> str:
    """Of the form of a keyed hash."""
    return (uid(name).hex * 2)[:64]


def remembering() -> Log:
    log = consistent()
    log.profile = REMEMBERING
    for case in ("a", "e"):
        claim(log, case, "content", log.get(f"{case}.received").at)
    claim(log, "a", "upn", T0)
    _case_f(log, T0 + 60 * SECOND)
    _case_g(log, T0 + 70 * SECOND)
    _case_h(log, T0 + 80 * SECOND)
    _case_i(log, T0 + 90 * SECOND)
    _directory(log)
    return log


def claim(log: Log, case: str, kind: str, at: datetime, of: str | None = None) -> None:
    """`of`: the case under whose identifier it lies, if not its own."""
    record = hub.ContactIndexed(
        meta=meta(f"{case}.{kind}", None, at), identifier=key(f"{of or case}.{kind}"), kind=kind, case=uid(case),
        child=0, received_at=at,
    )  # fmt: skip
    log.put(f"{case}.{kind}", topics.CONTACTS, record, at + SECOND)


def found(
    holding: Holding, child: int = 0, organisation: str = EDUCATION, by: Identifier = Identifier.UPN
) -> KnownChild:
    return KnownChild(
        child=child, token=key(f"child {child}"), organisation=organisation, holdings=(holding,), matched_on=(by,)
    )


def lookup(log: Log, case: str, at: datetime, round_: int = 1, cause: UUID | None = None, **answer: object) -> None:
    said: dict[str, object] = {"known": (), "contradictions": (), "earlier": (), "same_as": None, **answer}
    name = f"{case}.looked" if round_ == 1 else f"{case}.looked.{round_}"
    record = hub.ChildrenLookedUp(meta=meta(name, uid(case), at, cause), round=round_, **said)  # type: ignore[arg-type]
    log.put(name, topics.CASES, record, at)


def email(
    log: Log, name: str, case: str, kind: EmailKind, to: str, cause: str, at: datetime, who: str = "holder"
) -> None:
    asked = hub.EmailRequested(
        meta=meta(name, uid(case), at, uid(cause)), kind=kind, recipient_kind=who, to=to, subject="s", body="b"
    )
    log.put(name, topics.EMAILS, asked, at)
    message_id = f"<{uid(name)}@example.invalid>"
    sent = hub.EmailSent(
        meta=meta(f"{name}.sent", uid(case), at + SECOND, uid(name)), kind=kind, message_id=message_id, attempts=1,
        recipient_kind=who,
    )  # fmt: skip
    log.put(f"{name}.sent", topics.EMAILS, sent, at + SECOND)
    log.mails.append(Mail(f"{name}.eml", message_id, hash(to)))


def passed_on(log: Log, case: str, at: datetime, holders: tuple[Holdership, ...], **changes: object) -> None:
    fact = hub.PassedToHolder(
        meta=meta(f"{case}.passed", uid(case), at), rule="open", requirement="H-05", instead=True, reason="r",
        children=tuple(sorted({one.child for one in holders})), holders=holders, team="units",
    )  # fmt: skip
    log.put(f"{case}.passed", topics.CASES, fact.model_copy(update=changes), at)


def handed(log: Log, case: str, at: datetime, organisation: str, *children: Child) -> None:
    """With its disclosure."""
    allowed = HACKNEY.organisation(organisation).shared  # type: ignore[union-attr]
    fields = tuple(sorted(name for name in allowed if not name.startswith("adult.")))
    name = f"{case}.copy.{organisation}"
    copy = agency.CasePassedOn(
        meta=meta(name, uid(case), at, uid(f"{case}.passed")), organisation=organisation, reason="r",
        children=tuple(shown(one, "child", allowed) for one in children), requirement="H-05",  # type: ignore[misc]
        context="Synthetic worry.", disclosed=fields,
    )  # fmt: skip
    log.put(name, topics.requests_of(organisation), copy, at)
    disclosure = hub.DisclosureMade(
        meta=meta(f"{case}.disclosed.{organisation}", uid(case), at, uid(f"{case}.passed")), request_id=uid(name),
        organisation=organisation, purpose="r", disclosed=fields, shared_by="CasePassedOn",
        rule=f"organisations.{organisation}.shared", profile=HACKNEY.version,
    )  # fmt: skip
    log.put(f"{case}.disclosed.{organisation}", topics.CASES, disclosure, at)


def link(log: Log, case: str, to: str, kind: LinkKind, at: datetime, **changes: object) -> None:
    """With what is told to the earlier case."""
    fact = hub.CaseLinked(meta=meta(f"{case}.linked", uid(case), at), to=uid(to), kind=kind)
    log.put(f"{case}.linked", topics.CASES, fact.model_copy(update=changes), at)
    noted = hub.LaterCaseNoted(
        meta=meta(f"{case}.noted", uid(to), at, uid(f"{case}.linked")), later=uid(case), kind=kind
    )
    log.put(f"{case}.noted", topics.CASES, noted, at + SECOND)


def opened(
    log: Log, case: str, at: datetime, *children: Child, claims: str | None = None, concern: Concern = CONCERN,
    **more: object,
) -> None:  # fmt: skip
    """Received, claimed, opened and acknowledged."""
    received = hub.ReferralReceived(
        meta=meta(f"{case}.received", uid(case), at), reference=f"REF-{case}", content_hash=f"hash-{claims or case}",
        client="client", received_at=None, channel=Channel.ONLINE_FORM, source="3A", referrer=REFERRER,
        children=children or (CHILD,), adults=(), concern=concern, consent=Consent(),
    )  # fmt: skip
    log.put(f"{case}.received", topics.REFERRALS, received, at)
    claim(log, case, "content", at, claims)
    log.put(f"{case}.opened", topics.CASES, _opened(case, OpeningKind.REFERRAL, at + SECOND, **more), at + SECOND)
    kind = EmailKind.ACKNOWLEDGEMENT
    email(log, f"{case}.acknowledged", case, kind, str(REFERRER.email), f"{case}.opened", at + SECOND, "referrer")


def _opened(case: str, kind: OpeningKind, at: datetime, **more: object) -> Record:
    fact = hub.CaseOpened(
        meta=meta(f"{case}.opened", uid(case), at), opening=kind, reference=None, received_at=at,
        channel=Channel.ONLINE_FORM, source="3A", immediate_harm=False, deadlines=(),
    )  # fmt: skip
    return fact.model_copy(update=more)


def _case_f(log: Log, at: datetime) -> None:
    screening = hub_owes("f", "screening", at, HOUR, "CaseRouted")
    passing = hub_owes("f", "passing-on", at, HOUR, "PassedToHolder")
    opened(log, "f", at, CHILD, SIBLING, deadlines=(screening, passing))
    lookup(log, "f", at + 2 * SECOND, known=(found(OPEN), found(UNADDRESSED, 1, CASEWORK)))
    holders = (
        Holdership(child=0, organisation=EDUCATION, holding=OPEN),
        Holdership(child=1, organisation=CASEWORK, holding=UNADDRESSED),
    )
    passed_on(log, "f", at + 3 * SECOND, holders, withdrawn_deadlines=(screening.deadline_id,))
    handed(log, "f", at + 4 * SECOND, EDUCATION, CHILD)
    email(log, "f.worker", "f", EmailKind.PASSED_ON, WORKER, "f.passed", at + 4 * SECOND)
    email(log, "f.team", "f", EmailKind.PASSED_ON, UNITS, "f.passed", at + 4 * SECOND, "team")
    email(log, "f.told", "f", EmailKind.DIRECTED, str(REFERRER.email), "f.passed", at + 4 * SECOND, "referrer")


def _case_g(log: Log, at: datetime) -> None:
    screening = hub_owes("g", "screening", at, HOUR, "CaseRouted")
    linking = hub_owes("g", "linking", at, HOUR, "CaseLinked")
    opened(log, "g", at, claims="e", deadlines=(screening, linking))
    lookup(log, "g", at + 2 * SECOND, same_as=uid("e"))
    withdrawn = (screening.deadline_id,)
    link(log, "g", "e", LinkKind.DUPLICATE, at + 3 * SECOND, matched_on=("content",), withdrawn_deadlines=withdrawn)


def _case_h(log: Log, at: datetime) -> None:
    opened(log, "h", at)
    claim(log, "h", "upn", at, "a")
    earlier = EarlierContact(child=0, case=uid("a"), received_at=T0, matched_on=(Identifier.UPN,))
    lookup(log, "h", at + 2 * SECOND, earlier=(earlier,))
    link(log, "h", "a", LinkKind.RE_REFERRAL, at + 3 * SECOND, matched_on=("upn",))
    candidate = Candidate(candidate_id=uid("h.candidate"), token=key("child 0"), probability=0.9, evidence=())
    offer = hub.MatchOffered(meta=meta("h.offered", uid("h"), at + 5 * SECOND), child=0, candidates=(candidate,))
    log.put("h.offered", topics.CASES, offer, at + 5 * SECOND)
    word = hub.MatchDecided(
        meta=meta("h.word", uid("h"), at + HOUR), actor=MANAGER, candidate_id=uid("h.candidate"), same=True,
        rationale="r",
    )  # fmt: skip
    log.put("h.word", topics.CASES, word, at + HOUR)
    known = (found(LONG_CLOSED, by=Identifier.MATCH),)
    lookup(log, "h", at + HOUR + SECOND, 2, uid("h.word"), known=known, earlier=(earlier,))


def notification(case: str, name: str, at: datetime, *children: Child, **changes: object) -> Record:
    record = hub.PoliceNotificationReceived(
        meta=meta(name, uid(case), at), force=POLICE, incident="I-9", form="VIST", nature="other", incident_at=at,
        content_hash=name, batch_id=uid(f"{name}.batch"), children=children, adults=(), concern=CONCERN,
    )  # fmt: skip
    return record.model_copy(update=changes)


def _case_i(log: Log, at: datetime) -> None:
    log.put("i.received", topics.POLICE_NOTIFICATIONS, notification("i", "i.received", at, CHILD), at)
    log.put("i.opened", topics.CASES, _opened("i", OpeningKind.POLICE_NOTIFICATION, at + SECOND), at + SECOND)
    lookup(log, "i", at + 2 * SECOND)
    rating = hub.RatingGiven(
        meta=meta("i.rating", uid("i"), at + HOUR), actor=MANAGER, rag=Rag.AMBER, pathways=("mash-checks",),
        rationale="r",
    )  # fmt: skip
    log.put("i.rating", topics.CASES, rating, at + HOUR)
    routed_at = at + HOUR + SECOND
    routed = hub.CaseRouted(
        meta=meta("i.routed", uid("i"), routed_at, uid("i.rating")), rag=Rag.AMBER, pathways=(), rule=None,
        reasons=("r",), decided_by=MANAGER, requests=(), not_asked=(), deadlines=(), notifications=1,
    )  # fmt: skip
    log.put("i.routed", topics.CASES, routed, routed_at)
    further = at + 2 * HOUR
    log.put("i.further", topics.POLICE_NOTIFICATIONS, notification("i", "i.further", further, CHILD, SIBLING), further)
    alert = hub.AlertRaised(
        meta=meta("i.alert", uid("i"), further + SECOND, uid("i.further")), alert="further-notification",
        requirement="G-11", teams=("duty",), reasons=("r",),
    )  # fmt: skip
    log.put("i.alert", topics.CASES, alert, further + SECOND)
    email(log, "i.team", "i", EmailKind.ALERT, DUTY, "i.alert", further + 2 * SECOND, "team")


def _directory(log: Log) -> None:
    held = hub.ChildHeld(
        meta=meta("held", None, T0), child=key("child 0"), organisation=EDUCATION, changed_at=T0, holdings=(OPEN,),
        person=CHILD,
    )  # fmt: skip
    log.put("held", topics.DIRECTORY, held, T0)
    named = hub.ChildIdentified(
        meta=meta("named", None, T0), identifier=key("a.upn"), kind=Identifier.UPN, organisation=EDUCATION,
        child=key("child 0"),
    )  # fmt: skip
    log.put("named", topics.DIRECTORY, named, T0)


def request_of(case: str, organisation: str) -> UUID:
    return ids.request_of(uid(case), organisation)
