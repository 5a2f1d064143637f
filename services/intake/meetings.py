"""What a meeting decided on a case: one of its results, and a colour, level or pathways where it re-levels the case."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from mashbus.bus.http.problems import Fault
from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Rag
from services.intake.fields import A_FEW, Day, Narrative, ShortText
from services.intake.profile_names import places, strangers
from services.intake.words import Word


class MeetingResultForm(Word):
    """Whether the role may record it, and whether the case was on the agenda, is said on the record."""

    record: ClassVar[type[Record]] = hub.MeetingResultGiven

    meeting: ShortText
    met_on: Day
    """The day on which it met, in the partnership's own time."""
    result: ShortText
    note: Narrative | None = None
    """The rationale of a re-levelling, too."""
    stays: bool = False
    """On the next agenda again."""
    rag: Rag | None = None
    level: ShortText | None = None
    pathways: tuple[ShortText, ...] = A_FEW

    def faults(self, partnership: Partnership, at: datetime) -> Iterable[Fault]:
        meeting = partnership.meetings.get(self.meeting)
        if meeting is None:
            yield from strangers({"/meeting": self.meeting}, partnership.meetings, "meeting")
        else:
            yield from strangers({"/result": self.result}, meeting.results, "result of this meeting")
        if self.met_on > at.astimezone(partnership.zone).date():
            yield Fault("/met_on", "lies in the future", "send the day on which it met")
        if self.rag is not None:
            yield from strangers({"/rag": self.rag.value}, [one.value for one in partnership.ratings], "rating")
        if self.level is not None:
            yield from strangers({"/level": self.level}, partnership.levels, "level")
        yield from strangers(places("/pathways", self.pathways), partnership.pathways, "pathway")
