"""What the hub's own services read and write on the `mash.*` topics (namespace `uk.mashbus.hub`)."""

from datetime import datetime
from uuid import UUID

from mashbus.contracts.agency import ChronologyEntry
from mashbus.contracts.record import Record, View
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Actor, NotAsked, Request, Rerating
from mashbus.domain.referral import Adult, Child, Concern, Consent, Referrer
from mashbus.domain.vocabulary import Channel, Collation, EmailKind, Knowledge, OpeningKind, Rag


class HubRecord(Record):
    namespace = "uk.mashbus.hub"


# -- mash.referrals ---------------------------------------------------------------------------------------------


class ReferralReceived(HubRecord):
    """A contact as it was taken. Its hash tells the same referral sent twice from another one under the same key."""

    reference: str
    content_hash: str
    client: str
    """The API key's own name, or the organisation whose topic it came on."""
    received_at: datetime | None
    """An earlier receipt stated by whoever took a call or letter; else the broker's append time counts."""
    channel: Channel
    source: str
    """DfE contact source, 1A to 10."""
    referrer: Referrer
    children: tuple[Child, ...]
    adults: tuple[Adult, ...]
    concern: Concern
    consent: Consent


class ReferralReturned(HubRecord):
    """The referral lacks what the partnership insists on: every missing item named at once (M-11, G-01)."""

    reference: str
    missing: tuple[str, ...]
    """Names of fields, such as `children[0].date_of_birth`; never their values."""


# -- mash.police-notifications ----------------------------------------------------------------------------------


class PoliceNotificationReceived(HubRecord):
    """One police incident with its children: the rows of one incident of a batch."""

    force: str
    incident: str
    """The force's own incident reference, opaque to the bus."""
    form: str
    """VIST, PPN or another form of the force."""
    nature: str
    """Domestic abuse, missing, exploitation …: the force's own word for the incident."""
    incident_at: datetime
    content_hash: str
    batch_id: UUID
    children: tuple[Child, ...]
    adults: tuple[Adult, ...]
    concern: Concern


class PoliceBatchReconciled(HubRecord):
    """What became of every row of one batch: received = accepted + not_recorded + refused."""

    batch_id: UUID
    force: str
    received: int
    accepted: int
    incidents: int
    not_recorded: int
    """Rows that procedure says must not be recorded: only this count remains (promise P8)."""
    refused: int


# -- mash.cases: the one ordered story of a case ----------------------------------------------------------------


class CaseOpened(HubRecord):
    """The case's receipt and the deadlines that run from it."""

    opening: OpeningKind
    reference: str | None
    received_at: datetime
    channel: Channel
    source: str
    immediate_harm: bool
    deadlines: tuple[Deadline, ...]


class CaseRouted(HubRecord):
    """Rating, pathway and every request, as one decision. The copies to agencies are made from it."""

    rag: Rag
    pathways: tuple[str, ...]
    rule: str | None
    """The profile's rule that matched, or none where a person rated."""
    reasons: tuple[str, ...]
    decided_by: Actor | None
    requests: tuple[Request, ...]
    not_asked: tuple[NotAsked, ...]
    deadlines: tuple[Deadline, ...]


class CaseRerated(HubRecord):
    """A new colour, with the rationale, and what it does to every unanswered request (reading 7)."""

    version = 2

    round: int
    rag: Rag
    previous: Rag
    pathways: tuple[str, ...]
    rationale: str
    decided_by: Actor
    requests: tuple[Request, ...]
    """Requests to organisations that were not asked before."""
    rerated: tuple[Rerating, ...]
    deadlines: tuple[Deadline, ...]
    withdrawn_deadlines: tuple[UUID, ...] = ()
    """The hub's own, where the new colour sets no time."""


class AnswerReceived(HubRecord):
    """An agency's answer, restated. It counts from `arrived_at`: when the broker appended it."""

    request_id: UUID
    organisation: str
    arrived_at: datetime
    knowledge: Knowledge
    summary: str | None
    analysis: str | None
    chronology: tuple[ChronologyEntry, ...]


class AnswerDeclined(HubRecord):
    request_id: UUID
    organisation: str
    arrived_at: datetime
    reason: str


class RiskFlagged(HubRecord):
    request_id: UUID
    organisation: str
    arrived_at: datetime
    information: str
    suggested_rag: Rag


