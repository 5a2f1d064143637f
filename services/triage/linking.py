"""Cases that belong together are linked, never merged: the same referral under another key, the same child again.

The later case names the earlier one. Of a duplicate nobody is asked and no clock runs: the first case's stand for it.
"""

from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.refusals import not_allowed, refusal
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.known import LinkKind, stands_aside
from mashbus.domain.partnership import Partnership
from mashbus.domain.words import Link
from services.triage.ending import ended_with
from services.triage.known import Memory

SIGN_OFF = "record"
"""The row of `[decides]` whose roles link cases."""
CONTENT = "content"


def linked(case: Case, at: datetime) -> hub.CaseLinked | None:
    """What exact identifiers or content show: a duplicate, else the latest earlier case of the same child."""
    looked = case.looked
    if looked is None or case.asks_nobody:
        return None
    if looked.same_as is not None and looked.same_as not in case.links and not case.routed and not case.decided:
        return _linked(case, looked.same_as, LinkKind.DUPLICATE, (CONTENT,), at)
    last = looked.earlier[-1] if looked.earlier else None
    if last is None or last.case in case.links:
        return None
    on = dict.fromkeys(kind.value for one in looked.earlier if one.case == last.case for kind in one.matched_on)
    return _linked(case, last.case, LinkKind.RE_REFERRAL, tuple(on), at)


def linked_by(case: Case, word: Link, partnership: Partnership, memory: Memory | None, at: datetime) -> Record:
    """CaseLinked by a person's word, or DecisionRefused with the reason."""
    if reason := _refusal(case, word, partnership, memory):
        return refusal(case, word.word_id, hub.LinkGiven.__name__, word.actor, reason, at)
    return hub.CaseLinked(
        meta=Meta(
            event_id=ids.caused(word.word_id, hub.CaseLinked.__name__),
            partnership=case.partnership,
            case_id=case.case_id,
            occurred_at=at,
            cause_id=word.word_id,
        ),
        to=word.to,
        kind=word.kind,
        decided_by=word.actor,
        rationale=word.rationale,
        withdrawn_deadlines=_withdrawn(case, word.kind),
    )


def noted(fact: hub.CaseLinked) -> hub.LaterCaseNoted:
    """The earlier case's story tells of the later one."""
    meta = copied(fact, hub.LaterCaseNoted, fact.to, fact.meta.occurred_at)
    assert fact.meta.case_id is not None
    return hub.LaterCaseNoted(
        meta=meta.model_copy(update={"case_id": fact.to}), later=fact.meta.case_id, kind=fact.kind
    )


def _linked(case: Case, to: UUID, kind: LinkKind, on: tuple[str, ...], at: datetime) -> hub.CaseLinked:
    return hub.CaseLinked(
        meta=Meta(
            event_id=ids.once(case.case_id, f"{hub.CaseLinked.__name__}/{to}/{kind}"),
            partnership=case.partnership,
            case_id=case.case_id,
            occurred_at=at,
        ),
        to=to,
        kind=kind,
        matched_on=on,
        withdrawn_deadlines=_withdrawn(case, kind),
    )


def _withdrawn(case: Case, kind: LinkKind) -> tuple[UUID, ...]:
    return () if kind is LinkKind.RE_REFERRAL else ended_with(hub.CaseLinked.__name__, case)


def _refusal(case: Case, word: Link, partnership: Partnership, memory: Memory | None) -> str | None:
    if reason := not_allowed(case, partnership, SIGN_OFF, word.partnership, word.actor):
        return reason
    if word.to == case.case_id:
        return "a case is not linked to itself"
    there = case.links.get(word.to)
    if there is not None and (stands_aside(there) or not stands_aside(word.kind)):
        return "the cases are linked already"
    if word.to in case.later:
        return "that case was linked to this one already: this one is the earlier"
    came = memory.received(partnership, word.to) if memory else None
    if came is None:
        return "there is no such case here in the time that contacts are kept"
    if stands_aside(word.kind) and case.contact and (came, word.to) > (case.contact.received_at, case.case_id):
        return "that case came later than this one: link it to this one"  # else they could stand for one another
    if word.kind is LinkKind.UNKNOWN:
        return "say why they belong together: duplicate, same_incident or re_referral"
    if word.kind is not LinkKind.RE_REFERRAL and (case.routed or case.decided):
        return "the case was routed already: its requests are out; link it as a re_referral, or give it its outcome"
    return None
