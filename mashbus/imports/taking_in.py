"""Whether the door has taken in what was published: its group's offsets by the topic's ends; and what it refused."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError
from mashbus.bus.headers import normalise
from mashbus.bus.rebuild import reader, records_until
from mashbus.contracts.agency import AnswerRefused
from mashbus.contracts.topics import PARTITIONS, requests_of, submissions_of
from services.deadlines.barrier import Offsets

DOOR = "mashbus.intake"
LOOKS_EVERY = 0.25
STALLED = timedelta(seconds=60)
"""Nothing has moved for so long: the door does not run, or is held up."""

OLDER_NEWS, TAKEN_WITHOUT = "older_news", "taken_without"
"""What the door tells, and no fault: the hub holds newer news; the child is known, without a part of what was said."""

Ends = Mapping[TopicPartition, int]


@dataclass(frozen=True)
class Before:
    """Where the organisation's topics ended before anything was published."""

    submissions: Ends
    requests: Ends

    @property
    def anything(self) -> bool:
        """Whether the organisation has ever said anything: only then is there somebody to forget."""
        return any(self.submissions.values())


async def before(offsets: Offsets, organisation: str) -> Before:
    """Raises KafkaError or TimeoutError where the topics or the broker are not there."""
    return Before(
        await offsets.ends(_partitions(submissions_of(organisation))),
        await offsets.ends(_partitions(requests_of(organisation))),
    )


async def taken_in(offsets: Offsets, organisation: str, since: Before, moved: Callable[[int, int], None]) -> int:
    """How many of those published since are not taken in: 0, or what is left when nothing has moved for long."""
    ends = await offsets.ends(_partitions(submissions_of(organisation)))
    whole = sum(ends.values()) - sum(since.submissions.values())
    left, moved_at = whole, time.monotonic()
    while left and time.monotonic() - moved_at < STALLED.total_seconds():
        await asyncio.sleep(LOOKS_EVERY)
        now = await _left(offsets, ends, since.submissions)
        if now is not None and now < left:
            left, moved_at = now, time.monotonic()
            moved(whole - left, whole)
    return left


async def _left(offsets: Offsets, ends: Ends, starts: Ends) -> int | None:
    """None: nobody can say at this moment. An offset that nobody committed is no progress (trap 50)."""
    try:
        done = await offsets.committed(DOOR, list(ends))
    except (KafkaError, TimeoutError):
        return None
    return sum(max(0, end - max(done[one], starts[one])) for one, end in ends.items())


async def told(kafka: Sequence[str], codec: Codec, offsets: Offsets, organisation: str, since: Before) -> Counter[str]:
    """What the door has told the organisation since of records that it could not take as they were, by class."""
    ends = await offsets.ends(_partitions(requests_of(organisation)))
    spans = {one: (since.requests[one], end) for one, end in ends.items() if since.requests[one] < end}
    found: Counter[str] = Counter()
    if not spans:
        return found
    async with reader(kafka) as consumer:
        async for _, records in records_until(consumer, kafka, spans):
            for received in records:
                try:
                    record = codec.decode(received.topic, received.value, normalise(received.headers))
                except PermanentError:
                    continue
                if isinstance(record, AnswerRefused) and record.request_id is None:
                    found[record.reason.partition(":")[0]] += 1
    return found


def _partitions(topic: str) -> list[TopicPartition]:
    return [TopicPartition(topic, one) for one in range(PARTITIONS)]
