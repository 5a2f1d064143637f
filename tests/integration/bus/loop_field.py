"""A test's own corner of the real log: a service under a group of its own, what it says, and what it should have said."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition
from core_story import CHILD, HACKNEY, Story, referral

from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError
from mashbus.bus.headers import normalise
from mashbus.bus.loop import Loop
from mashbus.bus.producer import Outgoing, Producer, partition_of
from mashbus.bus.service import Service
from mashbus.bus.settings import Settings
from mashbus.contracts import hub, topics
from mashbus.contracts.addressing import key_of, topic_of
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Record
from mashbus.contracts.topics import PARTITIONS
from mashbus.domain.case import Case
from mashbus.domain.contact import Contact
from mashbus.domain.known import Candidate, Looked
from mashbus.domain.partnership import Partnership
from services.triage.app import service as triage
from services.triage.known import Memory

LIMIT = 60
DIRECTORY_KEY = "synthetic" * 8
ANYBODY = replace(CHILD, local_id=None, nhs_number=None, upn=None)
"""Without an identifier: nothing finds one contact from another."""


@dataclass(frozen=True)
class TheBus:
    settings: Settings
    catalogue: Catalogue
    codec: Codec
    topics: tuple[str, ...]


async def until(true: Callable[[], bool], within: float = LIMIT) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.02)


@dataclass
class Running:
    """One instance in this process."""

    loop: Loop
    stop: asyncio.Event
    task: "asyncio.Task[None]"
    producer: Producer

    async def end(self) -> None:
        self.stop.set()
        try:
            await asyncio.wait_for(asyncio.shield(self.task), LIMIT)
        finally:
            await self.producer.stop()

    async def ready(self) -> "Running":
        await until(lambda: self.loop.ready or self.task.done())
        if self.task.done():
            await self.task
        return self


@dataclass
class Field:
    bus: TheBus
    folder: Path
    name: str = field(default_factory=lambda: f"triage-{uuid4().hex[:8]}")
    said: Counter[tuple[str, UUID]] = field(default_factory=Counter)
    """(class, event id) of every record of our cases, counted."""
    heard: list[tuple[str, Record]] = field(default_factory=list)
    expected: set[tuple[str, UUID]] = field(default_factory=set)
    cases: set[UUID] = field(default_factory=set)

    async def start(self) -> None:
        self.producer = self.new_producer()
        await self.producer.start()
        self.listening = asyncio.create_task(self._listen())
        self.running: list[Running] = []
        self.processes: list[subprocess.Popen[bytes]] = []

    async def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            await asyncio.to_thread(process.wait)
        for one in self.running:
            if not one.task.done():
                with suppress(Exception):
                    await one.end()
        self.listening.cancel()
        await asyncio.gather(self.listening, return_exceptions=True)
        await self.producer.stop()

    def new_producer(self) -> Producer:
        return Producer(self.bus.settings.kafka_hosts, self.bus.codec, "/test")

    # -- the log -------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bus.settings.kafka_hosts, auto_offset_reset="latest")
        async with consumer:
            places = [TopicPartition(topic, one) for topic in self.bus.topics for one in range(PARTITIONS)]
            consumer.assign(places)
            for place, end in (await consumer.end_offsets(places)).items():
                consumer.seek(place, end)
            self.listens = True
            async for one in consumer:
                with suppress(PermanentError):
                    self._hear(one.topic, self.bus.codec.decode(one.topic, one.value, normalise(one.headers)))

    def _hear(self, topic: str, record: Record) -> None:
        if record.meta.case_id in self.cases:
            self.said[type(record).__name__, record.meta.event_id] += 1
            self.heard.append((topic, record))

    listens = False

    async def refer(self, count: int, *, remembering: bool = False) -> list[UUID]:
        """So many contacts, and to `expected` what an undisturbed triage says of them.

        `remembering`: as a process does, which looks up what is known of the children: nothing, as each is another.
        """
        await until(lambda: self.listens)
        keys = [f"{self.name}/{uuid4().hex}" for _ in range(count)]
        contacts = [referral(key, content=key, children=(ANYBODY,)) for key in keys]
        memory = NothingKnown() if remembering else None
        for contact in contacts:
            self.cases.add(contact.meta.case_id)
            self.expected |= {(type(one).__name__, one.meta.event_id) for one in undisturbed(contact, memory)}
        await self.put(*contacts)
        return [contact.meta.case_id for contact in contacts]

    async def put(self, *records: Record) -> None:
        outgoing = [Outgoing(topic_of(one), one, key_of(one), partition_of(key_of(one))) for one in records]
        await self.producer.publish(outgoing)

    def complete(self) -> bool:
        return self.expected <= self.said.keys()

    async def all_said(self, within: float = LIMIT) -> None:
        await until(self.complete, within)
        assert set(self.said) == self.expected

    # -- the group -----------------------------------------------------------------------------------------------

    def service(self) -> Service:
        return replace(triage({"hackney": HACKNEY}), name=self.name)

    async def begin(self, group: str | None = None, beyond: int = 0) -> None:
        """The group starts at the log's present end: what is older is only folded."""
        reads = [TopicPartition(topic, one) for topic in self.reads for one in range(PARTITIONS)]
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bus.settings.kafka_hosts,
            group_id=group or f"mashbus.{self.name}",
            enable_auto_commit=False,
        )
        async with consumer:
            consumer.assign(reads)
            await consumer.commit({one: end + beyond for one, end in (await consumer.end_offsets(reads)).items()})

    @property
    def reads(self) -> tuple[str, ...]:
        return (*self.service().reads, topics.QUARANTINE)

    async def committed(self) -> dict[TopicPartition, int | None]:
        reads = [TopicPartition(topic, one) for topic in self.reads for one in range(PARTITIONS)]
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.bus.settings.kafka_hosts, group_id=f"mashbus.{self.name}", enable_auto_commit=False
        )
        async with consumer:
            return {one: await consumer.committed(one) for one in reads}

    async def ends(self) -> dict[TopicPartition, int]:
        """Where the log of everything it reads ends now."""
        reads = [TopicPartition(topic, one) for topic in self.reads for one in range(PARTITIONS)]
        async with AIOKafkaConsumer(bootstrap_servers=self.bus.settings.kafka_hosts) as consumer:
            return dict(await consumer.end_offsets(reads))

    # -- instances -----------------------------------------------------------------------------------------------

    async def run(
        self, instance: str = "1", producer: Producer | None = None, service: Service | None = None
    ) -> Running:
        producer = producer or self.new_producer()
        await producer.start()
        loop = Loop(
            service or self.service(),
            kafka=self.bus.settings.kafka_hosts,
            codec=self.bus.codec,
            producer=producer,
            clock=Clock(),
            folder=self.books(instance),
        )
        stop = asyncio.Event()
        made = Running(loop, stop, asyncio.create_task(loop.run(stop)), producer)
        self.running.append(made)
        return made

    def books(self, instance: str = "1") -> Path:
        return self.folder / "books" / instance

    def process(self, *services: str) -> "subprocess.Popen[bytes]":
        """`mashbus run` in a process of its own, with its home in this test's folder."""
        settings = self.bus.settings
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MASHBUS_")},
            "MASHBUS_HOME": str(home),
            "MASHBUS_KAFKA": settings.kafka,
            "MASHBUS_REGISTRY": settings.registry,
            "MASHBUS_PARTNERSHIPS": str(settings.partnerships),
            "MASHBUS_DIRECTORY_KEY": DIRECTORY_KEY,
        }
        with (self.folder / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "mashbus.cli", "run", *services], env=environment, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    async def ended(self, process: "subprocess.Popen[bytes]", signum: int = signal.SIGTERM) -> int:
        process.send_signal(signum)
        return await asyncio.to_thread(process.wait, LIMIT)

    def log_text(self) -> str:
        return (self.folder / "log.txt").read_text()


