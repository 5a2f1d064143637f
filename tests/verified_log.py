"""A tiny consistent log of the whole bus, written by hand: what `mashbus verify` must pass, and faults are planted in.

Bus time is real time here, so a record's append time is its `at`. Every record has a name to plant faults by.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.headers import cloudevent
from mashbus.bus.received import Received
from mashbus.bus.schema_ids import FixedIds
from mashbus.bus.settings import checkout_folder
from mashbus.contracts import addressing, agency, hub, topics
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.deadline import Deadline, Step
from mashbus.domain.enquiry import Actor, Request, Rerating
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Address, Adult, Child, Concern, Consent, Referrer
from mashbus.domain.rules import Condition, Rule
from mashbus.domain.vocabulary import Channel, Collation, EmailKind, Knowledge, OpeningKind, Rag, ReferrerKind
from mashbus.profiles.loading import read
from mashbus.verify import judge
from mashbus.verify.evidence import Evidence, Judged
from mashbus.verify.indexing import CONTACT_TOPICS, Indexer
from mashbus.verify.mail import Mail
from mashbus.verify.partition import partition_of
from mashbus.verify.places import Reading
from mashbus.verify.receipts import Receipt

T0 = datetime(2026, 6, 8, 8, tzinfo=UTC)
POLICE, HEALTH, EDUCATION = "met-police", "homerton-health", "hackney-education"
ORGANISATIONS = (POLICE, HEALTH, EDUCATION)
CATALOGUE = Catalogue.load(checkout_folder("schemas"))
CODEC = Codec(CATALOGUE, FixedIds(CATALOGUE))
BY_FACTORS = Rule(
    name="sexual-abuse-or-exploitation", rag=Rag.RED, pathways=("mash-checks",), reason="r",
    conditions=(Condition(fact="factors", test="any", value=frozenset({"11A"})),),
)  # fmt: skip
HACKNEY = replace(read(checkout_folder("partnerships") / "past" / "hackney" / "2.toml"), rules=(BY_FACTORS,))
"""An earlier version that is kept: clocks, pathways, sharing and messages. A test adds the procedure that it is about."""
MANAGER = Actor(label="manager", role="mash_manager")
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
CHILD = Child(
    given_name="Testina", family_name="Synthetic-Oak", date_of_birth=date(2019, 3, 4), nhs_number="9990001234",
    upn="H999000111222", school="Example Primary", address=Address(lines=("1 Nowhere Row",), postcode="ZZ9 9ZZ"),
    phone="07700900111",
)  # fmt: skip
ADULT = Adult(given_name="Mockery", family_name="Synthetic-Oak", relationship="mother", phone="07700900222")
CONCERN = Concern(summary="Synthetic worry.")
REFERRER = Referrer(
    kind=ReferrerKind.PRACTITIONER, name="Wilma Referrington", email="wilma@example.invalid", phone="07700900333"
)
READS = {
    "intake": [
        *(topics.responses_of(one) for one in ORGANISATIONS),
        *(topics.submissions_of(one) for one in ORGANISATIONS),
    ],
    "triage": [topics.REFERRALS, topics.POLICE_NOTIFICATIONS, topics.CASES],
    "outcomes": [topics.REFERRALS, topics.POLICE_NOTIFICATIONS, topics.CASES, topics.BREACHES],
    "deadlines": [topics.CASES, topics.BREACHES, topics.EMAILS, topics.HUB],
    "mailer": [topics.EMAILS],
}


def uid(name: str) -> UUID:
    return ids.derived("test", name)


@dataclass(frozen=True)
class Entry:
    name: str
    topic: str
    record: Record | None
    at: datetime
    value: bytes | None = None
    key: bytes | None = None
    partition: int | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    """Added to those that the record has."""


@dataclass
class Log:
    entries: list[Entry] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    committed: dict[tuple[str, str, int], int] = field(default_factory=dict)
    """Overrides: by default every group has consumed everything."""
    home: Path = Path("/nonexistent")
    profile: Partnership = HACKNEY

    # -- planting ------------------------------------------------------------------------------------------------

    def put(self, name: str, topic: str, record: Record | None, at: datetime, **more: object) -> None:
        self.entries.append(Entry(name, topic, record, at, **more))  # type: ignore[arg-type]

    def get(self, name: str) -> Entry:
        return next(one for one in self.entries if one.name == name)

    def record(self, name: str) -> Record:
        record = self.get(name).record
        assert record is not None
        return record

    def drop(self, *names: str) -> None:
        for name in names:
            self.entries.remove(self.get(name))

    def edit(self, name: str, **fields: object) -> None:
        """Other fields of the record; `occurred_at`, `event_id` and such go to its meta."""
        record = self.record(name)
        meta = {key: fields.pop(key) for key in list(fields) if key in Meta.model_fields}
        changed = record.model_copy(update={**fields, "meta": record.meta.model_copy(update=meta)})
        self.place(name, record=changed)

    def place(self, name: str, **fields: object) -> None:
        index = self.entries.index(self.get(name))
        self.entries[index] = replace(self.entries[index], **fields)  # type: ignore[arg-type]

    def again(self, name: str, other: str, **fields: object) -> None:
        """The same record once more, right behind, under another name; with `event_id` another fact."""
        entry = self.get(name)
        self.entries.insert(self.entries.index(entry) + 1, replace(entry, name=other, at=entry.at + SECOND))
        if fields:
            self.edit(other, **fields)

    def in_time(self) -> None:
        """In the order of time, as a log would have what was put in later."""
        self.entries.sort(key=lambda one: one.at)

    def under(self, **changes: object) -> "Log":
        """Judged by another profile, of the same version."""
        self.profile = replace(self.profile, **changes)  # type: ignore[arg-type]
        return self

    # -- reading -------------------------------------------------------------------------------------------------

    def received(self) -> list[Received]:
        """As a consumer gets them, contacts first; offsets as they were put."""
        found: list[Received] = []
        ends: dict[tuple[str, int], int] = {}
        for one in self.entries:
            key = one.key if one.key is not None else key_of(one)
            partition = one.partition if one.partition is not None else partition_of(key.decode())
            offset = ends.get((one.topic, partition), 0)
            ends[one.topic, partition] = offset + 1
            headers = (*(cloudevent(one.record, "/mashbus/test") if one.record else ()), *one.headers)
            value = one.value if one.record is None else CODEC.encode(one.topic, one.record)
            found.append(Received(one.topic, partition, offset, ms(one.at), key, value, headers))
        return sorted(found, key=lambda one: one.topic not in CONTACT_TOPICS)

    def offset(self, name: str) -> tuple[str, int, int]:
        entry, received = self.get(name), self.received()
        found = next(one for one in received if one.timestamp == ms(entry.at) and one.topic == entry.topic)
        return found.topic, found.partition, found.offset

    def evidence(self, *, settled: bool = True, now: datetime = T0 + 80 * HOUR) -> Evidence:
        received = self.received()
        reading = Reading(CATALOGUE, self.home)
        ends: dict[tuple[str, int], int] = {}
        for one in received:
            ends[one.topic, one.partition] = max(one.offset + 1, ends.get((one.topic, one.partition), 0))
        committed = {
            (f"mashbus.{service}", topic, partition): end
            for service, reads in READS.items()
            for (topic, partition), end in ends.items()
            if topic in reads
        }
        return Evidence(
            index=Indexer().add_all(map(reading.logged, received)),
            at=Clock().at,
            judged=Judged(now=now, by=now - 5 * SECOND, by_ms=ms(now - 5 * SECOND)),
            profiles={"hackney": self.profile},
            committed=committed | self.committed,
            ends=ends,
            mails=tuple(self.mails),
            receipts=tuple(self.receipts),
            settled=settled,
        )


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def key_of(one: Entry) -> bytes:
    assert one.record is not None
    return addressing.key_of(one.record).encode()


def meta(name: str, case_id: UUID | None, at: datetime, cause: UUID | None = None) -> Meta:
    return Meta(event_id=uid(name), partnership="hackney", case_id=case_id, occurred_at=at, cause_id=cause)


# -- the story ---------------------------------------------------------------------------------------------------


def consistent(t0: datetime = T0) -> Log:
    """Case a: referred, one answer, one decline, one late. b: returned. c: police, re-rated, enough. d: submitted.

    Case e has every other clock there is: met by an email, a routing, a milestone, given up, suspended and resumed.
    """
    log = Log()
    _strays(log, t0)
    _case_a(log, t0)
    _case_b(log, t0)
    _case_c(log, t0)
    _case_d(log, t0)
    _case_e(log, t0)
    _canary(log, t0)
    return log


def request_id(case: str, organisation: str) -> UUID:
    return ids.request_of(uid(case), organisation)


def deadline(
    subject: UUID, owner: str, anchor: datetime, amount: timedelta, *, rag: Rag | None, clock: str = "agency-response",
    revision: int = 1, met_by: tuple[str, ...] = ("InformationReturned", "RequestDeclined"),
) -> Deadline:  # fmt: skip
    return Deadline(
        deadline_id=ids.deadline_of(subject, clock, revision), subject=subject, clock=clock, rag=rag, owner=owner,
        met_by=met_by, anchor=anchor, due=anchor + amount, at_risk=anchor + amount * 0.75, revision=revision,
        profile=HACKNEY.version, steps=(Step(kind="elapsed", starts=anchor, ends=anchor + amount, reason="test"),),
    )  # fmt: skip


def asked(case: str, organisation: str, at: datetime, rag: Rag, amount: timedelta) -> Request:
    key = request_id(case, organisation)
    return Request(
        request_id=key, organisation=organisation, role="role", rag=rag, purpose="purpose", asked_at=at,
        deadline=deadline(key, organisation, at, amount, rag=rag),
    )  # fmt: skip


def _received(log: Log, case: str, at: datetime, referrer: Referrer = REFERRER, concern: Concern = CONCERN) -> None:
    record = hub.ReferralReceived(
        meta=meta(f"{case}.received", uid(case), at), reference=f"REF-{case}", content_hash=f"hash-{case}",
        client="client", received_at=None, channel=Channel.ONLINE_FORM, source="3A", referrer=referrer,
        children=(CHILD,), adults=(ADULT,), concern=concern, consent=Consent(),
    )  # fmt: skip
    log.put(f"{case}.received", topics.REFERRALS, record, at)
    body = {"reference": f"REF-{case}", "case_id": str(uid(case))}
    log.receipts.append(Receipt(len(log.receipts) + 1, "/v1/referrals", f"key-{case}", body))


def _returned(log: Log, case: str, at: datetime, *missing: str) -> None:
    record = hub.ReferralReturned(
        meta=meta(f"{case}.returned", uid(case), at), reference=f"REF-{case}", missing=missing
    )
    log.put(f"{case}.returned", topics.REFERRALS, record, at)


def _opened(log: Log, case: str, kind: OpeningKind, at: datetime) -> None:
    record = hub.CaseOpened(
        meta=meta(f"{case}.opened", uid(case), at), opening=kind, reference=None, received_at=at,
        channel=Channel.ONLINE_FORM, source="3A", immediate_harm=False, deadlines=(),
    )  # fmt: skip
    log.put(f"{case}.opened", topics.CASES, record, at)


def _email(log: Log, case: str, kind: EmailKind, at: datetime, cause: str) -> None:
    name = f"{case}.email.{kind.value}"
    asked_for = hub.EmailRequested(
        meta=meta(name, uid(case), at, uid(cause)),
        kind=kind,
        recipient_kind="referrer",
        to=str(REFERRER.email),
        subject="s",
        body="b",
    )
    message_id = f"<{uid(name)}@example.invalid>"
    log.put(name, topics.EMAILS, asked_for, at)
    sent = hub.EmailSent(
        meta=meta(f"{name}.sent", uid(case), at + SECOND, uid(name)), kind=kind, message_id=message_id, attempts=1
    )
    log.put(f"{name}.sent", topics.EMAILS, sent, at + SECOND)
    log.mails.append(Mail(f"{name}.eml", message_id, hash(str(REFERRER.email))))


def _routed(log: Log, case: str, at: datetime, rag: Rag, amount: timedelta, *, cause: UUID | None, own: bool) -> None:
    requests = tuple(asked(case, one, at, rag, amount) for one in ORGANISATIONS)
    screening = deadline(uid(case), "hub", T0, 24 * HOUR, rag=None, clock="csc-screening", met_by=("OutcomeDecided",))
    fact = hub.CaseRouted(
        meta=meta(f"{case}.routed", uid(case), at, cause), rag=rag, pathways=("mash-checks",), reasons=("r",),
        rule=None if cause else "sexual-abuse-or-exploitation", decided_by=MANAGER if cause else None, requests=requests, not_asked=(), deadlines=(screening,) if own else (),
    )  # fmt: skip
    log.put(f"{case}.routed", topics.CASES, fact, at)
    for request in requests:
        _copy(log, case, fact, request, at + SECOND)


def _copy(log: Log, case: str, fact: Record, request: Request, at: datetime) -> None:
    allowed = HACKNEY.organisation(request.organisation).shared  # type: ignore[union-attr]
    name, due = f"{case}.copy.{request.organisation}", request.deadline.due if request.deadline else None
    copy = agency.InformationRequested(
        meta=meta(name, uid(case), fact.meta.occurred_at, fact.meta.event_id), request_id=request.request_id,
        organisation=request.organisation, rag=request.rag, purpose=request.purpose, context="Synthetic worry.",
        asked_at=request.asked_at, due=due, needed_by=due, children=(shown(CHILD, "child", allowed),),
        adults=(shown(ADULT, "adult", allowed),) if any(one.startswith("adult.") for one in allowed) else (),
        disclosed=tuple(sorted(allowed)),
    )  # fmt: skip
    log.put(name, topics.requests_of(request.organisation), copy, at)
    rule = f"organisations.{request.organisation}.shared"
    _disclosed(
        log, f"{case}.disclosed.{request.organisation}", case, fact, request, copy, tuple(sorted(allowed)), rule, at
    )


def _disclosed(
    log: Log, name: str, case: str, fact: Record, request: Request, copy: Record, fields: tuple[str, ...], rule: str,
    at: datetime,
) -> None:  # fmt: skip
    disclosure = hub.DisclosureMade(
        meta=meta(name, uid(case), at, fact.meta.event_id), request_id=request.request_id,
        organisation=request.organisation, purpose=request.purpose, disclosed=fields, shared_by=type(copy).__name__,
        rule=rule, profile=HACKNEY.version,
    )  # fmt: skip
    log.put(name, topics.CASES, disclosure, at)


def shown(person: Child | Adult, part: str, allowed: frozenset[str]) -> Child | Adult:
    return type(person)(**{key: value for key, value in vars(person).items() if f"{part}.{key}" in allowed})  # type: ignore[arg-type]


def said(log: Log, name: str, organisation: str, record: Record, at: datetime) -> None:
    """What an organisation says, and the hub's restatement a second later."""
    log.put(name, topics.responses_of(organisation), record, at)
    told = {
        "meta": meta(f"{name}.restated", record.meta.case_id, at, record.meta.event_id),
        "request_id": record.request_id,  # type: ignore[attr-defined]
        "organisation": organisation,
        "arrived_at": at,
    }
    restated: Record
    match record:
        case agency.InformationReturned():
            restated = hub.AnswerReceived(
                **told, knowledge=record.knowledge, summary=None, analysis=None, chronology=()
            )
        case agency.RequestDeclined():
            restated = hub.AnswerDeclined(**told, reason=record.reason)
        case agency.RiskFlagged():
            restated = hub.RiskFlagged(**told, information=record.information, suggested_rag=record.suggested_rag)
        case _:
            restated = hub.RequestSeenNoted(**told)
    log.put(f"{name}.restated", topics.CASES, restated, at + SECOND)


