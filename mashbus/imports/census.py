"""Importing a census: read, sort, publish, and wait for the door. What is shown meanwhile is the caller's."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.directory.keys import Keys
from mashbus.bus.producer import Outgoing, Producer
from mashbus.bus.registry import Registry
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import Settings
from mashbus.census.faults import CensusRefused
from mashbus.census.reading import Census
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.topics import requests_of, submissions_of
from mashbus.imports.holdings import Origin
from mashbus.imports.sending import Sending
from mashbus.imports.sorting import Sorting
from mashbus.imports.taking_in import OLDER_NEWS, TAKEN_WITHOUT, Before, before, taken_in, told
from services.deadlines.barrier import Offsets


@dataclass
class Published:
    """What has become of an import so far."""

    published: int = 0
    damage: CensusRefused | None = None
    """Why the file was not read to its end; what came before is published."""
    left: int | None = None
    """Not taken in by the door; None: nobody waited for that."""
    told: Counter[str] = field(default_factory=Counter)
    """What the door had to say of records, by class of fault."""

    @property
    def complete(self) -> bool:
        """All is taken in, and what is not was no news."""
        return not self.left and self.told.keys() <= {OLDER_NEWS, TAKEN_WITHOUT}


@dataclass(frozen=True)
class Import:
    """One census on its way to the bus."""

    settings: Settings
    census: Census
    sorting: Sorting
    origin: Origin
    keys: Keys
    clock: Clock

    async def publish(self, moved: Callable[[], None], waiting: Callable[[int, int], None] | None) -> Published:
        """`waiting` is told how many of how many are taken in; without it nobody waits.

        Raises TransientError, KafkaError or TimeoutError where the bus cannot be reached.
        """
        done = Published()
        async with Offsets(self.settings.kafka_hosts) as offsets, self._bus() as (codec, producer):
            since = await before(offsets, self.origin.organisation)
            sending = Sending(producer)
            try:
                await sending.all(self._said(since), moved)
            except CensusRefused as damage:
                done.damage = damage
            finally:
                done.published = sending.published
            if waiting is not None:
                done.left = await taken_in(offsets, self.origin.organisation, since, waiting)
                done.told = await told(self.settings.kafka_hosts, codec, offsets, self.origin.organisation, since)
        return done

    def _said(self, since: Before) -> Iterator[Outgoing]:
        """A child that has no case any more is forgotten, where the bus may know it: else it stays open."""
        for child in self.sorting.children(self.census):
            if child.spells or since.anything:
                yield self.origin.said(child, self.keys, self.clock.now())

    @asynccontextmanager
    async def _bus(self) -> AsyncIterator[tuple[Codec, Producer]]:
        """As the organisation's own system would write."""
        whose = self.origin.organisation
        catalogue, ids = Catalogue.load(self.settings.schemas), SchemaIds(self.settings.home)
        async with Registry(self.settings.registry) as registry:
            await ids.resolve(registry, catalogue, [submissions_of(whose), requests_of(whose)])
        codec = Codec(catalogue, ids)
        producer = Producer(self.settings.kafka_hosts, codec, f"agency.{whose}")
        await producer.start()
        try:
            yield codec, producer
        finally:
            await producer.stop()
