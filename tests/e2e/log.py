"""The log as it grows: every record of every topic, read without a group, and what a story waits for."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError
from mashbus.bus.headers import normalise
from mashbus.contracts.record import Record
from mashbus.contracts.topics import PARTITIONS

R = TypeVar("R", bound=Record)
WITHIN = 30.0
"""Real seconds that a condition may take."""


@dataclass(frozen=True)
class Seen:
    """`record` is None where the bytes are no record of the contract; `timestamp` is the broker's real millisecond."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    record: Record | None


class Never(AssertionError):
    def __init__(self, what: str, within: float, there: Iterable[str]) -> None:
        super().__init__(f"{what} did not happen within {within} s; the case's story: {', '.join(there) or 'nothing'}")


class Log:
    """The first record of an id is the fact; repeats are kept apart."""

    def __init__(self, kafka: Sequence[str], codec: Codec, topics: Iterable[str]) -> None:
        self._kafka = list(kafka)
        self._codec = codec
        self._partitions = [TopicPartition(topic, one) for topic in topics for one in range(PARTITIONS)]
        self.seen: list[Seen] = []
        self.facts: dict[UUID, Seen] = {}
        self.by_case: dict[UUID, list[Seen]] = {}
        self.ends: dict[TopicPartition, int] = {}
        """The next offset of every partition that something was read of."""
        self._grown = asyncio.Condition()

    async def follow(self) -> None:
        """For ever; a broker that goes away comes back."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._kafka, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            consumer.assign(self._partitions)
            while True:
                try:
                    got = await consumer.getmany(timeout_ms=200, max_records=2000)
                except KafkaError:
                    await asyncio.sleep(0.2)
                    continue
                if got:
                    for records in got.values():
                        for raw in records:
                            self._take(raw)
                    async with self._grown:
                        self._grown.notify_all()
        finally:
            await consumer.stop()

    def of(self, kind: type[R], case_id: UUID | str | None = None) -> list[R]:
        """Facts of a kind, in the order in which they were read; of one case, or all."""
        there = self.facts.values() if case_id is None else self.by_case.get(UUID(str(case_id)), ())
        return [one.record for one in there if isinstance(one.record, kind)]

    def on(self, topic: str) -> list[Record]:
        return [one.record for one in self.facts.values() if one.topic == topic]

    def place(self, record: Record) -> Seen:
        return self.facts[record.meta.event_id]

    async def until(
        self, true: Callable[[], object], what: str, case_id: UUID | str | None = None, within: float = WITHIN
    ):
        """What `true` returns once it is something. Raises Never, with the story so far."""
        try:
            async with asyncio.timeout(within), self._grown:
                await self._grown.wait_for(true)
        except TimeoutError:
            story = self.by_case.get(UUID(str(case_id)), ()) if case_id else ()
            raise Never(what, within, [type(one.record).__name__ for one in story]) from None
        return true()

    async def one(self, kind: type[R], case_id: UUID | str, within: float = WITHIN) -> R:
        """The case's first fact of a kind, waited for."""
        return (await self.some(kind, case_id, 1, within))[0]

    async def some(self, kind: type[R], case_id: UUID | str, count: int, within: float = WITHIN) -> list[R]:
        def there() -> list[R]:
            found = self.of(kind, case_id)
            return found if len(found) >= count else []

        return await self.until(there, f"{count} {kind.__name__}", case_id, within)

    def _take(self, raw) -> None:
        try:
            record = self._codec.decode(raw.topic, raw.value, normalise(raw.headers))
        except PermanentError:
            record = None
        seen = Seen(raw.topic, raw.partition, raw.offset, raw.timestamp, record)
        self.seen.append(seen)
        self.ends[TopicPartition(raw.topic, raw.partition)] = raw.offset + 1
        if record is not None and record.meta.event_id not in self.facts:
            self.facts[record.meta.event_id] = seen
            if record.meta.case_id is not None:
                self.by_case.setdefault(record.meta.case_id, []).append(seen)
