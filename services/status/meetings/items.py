"""A case's agenda items and results, as its view tells them: without what was said at a meeting."""

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel

from mashbus.domain.case import Case
from mashbus.domain.meeting import closings
from mashbus.domain.partnership import Partnership
from services.status.instants import Utc, local


class MeetingItemAnswer(BaseModel):
    """One cause for which the case was put on a meeting's agenda."""

    meeting: str
    title: str
    requirement: str
    meets_at: Utc
    """The first meeting that it is on the agenda of."""
    meets_at_local: str
    reasons: tuple[str, ...]
    open: bool
    """On the next agenda too."""


class HeldAnswer(BaseModel):
    """What a meeting decided on the case."""

    meeting: str
    title: str
    met_on: date
    result: str
    says: str
    stays: bool
    at: Utc


def items_of(case: Case, partnership: Partnership) -> Iterator[MeetingItemAnswer]:
    for one in case.agenda:
        meeting = partnership.meetings.get(one.meeting)
        left = case.decided and not (meeting and meeting.also_closed)
        yield MeetingItemAnswer(
            meeting=one.meeting,
            title=meeting.title if meeting else one.meeting,
            requirement=one.requirement,
            meets_at=one.meets_at,
            meets_at_local=local(one.meets_at, partnership.zone),
            reasons=one.reasons,
            open=not left and not closings(one, case.held, partnership.time.calendar),
        )


def held_of(case: Case, partnership: Partnership) -> Iterator[HeldAnswer]:
    for one in case.held:
        meeting = partnership.meetings.get(one.meeting)
        yield HeldAnswer(
            meeting=one.meeting,
            title=meeting.title if meeting else one.meeting,
            met_on=one.met_on,
            result=one.result,
            says=meeting.results.get(one.result, one.result) if meeting else one.result,
            stays=one.stays,
            at=one.at,
        )
