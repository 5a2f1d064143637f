"""One case's whole story, every record of it, with a marker word wherever the catalogue says personal."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from mashbus.contracts import hub, topics
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.reference import reference_of
from mashbus.domain import ids
from mashbus.domain.clocks import Amount, Anchor, Calendar, Clock, Kind, Readings, WorkingTime, computed
from mashbus.domain.enquiry import Actor, NotAsked, Request, Rerating
from mashbus.domain.referral import Adult, Child, Concern, Consent, Referrer
from mashbus.domain.vocabulary import (
    Channel,
    Collation,
    ConsentStatus,
    EmailKind,
    Knowledge,
    OpeningKind,
    Rag,
    ReferrerKind,
)

SECRET = "Zebedee"
START = datetime(2026, 6, 8, 8, 0, tzinfo=UTC)
CASE = ids.case_of_client("hackney/online-form", "key-1")
REFERENCE = reference_of("hackney", CASE)
MANAGER = Actor(label=f"desk-{SECRET}", role="mash_manager")
HOURS = WorkingTime(
    calendar=Calendar(
        zone=ZoneInfo("Europe/London"), week={}, holidays={}, exceptions={}, known_from=date(2023, 12, 1),
        known_until=date(2030, 12, 31),
    ),
    school=None, readings=Readings(),
)  # fmt: skip
RESPONSE = Clock(
    name="agency-response", anchor=Anchor.REQUEST, owner="agency", met_by=("InformationReturned",), requirement="H-08",
    amounts={Rag.RED: Amount(Kind.HOURS, timedelta(hours=4)), Rag.AMBER: Amount(Kind.HOURS, timedelta(hours=24))},
    started_by="InformationRequested", time=HOURS,
)  # fmt: skip
SCREENING = Clock(
    name="csc-screening", anchor=Anchor.RECEIPT, owner="hub", met_by=("OutcomeDecided",), requirement="H-06",
    amounts={None: Amount(Kind.HOURS, timedelta(hours=24))}, started_by="pathway", time=HOURS,
)  # fmt: skip


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def request(organisation: str, rag: Rag, asked: datetime, revision: int = 1) -> Request:
    request_id = ids.request_of(CASE, organisation)
    deadline = computed(RESPONSE, rag, asked, subject=request_id, owner=organisation, profile="3+aa", revision=revision)
    return Request(
        request_id=request_id, organisation=organisation, role="police", rag=rag, purpose="to know", asked_at=asked,
        deadline=deadline,
    )  # fmt: skip


POLICE, HEALTH, EDUCATION = (
    request(one, Rag.AMBER, at(0.1)) for one in ("met-police", "homerton-health", "hackney-education")
)
HEALTH_RED = request("homerton-health", Rag.RED, at(2), revision=2)
HUB_DEADLINE = computed(SCREENING, None, START, subject=CASE, owner="hub", profile="3+aa")


def meta(kind: str, hours: float, cause: UUID | None = None, case_id: UUID = CASE) -> Meta:
    return Meta(
        event_id=ids.derived("story", case_id, kind), partnership="hackney", case_id=case_id, occurred_at=at(hours),
        cause_id=cause,
    )  # fmt: skip


def referral(case_id: UUID = CASE, partnership: str = "hackney", hours: float = 0) -> hub.ReferralReceived:
    return hub.ReferralReceived(
        meta=meta("referral", hours, case_id=case_id).model_copy(update={"partnership": partnership}),
        reference=reference_of(partnership, case_id),
        content_hash="0" * 64,
        client=f"{partnership}/online-form",
        received_at=None,
        channel=Channel.ONLINE_FORM,
        source="2A",
        referrer=Referrer(kind=ReferrerKind.PRACTITIONER, name=SECRET, email=f"{SECRET}@example.org", role=SECRET),
        children=(Child(given_name=SECRET, family_name=SECRET, date_of_birth=date(2019, 4, 1), school=SECRET),),
        adults=(Adult(given_name=SECRET, relationship=SECRET),),
        concern=Concern(summary=SECRET, impact=SECRET, category_of_need="N1", factors=("16A",)),
        consent=Consent(status=ConsentStatus.GIVEN, given_by=SECRET, reason=SECRET),
    )


def opened(case_id: UUID = CASE, hours: float = 0.05) -> hub.CaseOpened:
    return hub.CaseOpened(
        meta=meta("opened", hours, case_id=case_id), opening=OpeningKind.REFERRAL,
        reference=reference_of("hackney", case_id), received_at=at(0), channel=Channel.ONLINE_FORM, source="2A",
        immediate_harm=False, deadlines=(),
    )  # fmt: skip


def returned(case_id: UUID = CASE) -> hub.ReferralReturned:
    return hub.ReferralReturned(
        meta=meta("returned", 0.05, case_id=case_id), reference=reference_of("hackney", case_id),
        missing=("children[0].birth", "concern.summary"),
    )  # fmt: skip


Told = tuple[Record, datetime]


def story() -> dict[str, list[Told]]:
    """By topic, in its order, with the time at which the broker took it."""
    routed = hub.CaseRouted(
        meta=meta("routed", 0.1), rag=Rag.AMBER, pathways=("csc-screening", "mash-checks"), rule="abuse-or-neglect",
        reasons=(SECRET,), decided_by=None, requests=(POLICE, HEALTH, EDUCATION),
        not_asked=(NotAsked(organisation="hackney-housing", reason="not connected"),), deadlines=(HUB_DEADLINE,),
    )  # fmt: skip
    rating = hub.RatingGiven(
        meta=meta("rating", 2), actor=MANAGER, rag=Rag.RED, pathways=("mash-checks",), rationale=SECRET
    )
    rerated = hub.CaseRerated(
        meta=meta("rerated", 2, rating.meta.event_id), round=1, rag=Rag.RED, previous=Rag.AMBER,
        pathways=("mash-checks",), rationale=SECRET, decided_by=MANAGER, requests=(),
        rerated=(
            Rerating(
                request_id=HEALTH.request_id, organisation="homerton-health", rag=Rag.RED, deadline=HEALTH_RED.deadline
            ),
        ),
        deadlines=(),
    )  # fmt: skip
    given = hub.OutcomeGiven(
        meta=meta("given", 26), actor=MANAGER, outcomes=("early-help-assessment",), rationale=SECRET,
        tell_referrer=False, not_told_reason=SECRET,
    )  # fmt: skip
    cases: list[Record] = [
        opened(),
        routed,
        hub.DisclosureMade(
            meta=meta("disclosed", 0.1), request_id=POLICE.request_id, organisation="met-police", purpose="to know",
            disclosed=("child.given_name",),
        ),
        hub.RequestSeenNoted(
            meta=meta("seen", 0.5), request_id=POLICE.request_id, organisation="met-police", arrived_at=at(0.5)
        ),
        hub.RiskFlagged(
            meta=meta("flagged", 1), request_id=POLICE.request_id, organisation="met-police", arrived_at=at(1),
            information=SECRET, suggested_rag=Rag.RED,
        ),
        rating,
        rerated,
        hub.AnswerReceived(
            meta=meta("answered", 3), request_id=POLICE.request_id, organisation="met-police", arrived_at=at(3),
            knowledge=Knowledge.KNOWN, summary=SECRET, analysis=SECRET, chronology=(),
        ),
        hub.AnswerReceived(
            meta=meta("late", 7), request_id=HEALTH.request_id, organisation="homerton-health", arrived_at=at(7),
            knowledge=Knowledge.NOT_KNOWN, summary=None, analysis=None, chronology=(),
        ),
        hub.EnoughGiven(meta=meta("enough", 8), actor=MANAGER, rationale=SECRET),
        hub.EnquiryCollated(
            meta=meta("collated", 8), collation=Collation.ENOUGH, answered=(POLICE.request_id, HEALTH.request_id),
            declined=(), lapsed=(), outstanding=(EDUCATION.request_id,),
        ),
        given,
        hub.DecisionRefused(
            meta=meta("refused", 25), refused_id=UUID(int=9), decision="OutcomeGiven", actor=MANAGER,
            reason="the role may not take this decision",
        ),
        hub.OutcomeDecided(
            meta=meta("decided", 26, given.meta.event_id), outcomes=("early-help-assessment",), rationale=SECRET,
            decided_by=MANAGER, decided_at=at(26), tell_referrer=False, not_told_reason=SECRET,
            answered=(POLICE, HEALTH), withdrawn=(EDUCATION,),
        ),
    ]  # fmt: skip
    at_risk = hub.SlaAtRisk(meta=meta("at-risk", 5), deadline=HEALTH_RED.deadline)
    breach = hub.SlaBreached(meta=meta("breach", 6), deadline=HEALTH_RED.deadline, blind=False)
    resolved = hub.SlaBreachResolved(
        meta=meta("resolved", 7), deadline=HEALTH_RED.deadline, breach_id=breach.meta.event_id, met_at=at(7),
        lateness_microseconds=3_600_000_000,
    )  # fmt: skip
    asked = hub.EmailRequested(
        meta=meta("email", 0.1), kind=EmailKind.ACKNOWLEDGEMENT, recipient_kind="referrer", to=f"{SECRET}@example.org",
        subject=SECRET, body=SECRET,
    )  # fmt: skip
    sent = hub.EmailSent(
        meta=meta("sent", 0.2, asked.meta.event_id), kind=EmailKind.ACKNOWLEDGEMENT, message_id="<1@m>", attempts=1
    )
    suppressed = hub.EmailSuppressed(meta=meta("suppressed", 26), kind=EmailKind.OUTCOME, reason="not told (H-10)")
    by_topic: dict[str, list[Record]] = {
        topics.REFERRALS: [referral()],
        topics.CASES: cases,
        topics.BREACHES: [at_risk, breach, resolved],
        topics.EMAILS: [asked, sent, suppressed],
    }
    return {topic: [(one, one.meta.occurred_at) for one in records] for topic, records in by_topic.items()}
