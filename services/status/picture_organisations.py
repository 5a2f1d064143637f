"""What organisations know, flagged and were shown."""

from datetime import date

from mashbus.contracts import hub
from mashbus.domain.vocabulary import Rag
from services.status.answers import NotAskedAnswer, RequestAnswer
from services.status.case_records import CaseRecords
from services.status.instants import for_people
from services.status.picture import (
    AnswerPicture,
    ChronologyLine,
    DisclosurePicture,
    FlagPicture,
    NotAskedPicture,
    OrganisationPicture,
)
from services.status.short import says

_UNDATED = date.max


def organisation(told: CaseRecords, request: RequestAnswer) -> OrganisationPicture:
    answers = [one for one in told.all(hub.AnswerReceived) if one.request_id == request.request_id]
    declined = [one.reason for one in told.all(hub.AnswerDeclined) if one.request_id == request.request_id]
    known = told.partnership.organisation(request.organisation)
    due = for_people(request.due, told.partnership.zone) if request.due else None
    knowledge = answers[-1].knowledge if answers else None
    return OrganisationPicture(
        **request.model_dump(include={"organisation", "status", "rag", "asked_at", "seen_at", "due", "due_local"}),
        name=known.name if known else request.organisation,
        role=known.role if known else "",
        says=says(request.status, knowledge, due, declined[-1] if declined else None),
        knowledge=knowledge,
        answers=tuple(map(_answer, answers)),
        declined_because=declined[-1] if declined else None,
    )


def not_asked(told: CaseRecords, one: NotAskedAnswer) -> NotAskedPicture:
    return NotAskedPicture(organisation=one.organisation, name=told.name_of(one.organisation), reason=one.reason)


def chronology(told: CaseRecords) -> tuple[ChronologyLine, ...]:
    """Merged across organisations. Python's sort is stable: one day's lines stay in their organisation's order."""
    lines = [
        ChronologyLine(on=entry.on, text=entry.text, organisation=one.organisation, name=told.name_of(one.organisation))
        for one in told.all(hub.AnswerReceived)
        for entry in one.chronology
    ]
    return tuple(sorted(lines, key=lambda line: line.on or _UNDATED))


def flag(told: CaseRecords, record: hub.RiskFlagged) -> FlagPicture:
    return FlagPicture(
        at=record.arrived_at,
        organisation=record.organisation,
        name=told.name_of(record.organisation),
        information=record.information,
        suggested_rag=None if record.suggested_rag is Rag.UNKNOWN else record.suggested_rag,
    )


def disclosure(told: CaseRecords, record: hub.DisclosureMade) -> DisclosurePicture:
    return DisclosurePicture(
        at=record.meta.occurred_at,
        organisation=record.organisation,
        name=told.name_of(record.organisation),
        fields=record.disclosed,
        **record.model_dump(include={"purpose", "shared_by", "rule", "profile", "lawful_basis"}),
    )


def _answer(record: hub.AnswerReceived) -> AnswerPicture:
    return AnswerPicture(
        at=record.arrived_at, knowledge=record.knowledge, summary=record.summary, analysis=record.analysis
    )
