"""When an enquiry is closed, and what a manager's outcome does. It waits by set, never by count."""

from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.facts import stated
from mashbus.contracts.record import Record
from mashbus.contracts.refusals import not_allowed, refusal
from mashbus.domain.case import Case, Ruling
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Collation


def decide(case: Case, partnership: Partnership, at: datetime) -> Record | None:
    """The next fact, or None. Asked after every record of the case, whichever came."""
    if not case.partnership:
        return None
    if enough := case.pending_enough:
        if reason := _enough_refusal(case, enough, partnership):
            return refusal(case, enough.ruling_id, "EnoughGiven", enough.actor, reason, at)
        return _collated(case, Collation.ENOUGH, at, enough)
    if ruling := case.pending_ruling:
        if reason := _ruling_refusal(case, ruling, partnership):
            return refusal(case, ruling.ruling_id, "OutcomeGiven", ruling.actor, reason, at)
        if not case.collated:  # an outcome given before collation is a word of "enough"
            return _collated(case, Collation.ENOUGH if case.awaited else Collation.ALL, at, ruling)
        return _decided(case, ruling, at)
    if case.routed and not case.collated and not case.awaited:
        return _collated(case, Collation.ALL, at, None)
    return None


def _collated(case: Case, collation: Collation, at: datetime, word: Ruling | None) -> hub.EnquiryCollated:
    awaited = {request.request_id for request in case.awaited}
    return hub.EnquiryCollated(
        meta=stated(case, hub.EnquiryCollated, at, cause=word.ruling_id if word else None),
        collation=collation,
        answered=tuple(key for key in case.requests if key in case.answered),
        declined=tuple(key for key in case.requests if key in case.declined and key not in case.answered),
        lapsed=tuple(one.request_id for one in case.outstanding if one.request_id not in awaited),
        outstanding=tuple(request.request_id for request in case.awaited),
    )


def _decided(case: Case, ruling: Ruling, at: datetime) -> hub.OutcomeDecided:
    return hub.OutcomeDecided(
        meta=stated(case, hub.OutcomeDecided, at, cause=ruling.ruling_id),
        outcomes=ruling.outcomes,
        rationale=ruling.rationale,
        decided_by=ruling.actor,
        decided_at=ruling.at,
        tell_referrer=ruling.tell_referrer,
        not_told_reason=ruling.not_told_reason,
        answered=tuple(request for key, request in case.requests.items() if key in case.answered),
        withdrawn=case.outstanding,
    )


def _enough_refusal(case: Case, enough: Ruling, partnership: Partnership) -> str | None:
    if reason := not_allowed(case, partnership, "enough", enough.partnership, enough.actor):
        return reason
    if case.collated:
        return "the enquiry is closed already"
    return None if case.routed else "the case is not rated yet: there is no enquiry to close"


def _ruling_refusal(case: Case, ruling: Ruling, partnership: Partnership) -> str | None:
    if reason := not_allowed(case, partnership, "outcome", ruling.partnership, ruling.actor):
        return reason
    if case.decided:
        return "the case has its outcome already: disagreement goes through escalation (H-19)"
    if not case.routed:
        return "the case is not rated yet: rate it first"
    if not ruling.tell_referrer and not (ruling.not_told_reason or "").strip():
        return "where the referrer is not told, the reason is recorded (H-10)"
    if strangers := set(ruling.outcomes) - partnership.outcomes.keys():
        return f"no such outcome: {', '.join(sorted(strangers))}"
    return None if ruling.outcomes else "an outcome names at least one of the partnership's outcomes"
