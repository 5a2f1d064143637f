"""What the watcher asks of the broker: how far an organisation's groups are, where its requests end, what lies there.

On clients of its own (trap 47), and with aiokafka's admin: librdkafka's ends the process while a coordinator loads.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from mashbus.bus.errors import TransientError
from mashbus.bus.polling import poll
from mashbus.bus.received import Received
from mashbus.contracts import topics
from services.deadlines.silence.judging import Commit, Commits, lag_of

QUESTION_WITHIN = timedelta(seconds=10)
READING_WITHIN = timedelta(seconds=15)
"""Without any progress."""
_CHUNK = 200
"""Records a poll: the loop beside it is let in between."""

KIT_GROUP = "agency.{}.answers"
"""The group of an organisation that uses our kit."""

Spans = Mapping[TopicPartition, tuple[int, int]]
"""From the first offset to the one after the last."""


class NotToldYet(TransientError):
    def __init__(self, group: str) -> None:
        super().__init__("offsets_not_told", f"the coordinator of {group} did not say its offsets; it may be loading")


@dataclass(frozen=True)
class Look:
    """One organisation's requests at one time."""

    commits: Commits
    lag: int


class Partners:
    """Raises KafkaError, TimeoutError or TransientError; then nothing was learnt."""

    def __init__(
        self, kafka: Sequence[str], asker: "AIOKafkaConsumer[bytes, bytes]",
        reader: "AIOKafkaConsumer[bytes, bytes]", admin: AIOKafkaAdminClient,
    ) -> None:  # fmt: skip
        """`asker` is only asked for offsets, `reader` reads now this and now that."""
        self._kafka = kafka
        self._asker = asker
        self._reader = reader
        self._admin = admin
        self._known: set[str] = set()

    async def look(self, organisations: Mapping[str, Collection[str]]) -> Mapping[str, Look]:
        """Of every organisation that has its topic. With groups to ask for although the broker lists them not.

        While a coordinator loads its groups are not listed; asked for one by name it says that it loads.
        """
        async with asyncio.timeout(QUESTION_WITHIN.total_seconds()):
            there = await self._asker.topics()
            listed = await self._groups()
        known = [one for one in organisations if topics.requests_of(one) in there]
        ends = await self._ends([topics.requests_of(one) for one in known])
        groups = {one: {*listed.get(one, ()), *organisations[one]} for one in known}
        return {one: await self._of(one, groups[one], ends[topics.requests_of(one)]) for one in known}

    async def _groups(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for group in await self._admin.list_consumer_groups():
            kind, organisation, name = (*str(group[0]).split(".", 2), "", "")[:3]
            if kind == "agency" and name:
                found[organisation].append(str(group[0]))
        return found

    async def _of(self, organisation: str, groups: Collection[str], ends: Mapping[int, int]) -> Look:
        topic = topics.requests_of(organisation)
        commits = frozenset([one for group in groups for one in await self._commits(group, topic)])
        apparent = lag_of(commits, dict.fromkeys(ends, 0), ends)
        return Look(commits, lag_of(commits, await self._begins(topic), ends) if apparent else 0)

    async def _commits(self, group: str, topic: str) -> list[Commit]:
        """A coordinator that has loaded speaks of every partition it is asked for, of one without an offset too."""
        wanted = _partitions(topic)
        async with asyncio.timeout(QUESTION_WITHIN.total_seconds()):
            found = await self._admin.list_consumer_group_offsets(group, partitions=wanted)
        if any(one not in found for one in wanted):
            raise NotToldYet(group)
        return [Commit(group, one.partition, found[one].offset) for one in wanted if found[one].offset > 0]

    async def _ends(self, names: Collection[str]) -> Mapping[str, Mapping[int, int]]:
        wanted = [partition for name in names for partition in _partitions(name)]
        self._learn(names)
        async with asyncio.timeout(QUESTION_WITHIN.total_seconds()):
            ends = await self._asker.end_offsets(wanted) if wanted else {}
        return {name: {one.partition: ends[one] for one in _partitions(name)} for name in names}

    def _learn(self, names: Collection[str]) -> None:
        """Where all of them are led is asked once, for all; one by one it would take 0.1 s each. Nothing is fetched."""
        if not self._known.issuperset(names):
            self._known.update(names)
            all_of_them = [partition for name in sorted(self._known) for partition in _partitions(name)]
            self._asker.assign(all_of_them)
            self._asker.pause(*all_of_them)

    async def _begins(self, name: str) -> Mapping[int, int]:
        async with asyncio.timeout(QUESTION_WITHIN.total_seconds()):
            begins = await self._asker.beginning_offsets(_partitions(name))
        return {one.partition: offset for one, offset in begins.items()}

    # -- reading ---------------------------------------------------------------------------------------------------

    async def spans(self, names: Collection[str], begun: Mapping[TopicPartition, int] | None = None) -> Spans:
        """Everything of these topics that lies there now; `begun`: where an earlier reading came to."""
        wanted = [partition for name in names for partition in _partitions(name)]
        async with asyncio.timeout(QUESTION_WITHIN.total_seconds()):
            ends = await self._reader.end_offsets(wanted)
            begins = begun or await self._reader.beginning_offsets(wanted)
        return {one: (begins[one], ends[one]) for one in wanted}

    async def read(self, spans: Spans) -> AsyncIterator[Received]:
        """Every record of them, each partition in its order. Raises TimeoutError where nothing more comes."""
        reached = {partition: start for partition, (start, _) in spans.items()}
        left = {partition for partition, (start, end) in spans.items() if start < end}
        if left:
            self._reader.assign(list(left))
        for partition in left:
            self._reader.seek(partition, reached[partition])
        moved_at = time.monotonic()
        while left:
            got = await poll(self._reader, self._kafka, reached.__getitem__, timeout_ms=200, max_records=_CHUNK)
            for partition, records in got.items():
                for one in records:
                    if partition in left and one.offset < spans[partition][1]:
                        yield one
            for partition in tuple(left):
                position = await self._reader.position(partition)  # passes what a partner's transactions leave, too
                moved_at = time.monotonic() if position > reached[partition] else moved_at
                reached[partition] = position
                if position >= spans[partition][1]:
                    left.remove(partition)
                    self._reader.pause(partition)
            if time.monotonic() - moved_at > READING_WITHIN.total_seconds():
                raise TimeoutError
            await asyncio.sleep(0)


@asynccontextmanager
async def partners(kafka: Sequence[str]) -> AsyncIterator[Partners]:
    """Connected. Stopping with the broker away can hang (trap 52): bounded."""
    asker, reader = (
        AIOKafkaConsumer(bootstrap_servers=list(kafka), enable_auto_commit=False, auto_offset_reset="earliest")
        for _ in range(2)
    )
    admin = AIOKafkaAdminClient(bootstrap_servers=list(kafka))
    try:
        async with asyncio.timeout(QUESTION_WITHIN.total_seconds()):
            await asker.start()
            await reader.start()
            await admin.start()
        yield Partners(kafka, asker, reader, admin)
    finally:
        for end in (asker.stop, reader.stop, admin.close):
            with suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(end(), 5)


def _partitions(name: str) -> list[TopicPartition]:
    return [TopicPartition(name, one) for one in range(topics.PARTITIONS)]
