"""When nothing more will happen to a case: then a story may say what did not happen.

Everything of a case lies in one partition of every topic, so that one partition is asked about, not the whole hub.
Time is left out: a deadline that lies ahead still lapses when time has moved.
"""

import asyncio
from collections.abc import Iterable, Mapping
from uuid import UUID

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from redis.asyncio import Redis

from mashbus.bus.producer import partition_of
from mashbus.cli.groups import groups
from mashbus.contracts.topics import PARTITIONS, organisation_of
from services.deadlines.barrier import Ends, Offsets
from services.status.app import READS as STATUS
from services.status.layout import Mark, mark_key
from tests.e2e.hub import Hub, NotSettled

WITHIN = 30.0
AGAIN = 0.03


class Quiet:
    """Asks on one connection, kept for all stories."""

    def __init__(self, hub: Hub, offsets: Offsets) -> None:
        self._hub = hub
        self._offsets = offsets
        running = {f"mashbus.{name}" for name, _ in hub.processes._running}
        self._groups = {name: read for name, read in groups(hub.organisations).items() if name in running}

    async def case(self, case_id: UUID, organisations: Iterable[str]) -> None:
        """Every service has handled all that there is of the case, and the story's own log has read it."""
        await self._settled([partition_of(str(case_id))], frozenset(organisations))

    async def views(self, case_id: UUID, organisations: Iterable[str]) -> None:
        """The same, and readers see all of it."""
        await self.case(case_id, organisations)
        partition = partition_of(str(case_id))
        wanted = {topic: self._hub.log.ends.get(TopicPartition(topic, partition), 0) for topic in STATUS}
        async with asyncio.timeout(WITHIN), Redis.from_url(self._hub.settings.redis) as redis:
            while not _holds(await redis.get(mark_key(partition)), wanted):
                await asyncio.sleep(AGAIN)

    async def everything(self, organisations: Iterable[str]) -> None:
        """The same for every case, and for what belongs to none."""
        await self._settled(range(PARTITIONS), frozenset(organisations))

    async def _settled(self, partitions: Iterable[int], organisations: frozenset[str]) -> None:
        numbers = list(partitions)
        topics = [one for one in self._hub.topics if organisation_of(one) in {None, *organisations}]
        places = [TopicPartition(topic, one) for topic in topics for one in numbers]
        before: Ends = {}
        behind: list[str] = ["nothing could be asked"]
        try:
            async with asyncio.timeout(WITHIN):
                while True:
                    try:
                        ends = await self._offsets.ends(places)
                        behind = [*self._unread(ends), *await self._unhandled(ends)]
                    except (KafkaError, TimeoutError) as fault:
                        ends, behind = {}, [repr(fault)]
                    if not behind and ends == before:
                        return
                    before = ends
                    await asyncio.sleep(AGAIN)
        except TimeoutError:
            raise NotSettled(behind) from None

    def _unread(self, ends: Ends) -> list[str]:
        read = self._hub.log.ends
        return [f"the story's log: {place}" for place, end in ends.items() if read.get(place, 0) < end]

    async def _unhandled(self, ends: Ends) -> list[str]:
        behind = []
        for group, names in self._groups.items():
            mine = [place for place in ends if place.topic in names]
            done = await self._offsets.committed(group, mine)
            behind += [f"{group}: {one} {done[one]} of {ends[one]}" for one in mine if ends[one] > max(0, done[one])]
        return behind


def _holds(mark: bytes | None, wanted: Mapping[str, int]) -> bool:
    """Whether the views are whole and go as far."""
    if mark is None:
        return False
    said = Mark.model_validate_json(mark)
    return said.whole and all(said.positions.get(topic, 0) >= end for topic, end in wanted.items())
