"""Every deadline the log knows, folded without a service, a casebook or a group: what `mashbus deadlines` reads.

A case lies in the same partition of every topic, so partitions are folded one at a time and let go: a twelfth of the
log is in memory. What that takes is measured in docs/operations.md.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from sys import intern
from typing import NamedTuple
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.errors import BusError, PermanentError
from mashbus.bus.headers import DATASCHEMA, normalise
from mashbus.bus.rebuild import reader, records_until, uncollected
from mashbus.bus.received import Received
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import Settings
from mashbus.contracts import hub, topics
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.deadlines import watched
from mashbus.contracts.record import Record
from mashbus.domain.watch import Watch

READS = (topics.CASES, topics.BREACHES, topics.EMAILS, topics.HUB)
SAYS = hub.SlaAtRisk | hub.SlaBreached | hub.SlaBreachResolved | hub.CanaryFired
"""What the monitor says of a deadline."""
PASSED_OVER = frozenset(
    kind.full_name()
    for kind in (
        hub.RiskFlagged, hub.EnoughGiven, hub.ResumptionGiven, hub.RequestSeenNoted, hub.DisclosureMade,
        hub.EnquiryCollated, hub.EmailRequested, hub.EmailFailed, hub.EmailBounced, hub.PartnerSilent, hub.PartnerBack,
    )
)  # fmt: skip
"""Records that change no watch, by the header that names their schema: not worth decoding."""


class NoTopics(BusError):
    def __init__(self) -> None:
        super().__init__("no_topics", "this broker has no topics of the bus; `mashbus topics apply` makes them")


class Said(NamedTuple):
    """The first record of its id."""

    kind: str
    event_id: UUID
    deadline_id: UUID
    due: datetime
    """As the record has it."""
    at: datetime
    """By the clock of who said it."""
    appended: datetime
    """By the broker's: the end of its millisecond, as that is cut and not rounded."""

    @property
    def early(self) -> bool:
        return self.at < self.due or self.appended < self.due


@dataclass
class Folded:
    """A case by the log alone."""

    watch: Watch
    said: list[Said] = field(default_factory=list)
    doubled: list[UUID] = field(default_factory=list)
    """Ids of what the monitor said that came again with another deadline in them."""
    first_ms: int = 0
    last_ms: int = 0
    """When the broker took the case's first and newest records of those folded, real milliseconds."""

    @property
    def breaches(self) -> list[Said]:
        return [one for one in self.said if one.kind in {hub.SlaBreached.__name__, hub.CanaryFired.__name__}]


class PartitionFold:
    """The cases of one partition. The first record of an id is the fact, as for the services.

    What lies on the hub's own topics was written by the hub: it is not encoded again to be believed.
    """

    def __init__(self, codec: Codec, at: Callable[[int], datetime]) -> None:
        self._codec = codec
        self._at = at
        self._seen: set[int] = set()
        self._contents: dict[UUID, int] = {}
        self.cases: dict[UUID, Folded] = {}
        self.unread = 0
        """Records that cannot be read, or whose key is not their case: they lie in somebody's quarantine."""

    def take(self, received: Received) -> None:
        headers = normalise(received.headers)
        if headers.get(DATASCHEMA, "").rpartition("/")[0] in PASSED_OVER:
            return
        try:
            record = self._codec.decode(received.topic, received.value, headers, known=True)
        except PermanentError:
            self.unread += 1
            return
        case_id = record.meta.case_id
        if case_id is None or received.key != str(case_id).encode():
            self.unread += 1
        elif self._is_new(record):
            self._fold(case_id, record, received.timestamp)
        elif isinstance(record, SAYS) and self._contents.get(record.meta.event_id) != hash(record.deadline):
            self.cases[case_id].doubled.append(record.meta.event_id)

    def _is_new(self, record: Record) -> bool:
        before = len(self._seen)
        self._seen.add(record.meta.event_id.int)
        return len(self._seen) > before

    def _fold(self, case_id: UUID, record: Record, ms: int) -> None:
        case = self.cases.get(case_id)
        if case is None:
            case = self.cases[case_id] = Folded(Watch(case_id=case_id), first_ms=ms)
        case.watch = watched(case.watch, record, self._at(ms))
        case.first_ms, case.last_ms = min(case.first_ms, ms), max(case.last_ms, ms)
        if isinstance(record, SAYS):
            meta, deadline = record.meta, record.deadline
            self._contents[meta.event_id] = hash(deadline)
            kind, appended = intern(type(record).__name__), self._at(ms + 1)
            case.said.append(Said(kind, meta.event_id, deadline.deadline_id, deadline.due, meta.occurred_at, appended))


class DeadlineLog:
    """One cut through the log: everything that the broker had taken when it was opened."""

    def __init__(
        self, consumer: "AIOKafkaConsumer[bytes, bytes]", settings: Settings, clock: Clock,
        spans: Mapping[TopicPartition, tuple[int, int]], cut_ms: int,
    ) -> None:  # fmt: skip
        self._consumer = consumer
        self._kafka = settings.kafka_hosts
        self._codec = Codec(Catalogue.load(settings.schemas), SchemaIds(settings.home))
        self._clock = clock
        self._spans = spans
        self.cut_ms = cut_ms
        """Real milliseconds; what was appended later is left out, so whatever is in the cut has its causes in it."""
        self.records = sum(end - start for start, end in spans.values())

    @property
    def now(self) -> datetime:
        """Bus time at the cut."""
        return self._clock.at(self.cut_ms)

    async def folded(
        self, partitions: Iterable[int] = range(topics.PARTITIONS), heard: Callable[[int], object] = lambda _: None
    ) -> AsyncIterator[PartitionFold]:
        """Partition by partition; each is emptied when the next is asked for. `heard` is told how many were read."""
        for number in partitions:
            fold = PartitionFold(self._codec, self._clock.reading().at)
            spans = {one: span for one, span in self._spans.items() if one.partition == number}
            with uncollected():
                async for _, records in records_until(self._consumer, self._kafka, spans):
                    for received in records:
                        if received.timestamp <= self.cut_ms:
                            fold.take(received)
                    heard(len(records))
            yield fold
            fold.cases.clear()  # the caller's own name for it would keep it until the next one is whole


@asynccontextmanager
async def deadline_log(settings: Settings, clock: Clock) -> AsyncIterator[DeadlineLog]:
    """Raises KafkaError where no broker answers, NoTopics where there is no bus on it."""
    cut_ms = time.time_ns() // 1_000_000
    async with reader(settings.kafka_hosts) as consumer:
        if not set(READS) <= await consumer.topics():
            raise NoTopics
        places = [TopicPartition(topic, number) for number in range(topics.PARTITIONS) for topic in READS]
        ends, begins = await consumer.end_offsets(places), await consumer.beginning_offsets(places)
        yield DeadlineLog(consumer, settings, clock, {one: (begins[one], ends[one]) for one in places}, cut_ms)
