"""Whose answers the door has not taken in yet: until it has, nobody can say that they have lapsed.

Asked before the log is read, ends before commits: what is committed past these ends is restated in what is read then.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from mashbus.bus.rebuild import reader
from mashbus.contracts import topics

DOOR = "mashbus.intake"
_QUESTION_WITHIN = timedelta(seconds=20)
_AGAIN = 0.2


async def not_taken_in(kafka: Sequence[str]) -> Mapping[str, int]:
    """Records on each organisation's responses that intake has not passed; who has none is left out."""
    async with reader(kafka) as consumer:
        ends = await _ends(consumer)
    done = await _committed(kafka, list(ends)) if ends else {}
    left: Counter[str] = Counter()
    for place, end in ends.items():
        left[topics.organisation_of(place.topic) or ""] += max(0, end - done[place])
    return +left


async def _ends(consumer: "AIOKafkaConsumer[bytes, bytes]") -> Mapping[TopicPartition, int]:
    async with asyncio.timeout(_QUESTION_WITHIN.total_seconds()):
        names = [one for one in await consumer.topics() if (whose := topics.organisation_of(one)) and _is(one, whose)]
        places = [TopicPartition(name, number) for name in names for number in range(topics.PARTITIONS)]
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets(places)
        return {place: end for place, end in ends.items() if end}


def _is(topic: str, organisation: str) -> bool:
    return topic == topics.responses_of(organisation)


async def _committed(kafka: Sequence[str], places: list[TopicPartition]) -> Mapping[TopicPartition, int]:
    """0 where the group says nothing: a loading coordinator is never taken for progress (trap 50)."""
    admin = AIOKafkaAdminClient(bootstrap_servers=list(kafka))
    try:
        async with asyncio.timeout(_QUESTION_WITHIN.total_seconds()):
            await admin.start()
            while (found := await _offsets(admin, places)) is None:  # noqa: ASYNC110 - the broker signals nothing
                await asyncio.sleep(_AGAIN)
    finally:
        await admin.close()
    return {one: max(0, found[one].offset) if one in found else 0 for one in places}


async def _offsets(admin: AIOKafkaAdminClient, places: list[TopicPartition]) -> Mapping[TopicPartition, Any] | None:
    """None: ask again, as on a new broker, whose first question makes the coordinator."""
    try:
        return dict(await admin.list_consumer_group_offsets(DOOR, partitions=places))
    except KafkaError as fault:
        if fault.retriable:
            return None
        raise
