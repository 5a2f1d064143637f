"""Which record means what for a case: the story of a case, folded."""

from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.deadlines import watched
from mashbus.contracts.incident import joined
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.contact import Contact
from mashbus.domain.encompass import NO_SCHOOL_DAY, Called
from mashbus.domain.known import Looked
from mashbus.domain.meeting import AgendaItem, Held
from mashbus.domain.vocabulary import Channel, OpeningKind
from mashbus.domain.words import Flag, Link, Match, MeetingResult, Milestone, Rating, Reached, Ruling, Standstill

POLICE_SOURCE = "6"
"""DfE contact source: police."""
_STATED = (hub.ConsentRecorded, hub.InvolvementRecorded, hub.ReferrerAdded, hub.PoliceNotificationReceived)
"""Facts that a person states and no service acts on, and notifications of one incident, which a force may send to
several hubs: another partnership's are none of this case's (promise P5).
"""


def evolve(case: Case, record: Record, appended: datetime) -> Case:
    """The case after one more record. `appended` is the bus time at which the broker took it."""
    return _happened(case, record, appended).watching(watched(case.watch, record, appended))


def _happened(case: Case, record: Record, appended: datetime) -> Case:  # noqa: C901, PLR0911, PLR0912 - one table
    meta = record.meta
    if isinstance(record, _STATED) and case.partnership not in ("", meta.partnership):
        return case
    match record:
        case hub.ReferralReceived():
            return case.received(referral_contact(record, appended))
        case hub.PoliceNotificationReceived():
            return case.received(joined(case.contact, notified_contact(record, appended)))
        case hub.ReferralReturned():
            return case.sent_back()
        case hub.CaseOpened():
            return case.was_opened(meta.partnership)
        case hub.CaseRouted():
            return case.was_routed(
                meta.occurred_at,
                record.rag,
                record.pathways,
                record.requests,
                meta.cause_id,
                level=record.level,
                by=record.decided_by,
                notifications=record.notifications,
            )
        case hub.CaseRerated():
            return case.was_rerated(
                meta.occurred_at,
                record.round,
                record.rag,
                record.pathways,
                record.requests,
                record.rerated,
                meta.cause_id,
                level=record.level,
                by=record.decided_by,
            )
        case hub.AlertRaised():
            return case.was_alerted(alert_key(record.alert, meta.cause_id))
        case hub.ContactDirected():
            return case.was_directed(record.handling)
        case hub.RoutingRecommended():
            return case.was_recommended()
        case hub.ConsentRecorded():
            return case.has_consent(record.consent, record.views)
        case hub.InvolvementRecorded():
            return case.is_involved(record.involvement)
        case hub.ChildrenLookedUp():
            return case.was_looked_up(record.round, _looked(record), meta.cause_id)
        case hub.PassedToHolder():
            return case.was_passed_on(record.rule, instead=record.instead, children=record.children)
        case hub.LinkGiven():
            return case.was_told_to_link(_link(record))
        case hub.CaseLinked():
            return case.was_linked(record.to, record.kind, meta.cause_id)
        case hub.LaterCaseNoted():
            return case.was_followed_by(record.later, record.kind)
        case hub.MatchOffered():
            return case.was_offered(record.child, record.candidates)
        case hub.MatchDecided():
            return case.was_matched(_match(record))
        case hub.AgendaItemPlaced():
            return case.was_put_on(_item(record))
        case hub.MeetingResultGiven():
            return case.was_met_about(_result(record, appended))
        case hub.MeetingResultRecorded():
            return case.has_met(_held(record), meta.cause_id)
        case hub.EncompassCalled():
            return case.was_encompassed(_called(record))
        case hub.ReferrerAdded():
            return case.was_referred_by(meta.event_id, record.referrer)
        case hub.RiskFlagged():
            return case.was_flagged(Flag(meta.event_id, record.organisation, record.suggested_rag))
        case hub.MilestoneGiven():
            return case.was_marked(_milestone(record, appended))
        case hub.MilestoneRecorded():
            return case.has_reached(meta.event_id, _reached(record), meta.cause_id)
        case hub.AnswerReceived():
            return case.was_answered(record.request_id, record.arrived_at)
        case hub.AnswerDeclined():
            return case.was_declined(record.request_id, record.arrived_at)
        case hub.RatingGiven():
            return case.was_rated(_rating(record))
        case hub.OutcomeGiven():
            return case.was_ruled(_ruling(record, appended))
        case hub.EnoughGiven():
            return case.was_enough(_enough(record, appended))
        case hub.SuspensionGiven() | hub.ResumptionGiven():
            return case.was_told(_standstill(record, appended))
        case hub.DeadlineSuspended() | hub.DeadlineResumed():
            return case.has_acted_on(meta.cause_id) if meta.cause_id else case
        case hub.DecisionRefused():
            return case.has_refused(record.refused_id)
        case hub.EnquiryCollated():
            listed = (*record.answered, *record.declined, *record.lapsed, *record.outstanding)
            return case.was_collated(meta.cause_id, listed)
        case hub.OutcomeDecided():
            withdrawn = (request.request_id for request in record.withdrawn)
            return case.was_decided(record.decided_at, withdrawn, meta.cause_id, record.outcomes)
        case _:
            return case


def alert_key(alert: str, flag_id: UUID | None) -> str:
    """What keeps an alert from being raised twice: once a case, or once a flag."""
    return f"{alert}/{flag_id}" if flag_id else alert