class RequestSeenNoted(HubRecord):
    request_id: UUID
    organisation: str
    arrived_at: datetime


class RatingGiven(HubRecord):
    """A person's rating, as it was given. CaseRouted, CaseRerated or DecisionRefused says what became of it."""

    actor: Actor
    rag: Rag
    pathways: tuple[str, ...]
    rationale: str


class OutcomeGiven(HubRecord):
    """A manager's outcome, as it was given. OutcomeDecided or DecisionRefused says what became of it."""

    actor: Actor
    outcomes: tuple[str, ...]
    rationale: str
    tell_referrer: bool
    not_told_reason: str | None
    """Required where the referrer is not told (H-10)."""


class EnoughGiven(HubRecord):
    """A manager's word that the hub knows enough: the enquiry closes without the missing answers."""

    actor: Actor
    rationale: str


class SuspensionGiven(HubRecord):
    """A person's word that a deadline should stand still. DeadlineSuspended or DecisionRefused says what came of it."""

    actor: Actor
    clock: str
    organisation: str | None
    """Whose deadline, where each asked organisation owes its own."""
    rationale: str


class ResumptionGiven(HubRecord):
    """A person's word that it should run again. DeadlineResumed or DecisionRefused says what came of it."""

    actor: Actor
    clock: str
    organisation: str | None
    rationale: str


class DeadlineSuspended(HubRecord):
    """A deadline stands still: it neither warns nor lapses until it is resumed."""

    deadline_id: UUID
    subject: UUID
    clock: str
    organisation: str | None
    suspended_at: datetime
    """When the broker took the person's word."""
    left_microseconds: int
    """Of the clock's own time: open time of a working clock, elapsed time of any other."""
    decided_by: Actor
    rationale: str


class DeadlineResumed(HubRecord):
    """A suspended deadline runs again, for what was left of the clock's own time."""

    deadline: Deadline
    decided_by: Actor
    rationale: str


class MilestoneRecorded(HubRecord):
    """Something a person did that starts or meets a clock, such as a strategy discussion decided or held."""

    version = 2

    actor: Actor
    milestone: str
    reached_at: datetime
    deadlines: tuple[Deadline, ...] = ()


class DecisionRefused(HubRecord):
    """A decision that the state of the case or the actor's role does not allow, and why."""

    refused_id: UUID
    decision: str
    """Name of the refused record."""
    actor: Actor
    reason: str


class DisclosureMade(HubRecord):
    """What was shared, with whom and for what purpose (H-15). Names of fields, never their values."""

    request_id: UUID
    organisation: str
    purpose: str
    disclosed: tuple[str, ...]


class EnquiryCollated(HubRecord):
    """The enquiry is closed: who answered, who declined, whose time lapsed, who was not waited for."""

    collation: Collation
    answered: tuple[UUID, ...]
    declined: tuple[UUID, ...]
    lapsed: tuple[UUID, ...]
    outstanding: tuple[UUID, ...]


class OutcomeDecided(HubRecord):
    """The hub's decision. Unanswered requests are withdrawn, and their deadlines with them."""

    outcomes: tuple[str, ...]
    rationale: str
    decided_by: Actor
    decided_at: datetime
    """When the broker took the manager's decision, however late the bus acted on it: it meets the hub's own clocks."""
    tell_referrer: bool
    not_told_reason: str | None
    answered: tuple[Request, ...]
    """Requests that were answered: whose organisations are told the outcome (J-17)."""
    withdrawn: tuple[Request, ...]


# -- mash.breaches ----------------------------------------------------------------------------------------------


class SlaAtRisk(HubRecord):
    deadline: Deadline


class SlaBreached(HubRecord):
    """The deadline passed with nothing received: at `deadline.due`, said at `meta.occurred_at`."""

    deadline: Deadline
    blind: bool
    """True where the monitor could not see all answers in time and says so late."""


class SlaBreachResolved(HubRecord):
    deadline: Deadline
    breach_id: UUID
    met_at: datetime
    lateness_microseconds: int


# -- mash.emails ------------------------------------------------------------------------------------------------


class EmailRequested(HubRecord):
    """One email to one recipient, fully rendered from the profile's message: the mailer adds nothing."""

    version = 2

    kind: EmailKind
    recipient_kind: str
    to: str
    subject: str
    body: str
    html: str | None = None
    """The same in HTML, for channels that send both. Never without `body`."""


