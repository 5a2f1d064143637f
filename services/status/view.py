"""A case as readers may see it: folded from everything `mash.*` says of it, without personal content.

The same view for any interleaving of topics: what a single record says is kept as it is, the timeline is sorted by when
things occurred, and the case itself evolves as it does everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import TypeAdapter

from mashbus.bus.casebook import Entry, Fold
from mashbus.contracts import hub, story
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.enquiry import NotAsked
from mashbus.domain.vocabulary import Channel, EmailKind, OpeningKind
from services.status.timeline import Moment, in_order, moment


class State(StrEnum):
    RECEIVED = "received"
    RETURNED = "returned"
    AWAITING_RATING = "awaiting_rating"
    ENQUIRING = "enquiring"
    AWAITING_OUTCOME = "awaiting_outcome"
    DECIDED = "decided"


@dataclass(frozen=True, kw_only=True)
class Email:
    kind: EmailKind
    fate: str
    """requested, sent, failed, bounced or suppressed."""
    recipient: str = ""
    """A kind of recipient, never an address."""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class View:
    case: Case
    """Stripped of what was said: no contact, no rationale."""
    reference: str | None = None
    opening: OpeningKind = OpeningKind.UNKNOWN
    channel: Channel = Channel.UNKNOWN
    source: str = ""
    received_at: datetime | None = None
    opened_at: datetime | None = None
    immediate_harm: bool = False
    missing: tuple[str, ...] = ()
    rule: str | None = None
    not_asked: tuple[NotAsked, ...] = ()
    seen: Mapping[UUID, datetime] = field(default_factory=dict)
    """When an organisation said that it has the request, by request."""
    flagged: frozenset[str] = frozenset()
    """Organisations that flagged a risk."""
    outcomes: tuple[str, ...] = ()
    referrer_told: bool | None = None
    emails: Mapping[UUID, Email] = field(default_factory=dict)
    timeline: tuple[Moment, ...] = ()

    @property
    def case_id(self) -> UUID:
        return self.case.case_id

    @property
    def state(self) -> State:
        case = self.case
        if case.decided:
            return State.DECIDED
        if case.returned:
            return State.RETURNED
        if case.collated:
            return State.AWAITING_OUTCOME
        if case.routed:
            return State.ENQUIRING
        return State.AWAITING_RATING if case.opened else State.RECEIVED


def evolve(view: View, record: Record, appended: datetime) -> View:
    """The view after one more record that was not seen before."""
    case = story.evolve(view.case, record, appended)
    view = replace(view, case=replace(case, contact=None, ratings=(), rulings=(), enough=(), standstills=()))
    if told := moment(record, appended):
        view = replace(view, timeline=in_order((*view.timeline, told)))
    return _with(view, record, appended)


def _with(view: View, record: Record, appended: datetime) -> View:  # noqa: PLR0911 - one table
    match record:
        case hub.ReferralReceived():
            return replace(
                view,
                reference=record.reference,
                opening=OpeningKind.REFERRAL,
                channel=record.channel,
                source=record.source,
                received_at=record.received_at or appended,
                immediate_harm=record.concern.immediate_harm,
            )
        case hub.PoliceNotificationReceived():
            return replace(
                view,
                opening=OpeningKind.POLICE_NOTIFICATION,
                channel=Channel.POLICE_BATCH,
                source=story.POLICE_SOURCE,
                received_at=appended,
                immediate_harm=record.concern.immediate_harm,
            )
        case hub.ReferralReturned():
            return replace(view, missing=record.missing)
        case hub.CaseOpened():
            return _opened(view, record, appended)
        case hub.CaseRouted():
            return replace(view, rule=record.rule, not_asked=record.not_asked)
        case hub.RequestSeenNoted():
            return replace(view, seen={record.request_id: record.arrived_at, **view.seen})
        case hub.RiskFlagged():
            return replace(view, flagged=view.flagged | {record.organisation})
        case hub.OutcomeDecided():
            return replace(view, outcomes=record.outcomes, referrer_told=record.tell_referrer)
        case hub.EmailRequested() | hub.EmailSent() | hub.EmailFailed() | hub.EmailBounced() | hub.EmailSuppressed():
            return replace(view, emails=_emailed(view.emails, record))
        case _:
            return view


def _opened(view: View, record: hub.CaseOpened, appended: datetime) -> View:
    """What the contact itself says goes before: it may come later, being on another topic."""
    opened = replace(view, opened_at=appended)
    if view.received_at is not None:
        return opened
    return replace(
        opened,
        reference=record.reference,
        opening=record.opening,
        channel=record.channel,
        source=record.source,
        received_at=record.received_at,
        immediate_harm=record.immediate_harm,
    )


def _emailed(emails: Mapping[UUID, Email], record: Record) -> Mapping[UUID, Email]:
    """An email goes by the id of its request; one that was never requested by its own."""
    if isinstance(record, hub.EmailRequested):
        email = Email(kind=record.kind, fate="requested", recipient=record.recipient_kind)
        return {record.meta.event_id: email, **emails}
    cause = record.meta.cause_id
    email_id = cause if cause and cause in emails else record.meta.event_id
    known = emails.get(email_id)
    if isinstance(record, hub.EmailSent) and known and known.fate in {"bounced", "failed"}:
        return emails  # what the channel says later can be in the log before the mailer's word
    fate = type(record).__name__.removeprefix("Email").lower()
    reason = getattr(record, "reason", "")
    email = Email(kind=record.kind, fate=fate, recipient=known.recipient if known else "", reason=reason)  # type: ignore[attr-defined]
    return {**emails, email_id: email}


VIEW = TypeAdapter(View)
VIEWS: Fold[View] = Fold(
    start=lambda case_id: View(case=Case.of(case_id)), evolve=evolve, adapter=TypeAdapter(Entry[View])
)