def answer(case: str, organisation: str, at: datetime) -> agency.InformationReturned:
    name = f"{case}.answer.{organisation}"
    return agency.InformationReturned(
        meta=meta(name, uid(case), at), request_id=request_id(case, organisation), knowledge=Knowledge.NOT_KNOWN
    )


def _decided(log: Log, case: str, at: datetime, answered: tuple[Request, ...], withdrawn: tuple[Request, ...]) -> None:
    given = hub.OutcomeGiven(
        meta=meta(f"{case}.outcome-given", uid(case), at), actor=MANAGER, outcomes=("no-further-action",), rationale="r",
        tell_referrer=True, not_told_reason=None,
    )  # fmt: skip
    log.put(f"{case}.outcome-given", topics.CASES, given, at)
    fact = hub.OutcomeDecided(
        meta=meta(f"{case}.decided", uid(case), at + SECOND, uid(f"{case}.outcome-given")), outcomes=given.outcomes,
        rationale="r", decided_by=MANAGER, decided_at=at, tell_referrer=True, not_told_reason=None, answered=answered,
        withdrawn=withdrawn,
    )  # fmt: skip
    log.put(f"{case}.decided", topics.CASES, fact, at + SECOND)
    for one in answered:
        name = f"{case}.shared.{one.organisation}"
        shared = agency.OutcomeShared(
            meta=meta(name, uid(case), at, fact.meta.event_id), request_id=one.request_id, organisation=one.organisation,
            outcomes=given.outcomes, decided_at=at,
        )  # fmt: skip
        log.put(name, topics.requests_of(one.organisation), shared, at + 2 * SECOND)
        _disclosed(
            log, f"{name}.disclosed", case, fact, one, shared, ("outcomes",), "outcome-to-those-who-answered", at
        )
    for one in withdrawn:
        name = f"{case}.withdrawn.{one.organisation}"
        gone = agency.RequestWithdrawn(
            meta=meta(name, uid(case), at, fact.meta.event_id), request_id=one.request_id,
            organisation=one.organisation, reason="r",
        )  # fmt: skip
        log.put(name, topics.requests_of(one.organisation), gone, at + 2 * SECOND)