def referral_contact(record: hub.ReferralReceived, appended: datetime) -> Contact:
    """The contact that a referral is; `appended` is its receipt unless it states an earlier one."""
    return Contact(
        kind=OpeningKind.REFERRAL,
        event_id=record.meta.event_id,
        partnership=record.meta.partnership,
        received_at=record.received_at or appended,
        channel=record.channel,
        source=record.source,
        children=record.children,
        adults=record.adults,
        concern=record.concern,
        content_hash=record.content_hash,
        reference=record.reference,
        referrer=record.referrer,
        consent=record.consent,
        contact_type=record.contact_type,
        asks_for=record.asks_for,
        indicators=record.indicators,
        professionals=record.professionals,
        no_other_professionals=record.no_other_professionals,
        views=record.views,
        call_reference=record.call_reference,
    )


def notified_contact(record: hub.PoliceNotificationReceived, appended: datetime) -> Contact:
    """The contact that a police notification is."""
    return Contact(
        kind=OpeningKind.POLICE_NOTIFICATION,
        event_id=record.meta.event_id,
        partnership=record.meta.partnership,
        received_at=appended,
        channel=Channel.POLICE_BATCH,
        source=POLICE_SOURCE,
        children=record.children,
        adults=record.adults,
        concern=record.concern,
        content_hash=record.content_hash,
        nature=record.nature,
        force=record.force,
        incident_at=record.incident_at,
        assessment=record.assessment,
    )


def _called(record: hub.EncompassCalled) -> Called:
    """Where nothing could be computed a person must see to that, too."""
    children = {one.child for one in record.notified} | {one.child for one in record.unresolved}
    undated = () if record.deadlines else (NO_SCHOOL_DAY,)
    problems = dict.fromkeys((*(one.problem for one in record.unresolved), *undated))
    return Called(record.meta.event_id, frozenset(children), tuple(problems))


def _rating(record: hub.RatingGiven) -> Rating:
    return Rating(
        rating_id=record.meta.event_id,
        partnership=record.meta.partnership,
        actor=record.actor,
        rag=record.rag,
        pathways=record.pathways,
        rationale=record.rationale,
        at=record.meta.occurred_at,
        level=record.level,
    )


def _ruling(record: hub.OutcomeGiven, appended: datetime) -> Ruling:
    return Ruling(
        ruling_id=record.meta.event_id,
        partnership=record.meta.partnership,
        actor=record.actor,
        rationale=record.rationale,
        at=appended,
        outcomes=record.outcomes,
        tell_referrer=record.tell_referrer,
        not_told_reason=record.not_told_reason,
        withheld=record.withheld,
    )


def _enough(record: hub.EnoughGiven, appended: datetime) -> Ruling:
    return Ruling(
        ruling_id=record.meta.event_id,
        partnership=record.meta.partnership,
        actor=record.actor,
        rationale=record.rationale,
        at=appended,
    )


def _milestone(record: hub.MilestoneGiven, appended: datetime) -> Milestone:
    return Milestone(
        word_id=record.meta.event_id,
        partnership=record.meta.partnership,
        actor=record.actor,
        milestone=record.milestone,
        reached_at=record.reached_at,
        stage=record.stage,
        answers=record.answers,
        note=record.note,
        at=appended,
    )


def _reached(record: hub.MilestoneRecorded) -> Reached:
    return Reached(milestone=record.milestone, at=record.reached_at, answers=record.answers)


def _standstill(record: hub.SuspensionGiven | hub.ResumptionGiven, appended: datetime) -> Standstill:
    return Standstill(
        word_id=record.meta.event_id,
        partnership=record.meta.partnership,
        actor=record.actor,
        clock=record.clock,
        organisation=record.organisation,
        rationale=record.rationale,
        ends=isinstance(record, hub.ResumptionGiven),
        at=appended,
    )


def _looked(record: hub.ChildrenLookedUp) -> Looked:
    return Looked(
        known=record.known, contradictions=record.contradictions, earlier=record.earlier, same_as=record.same_as
    )


def _link(record: hub.LinkGiven) -> Link:
    return Link(
        word_id=record.meta.event_id,
        partnership=record.meta.partnership,
        actor=record.actor,
        to=record.to,
        kind=record.kind,
        rationale=record.rationale,
    )


def _match(record: hub.MatchDecided) -> Match:
    return Match(
        word_id=record.meta.event_id,
        partnership=record.meta.partnership,
        actor=record.actor,
        candidate_id=record.candidate_id,
        same=record.same,
    )


def _result(record: hub.MeetingResultGiven, appended: datetime) -> MeetingResult:
    return MeetingResult(
        word_id=record.meta.event_id,
        partnership=record.meta.partnership,
        actor=record.actor,
        meeting=record.meeting,
        met_on=record.met_on,
        result=record.result,
        note=record.note,
        stays=record.stays,
        rag=record.rag,
        level=record.level,
        pathways=record.pathways,
        at=appended,
    )


def _item(record: hub.AgendaItemPlaced) -> AgendaItem:
    return AgendaItem(
        item_id=record.meta.event_id,
        meeting=record.meeting,
        requirement=record.requirement,
        meets_at=record.meets_at,
        reasons=record.reasons,
    )


def _held(record: hub.MeetingResultRecorded) -> Held:
    return Held(
        result_id=record.meta.event_id,
        meeting=record.meeting,
        met_on=record.met_on,
        result=record.result,
        stays=record.stays,
        at=record.meta.occurred_at,
    )
