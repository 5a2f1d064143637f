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
from mashbus.domain.vocabulary import Channel, EmailKind, OpeningKind, ReferrerKind
from services.status.places import Places, one_more
from services.status.timeline import Moment, in_order, moment
from services.status.triaged import Alerted, Directed, Recommendation, also

STATED = (hub.ConsentRecorded, hub.InvolvementRecorded, hub.ReferrerAdded)
"""Facts that a person states and no service checks: another partnership's are none of this case's."""
UNCHECKED = (*STATED, hub.EmailBounced, hub.EmailFailed, hub.AlertRaised, hub.PoliceNotificationReceived)
"""Besides, what a channel says, and the alarm that it gives rise to: it names the case itself, and whoever has a key
for receipts could name any. And a notification of an incident that its force sends to another hub too.
"""


class State(StrEnum):
    RECEIVED = "received"
    RETURNED = "returned"
    PASSED_ON = "passed_on"
    """Whoever holds the child's case acts, and the hub plays no further part (H-05, G-03)."""
    LINKED = "linked"
    """It belongs to an earlier case, which stands for it."""
    DIRECTED = "directed"
    """No ordinary referral: it goes another way than triage (J-02, G-22)."""
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
    """Stripped of what was said and by whom: no contact, no rationale, no consent, no referrer."""
    reference: str | None = None
    opening: OpeningKind = OpeningKind.UNKNOWN
    channel: Channel = Channel.UNKNOWN
    source: str = ""
    received_at: datetime | None = None
    opened_at: datetime | None = None
    immediate_harm: bool = False
    dealt_with_from: datetime | None = None
    """The next opening, where it came outside hours."""
    contact_type: str | None = None
    missing: tuple[str, ...] = ()
    authority: str | None = None
    """Whose area the children live in, where it was returned for that."""
    directed: Directed | None = None
    recommended: Recommendation | None = None
    joint_triage: bool = False
    """An indicator calls for it (J-08)."""
    alerts: tuple[Alerted, ...] = ()
    rule: str | None = None
    not_asked: tuple[NotAsked, ...] = ()
    seen: Mapping[UUID, datetime] = field(default_factory=dict)
    """When an organisation said that it has the request, by request."""
    flagged: frozenset[str] = frozenset()
    """Organisations that flagged a risk."""
    outcomes: tuple[str, ...] = ()
    referrer_told: bool | None = None
    referrer_kind: ReferrerKind = ReferrerKind.UNKNOWN
    """Decides how much is told back; who it is stays in the log (G-21)."""
    emails: Mapping[UUID, Email] = field(default_factory=dict)
    timeline: tuple[Moment, ...] = ()
    lies: Places = field(default_factory=dict)
    """Where in the log the narratives are that the picture tells."""

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
        if case.passed_instead:
            return State.PASSED_ON
        if case.asks_nobody:
            return State.LINKED
        if case.directed:
            return State.DIRECTED
        return State.AWAITING_RATING if case.opened else State.RECEIVED


def evolve(view: View, record: Record, appended: datetime) -> View:
    """The view after one more record that was not seen before."""
    view = replace(view, case=_stripped(story.evolve(view.case, record, appended)))
    if isinstance(record, UNCHECKED) and view.case.partnership not in ("", record.meta.partnership):
        return view
    if told := moment(record, appended):
        view = replace(view, timeline=in_order((*view.timeline, told)))
    return _with(view, record, appended)


def placed(view: View, record: Record, topic: str, offset: int) -> View:
    """The view after it is known where the record lies."""
    return replace(view, lies=one_more(view.lies, record, topic, offset))


def _stripped(case: Case) -> Case:
    """Without what the catalogue marks as personal: views lie in a cache, and many may read them."""
    return replace(
        case,
        contact=None,
        ratings=(),
        rulings=(),
        enough=(),
        standstills=(),
        words=(),
        routed_by=None,
        consent=None,
        views=(),
        referrers={},
        looked=None,
        candidates={},
        matches=(),
        link_words=(),
        results=(),
    )


def _with(view: View, record: Record, appended: datetime) -> View:  # noqa: C901, PLR0911, PLR0912 - one table
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
                contact_type=record.contact_type,
                referrer_kind=record.referrer.kind,
            )
        case hub.PoliceNotificationReceived():
            return replace(
                view,
                opening=OpeningKind.POLICE_NOTIFICATION,
                channel=Channel.POLICE_BATCH,
                source=story.POLICE_SOURCE,
                received_at=min(appended, view.received_at or appended),
                immediate_harm=record.concern.immediate_harm or view.immediate_harm,
            )
        case hub.ReferralReturned():
            return replace(view, missing=record.missing, authority=record.authority)
        case hub.CaseOpened():
            return _opened(view, record, appended)
        case hub.ContactDirected():
            return replace(view, directed=Directed.of(record))
        case hub.RoutingRecommended():
            joint = view.joint_triage or bool(record.indicators)
            return replace(view, recommended=Recommendation.of(record), joint_triage=joint)
        case hub.AlertRaised():
            return replace(view, alerts=also(view.alerts, record, appended))
        case hub.CaseRouted():
            joint = view.joint_triage or bool(record.indicators)
            return replace(view, rule=record.rule, not_asked=record.not_asked, joint_triage=joint)
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
    opened = replace(view, opened_at=appended, dealt_with_from=record.dealt_with_from)
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
        contact_type=record.contact_type,
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