def breach(log: Log, name: str, owed: Deadline, case: str, at: datetime) -> None:
    record = hub.SlaBreached(meta=meta(name, uid(case), at), deadline=owed, blind=False)
    log.put(name, topics.BREACHES, record, at)


def _silence(log: Log, organisation: str, owed: Deadline, since: datetime, at: datetime, ends: datetime) -> None:
    said = hub.PartnerSilent(
        meta=meta("silent", None, at), organisation=organisation, owes=1, earliest_due=owed.due, since=since
    )
    back = hub.PartnerBack(meta=meta("back", None, ends, uid("silent")), organisation=organisation, silent_since=since)
    log.put("silent", topics.HUB, said, at)
    log.put("back", topics.HUB, back, ends)


def deadline_of(log: Log, case: str, organisation: str) -> Deadline:
    routed = log.record(f"{case}.routed")
    assert isinstance(routed, hub.CaseRouted)
    found = next(one.deadline for one in routed.requests if one.organisation == organisation)
    assert found is not None
    return found


def _case_a(log: Log, t0: datetime) -> None:
    _received(log, "a", t0, concern=replace(CONCERN, factors=("11A",)))
    _opened(log, "a", OpeningKind.REFERRAL, t0 + SECOND)
    _email(log, "a", EmailKind.ACKNOWLEDGEMENT, t0 + 2 * SECOND, "a.opened")
    routed_at = t0 + 5 * SECOND
    _routed(log, "a", routed_at, Rag.RED, 4 * HOUR, cause=None, own=True)
    declined = agency.RequestDeclined(
        meta=meta("a.declined", uid("a"), t0 + HOUR / 2), request_id=request_id("a", EDUCATION), reason="not ours"
    )
    said(log, "a.declined", EDUCATION, declined, t0 + HOUR / 2)
    seen = agency.RequestSeen(meta=meta("a.seen", uid("a"), t0 + HOUR), request_id=request_id("a", POLICE))
    said(log, "a.seen", POLICE, seen, t0 + HOUR)
    said(log, "a.answer.police", POLICE, answer("a", POLICE, t0 + HOUR * 1.1), t0 + HOUR * 1.1)
    log.again("a.answer.police", "a.answer.police again")
    log.again("a.answer.police.restated", "a.answer.police.restated again")
    flag = agency.RiskFlagged(
        meta=meta("a.flag", uid("a"), t0 + 2 * HOUR), request_id=request_id("a", HEALTH), information="synthetic"
    )
    said(log, "a.flag", HEALTH, flag, t0 + 2 * HOUR)
    owed = deadline_of(log, "a", HEALTH)
    assert owed.at_risk is not None
    risk = hub.SlaAtRisk(meta=meta("a.at-risk", uid("a"), owed.at_risk + SECOND), deadline=owed)
    log.put("a.at-risk", topics.BREACHES, risk, owed.at_risk + SECOND)
    _silence(log, HEALTH, owed, t0 + 2.5 * HOUR, t0 + 3 * HOUR, t0 + 4.5 * HOUR)
    breach(log, "a.breach", owed, "a", owed.due + SECOND)
    collation = hub.EnquiryCollated(
        meta=meta("a.collated", uid("a"), owed.due + 2 * SECOND), collation=Collation.ALL,
        answered=(request_id("a", POLICE),), declined=(request_id("a", EDUCATION),), lapsed=(request_id("a", HEALTH),),
        outstanding=(),
    )  # fmt: skip
    log.put("a.collated", topics.CASES, collation, owed.due + 2 * SECOND)
    late = t0 + 5 * HOUR
    said(log, "a.answer.health", HEALTH, answer("a", HEALTH, late), late)
    resolved = hub.SlaBreachResolved(
        meta=meta("a.resolved", uid("a"), late + 2 * SECOND), deadline=owed, breach_id=uid("a.breach"), met_at=late,
        lateness_microseconds=(late - owed.due) // timedelta(microseconds=1),
    )  # fmt: skip
    log.put("a.resolved", topics.BREACHES, resolved, late + 2 * SECOND)
    routed = log.record("a.routed")
    assert isinstance(routed, hub.CaseRouted)
    answered = tuple(one for one in routed.requests if one.organisation != EDUCATION)
    _decided(log, "a", t0 + 6 * HOUR, answered, ())
    _email(log, "a", EmailKind.OUTCOME, t0 + 6 * HOUR + 3 * SECOND, "a.decided")
    log.receipts.append(
        Receipt(90, f"/v1/cases/{uid('a')}/outcome", "outcome-a", {"event_id": str(uid("a.outcome-given"))})
    )


