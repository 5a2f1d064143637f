"""Whom the monitor rightly waits for: who has not handled yet what may meet a deadline. Then nobody can say it lapsed.

Asked before the log is read, ends before commits: what is committed past these ends is restated in what is read then.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from mashbus.bus.rebuild import reader
from mashbus.contracts import topics
from mashbus.domain.deadline import HUB
from services.deadlines.barrier import DECIDING, RESTATING, Ends, Offsets, answers_of

_QUESTION_WITHIN = timedelta(seconds=30)
_AGAIN = 0.2


async def unhandled(kafka: Sequence[str]) -> Mapping[str, int]:
    """By source, as the monitor asks: of an organisation's answers, or of the hub's own story, the records that the
    slowest of those who must handle them has not passed; a source without any is left out.
    """
    cases = [TopicPartition(topics.CASES, one) for one in range(topics.PARTITIONS)]
    async with asyncio.timeout(_QUESTION_WITHIN.total_seconds()):
        places = await _answers(kafka)
        async with Offsets(kafka) as offsets:
            behind = await _behind(offsets, places, RESTATING)
            behind[HUB] = sum((await _behind(offsets, cases, DECIDING)).values())
    return {source: count for source, count in behind.items() if count}


async def _answers(kafka: Sequence[str]) -> list[TopicPartition]:
    async with reader(kafka) as consumer:
        names = await consumer.topics()
    organisations = {whose for one in names if (whose := topics.organisation_of(one))}
    return [place for one in organisations if topics.responses_of(one) in names for place in answers_of(one)]


async def _behind(offsets: Offsets, places: list[TopicPartition], groups: Sequence[str]) -> dict[str, int]:
    """By organisation; of the hub's own topics under ""."""
    ends = {place: end for place, end in (await offsets.ends(places)).items() if end}
    done = [await _committed(offsets, group, list(ends)) for group in groups]
    left: dict[str, int] = defaultdict(int)
    for place, end in ends.items():
        left[topics.organisation_of(place.topic) or ""] += max(0, *(end - max(one[place], 0) for one in done))
    return left


async def _committed(offsets: Offsets, group: str, places: list[TopicPartition]) -> Ends:
    """On a new broker the first question makes the coordinator."""
    while True:
        try:
            return await offsets.committed(group, places) if places else {}
        except KafkaError as fault:
            if not fault.retriable:
                raise
        await asyncio.sleep(_AGAIN)
