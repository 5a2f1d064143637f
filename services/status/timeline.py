"""What a reader is told of each record: in plain words, and nothing that the catalogue marks as personal.

Narratives (rationales, answers, reasons of declining) and people stay in the log; a role stands for whoever decided.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.codes import SOURCES
from mashbus.contracts.record import Record
from mashbus.domain.deadline import HUB, Deadline


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One entry. `rank` and `event_id` only put entries of one instant into one order for everybody."""

    at: datetime
    what: str
    who: str
    detail: str
    rank: int
    event_id: UUID


@dataclass(frozen=True)
class Told:
    what: str
    who: str = HUB
    detail: str = ""
    at: datetime | None = None
    """When it occurred; none: when the broker appended the record."""


def moment(record: Record, appended: datetime) -> Moment | None:
    """None for a record that readers are not told of."""
    tell = _WORDS.get(type(record))
    if tell is None:
        return None
    told = tell(record)
    return Moment(
        at=told.at or appended,
        what=told.what,
        who=told.who,
        detail=told.detail,
        rank=_RANKS[type(record)],
        event_id=record.meta.event_id,
    )


def in_order(moments: tuple[Moment, ...]) -> tuple[Moment, ...]:
    return tuple(sorted(moments, key=lambda one: (one.at, one.rank, one.event_id)))


def _referral(record: hub.ReferralReceived) -> Told:
    source = SOURCES.get(record.source, "unknown")
    what = f"Referral {record.reference} received by {_plain(record.channel)}"
    return Told(what, "referrer", f"source: {source}; {_children(len(record.children))}", record.received_at)


def _notification(record: hub.PoliceNotificationReceived) -> Told:
    return Told("Police notification received", record.force, _children(len(record.children)))


def _returned(record: hub.ReferralReturned) -> Told:
    return Told("Returned to the referrer, items missing", detail=", ".join(record.missing))


def _opened(record: hub.CaseOpened) -> Told:
    return Told("Case opened", detail="immediate harm is reported" if record.immediate_harm else "")


def _routed(record: hub.CaseRouted) -> Told:
    by = f"rule {record.rule}" if record.rule else "a person's rating"
    asked = ", ".join(one.organisation for one in record.requests) or "nobody"
    what = f"Rated {record.rag} and routed to {_list(record.pathways)}; asked: {asked}"
    return Told(what, record.decided_by.role if record.decided_by else HUB, by)


def _rerated(record: hub.CaseRerated) -> Told:
    asked = ", ".join(one.organisation for one in record.requests)
    detail = f"also asked: {asked}" if asked else ""
    return Told(f"Re-rated from {record.previous} to {record.rag}", record.decided_by.role, detail)


def _answered(record: hub.AnswerReceived) -> Told:
    return Told(f"{record.organisation} answered", record.organisation, at=record.arrived_at)


def _declined(record: hub.AnswerDeclined) -> Told:
    return Told(f"{record.organisation} declined to answer", record.organisation, at=record.arrived_at)


def _flagged(record: hub.RiskFlagged) -> Told:
    detail = f"suggests {record.suggested_rag}" if record.suggested_rag != "UNKNOWN" else ""
    return Told(f"{record.organisation} flagged a risk", record.organisation, detail, record.arrived_at)


def _seen(record: hub.RequestSeenNoted) -> Told:
    return Told(f"{record.organisation} has seen the request", record.organisation, at=record.arrived_at)


def _rating(record: hub.RatingGiven) -> Told:
    return Told(f"Rating given: {record.rag}", record.actor.role, _list(record.pathways) if record.pathways else "")


def _outcome(record: hub.OutcomeGiven) -> Told:
    return Told(f"Outcome given: {_list(record.outcomes)}", record.actor.role)


def _enough(record: hub.EnoughGiven) -> Told:
    return Told("Enough is known: the enquiry need not wait", record.actor.role)


def _suspension(record: hub.SuspensionGiven) -> Told:
    return Told(f"Suspension given: {_whose(record.organisation, record.clock)}", record.actor.role)


def _resumption(record: hub.ResumptionGiven) -> Told:
    return Told(f"Resumption given: {_whose(record.organisation, record.clock)}", record.actor.role)