def _case_b(log: Log, t0: datetime) -> None:
    _received(log, "b", t0 + 10 * SECOND, Referrer(kind=ReferrerKind.PRACTITIONER, email=REFERRER.email))
    _returned(log, "b", t0 + 11 * SECOND, "referrer.name")
    _email(log, "b", EmailKind.RETURNED, t0 + 12 * SECOND, "b.returned")


def _rating(log: Log, name: str, at: datetime, rag: Rag) -> None:
    record = hub.RatingGiven(
        meta=meta(name, uid("c"), at), actor=MANAGER, rag=rag, pathways=("mash-checks",), rationale="r"
    )
    log.put(name, topics.CASES, record, at)


def _enough(log: Log, name: str, at: datetime) -> None:
    log.put(name, topics.CASES, hub.EnoughGiven(meta=meta(name, uid("c"), at), actor=MANAGER, rationale="r"), at)


def _case_c(log: Log, t0: datetime) -> None:
    at = t0 + 20 * SECOND
    notification = hub.PoliceNotificationReceived(
        meta=meta("c.received", uid("c"), at), force=POLICE, incident="I-1", form="VIST", nature="other", incident_at=t0,
        content_hash="hash-c", batch_id=uid("batch"), children=(CHILD,), adults=(ADULT,),
        concern=Concern(summary="Synthetic worry."),
    )  # fmt: skip
    log.put("c.received", topics.POLICE_NOTIFICATIONS, notification, at)
    numbers = {"received": 4, "accepted": 2, "incidents": 1, "not_recorded": 1, "refused": 1}
    account = hub.PoliceBatchReconciled(
        meta=meta("batch.account", None, at + SECOND), batch_id=uid("batch"), force=POLICE, **numbers
    )
    log.put("batch.account", topics.POLICE_NOTIFICATIONS, account, at + SECOND)
    log.receipts.append(Receipt(80, "/v1/police/notifications", "batch", {"batch_id": str(uid("batch")), **numbers}))
    _opened(log, "c", OpeningKind.POLICE_NOTIFICATION, at + 2 * SECOND)
    _rating(log, "c.rating", at + HOUR, Rag.AMBER)
    _routed(log, "c", at + HOUR + SECOND, Rag.AMBER, 24 * HOUR, cause=uid("c.rating"), own=False)
    _rating(log, "c.rating2", at + 2 * HOUR, Rag.RED)
    rerated_at = at + 2 * HOUR + SECOND
    changes = tuple(_changed(one, rerated_at) for one in ORGANISATIONS)
    fact = hub.CaseRerated(
        meta=meta("c.rerated", uid("c"), rerated_at, uid("c.rating2")), round=1, rag=Rag.RED, previous=Rag.AMBER,
        pathways=("mash-checks",), rationale="r", decided_by=MANAGER, requests=(), rerated=changes, deadlines=(),
    )  # fmt: skip
    log.put("c.rerated", topics.CASES, fact, rerated_at)
    for one in changes:
        name = f"c.rerated.{one.organisation}"
        copy = agency.RequestRerated(
            meta=meta(name, uid("c"), rerated_at, uid("c.rerated")), request_id=one.request_id,
            organisation=one.organisation, rag=one.rag, due=one.deadline.due if one.deadline else None, reason="r",
        )  # fmt: skip
        log.put(name, topics.requests_of(one.organisation), copy, rerated_at + SECOND)
    said(log, "c.answer.health", HEALTH, answer("c", HEALTH, at + 3 * HOUR), at + 3 * HOUR)
    _enough(log, "c.enough", at + 4 * HOUR)
    collation = hub.EnquiryCollated(
        meta=meta("c.collated", uid("c"), at + 4 * HOUR + SECOND, uid("c.enough")), collation=Collation.ENOUGH,
        answered=(request_id("c", HEALTH),), declined=(), lapsed=(),
        outstanding=(request_id("c", POLICE), request_id("c", EDUCATION)),
    )  # fmt: skip
    log.put("c.collated", topics.CASES, collation, at + 4 * HOUR + SECOND)
    _enough(log, "c.enough2", at + 4 * HOUR + 5 * SECOND)
    refusal = hub.DecisionRefused(
        meta=meta("c.refused", uid("c"), at + 4 * HOUR + 6 * SECOND, uid("c.enough2")), refused_id=uid("c.enough2"),
        decision="EnoughGiven", actor=MANAGER, reason="closed",
    )  # fmt: skip
    log.put("c.refused", topics.CASES, refusal, at + 4 * HOUR + 6 * SECOND)
    routed = log.record("c.routed")
    assert isinstance(routed, hub.CaseRouted)
    answered = tuple(one for one in routed.requests if one.organisation == HEALTH)
    withdrawn = tuple(one for one in routed.requests if one.organisation != HEALTH)
    _decided(log, "c", at + 5 * HOUR, answered, withdrawn)


