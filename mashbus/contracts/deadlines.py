"""Which record arms, meets, supersedes, suspends or withdraws a deadline: the part of a case's story that can lapse.

Instants are when the broker appended what ends a deadline (docs/adr/0005), so that the monitor can prove that it has
seen it; a decision counts from when it was given, however late the hub acted on it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.deadline import Deadline
from mashbus.domain.known import LinkKind
from mashbus.domain.vocabulary import EmailKind
from mashbus.domain.watch import ANSWERS, SUSPENSION, Watch

ANSWERED, DECLINED = ANSWERS
EMAIL_SENT = "EmailSent"
MILESTONE = "MilestoneRecorded"
DIRECTED = "ContactDirected"
PASSED = "PassedToHolder"
LINKED = "CaseLinked"
FURTHER_REFERRER = "further_referrer"
"""Told by a decision of its own: no clock waits for it, nor is met by it."""
NO_ADDRESS = "no_address"
"""The referrer is to be told, and cannot be by email: a letter or a call that somebody records meets the clock."""


def watched(watch: Watch, record: Record, appended: datetime) -> Watch:  # noqa: C901, PLR0911, PLR0912 - one table
    """The watch after one more record. `appended` is the bus time at which the broker took it."""
    meta = record.meta
    match record:
        case hub.CaseOpened() | hub.CanaryArmed():
            return watch.of(meta.partnership).armed(stated_in(record), appended)
        case hub.CaseRouted():
            return _decided(watch.armed(stated_in(record), appended), record, _given(watch, record, appended))
        case hub.CaseRerated():
            freed = (one.request_id for one in record.rerated if one.deadline is None)
            rerated = watch.armed(stated_in(record), appended).no_time_for(freed, appended)
            return rerated.withdrawn(record.withdrawn_deadlines, appended).acted_on(meta.cause_id)
        case hub.AnswerReceived():
            return watch.met(record.request_id, ANSWERED, record.arrived_at)
        case hub.AnswerDeclined():
            return watch.met(record.request_id, DECLINED, record.arrived_at)
        case hub.RatingGiven():
            return watch.was_given(meta.event_id, hub.CaseRouted.__name__, appended)
        case hub.OutcomeGiven():
            return watch.was_given(meta.event_id, hub.OutcomeDecided.__name__, appended)
        case hub.SuspensionGiven():
            return watch.was_given(meta.event_id, SUSPENSION, appended)
        case hub.DecisionRefused():
            return watch.acted_on(record.refused_id)
        case hub.OutcomeDecided():
            withdrawn = (request.request_id for request in record.withdrawn)
            return _decided(watch.none_is_owed(withdrawn, appended), record, record.decided_at)
        case hub.MilestoneGiven():
            return watch.was_given(meta.event_id, f"{MILESTONE}:{record.milestone}", appended)
        case hub.MilestoneRecorded():
            armed = watch.armed(record.deadlines, appended).acted_on(meta.cause_id)
            subject = record.answers or watch.case_id
            return armed.met(subject, f"{MILESTONE}:{record.milestone}", _given(watch, record, appended))
        case hub.ContactDirected():
            return watch.withdrawn(record.withdrawn_deadlines, appended).met(watch.case_id, DIRECTED, appended)
        case hub.PassedToHolder():
            passed = watch.withdrawn(record.withdrawn_deadlines, appended)
            return passed.met(watch.case_id, PASSED, appended) if record.instead else passed
        case hub.CaseLinked():
            linked = watch.withdrawn(record.withdrawn_deadlines, appended).acted_on(meta.cause_id)
            return linked if record.kind is LinkKind.RE_REFERRAL else linked.met(watch.case_id, LINKED, appended)
        case hub.EncompassCalled():
            return watch.armed(record.deadlines, appended)
        case hub.DeadlineSuspended():
            left = timedelta(microseconds=record.left_microseconds)
            return watch.was_suspended(record.deadline_id, left, record.suspended_at).acted_on(meta.cause_id)
        case hub.DeadlineResumed():
            return watch.armed(stated_in(record), appended)
        case hub.EmailSent() if record.recipient_kind != FURTHER_REFERRER:
            return watch.met(_met_by_email(watch, record), f"{EMAIL_SENT}:{record.kind}", appended)
        case hub.EmailSuppressed() if record.recipient_kind != FURTHER_REFERRER and record.reason != NO_ADDRESS:
            return watch.will_not_come(f"{EMAIL_SENT}:{record.kind}", appended)
        case hub.SlaAtRisk():
            return watch.was_at_risk(record.deadline.deadline_id)
        case hub.SlaBreached() | hub.CanaryFired():
            return watch.has_lapsed(record.deadline.deadline_id)
        case hub.SlaBreachResolved():
            return watch.was_resolved(record.deadline.deadline_id)
        case _:
            return watch


def _met_by_email(watch: Watch, record: hub.EmailSent) -> UUID:
    """What every school is told is owed for itself: one school's email stands for no other's (G-13)."""
    own = record.kind is EmailKind.ENCOMPASS_NOTIFICATION and record.meta.cause_id
    return own or watch.case_id


def stated_in(record: Record) -> tuple[Deadline, ...]:
    """Every deadline that the record starts."""
    match record:
        case hub.CaseOpened() | hub.MilestoneRecorded() | hub.EncompassCalled():
            return record.deadlines
        case hub.CaseRouted():
            return (*record.deadlines, *(one.deadline for one in record.requests if one.deadline))
        case hub.CaseRerated():
            asked = (one.deadline for one in record.requests if one.deadline)
            return (*record.deadlines, *asked, *(one.deadline for one in record.rerated if one.deadline))
        case hub.DeadlineResumed() | hub.CanaryArmed():
            return (record.deadline,)
        case _:
            return ()


def _decided(watch: Watch, record: Record, at: datetime) -> Watch:
    return watch.acted_on(record.meta.cause_id).met(watch.case_id, type(record).__name__, at)


def _given(watch: Watch, record: Record, appended: datetime) -> datetime:
    """When the person decided whose decision this acts on; nobody did: when the bus decided."""
    given = watch.given.get(record.meta.cause_id) if record.meta.cause_id else None
    return given.at if given else appended
