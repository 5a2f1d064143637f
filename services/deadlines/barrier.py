"""Has every answer that was in time been seen? Asked before a breach, in order, on a connection that doesn't fetch.

After the instant: the ends of every partition the answers arrive on; wait until the service that restates them has
committed past those ends; only then the ends of our own partitions; wait until we have handled past them. Both ends
read at once gave 1,600 false breaches of 1,600 timely answers in a trial; in this order none.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code

from mashbus.bus.clock import Clock
from mashbus.bus.loop import Loop
from mashbus.contracts import topics
from mashbus.domain.deadline import HUB
from mashbus.domain.watch import Watch

QUESTION_WITHIN = timedelta(seconds=5)
REPLICA_LAG = timedelta(seconds=30)
"""Kafka's `replica.lag.time.max.ms`: a frozen follower holds the high watermark back so long (trap 51)."""
BROKER_TICK = timedelta(milliseconds=2)
"""Append times are whole milliseconds: an answer of the due instant's own millisecond is in time, so wait it out."""
RESTATING: tuple[str, ...] = ("mashbus.intake",)
"""Who must have restated what agencies sent."""
DECIDING: tuple[str, ...] = ("mashbus.triage", "mashbus.outcomes")
"""Who must have acted on what people of the hub decided."""
ENDS_DEADLINES = (topics.CASES, topics.EMAILS)
"""Where the records that end a deadline are read."""
_AGAIN = 0.02
_LOOK_AGAIN = 0.1

Ends = Mapping[TopicPartition, int]


class Offsets:
    """Ends and commits, on a client of its own: on the consuming one they wait behind its long poll (trap 47)."""

    def __init__(self, kafka: Sequence[str]) -> None:
        self._kafka = list(kafka)
        self._parts = AsyncExitStack()
        self._reader: AIOKafkaConsumer[bytes, bytes]
        self._admin: AIOKafkaAdminClient

    async def __aenter__(self) -> Self:
        self._reader = AIOKafkaConsumer(bootstrap_servers=self._kafka, enable_auto_commit=False)
        self._admin = AIOKafkaAdminClient(bootstrap_servers=self._kafka)
        async with AsyncExitStack() as begun:  # what was begun is ended where the broker is away
            begun.push_async_callback(self._reader.stop)
            await self._reader.start()
            begun.push_async_callback(self._admin.close)
            await self._admin.start()
            self._parts = begun.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._parts.aclose()

    async def ends(self, partitions: Sequence[TopicPartition]) -> Ends:
        async with asyncio.timeout(QUESTION_WITHIN.total_seconds()):
            ends: Ends = await self._reader.end_offsets(list(partitions))
            return ends

    async def committed(self, group: str, partitions: Sequence[TopicPartition]) -> Ends:
        """-1 where the group has said nothing (yet): a loading coordinator is never taken for progress (trap 50)."""
        async with asyncio.timeout(QUESTION_WITHIN.total_seconds()):
            found = await self._admin.list_consumer_group_offsets(group, partitions=list(partitions))
        return {one: found[one].offset if one in found else -1 for one in partitions}

    async def replicated(self, topic: str) -> bool:
        """Whether its end offset is a high watermark that a follower can hold back."""
        async with asyncio.timeout(QUESTION_WITHIN.total_seconds()):
            (described,) = await self._admin.describe_topics([topic])
        if described["error_code"]:
            raise for_code(described["error_code"])(topic)  # nothing was told of its replicas
        return any(len(partition["replicas"]) > 1 for partition in described["partitions"])


class Barrier:
    """Stands between a lapse and its breach until nothing that was in time can be unseen."""

    def __init__(self, loop: Loop[Watch], clock: Clock, offsets: Offsets) -> None:
        self._loop = loop
        self._clock = clock
        self._offsets = offsets

    async def passed(self, source: str, due: datetime, epoch: int) -> bool:
        """Once everything of `source` up to `due` was seen. False: partitions or clock moved meanwhile; ask anew."""
        if not await self._is_past(due, await self._settling(source)) or not self._holds(epoch):
            return False  # of closed casebooks nothing would be asked, and nothing waited for
        mine = [TopicPartition(topic, one) for topic in ENDS_DEADLINES for one in self._loop.handlers]
        groups = DECIDING if source == HUB else RESTATING
        ours = [one for one in mine if one.topic == topics.CASES]
        arrivals = ours if source == HUB else list(answers_of(source))
        ends = await self._offsets.ends(arrivals)
        for group in groups:
            await committed_past(self._offsets, group, ends)
        return await self._handled_past(await self._offsets.ends(mine), epoch)

    async def _handled_past(self, ends: Ends, epoch: int) -> bool:
        while self._holds(epoch):
            if all(self._loop.handlers[one.partition].book.next(one.topic) >= end for one, end in ends.items()):
                return True
            await asyncio.sleep(0.01)
        return False

    def _holds(self, epoch: int) -> bool:
        return epoch == self._loop.epoch and self._loop.ready

    async def _settling(self, source: str) -> timedelta:
        topic = topics.CASES if source == HUB else topics.responses_of(source)
        return REPLICA_LAG if await self._offsets.replicated(topic) else timedelta(0)

    async def _is_past(self, due: datetime, settling: timedelta) -> bool:
        """After real time for the broker's own millisecond and for a frozen follower to be dropped.

        False: the clock has stepped back (trap 33), and what is due by it now must not wait for what is not.
        """
        while (left := self._clock.real_seconds_until(due)) > 0:
            if left > _LOOK_AGAIN:
                return False
            await asyncio.sleep(left)
        await asyncio.sleep(BROKER_TICK.total_seconds() + settling.total_seconds())
        return True


async def committed_past(offsets: Offsets, group: str, ends: Ends) -> None:
    """Wait until the group has committed up to these ends."""
    left = dict(ends)
    while True:
        done = await offsets.committed(group, list(left))
        left = {one: end for one, end in left.items() if max(done[one], 0) < end}
        if not left:
            return
        await asyncio.sleep(_AGAIN)


def answers_of(organisation: str) -> tuple[TopicPartition, ...]:
    """Every partition: partners choose their own partitioner."""
    return tuple(TopicPartition(topics.responses_of(organisation), one) for one in range(topics.PARTITIONS))