def _changed(organisation: str, at: datetime) -> Rerating:
    key = request_id("c", organisation)
    owed = deadline(key, organisation, at, 4 * HOUR, rag=Rag.RED, revision=2)
    return Rerating(request_id=key, organisation=organisation, rag=Rag.RED, deadline=owed)


def _case_d(log: Log, t0: datetime) -> None:
    at = t0 + 30 * SECOND
    nobody = Referrer(kind=ReferrerKind.PRACTITIONER, name="Nora Noaddress")
    submission = agency.ReferralSubmitted(
        meta=meta("d.submitted", None, at), submission_key="k", source="3A", referrer=nobody, children=(CHILD,),
        concern=Concern(summary="Synthetic worry."), consent=Consent(),
    )  # fmt: skip
    log.put("d.submitted", topics.submissions_of(HEALTH), submission, at)
    _received(log, "d", at + SECOND, nobody)
    log.receipts.pop()
    log.edit("d.received", case_id=ids.case_of_client(HEALTH, "k"))
    _returned(log, "d", at + 2 * SECOND, "referrer.contact")
    log.edit("d.returned", case_id=ids.case_of_client(HEALTH, "k"))
    untold = hub.EmailSuppressed(
        meta=meta("d.untold", ids.case_of_client(HEALTH, "k"), at + 3 * SECOND, uid("d.returned")), kind=EmailKind.RETURNED,
        reason="no_address",
    )  # fmt: skip
    log.put("d.untold", topics.EMAILS, untold, at + 3 * SECOND)


