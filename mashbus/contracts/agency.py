"""What partner organisations read and write (namespace `uk.mashbus.agency`). Each sees only its own topics."""

from datetime import date, datetime
from uuid import UUID

from mashbus.contracts.record import Record, View
from mashbus.domain.known import Holding, PoliceReference
from mashbus.domain.referral import Adult, Child, ChildView, Concern, Consent, Professional, Referrer
from mashbus.domain.vocabulary import Channel, Knowledge, Rag, Support


class AgencyRecord(Record):
    namespace = "uk.mashbus.agency"


# -- agency.<id>.requests: what the hub tells one organisation ------------------------------------------------


class InformationRequested(AgencyRecord):
    """A minimised copy of one request of CaseRouted or CaseRerated: only what the sharing rule allows."""

    version = 2

    request_id: UUID
    organisation: str
    rag: Rag
    purpose: str
    context: str | None
    asked_at: datetime
    due: datetime | None
    needed_by: datetime | None
    children: tuple[Child, ...]
    adults: tuple[Adult, ...]
    disclosed: tuple[str, ...]
    """Names of the fields this copy may hold, such as `child.date_of_birth`."""


class RequestRerated(AgencyRecord):
    version = 2

    request_id: UUID
    organisation: str
    rag: Rag
    due: datetime | None
    reason: str


class RequestWithdrawn(AgencyRecord):
    request_id: UUID
    organisation: str
    reason: str


class AnswerRefused(AgencyRecord):
    """What arrived on the organisation's topic and cannot count as an answer, why, and what to do."""

    organisation: str
    request_id: UUID | None
    refused_id: UUID | None
    reason: str
    remedy: str


class OutcomeShared(AgencyRecord):
    request_id: UUID
    organisation: str
    outcomes: tuple[str, ...]
    decided_at: datetime


class CasePassedOn(AgencyRecord):
    """A new contact, passed to whoever holds or held the case, without an information request (H-05, G-03, H-03)."""

    version = 2

    organisation: str
    reason: str
    children: tuple[Child, ...]
    requirement: str | None = None
    reference: str | None = None
    units: tuple[str, ...] = ()
    context: str | None = None
    immediate_harm: bool = False
    disclosed: tuple[str, ...] = ()
    """Names of the fields this copy may hold, such as `child.date_of_birth`."""


# -- agency.<id>.responses: what one organisation tells the hub ------------------------------------------------


class RequestSeen(AgencyRecord):
    """A person or a system at the organisation has the request. It meets no deadline."""

    request_id: UUID


class ChronologyEntry(View):
    on: date | None
    text: str


class InformationReturned(AgencyRecord):
    """The organisation's answer. `possible` means: a person must look, and then no narrative is given."""

    request_id: UUID
    knowledge: Knowledge
    summary: str | None = None
    analysis: str | None = None
    chronology: tuple[ChronologyEntry, ...] = ()
    answered_by: str | None = None


class RiskFlagged(AgencyRecord):
    """Information that raises risk or urgency, before and independent of the full answer (H-09)."""

    version = 2

    request_id: UUID
    information: str
    suggested_rag: Rag = Rag.UNKNOWN


class RequestDeclined(AgencyRecord):
    request_id: UUID
    reason: str


# -- agency.<id>.submissions ------------------------------------------------------------------------------------


class ReferralSubmitted(AgencyRecord):
    """A referral from a partner's own system. `submission_key` plays the part of HTTP's Idempotency-Key."""

    version = 3

    submission_key: str
    channel: Channel = Channel.PARTNER_SYSTEM
    source: str
    referrer: Referrer
    children: tuple[Child, ...]
    adults: tuple[Adult, ...] = ()
    concern: Concern
    consent: Consent
    contact_type: str | None = None
    asks_for: Support = Support.UNKNOWN
    indicators: tuple[str, ...] = ()
    professionals: tuple[Professional, ...] = ()
    no_other_professionals: bool = False
    views: tuple[ChildView, ...] = ()
    call_reference: str | None = None
    """Of an advice call before, as it is quoted (G-15)."""


class CaseHoldingChanged(AgencyRecord):
    """The whole present state of one child with the organisation that keeps its cases; no holdings: forget it."""

    changed_at: datetime
    """By the organisation's own records: what is older than what the hub knows is refused."""
    child: Child
    """`local_id` is required."""
    police_references: tuple[PoliceReference, ...] = ()
    holdings: tuple[Holding, ...] = ()


REQUESTS = (InformationRequested, RequestRerated, RequestWithdrawn, AnswerRefused, OutcomeShared, CasePassedOn)
RESPONSES = (RequestSeen, InformationReturned, RiskFlagged, RequestDeclined)
SUBMISSIONS = (ReferralSubmitted, CaseHoldingChanged)
