"""What the hub's own services read and write on the `mash.*` topics (namespace `uk.mashbus.hub`)."""

from datetime import date, datetime
from uuid import UUID

from mashbus.contracts.agency import ChronologyEntry
from mashbus.contracts.record import Record, View
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Actor, NotAsked, Request, Rerating, Withheld
from mashbus.domain.known import (
    Candidate,
    Contradiction,
    EarlierContact,
    Holdership,
    Holding,
    Identifier,
    KnownChild,
    LinkKind,
)
from mashbus.domain.procedure import Notified, Unresolved
from mashbus.domain.referral import Adult, Child, ChildView, Concern, Consent, Professional, Referrer
from mashbus.domain.vocabulary import (
    Assessment,
    Channel,
    Collation,
    EmailKind,
    Handling,
    Involvement,
    Knowledge,
    LawfulBasis,
    OpeningKind,
    Rag,
    ReferrerKind,
    Support,
)


class HubRecord(Record):
    namespace = "uk.mashbus.hub"


# -- mash.referrals ---------------------------------------------------------------------------------------------


class ReferralReceived(HubRecord):
    """A contact as it was taken. Its hash tells the same referral sent twice from another one under the same key."""

    version = 3

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
    contact_type: str | None = None
    """The profile's name of what is no ordinary referral (J-02, H-07, G-22)."""
    asks_for: Support = Support.UNKNOWN
    """What the referrer asks for (G-07)."""
    indicators: tuple[str, ...] = ()
    """Joint-triage indicators that were named (J-08)."""
    professionals: tuple[Professional, ...] = ()
    """Others who are involved (M-11)."""
    no_other_professionals: bool = False
    """The referrer says that there are none."""
    views: tuple[ChildView, ...] = ()
    """What the children say for themselves (H-18, C-13)."""
    call_reference: str | None = None
    """Of an advice call before, as the referrer quotes it (G-15)."""


class ReferralReturned(HubRecord):
    """It lacks what the partnership insists on, every item named at once (M-11, G-01), or is another area's (G-02)."""

    version = 2

    reference: str
    missing: tuple[str, ...]
    """Names of fields, such as `children[0].date_of_birth`; never their values."""
    authority: str | None = None
    """Name of the authority in whose area the children live, where that is another one."""


# -- mash.police-notifications ----------------------------------------------------------------------------------


class PoliceNotificationReceived(HubRecord):
    """One police incident with its children: the rows of one incident of a batch."""

    version = 2

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
    assessment: Assessment = Assessment.SHARE
    """How the police sorted it (G-11)."""


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

    version = 2

    opening: OpeningKind
    reference: str | None
    received_at: datetime
    channel: Channel
    source: str
    immediate_harm: bool
    deadlines: tuple[Deadline, ...]
    contact_type: str | None = None
    dealt_with_from: datetime | None = None
    """The next opening, where it came outside hours (J-04, C-08); None: somebody is there."""


class AlertRaised(HubRecord):
    """Teams of the partnership are told at once (J-03, H-04, J-09, J-10; H-09 for a flag, which is the cause)."""

    alert: str
    requirement: str
    teams: tuple[str, ...]
    reasons: tuple[str, ...]


class ContactDirected(HubRecord):
    """What is no ordinary referral goes another way than triage (J-02, J-22, H-07, G-22)."""

    contact_type: str
    handling: Handling
    team: str | None
    reason: str
    requirement: str
    withdrawn_deadlines: tuple[UUID, ...] = ()


class RoutingRecommended(HubRecord):
    """What the profile's rules recommend, for a person to confirm or not: colour, pathways, and why."""

    rag: Rag
    """`none` where no rule holds or the partnership has no colours."""
    level: str | None
    pathways: tuple[str, ...]
    rule: str | None
    reasons: tuple[str, ...]
    indicators: tuple[str, ...]
    held: tuple[str, ...]
    """Why the bus does not route it by itself, where it otherwise would."""


class CaseRouted(HubRecord):
    """Rating, pathway and every request, as one decision. The copies to agencies are made from it."""

    version = 3

    rag: Rag
    pathways: tuple[str, ...]
    rule: str | None
    """The profile's rule that matched, or none where a person rated."""
    reasons: tuple[str, ...]
    decided_by: Actor | None
    requests: tuple[Request, ...]
    not_asked: tuple[NotAsked, ...]
    deadlines: tuple[Deadline, ...]
    level: str | None = None
    indicators: tuple[str, ...] = ()
    notifications: int = 1
    """How many contacts the case had then: the copies are made of these (G-11)."""


class CaseRerated(HubRecord):
    """A new colour, with the rationale, and what it does to every unanswered request (reading 7)."""

    version = 3

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
    level: str | None = None


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
    version = 2

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

    version = 2

    actor: Actor
    rag: Rag
    pathways: tuple[str, ...]
    rationale: str
    level: str | None = None


