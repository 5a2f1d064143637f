"""What a meeting decided on a case: recorded, or refused. What re-levels it is a rating besides (H-12, G-12).

The rating is made from the recorded result, in the same person's name: guards, sign-off and refusals are those of every
rating, and a result stands even where its rating is refused.
"""

from collections.abc import Iterator
from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.refusals import refusal
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import Meeting
from mashbus.domain.rules import Facts
from mashbus.domain.vocabulary import Rag
from mashbus.domain.words import MeetingResult
from services.triage.agenda import is_on_an_agenda, rating_of, stays


def result_of(case: Case, word: MeetingResult, facts: Facts, partnership: Partnership, at: datetime) -> Record:
    """MeetingResultRecorded, or DecisionRefused with the reason."""
    meeting = partnership.meetings.get(word.meeting)
    reason = _refusal(case, word, meeting, facts, partnership)
    if reason or meeting is None:
        return refusal(case, word.word_id, hub.MeetingResultGiven.__name__, word.actor, reason or "", at)
    return hub.MeetingResultRecorded(
        meta=Meta(
            event_id=ids.caused(word.word_id, hub.MeetingResultRecorded.__name__),
            partnership=case.partnership,
            case_id=case.case_id,
            occurred_at=at,
            cause_id=word.word_id,
        ),
        actor=word.actor,
        meeting=word.meeting,
        met_on=word.met_on,
        result=word.result,
        note=word.note,
        stays=word.stays or stays(meeting, facts),
        rag=(word.rag or case.rag or Rag.NONE) if _relevels(word) else None,
        level=word.level,
        pathways=word.pathways,
    )


def rating_from(fact: hub.MeetingResultRecorded, partnership: Partnership) -> Iterator[hub.RatingGiven]:
    """The rating that the result is besides, where it re-levels the case."""
    if fact.rag is None:
        return
    meeting = partnership.meetings.get(fact.meeting)
    yield hub.RatingGiven(
        meta=fact.meta.model_copy(update={"event_id": rating_of(fact.meta.event_id), "cause_id": fact.meta.event_id}),
        actor=fact.actor,
        rag=fact.rag,
        level=fact.level,
        pathways=fact.pathways,
        rationale=fact.note or f"Decided at {meeting.title if meeting else fact.meeting}",
    )


def _refusal(
    case: Case, word: MeetingResult, meeting: Meeting | None, facts: Facts, partnership: Partnership
) -> str | None:
    if word.partnership != case.partnership:
        return "the case belongs to another partnership"
    if meeting is None:
        return f"no such meeting: {word.meeting}"
    if word.actor.role not in meeting.roles:
        return f"the role '{word.actor.role}' may not record this; sign-off: {', '.join(sorted(meeting.roles))}"
    if case.returned or not case.opened:
        return "the referral was returned: the case is not open; a complete referral opens a new one"
    if word.result not in meeting.results:
        return f"no such result of {meeting.name}: {word.result}"
    if word.met_on > word.at.astimezone(partnership.zone).date():
        return "the meeting of that day is still to come"
    if not is_on_an_agenda(case, meeting, facts, partnership):
        return f"the case was never on an agenda of {meeting.name}: rate it, where it is to go another way"
    if _relevels(word) and word.rag is None and case.rag is None and partnership.ratings:
        return "the case has no colour yet: a first rating names one"
    return None


def _relevels(word: MeetingResult) -> bool:
    return word.rag is not None or word.level is not None or bool(word.pathways)
