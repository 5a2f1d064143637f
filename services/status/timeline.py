"""What a reader is told of each record: in plain words, and nothing that the catalogue marks as personal.

Narratives (rationales, answers, reasons of declining) and people stay in the log; a role stands for whoever decided.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from services.status import told_by_hub as by_hub
from services.status import told_by_people as people
from services.status import told_of_memory as of_memory
from services.status.meetings import told as of_meetings
from services.status.phrases import Told


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One entry. `rank` and `event_id` only put entries of one instant into one order for everybody."""

    at: datetime
    what: str
    who: str
    detail: str
    rank: int
    event_id: UUID


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


_WORDS: dict[type[Record], Callable[..., Told]] = {
    hub.ReferralReceived: by_hub.referral,
    hub.PoliceNotificationReceived: by_hub.notification,
    hub.ReferralReturned: by_hub.returned,
    hub.CaseOpened: by_hub.opened,
    hub.ChildrenLookedUp: of_memory.looked_up,
    hub.AlertRaised: by_hub.alerted,
    hub.LinkGiven: of_memory.link_given,
    hub.CaseLinked: of_memory.linked,
    hub.LaterCaseNoted: of_memory.later,
    hub.PassedToHolder: of_memory.passed_on,
    hub.EncompassCalled: by_hub.encompass,
    hub.MatchOffered: of_memory.offered,
    hub.MatchDecided: of_memory.matched,
    hub.ContactDirected: by_hub.directed,
    hub.RoutingRecommended: by_hub.recommended,
    hub.ConsentRecorded: people.consent,
    hub.InvolvementRecorded: people.involvement,
    hub.ReferrerAdded: people.further_referrer,
    hub.RatingGiven: people.rating,
    hub.CaseRouted: by_hub.routed,
    hub.CaseRerated: people.rerated,
    hub.DisclosureMade: by_hub.disclosed,
    hub.RequestSeenNoted: by_hub.seen,
    hub.RiskFlagged: by_hub.flagged,
    hub.SlaAtRisk: by_hub.at_risk,
    hub.SlaBreached: by_hub.breached,
    hub.AnswerReceived: by_hub.answered,
    hub.AnswerDeclined: by_hub.declined,
    hub.SlaBreachResolved: by_hub.resolved,
    hub.SuspensionGiven: people.suspension,
    hub.DeadlineSuspended: people.suspended,
    hub.ResumptionGiven: people.resumption,
    hub.DeadlineResumed: people.resumed,
    hub.AgendaItemPlaced: of_meetings.put_on,
    hub.MeetingResultGiven: of_meetings.given,
    hub.MeetingResultRecorded: of_meetings.recorded,
    hub.EnoughGiven: people.enough,
    hub.OutcomeGiven: people.outcome,
    hub.EnquiryCollated: by_hub.collated,
    hub.MilestoneGiven: people.milestone_given,
    hub.MilestoneRecorded: people.milestone,
    hub.DecisionRefused: people.refused,
    hub.OutcomeDecided: people.decided,
    hub.EmailRequested: by_hub.email,
    hub.EmailSent: by_hub.sent,
    hub.EmailFailed: by_hub.failed,
    hub.EmailBounced: by_hub.bounced,
    hub.EmailSuppressed: by_hub.suppressed,
}
"""In the order in which they follow one another."""
_RANKS = {kind: rank for rank, kind in enumerate(_WORDS)}