def hub_owes(case: str, clock: str, anchor: datetime, amount: timedelta, met_by: str) -> Deadline:
    return deadline(uid(case), "hub", anchor, amount, rag=None, clock=clock, met_by=(met_by,))


def milestone(log: Log, name: str, at: datetime, reached: str, *deadlines: Deadline) -> None:
    """A person's word at `at`, recorded a second later."""
    word = hub.MilestoneGiven(
        meta=meta(f"{name}.given", uid("e"), at), actor=MANAGER, milestone=reached, reached_at=None, stage=None,
        answers=None, note=None,
    )  # fmt: skip
    log.put(f"{name}.given", topics.CASES, word, at)
    record = hub.MilestoneRecorded(
        meta=meta(name, uid("e"), at + SECOND, uid(f"{name}.given")), actor=MANAGER, milestone=reached, reached_at=at,
        deadlines=deadlines,
    )  # fmt: skip
    log.put(name, topics.CASES, record, at + SECOND)


def _case_e(log: Log, t0: datetime) -> None:
    """Rated in time and routed late; one answer in time only because its clock stood still."""
    at = t0 + 50 * SECOND
    _received(log, "e", at)
    _opened(log, "e", OpeningKind.REFERRAL, at + SECOND)
    acknowledged = hub_owes("e", "acknowledgement", at, 24 * HOUR, "EmailSent:acknowledgement")
    first_decision = hub_owes("e", "first-decision", at, 2 * HOUR, "CaseRouted")
    written = hub_owes("e", "written-outcome", at, 48 * HOUR, "EmailSent:outcome")
    log.edit("e.opened", deadlines=(acknowledged, first_decision, written))
    _email(log, "e", EmailKind.ACKNOWLEDGEMENT, at + 2 * SECOND, "e.opened")
    rating = hub.RatingGiven(
        meta=meta("e.rating", uid("e"), at + 2 * HOUR), actor=MANAGER, rag=Rag.AMBER, pathways=("mash-checks",),
        rationale="r",
    )  # fmt: skip
    log.put("e.rating", topics.CASES, rating, at + 2 * HOUR)
    _routed(log, "e", at + 3 * HOUR, Rag.AMBER, 24 * HOUR, cause=uid("e.rating"), own=False)
    decided, held = at + 4 * HOUR, at + 5 * HOUR
    discussion = hub_owes("e", "strategy-discussion", decided, 24 * HOUR, "MilestoneRecorded:strategy-held")
    milestone(log, "e.strategy", decided, "strategy-decided", discussion)
    milestone(log, "e.held", held, "strategy-held")
    for organisation in (POLICE, EDUCATION):
        said(log, f"e.answer.{organisation}", organisation, answer("e", organisation, held), held)
    _stood_still(log, at + 6 * HOUR, at + 30 * HOUR)
    said(log, "e.answer.health", HEALTH, answer("e", HEALTH, at + 40 * HOUR), at + 40 * HOUR)
    collation = hub.EnquiryCollated(
        meta=meta("e.collated", uid("e"), at + 40 * HOUR + 2 * SECOND), collation=Collation.ALL,
        answered=tuple(request_id("e", one) for one in ORGANISATIONS), declined=(), lapsed=(), outstanding=(),
    )  # fmt: skip
    log.put("e.collated", topics.CASES, collation, at + 40 * HOUR + 2 * SECOND)
    untold = hub.EmailSuppressed(
        meta=meta("e.untold", uid("e"), at + 41 * HOUR, uid("e.collated")), kind=EmailKind.OUTCOME, reason="not_told"
    )
    log.put("e.untold", topics.EMAILS, untold, at + 41 * HOUR)