class OutcomeGiven(HubRecord):
    """A manager's outcome, as it was given. OutcomeDecided or DecisionRefused says what became of it."""

    version = 2

    actor: Actor
    outcomes: tuple[str, ...]
    rationale: str
    tell_referrer: bool
    not_told_reason: str | None
    """Required where the referrer is not told (H-10)."""
    withheld: tuple[Withheld, ...] = ()
    """Further referrers who are not told either, each with the reason."""


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

    version = 2

    deadline: Deadline
    decided_by: Actor
    rationale: str


class MilestoneGiven(HubRecord):
    """What a person did or decided, as it was said. MilestoneRecorded or DecisionRefused says what came of it."""

    actor: Actor
    milestone: str
    reached_at: datetime | None
    """None: when the broker took it."""
    stage: str | None
    answers: UUID | None
    note: str | None


class MilestoneRecorded(HubRecord):
    """Something a person did that starts or meets a clock, such as a strategy discussion decided or held."""

    version = 3

    actor: Actor
    milestone: str
    reached_at: datetime
    deadlines: tuple[Deadline, ...] = ()
    stage: str | None = None
    """Of an escalation: whose response is owed (M-12)."""
    answers: UUID | None = None
    """The record of the milestone that this one answers: it meets that one's deadlines and no other's."""
    note: str | None = None


class ConsentRecorded(HubRecord):
    """What a person found out about consent since the contact came (H-13, G-09, G-20). The newest one counts."""

    actor: Actor
    consent: Consent
    views: tuple[ChildView, ...]
    rationale: str


class InvolvementRecorded(HubRecord):
    """What social care or early help has to do with the child, as a person looked it up."""

    actor: Actor
    involvement: Involvement
    held_by: str | None
    """The unit or team that holds the case."""
    closed_on: date | None


class ReferrerAdded(HubRecord):
    """Somebody else who referred the same: told the outcome, or not, by a decision of its own."""

    actor: Actor
    referrer: Referrer


class ChildrenLookedUp(HubRecord):
    """What the directory knows of a contact's children, by exact identifiers and by what people decided on matches."""

    round: int
    """1 for the first answer, one more for each that differs from the one before."""
    known: tuple[KnownChild, ...]
    contradictions: tuple[Contradiction, ...]
    earlier: tuple[EarlierContact, ...]
    same_as: UUID | None


class PassedToHolder(HubRecord):
    """The contact goes to whoever holds, or lately held, the children's cases (H-05, G-03, H-03, M-08)."""

    rule: str
    requirement: str
    instead: bool
    """The hub plays no further part: it asks nobody, and its clocks end."""
    reason: str
    children: tuple[int, ...]
    holders: tuple[Holdership, ...]
    team: str | None
    withdrawn_deadlines: tuple[UUID, ...] = ()


class LinkGiven(HubRecord):
    """A person's word that this case belongs to another. CaseLinked or DecisionRefused says what came of it."""

    actor: Actor
    to: UUID
    kind: LinkKind
    rationale: str


class CaseLinked(HubRecord):
    """A case that belongs to another one: linked, never merged. A duplicate sends no requests."""

    to: UUID
    kind: LinkKind
    matched_on: tuple[str, ...] = ()
    """Identifiers or `content`; none where a person decided."""
    decided_by: Actor | None = None
    rationale: str | None = None
    withdrawn_deadlines: tuple[UUID, ...] = ()


class LaterCaseNoted(HubRecord):
    """A later case was linked to this one."""

    later: UUID
    kind: LinkKind


class MatchOffered(HubRecord):
    """Somebody may be a child of this contact: until a person decides, nothing is merged or disclosed because of it."""

    child: int
    candidates: tuple[Candidate, ...]
    """Most probable first."""


class MatchDecided(HubRecord):
    """A person's decision on an offered match."""

    actor: Actor
    candidate_id: UUID
    same: bool
    rationale: str


class AgendaItemPlaced(HubRecord):
    """On a meeting's agenda, until a result is recorded or the case has its outcome (H-12, G-12, G-14)."""

    meeting: str
    requirement: str
    meets_at: datetime
    """The first meeting that it is on the agenda of."""
    reasons: tuple[str, ...]


class MeetingResultGiven(HubRecord):
    """What a meeting decided on the case, as it was said. With a colour, level or pathway it is a rating besides."""

    actor: Actor
    meeting: str
    met_on: date
    result: str
    note: str | None = None
    stays: bool = False
    """On the next agenda again."""
    rag: Rag | None = None
    level: str | None = None
    pathways: tuple[str, ...] = ()


class MeetingResultRecorded(HubRecord):
    """What a meeting decided on the case. Where it re-levels, a RatingGiven of the same person is made from it."""

    actor: Actor
    meeting: str
    met_on: date
    result: str
    note: str | None = None
    stays: bool = False
    rag: Rag | None = None
    level: str | None = None
    pathways: tuple[str, ...] = ()


class EncompassCalled(HubRecord):
    """Operation Encompass: key adults of the children's schools and nurseries are told of the incident (G-13)."""

    requirement: str
    incident_at: datetime
    notified: tuple[Notified, ...]
    unresolved: tuple[Unresolved, ...]
    deadlines: tuple[Deadline, ...] = ()
    """One for each email, whose subject is its EmailRequested; one for what a person must do, about this record."""


