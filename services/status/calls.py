"""Calls of the advice or consultation line, counted (H-14, J-21): by topic and outcome, nothing of a caller or a child.

The count is made from the log when it is first asked for and goes on from there with every question: so it is never
older than the question, and costs nothing while nobody asks.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from mashbus.contracts import hub, topics
from mashbus.domain.partnership import Partnership
from services.status.log_reading import LogReader

_CALL = ("ce_type", hub.CallLogged.full_name().encode())


class CallCount(BaseModel):
    topic: str
    topic_title: str
    outcome: str
    outcome_title: str
    calls: int


class CallsAnswer(BaseModel):
    since: date
    until: date
    """The last day, included. Days are the partnership's own."""
    calls: int
    by_topic_and_outcome: tuple[CallCount, ...]


@dataclass(frozen=True)
class Call:
    partnership: str
    called_at: datetime
    topic: str
    outcome: str
    reference: str
    """Quoted on a later referral (G-15)."""


class Calls:
    def __init__(self, log: LogReader) -> None:
        self._log = log
        self._reached: dict[int, int] = {}
        self._calls: dict[UUID, Call] = {}
        self._one_at_a_time = asyncio.Lock()

    async def between(self, partnership: Partnership, since: date, until: date) -> CallsAnswer:
        """Raises LogUnreadable."""
        return counted(await self.of(partnership.name), partnership, since, until)

    async def of(self, partnership: str) -> Sequence[Call]:
        """Up to the log's end of now. Raises LogUnreadable; who then asks again does not begin anew."""
        async with self._one_at_a_time:
            await self._catch_up()
        return [one for one in self._calls.values() if one.partnership == partnership]

    async def _catch_up(self) -> None:
        async for received in self._log.newer(topics.HUB, self._reached):
            if _CALL not in received.headers:
                continue
            record = self._log.decoded(received)
            if isinstance(record, hub.CallLogged):
                call = Call(record.meta.partnership, record.called_at, record.topic, record.outcome, record.reference)
                self._calls.setdefault(record.meta.event_id, call)


def counted(calls: Iterable[Call], partnership: Partnership, since: date, until: date) -> CallsAnswer:
    ours = [
        one
        for one in calls
        if one.partnership == partnership.name and since <= one.called_at.astimezone(partnership.zone).date() <= until
    ]
    said = partnership.calls
    counts = Counter((one.topic, one.outcome) for one in ours)
    return CallsAnswer(
        since=since,
        until=until,
        calls=len(ours),
        by_topic_and_outcome=tuple(
            CallCount(
                topic=topic,
                topic_title=said.topics.get(topic, topic) if said else topic,
                outcome=outcome,
                outcome_title=said.outcomes.get(outcome, outcome) if said else outcome,
                calls=count,
            )
            for (topic, outcome), count in sorted(counts.items())
        ),
    )