class EmailSent(HubRecord):
    """`meta.cause_id` is the EmailRequested."""

    version = 2

    kind: EmailKind
    message_id: str
    attempts: int
    channel: str = "smtp"
    repeats: int = 0
    """Hand-overs before this one of which the mailer never heard what became of them: so many copies may be too many.
    A mailer that is started again counts from 0."""


class EmailFailed(HubRecord):
    """Not sent; or, after its EmailSent, given up by a channel that had taken it."""

    version = 2

    kind: EmailKind
    reason: str
    """A class of failure or a channel's status, never an address."""
    attempts: int
    """0: it had been taken, and the channel gave it up."""
    channel: str = "smtp"


class EmailBounced(HubRecord):
    """It was sent and came back: nobody has read it."""

    version = 2

    kind: EmailKind
    reason: str
    """An enhanced mail status such as 5.1.1, or the channel's word; never an address."""
    channel: str = "smtp"


class EmailSuppressed(HubRecord):
    """An email that is not sent, and why: no address, or procedure says that this person is not told (J-18)."""

    version = 2

    kind: EmailKind
    reason: str


# -- mash.hub ---------------------------------------------------------------------------------------------------


class PartnerSilent(HubRecord):
    """An organisation does not consume while it owes answers: said before the deadline."""

    organisation: str
    owes: int
    earliest_due: datetime | None
    since: datetime


class PartnerBack(HubRecord):
    organisation: str
    silent_since: datetime


class CanaryArmed(HubRecord):
    """A deadline that nobody owes, armed to prove that the monitor lives: it always lapses. It is a case of its own."""

    deadline: Deadline


class CanaryFired(HubRecord):
    """The monitor saw it lapse, by the same way as any other."""

    deadline: Deadline


# -- mash.quarantine --------------------------------------------------------------------------------------------


class RawHeader(View):
    name: str
    value: bytes | None


class Original(View):
    """A record as it lay in the log: its place, and every byte."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    """The broker's append time, in real milliseconds since the epoch."""
    key: bytes | None
    value: bytes | None
    headers: tuple[RawHeader, ...]


class ReadUpTo(View):
    """How far a service had read one topic."""

    topic: str
    next: int


class RecordQuarantined(HubRecord):
    """The original bytes, where they came from, and why they could not be handled."""

    version = 2

    service: str
    organisation: str | None
    reason: str
    """A class of fault, such as `unreadable` or `unknown_schema`."""
    detail: str
    """What is wrong and what to do, without personal data."""
    attempts: int
    original: Original
    positions: tuple[ReadUpTo, ...] = ()
    """What its service had read when it began to wait: later records of its case wait behind it, earlier ones were
    handled, and a rebuild tells them apart by this. None: nothing waits behind it."""


class QuarantineReleased(HubRecord):
    """Handle it again. `meta.cause_id` is the RecordQuarantined; the bytes come along for services without memory."""

    service: str
    actor: str
    reason: str
    attempts: int
    """How often it was tried before."""
    original: Original


class QuarantineDiscarded(HubRecord):
    """Leave it for good. `meta.cause_id` is the RecordQuarantined."""

    service: str
    actor: str
    reason: str


REFERRALS = (ReferralReceived, ReferralReturned)
POLICE_NOTIFICATIONS = (PoliceNotificationReceived, PoliceBatchReconciled)
CASES = (
    CaseOpened,
    CaseRouted,
    CaseRerated,
    AnswerReceived,
    AnswerDeclined,
    RiskFlagged,
    RatingGiven,
    OutcomeGiven,
    EnoughGiven,
    SuspensionGiven,
    ResumptionGiven,
    DeadlineSuspended,
    DeadlineResumed,
    MilestoneRecorded,
    RequestSeenNoted,
    DecisionRefused,
    DisclosureMade,
    EnquiryCollated,
    OutcomeDecided,
)
BREACHES = (SlaAtRisk, SlaBreached, SlaBreachResolved)
EMAILS = (EmailRequested, EmailSent, EmailFailed, EmailBounced, EmailSuppressed)
HUB = (PartnerSilent, PartnerBack, CanaryArmed, CanaryFired)
QUARANTINE = (RecordQuarantined, QuarantineReleased, QuarantineDiscarded)