def _stood_still(log: Log, given: datetime, ends: datetime) -> None:
    """Health's clock of case e, for a day, on two words of the manager; 21 of its 24 hours were left."""
    running = deadline_of(log, "e", HEALTH)
    word = {"actor": MANAGER, "clock": running.clock, "organisation": HEALTH, "rationale": "r"}
    log.put("e.stop", topics.CASES, hub.SuspensionGiven(meta=meta("e.stop", uid("e"), given), **word), given)
    left = running.due - given
    suspended = hub.DeadlineSuspended(
        meta=meta("e.suspended", uid("e"), given + SECOND, uid("e.stop")), deadline_id=running.deadline_id,
        subject=running.subject, clock=running.clock, organisation=HEALTH, suspended_at=given,
        left_microseconds=left // timedelta(microseconds=1), decided_by=MANAGER, rationale="r",
    )  # fmt: skip
    log.put("e.suspended", topics.CASES, suspended, given + SECOND)
    _retold(log, "e.suspended", None, given + 2 * SECOND)
    log.put("e.go", topics.CASES, hub.ResumptionGiven(meta=meta("e.go", uid("e"), ends), **word), ends)
    again = deadline(running.subject, HEALTH, ends + SECOND, left, rag=Rag.AMBER, revision=2)
    begins = Step(kind="resumed", starts=ends + SECOND, ends=ends + SECOND, reason="test")
    again = replace(again, steps=(*running.steps, begins, *again.steps))
    resumed = hub.DeadlineResumed(
        meta=meta("e.resumed", uid("e"), ends + SECOND, uid("e.go")), deadline=again, decided_by=MANAGER, rationale="r"
    )
    log.put("e.resumed", topics.CASES, resumed, ends + SECOND)
    _retold(log, "e.resumed", again.due, ends + 2 * SECOND)