class NothingKnown:
    """A memory that has never heard of any child."""

    def look(
        self, partnership: Partnership, case_id: UUID, contact: Contact, matched: Mapping[int, Sequence[Candidate]]
    ) -> Looked:
        return Looked()

    def received(self, partnership: Partnership, case_id: UUID) -> datetime | None:
        return None

    def claims(self, partnership: Partnership, case_id: UUID, contact: Contact) -> Sequence[hub.ContactIndexed]:
        return ()


def undisturbed(contact: Record, memory: Memory | None = None) -> Iterator[Record]:
    """Everything that one triage says of a contact, the contact included."""
    story = Story(Case.of(contact.meta.case_id), memory=memory).hear(contact)
    yield contact
    for fact in story.triage():
        yield fact
        yield from story.copies_of_triage(fact)


@contextmanager
def failing(producer: Producer, fault: Callable[[], Exception], times: int, *, sent: bool) -> Iterator[list[int]]:
    """The next publishes fail, before or after the records have reached the broker."""
    publish, count = producer.publish, [0]

    async def broken(outgoing: Iterable[Outgoing]) -> None:
        outgoing = list(outgoing)
        if not outgoing or count[0] >= times:
            return await publish(outgoing)
        count[0] += 1
        if sent:
            await publish(outgoing)
        raise fault()

    stand_in: Callable[[Iterable[Outgoing]], Awaitable[None]] = broken
    producer.publish = stand_in  # type: ignore[method-assign]
    try:
        yield count
    finally:
        producer.publish = publish  # type: ignore[method-assign]