class DecisionRefused(HubRecord):
    """A decision that the state of the case or the actor's role does not allow, and why."""

    refused_id: UUID
    decision: str
    """Name of the refused record."""
    actor: Actor
    reason: str


class DisclosureMade(HubRecord):
    """What was shared, with whom, for what purpose, under which rule (H-15). Names of fields, never their values."""

    version = 2

    request_id: UUID
    organisation: str
    purpose: str
    disclosed: tuple[str, ...]
    shared_by: str | None = None
    """Name of the record that carried it, such as InformationRequested."""
    rule: str | None = None
    """The sharing rule that allowed it, by its place in the profile."""
    profile: str | None = None
    """The profile's version and hash."""
    lawful_basis: LawfulBasis = LawfulBasis.UNKNOWN


class EnquiryCollated(HubRecord):
    """The enquiry is closed: who answered, who declined, whose time lapsed, who was not waited for."""

    collation: Collation
    answered: tuple[UUID, ...]
    declined: tuple[UUID, ...]
    lapsed: tuple[UUID, ...]
    outstanding: tuple[UUID, ...]


class OutcomeDecided(HubRecord):
    """The hub's decision. Unanswered requests are withdrawn, and their deadlines with them."""

    version = 2

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
    withheld: tuple[Withheld, ...] = ()


# -- mash.breaches ----------------------------------------------------------------------------------------------


class SlaAtRisk(HubRecord):
    version = 2

    deadline: Deadline


class SlaBreached(HubRecord):
    """The deadline passed with nothing received: at `deadline.due`, said at `meta.occurred_at`."""

    version = 2

    deadline: Deadline
    blind: bool
    """True where the monitor could not see all answers in time and says so late."""


class SlaBreachResolved(HubRecord):
    version = 2

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
    recipient_kind: str = "referrer"


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
    recipient_kind: str = "referrer"


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


class CallLogged(HubRecord):
    """One call of the advice or consultation line: for monitoring, never on a child's record (H-14, J-21)."""

    actor: Actor
    reference: str
    """To be quoted on a later referral."""
    topic: str
    outcome: str
    caller_kind: ReferrerKind
    source: str
    called_at: datetime


class ContactNotRecorded(HubRecord):
    """Somebody contacted the hub, and procedure says that it is not recorded (C-06, promise P8): only this count is."""

    rule: str
    requirement: str
    channel: Channel


class CanaryArmed(HubRecord):
    """A deadline that nobody owes, armed to prove that the monitor lives: it always lapses. It is a case of its own."""

    version = 2

    deadline: Deadline


class CanaryFired(HubRecord):
    """The monitor saw it lapse, by the same way as any other."""

    version = 2

    deadline: Deadline


# -- mash.directory ---------------------------------------------------------------------------------------------


class ChildHeld(HubRecord):
    """A child in the directory: what the council's case system says of it now."""

    child: str
    """The child's token, 64 hex digits: also the key."""
    organisation: str
    changed_at: datetime
    holdings: tuple[Holding, ...]
    """None: the child is forgotten."""
    person: Child | None = None


class ChildIdentified(HubRecord):
    """Another exact identifier of a child in the directory."""

    identifier: str
    """Keyed hash, 64 hex digits: also the key."""
    kind: Identifier
    organisation: str
    child: str | None
    """The child's token; None: it is the child's no longer."""


# -- mash.contacts ----------------------------------------------------------------------------------------------


class ContactIndexed(HubRecord):
    """A contact can be found again, by a keyed hash of an identifier of one of its children, or of its content."""

    identifier: str
    """Keyed hash, 64 hex digits: also the key."""
    kind: str
    """An `Identifier`, or `content`, or `person`."""
    case: UUID
    child: int
    received_at: datetime
    person: Child | None = None


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
    AlertRaised,
    ContactDirected,
    RoutingRecommended,
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
    MilestoneGiven,
    MilestoneRecorded,
    ConsentRecorded,
    InvolvementRecorded,
    ReferrerAdded,
    ChildrenLookedUp,
    PassedToHolder,
    LinkGiven,
    CaseLinked,
    LaterCaseNoted,
    MatchOffered,
    MatchDecided,
    AgendaItemPlaced,
    MeetingResultGiven,
    MeetingResultRecorded,
    EncompassCalled,
    RequestSeenNoted,
    DecisionRefused,
    DisclosureMade,
    EnquiryCollated,
    OutcomeDecided,
)
BREACHES = (SlaAtRisk, SlaBreached, SlaBreachResolved)
EMAILS = (EmailRequested, EmailSent, EmailFailed, EmailBounced, EmailSuppressed)
HUB = (PartnerSilent, PartnerBack, CanaryArmed, CanaryFired, CallLogged, ContactNotRecorded)
DIRECTORY = (ChildHeld, ChildIdentified)
CONTACTS = (ContactIndexed,)
QUARANTINE = (RecordQuarantined, QuarantineReleased, QuarantineDiscarded)