def _retold(log: Log, of: str, due: datetime | None, at: datetime) -> None:
    told = agency.RequestRerated(
        meta=meta(f"{of}.told", uid("e"), at, uid(of)), request_id=request_id("e", HEALTH), organisation=HEALTH,
        rag=Rag.AMBER, due=due, reason="r",
    )  # fmt: skip
    log.put(f"{of}.told", topics.requests_of(HEALTH), told, at)


def _canary(log: Log, t0: datetime) -> None:
    owed = deadline(uid("canary"), "hub", t0, HOUR, rag=None, clock="canary", met_by=())
    owed = replace(owed, at_risk=None)
    armed = hub.CanaryArmed(meta=meta("canary.armed", uid("canary"), t0 + SECOND), deadline=owed)
    log.put("canary.armed", topics.HUB, armed, t0 + SECOND)
    fired = hub.CanaryFired(meta=meta("canary.fired", uid("canary"), owed.due + SECOND), deadline=owed)
    log.put("canary.fired", topics.HUB, fired, owed.due + SECOND)


def _strays(log: Log, t0: datetime) -> None:
    """Random bytes, and an answer to somebody else's request: quarantined, and the organisation is told."""
    at = t0 + 40 * SECOND
    key = str(uid("a")).encode()
    topic = topics.responses_of(POLICE)
    log.put("stray.bytes", topic, None, at, value=b"\x00\xffnothing", key=key)
    quarantine(log, "stray.bytes.quarantined", "stray.bytes", "intake", POLICE)
    _refusal(log, "stray.bytes.refused", POLICE, uid("stray.bytes.quarantined"), None, at)
    wrong = agency.RequestDeclined(
        meta=meta("stray.wrong", uid("a"), at), request_id=request_id("a", POLICE), reason="r"
    )
    log.put("stray.wrong", topics.responses_of(EDUCATION), wrong, at)
    quarantine(log, "stray.wrong.quarantined", "stray.wrong", "intake", EDUCATION)
    _refusal(log, "stray.wrong.refused", EDUCATION, uid("stray.wrong.quarantined"), uid("stray.wrong"), at)


def quarantine(log: Log, name: str, of: str, service: str, organisation: str | None = None) -> None:
    topic, partition, offset = log.offset(of)
    entry = log.get(of)
    original = hub.Original(
        topic=topic, partition=partition, offset=offset, timestamp=ms(entry.at), key=b"k", value=b"v", headers=()
    )
    case_id = entry.record.meta.case_id if entry.record else uid("a")
    record = hub.RecordQuarantined(
        meta=meta(name, case_id, entry.at), service=service, organisation=organisation, reason="unreadable", detail="d",
        attempts=1, original=original,
    )  # fmt: skip
    log.put(name, topics.QUARANTINE, record, entry.at + SECOND)


def _refusal(log: Log, name: str, organisation: str, cause: UUID, refused: UUID | None, at: datetime) -> None:
    record = agency.AnswerRefused(
        meta=meta(name, uid("a"), at, cause), organisation=organisation, request_id=None, refused_id=refused, reason="r",
        remedy="m",
    )  # fmt: skip
    log.put(name, topics.requests_of(organisation), record, at + 2 * SECOND)


# -- verdicts ----------------------------------------------------------------------------------------------------


def red(log: Log) -> dict[str, str]:
    """What each red check says."""
    return {one.check: "\n".join(map(str, one.broken)) for one in judge(log.evidence()).verdicts if not one.ok}


def only(log: Log, check: str, *, settled: bool = True) -> str:
    """What is said of the one check that is red; an assertion where another one is, or none."""
    report = judge(log.evidence(settled=settled))
    assert report.broken == (check,), {one.check: [str(finding) for finding in one.broken] for one in report.verdicts}
    return "\n".join(str(finding) for finding in report.verdict(check).broken)


def names(said: str, *parts: object) -> None:
    for part in parts:
        assert str(part) in said, said
