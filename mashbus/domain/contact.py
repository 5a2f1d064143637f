"""A contact: what opened a case, as it was received."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mashbus.domain.referral import Adult, Child, ChildView, Concern, Consent, Professional, Referrer
from mashbus.domain.vocabulary import Assessment, Channel, OpeningKind, Support


@dataclass(frozen=True, kw_only=True)
class Further:
    """Another police notification of the same incident, and what it told that was new."""

    event_id: UUID
    received_at: datetime
    children: tuple[int, ...]
    """Places of the children that it named first."""
    graver: bool
    """It reports immediate harm, or is sorted as graver, where none before it was."""
    nature: str | None = None
    """The force's word for the incident, where none before it had it."""

    @property
    def is_news(self) -> bool:
        return bool(self.children) or self.graver or self.nature is not None


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What opened the case, as it was received."""

    kind: OpeningKind
    event_id: UUID
    partnership: str
    received_at: datetime
    channel: Channel
    source: str
    children: tuple[Child, ...]
    adults: tuple[Adult, ...]
    concern: Concern
    content_hash: str
    reference: str | None = None
    nature: str | None = None
    referrer: Referrer | None = None
    consent: Consent | None = None
    contact_type: str | None = None
    """The profile's name of what is no ordinary referral."""
    asks_for: Support = Support.UNKNOWN
    indicators: tuple[str, ...] = ()
    """Named by whoever referred or took it."""
    professionals: tuple[Professional, ...] = ()
    """Others who are involved with the family."""
    no_other_professionals: bool = False
    """The referrer says that there are none."""
    views: tuple[ChildView, ...] = ()
    call_reference: str | None = None
    """Of an advice call before, as the referrer quotes it (G-15)."""
    force: str | None = None
    """Of a police notification: whose references its children carry."""
    incident_at: datetime | None = None
    """Of a police notification."""
    assessment: Assessment | None = None
    """How the police sorted their notification (G-11)."""
    other_natures: tuple[str, ...] = ()
    """The force's other words for the incident, of further notifications."""
    further: tuple[Further, ...] = ()
    """Police notifications of the same incident that came afterwards, in their order (G-11: windows overlap)."""
