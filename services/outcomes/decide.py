"""When an enquiry is closed, and what a manager's outcome does. It waits by set, never by count."""

from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.facts import stated
from mashbus.contracts.record import Record
from mashbus.contracts.refusals import held_by, not_allowed, refusal
from mashbus.domain.case import Case
from mashbus.domain.closing import closes_with
from mashbus.domain.facts import of_case, proposed
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import OUTCOME, Outcome
from mashbus.domain.vocabulary import Collation
from mashbus.domain.words import Ruling


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
        if case.routed and not case.collated:  # an outcome given before collation is a word of "enough"
            return _collated(case, Collation.ENOUGH if case.awaited else Collation.ALL, at, ruling)
        return _decided(case, ruling, at)
    if case.routed and not case.collated and not case.awaited and not case.decided:
        return _collated(case, Collation.ALL, at, None)
    if case.collated and not case.decided and (closing := closes_with(case, partnership)):
        return _closed(case, closing, at)
    return None


def _collated(case: Case, collation: Collation, at: datetime, word: Ruling | None) -> hub.EnquiryCollated:
    awaited = {request.request_id for request in case.awaited}
    return hub.EnquiryCollated(
        meta=stated(case, hub.EnquiryCollated, at, cause=word.ruling_id if word else None, round_=case.collations + 1),
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
        withheld=ruling.withheld,
    )


def _closed(case: Case, outcomes: tuple[str, ...], at: datetime) -> hub.OutcomeDecided:
    """By whoever routed it: no further decision is owed."""
    assert case.routed_by is not None
    return hub.OutcomeDecided(
        meta=stated(case, hub.OutcomeDecided, at),
        outcomes=outcomes,
        rationale="The case was routed to where it closes.",
        decided_by=case.routed_by,
        decided_at=case.routed_at or at,
        tell_referrer=True,
        not_told_reason=None,
        answered=(),
        withdrawn=(),
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
    if not case.routed and not case.asks_nobody and case.directed is None:
        return "the case is not rated yet: rate it first"
    if not ruling.tell_referrer and not (ruling.not_told_reason or "").strip():
        return "where the referrer is not told, the reason is recorded (H-10)"
    if strangers := {one.referrer_id for one in ruling.withheld} - case.referrers.keys():
        return f"no such further referrer: {', '.join(sorted(map(str, strangers)))}"
    return _outcomes_refusal(case, ruling, partnership) or _held(case, ruling, partnership)


def _outcomes_refusal(case: Case, ruling: Ruling, partnership: Partnership) -> str | None:
    """J-14 to J-16: the vocabulary of the ways that the case goes."""
    if not ruling.outcomes:
        return "an outcome names at least one of the partnership's outcomes"
    if unknown := set(ruling.outcomes) - partnership.outcomes.keys():
        return f"no such outcome: {', '.join(sorted(unknown))}"
    kind = case.contact.contact_type if case.contact else None
    ways = {*case.pathways, *([kind] if kind else [])}
    elsewhere = [one for one in ruling.outcomes if not _belongs(partnership.outcomes[one], ways)]
    if elsewhere:
        return f"no outcome of {', '.join(sorted(ways)) or 'this case'}: {', '.join(sorted(elsewhere))}"
    return None


def _belongs(outcome: Outcome, ways: set[str]) -> bool:
    return not outcome.belongs_to or bool(ways & set(outcome.belongs_to))


def _held(case: Case, ruling: Ruling, partnership: Partnership) -> str | None:
    """G-07, G-09: what the profile's guards say against it."""
    if case.contact is None:
        return None
    facts = proposed(
        of_case(case, case.contact, partnership), role=ruling.actor.role, rag=case.rag, level=case.level,
        pathways=case.pathways, asks=bool(case.requests), outcomes=ruling.outcomes,
    )  # fmt: skip
    held = held_by(OUTCOME, facts, partnership)
    return held[0] if held else None