def _suspended(record: hub.DeadlineSuspended) -> Told:
    left = timedelta(seconds=record.left_microseconds // 1_000_000)
    detail = f"stands still until a person resumes it, with {left} of its time left"
    what = f"Deadline suspended: {_whose(record.organisation, record.clock)}"
    return Told(what, record.decided_by.role, detail, record.suspended_at)


def _resumed(record: hub.DeadlineResumed) -> Told:
    detail = f"runs until {record.deadline.due:%Y-%m-%d %H:%M:%S} UTC"
    return Told(f"Deadline resumed: {_owed(record.deadline)}", record.decided_by.role, detail)


def _milestone(record: hub.MilestoneRecorded) -> Told:
    return Told(f"Reached: {record.milestone}", record.actor.role, at=record.reached_at)


def _refused(record: hub.DecisionRefused) -> Told:
    return Told(f"{record.decision} was refused", HUB, record.reason)


def _disclosed(record: hub.DisclosureMade) -> Told:
    return Told(f"Information shared with {record.organisation}", HUB, ", ".join(record.disclosed))


def _collated(record: hub.EnquiryCollated) -> Told:
    counts = {
        "answered": record.answered,
        "declined": record.declined,
        "lapsed": record.lapsed,
        "not waited for": record.outstanding,
    }
    return Told("Enquiry closed", detail=", ".join(f"{len(some)} {what}" for what, some in counts.items() if some))


def _decided(record: hub.OutcomeDecided) -> Told:
    told = "the referrer is told" if record.tell_referrer else "the referrer is not told"
    return Told(f"Outcome decided: {_list(record.outcomes)}", record.decided_by.role, told)


def _at_risk(record: hub.SlaAtRisk) -> Told:
    return Told(f"Deadline at risk: {_owed(record.deadline)}", record.deadline.owner, at=record.deadline.at_risk)


def _breached(record: hub.SlaBreached) -> Told:
    late = "said late, as answers could not be seen" if record.blind else ""
    return Told(f"Deadline missed: {_owed(record.deadline)}", record.deadline.owner, late, record.deadline.due)


def _resolved(record: hub.SlaBreachResolved) -> Told:
    lateness = timedelta(seconds=round(record.lateness_microseconds / 1e6))
    return Told(f"Met late: {_owed(record.deadline)}", record.deadline.owner, f"{lateness} late", record.met_at)


def _email(record: hub.EmailRequested) -> Told:
    return Told(f"Email for the {record.recipient_kind}: {_plain(record.kind)}")


def _sent(record: hub.EmailSent) -> Told:
    return Told(f"Email sent: {_plain(record.kind)}")


def _failed(record: hub.EmailFailed) -> Told:
    return Told(f"Email failed: {_plain(record.kind)}", detail=record.reason)


def _bounced(record: hub.EmailBounced) -> Told:
    return Told(f"Email came back: {_plain(record.kind)}", detail=record.reason)


def _suppressed(record: hub.EmailSuppressed) -> Told:
    return Told(f"Email not sent: {_plain(record.kind)}", detail=record.reason)


def _owed(deadline: Deadline) -> str:
    return f"{_whose(deadline.owner, deadline.clock)}{f' ({deadline.rag})' if deadline.rag else ''}"


def _whose(owner: str | None, clock: str) -> str:
    return f"{'the hub' if owner in (None, HUB) else owner}, {_plain(clock)}"


def _plain(word: str) -> str:
    return word.replace("_", " ").replace("-", " ").lower()


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(map(_plain, words)) or "none"


def _children(count: int) -> str:
    return "1 child" if count == 1 else f"{count} children"


_WORDS: dict[type[Record], Callable[..., Told]] = {
    hub.ReferralReceived: _referral,
    hub.PoliceNotificationReceived: _notification,
    hub.ReferralReturned: _returned,
    hub.CaseOpened: _opened,
    hub.RatingGiven: _rating,
    hub.CaseRouted: _routed,
    hub.CaseRerated: _rerated,
    hub.DisclosureMade: _disclosed,
    hub.RequestSeenNoted: _seen,
    hub.RiskFlagged: _flagged,
    hub.SlaAtRisk: _at_risk,
    hub.SlaBreached: _breached,
    hub.AnswerReceived: _answered,
    hub.AnswerDeclined: _declined,
    hub.SlaBreachResolved: _resolved,
    hub.SuspensionGiven: _suspension,
    hub.DeadlineSuspended: _suspended,
    hub.ResumptionGiven: _resumption,
    hub.DeadlineResumed: _resumed,
    hub.EnoughGiven: _enough,
    hub.OutcomeGiven: _outcome,
    hub.EnquiryCollated: _collated,
    hub.MilestoneRecorded: _milestone,
    hub.DecisionRefused: _refused,
    hub.OutcomeDecided: _decided,
    hub.EmailRequested: _email,
    hub.EmailSent: _sent,
    hub.EmailFailed: _failed,
    hub.EmailBounced: _bounced,
    hub.EmailSuppressed: _suppressed,
}
"""In the order in which they follow one another."""
_RANKS = {kind: rank for rank, kind in enumerate(_WORDS)}
