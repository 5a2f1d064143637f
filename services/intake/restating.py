"""What partners' topics say, restated as facts of ours. Who says it comes from the topic, never from the record.

No case is known here: a request's id is recomputed from the case and the organisation, so an answer to somebody
else's request is refused without looking anything up. Nothing waits behind a record from outside (promise P2).
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import structlog

from mashbus.bus.errors import PermanentError
from mashbus.contracts import agency, hub
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import NotRecorded
from services.intake import not_recorded
from services.intake.contacts import without_its_own_numbers
from services.intake.submissions import received, said_in
from services.intake.understanding import Said, meaningless, without_the_meaningless

_log = structlog.get_logger()

REMEDY = "Correct it and send it again as a new record; the request stays open until an answer arrives."


Response = agency.InformationReturned | agency.RequestDeclined | agency.RiskFlagged | agency.RequestSeen


class NotTaken(PermanentError):
    """A readable record that cannot count as what it says; the organisation is told."""


class MustNotBeKept(PermanentError):
    """Procedure says that it is not recorded (C-06, promise P8), so it is not quarantined either: `count` remains."""

    remedy = not_recorded.REMEDY

    def __init__(self, rule: NotRecorded, count: hub.ContactNotRecorded, submission_id: UUID) -> None:
        super().__init__("not_recorded", f"{rule.notice} ({rule.requirement})")
        self.count = count
        self.submission_id = submission_id


def restated(organisation: str, record: Record, at: datetime, profiles: Mapping[str, Partnership]) -> Record:
    """Our fact for a partner's record that the broker appended at `at`. Raises NotTaken, MustNotBeKept."""
    partnership = profiles.get(record.meta.partnership)
    if partnership is not None and isinstance(record, agency.ReferralSubmitted):
        _check_kept(organisation, record, partnership, at)  # first: whatever else is wrong with it is quarantined
    partnership = member(organisation, record, profiles)
    if isinstance(record, agency.ReferralSubmitted):
        taken = received(organisation, record, _understood(organisation, record, partnership), at)
        return without_its_own_numbers(taken, organisation, partnership)
    if not isinstance(record, agency.RESPONSES):
        raise NotTaken("not_a_response", "only responses and submissions are taken from organisations")
    if record.meta.case_id is None or record.request_id != ids.request_of(record.meta.case_id, organisation):
        raise NotTaken("not_your_request", "no such request was made of this organisation in that case")
    return _response(organisation, record, at)


def member(organisation: str, record: Record, profiles: Mapping[str, Partnership]) -> Partnership:
    """The partnership that the record names, where the organisation is part of it. Raises NotTaken."""
    partnership = profiles.get(record.meta.partnership)
    if partnership is None or not partnership.organisation(organisation):
        raise NotTaken("not_in_partnership", "the organisation is not part of the partnership that the record names")
    return partnership


def refused(organisation: str, record: Record | None, fault: PermanentError, cause: UUID, at: datetime) -> Record:
    """What the organisation is told of a record that could not count. Names faults, never values."""
    meta = record.meta if record else None
    return agency.AnswerRefused(
        meta=Meta(
            event_id=ids.caused(cause, "AnswerRefused", organisation),
            partnership=meta.partnership if meta else "unknown",
            case_id=meta.case_id if meta else None,
            occurred_at=at,
            cause_id=cause,
        ),
        organisation=organisation,
        request_id=getattr(record, "request_id", None),
        refused_id=meta.event_id if meta else None,
        reason=f"{fault.reason}: {fault.detail}",
        remedy=getattr(fault, "remedy", REMEDY),
    )


def _check_kept(organisation: str, record: agency.ReferralSubmitted, partnership: Partnership, at: datetime) -> None:
    contact = received(organisation, record, said_in(record), at)
    if rule := not_recorded.why_not(contact, partnership, at):
        submission_id = record.meta.event_id
        count_id = not_recorded.count_of_submission(organisation, submission_id)
        raise MustNotBeKept(rule, not_recorded.counted(rule, contact, count_id), submission_id)


def _understood(organisation: str, record: agency.ReferralSubmitted, partnership: Partnership) -> Said:
    """Raises NotTaken with every fault at once; never of a report of immediate harm."""
    said = said_in(record)
    strange = meaningless(said, partnership)
    if strange and not record.concern.immediate_harm:
        raise NotTaken("not_understood", "; ".join(f"{one.where}: {one.problem}; {one.remedy}" for one in strange))
    if strange:
        _log.warning("left out of a report of harm", organisation=organisation, places=[one.where for one in strange])
    return without_the_meaningless(said, partnership)


def _response(organisation: str, record: Response, at: datetime) -> Record:
    match record:
        case agency.InformationReturned():
            return hub.AnswerReceived(
                meta=_meta(organisation, record, hub.AnswerReceived, at),
                request_id=record.request_id,
                organisation=organisation,
                arrived_at=at,
                knowledge=record.knowledge,
                summary=record.summary,
                analysis=record.analysis,
                chronology=record.chronology,
            )
        case agency.RequestDeclined():
            return hub.AnswerDeclined(
                meta=_meta(organisation, record, hub.AnswerDeclined, at),
                request_id=record.request_id,
                organisation=organisation,
                arrived_at=at,
                reason=record.reason,
            )
        case agency.RiskFlagged():
            return hub.RiskFlagged(
                meta=_meta(organisation, record, hub.RiskFlagged, at),
                request_id=record.request_id,
                organisation=organisation,
                arrived_at=at,
                information=record.information,
                suggested_rag=record.suggested_rag,
            )
        case agency.RequestSeen():
            return hub.RequestSeenNoted(
                meta=_meta(organisation, record, hub.RequestSeenNoted, at),
                request_id=record.request_id,
                organisation=organisation,
                arrived_at=at,
            )


def _meta(organisation: str, record: Record, kind: type[Record], at: datetime) -> Meta:
    """The organisation is part of the id: two organisations that use the same event id stay apart."""
    return Meta(
        event_id=ids.caused(record.meta.event_id, kind.__name__, organisation),
        partnership=record.meta.partnership,
        case_id=record.meta.case_id,
        occurred_at=at,
        cause_id=record.meta.event_id,
    )
