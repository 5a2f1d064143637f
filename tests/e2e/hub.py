"""A whole hub on a stack of its own: topics, schemas, bus clock, API keys, agencies' databases, services, the log.

`async with running(home) as hub:` gives it ready; at the end nothing of it runs.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from mashbus.bus import registry, topics
from mashbus.bus.clock import Clock, ClockFile
from mashbus.bus.codec import Codec
from mashbus.bus.headers import cloudevent
from mashbus.bus.producer import partition_of
from mashbus.bus.running import connected, partnerships
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import PREFIX, Settings
from mashbus.cli.groups import groups
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Record
from mashbus.contracts.topics import PARTITIONS, requests_of
from mashbus.stack import Stack, StackSettings
from mashbus.synthetic.police_batch import NOT_KEPT
from mashbus.verify import Report, verify
from services.deadlines.barrier import Ends, Offsets
from tests.e2e.log import Log
from tests.e2e.outside import Keys, Outside
from tests.e2e.processes import AGENCIES, SERVICES, Processes
from tests.served import HACKNEY, served

MONDAY = datetime(2026, 6, 8, 8, tzinfo=UTC)
"""Nine in the morning in Hackney."""
SETTLES_WITHIN = 60.0


class NotSettled(AssertionError):
    def __init__(self, behind: list[str]) -> None:
        super().__init__(f"not everything is handled: {'; '.join(behind)}")


@dataclass
class Hub:
    stack: Stack
    settings: Settings
    environment: Mapping[str, str]
    """What a process of this hub is told."""
    catalogue: Catalogue
    codec: Codec
    clock: Clock
    clock_file: ClockFile
    processes: Processes
    outside: Outside
    log: Log
    producer: AIOKafkaProducer
    """Of a partner, or of a stranger who got at a topic."""

    async def write(self, topic: str, record: Record, key: str | None = None) -> None:
        """A record on a partner's topic, as that partner writes it."""
        await self.write_bytes(topic, self.codec.encode(topic, record), cloudevent(record, "partner"), key or "any")

    async def write_bytes(
        self, topic: str, value: bytes | None, headers: Iterable[tuple[str, bytes | None]] = (), key: str = "any"
    ) -> None:
        await self.producer.send_and_wait(
            topic, value, key=key.encode(), headers=list(headers), partition=partition_of(key)
        )

    def advance(self, **amount: float) -> None:
        self.clock_file.advance(timedelta(**amount))

    async def settled(self, within: float = SETTLES_WITHIN) -> None:
        """Every group has handled everything, and twice in a row there was nothing new."""
        before: Ends = {}
        behind: list[str] = ["nothing could be asked"]
        try:
            async with asyncio.timeout(within), Offsets(self.settings.kafka_hosts) as offsets:
                while True:
                    now, behind = await self._handled(offsets)
                    if not behind and now == before:
                        return
                    before = now
                    await asyncio.sleep(0.25)
        except TimeoutError:
            raise NotSettled(behind) from None

    async def _handled(self, offsets: Offsets) -> tuple[Ends, list[str]]:
        """The ends of all topics, and what is not handled up to there."""
        everything = [TopicPartition(topic, one) for topic in self.topics for one in range(PARTITIONS)]
        behind = []
        try:
            ends = await offsets.ends(everything)
            for group, partitions in self.groups().items():
                done = await offsets.committed(group, partitions)
                behind += [
                    f"{group} {one.topic}[{one.partition}] {done[one]} of {ends[one]}"
                    for one in partitions
                    if done[one] < ends[one] and ends[one]
                ]
        except (KafkaError, TimeoutError) as fault:
            return {}, [repr(fault)]
        return ends, behind

    @property
    def organisations(self) -> tuple[str, ...]:
        return connected(partnerships(self.settings).values())

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(topic.name for topic in self.catalogue.topics_for(self.organisations))

    def groups(self) -> dict[str, list[TopicPartition]]:
        read = dict(groups(self.organisations))
        read |= {f"agency.{one}.answers": (requests_of(one),) for one in self.organisations}
        return {
            group: [TopicPartition(topic, one) for topic in names for one in range(PARTITIONS)]
            for group, names in read.items()
        }

    async def verify(self, **more: Any) -> Report:
        """What stories plant in rows that must not be recorded is searched for in every record."""
        receipts = self.outside.receipts
        return await verify(
            self.settings, receipts=receipts if receipts.exists() else None, planted=(NOT_KEPT,), **more
        )

    def mails(self) -> list[str]:
        return [path.read_text() for path in sorted(self.settings.mail_dir.glob("*.eml"))]


@asynccontextmanager
async def running(
    home: Path,
    *,
    starts: datetime = MONDAY,
    factor: float = 1.0,
    services: Iterable[str] = SERVICES,
    partnerships: Iterable[str] = HACKNEY,
    together: bool = False,
    follow: bool = True,
    **environment: str,
) -> AsyncIterator[Hub]:
    """`partnerships`: which are served. `together`: all services in one process. `follow`: read the log as it grows.

    `environment` is the services'.
    """
    async with AsyncExitStack() as held:
        alone = StackSettings(kafka=None, registry=None, redis=None, smtp=None, mail_dir=None)
        stack = Stack(home, owner_pid=os.getpid(), settings=alone)
        held.callback(stack.down)
        await asyncio.to_thread(stack.up)
        said = stack.environment() | {f"{PREFIX}PARTNERSHIPS": str(served(home, partnerships))}
        hub = await _prepared(stack, held, said | environment, starts, factor)
        if follow:
            held.push_async_callback(_ended, asyncio.create_task(hub.log.follow()))
        names = tuple(services)
        held.callback(hub.processes.end_all)
        if together:
            hub.processes.start_together(*names)
        else:
            hub.processes.start(*names)
        await hub.processes.ready(*names)
        yield hub


async def _prepared(
    stack: Stack, held: AsyncExitStack, environment: dict[str, str], starts: datetime, factor: float
) -> Hub:
    settings = Settings(**{name.removeprefix(PREFIX).lower(): value for name, value in environment.items()})
    clock_file = ClockFile(settings.home / "clock.json")
    clock_file.start(starts, factor)
    catalogue, ids = Catalogue.load(settings.schemas), SchemaIds(settings.home)
    organisations = connected(partnerships(settings).values())
    await asyncio.gather(
        asyncio.to_thread(_topics, settings, catalogue, organisations),
        _schemas(settings, catalogue, organisations, ids),
        *(asyncio.to_thread(import_module(f"services.{name}.app").seed, settings) for name in AGENCIES),
    )
    codec = Codec(catalogue, ids)
    processes = Processes(settings.home, environment)
    outside = Outside(
        Keys.issued(settings.api_keys),
        lambda: processes.url("intake"),
        lambda: processes.url("status"),
        settings.home / "receipts.jsonl",
    )
    held.push_async_callback(outside.aclose)
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_hosts, acks="all", enable_idempotence=True)
    await held.enter_async_context(producer)
    log = Log(settings.kafka_hosts, codec, [one.name for one in catalogue.topics_for(organisations)])
    return Hub(stack, settings, environment, catalogue, codec, Clock(settings.home / "clock.json"), clock_file, processes, outside, log, producer)  # fmt: skip


def _topics(settings: Settings, catalogue: Catalogue, organisations: Iterable[str]) -> None:
    client = topics.admin(settings.kafka)
    topics.apply(client, catalogue.topics_for(organisations))
    topics.commit_start(client, groups(organisations))


async def _schemas(settings: Settings, catalogue: Catalogue, organisations: Iterable[str], ids: SchemaIds) -> None:
    names = [one.name for one in catalogue.topics_for(organisations)]
    async with registry.Registry(settings.registry) as client:
        ids.keep(await registry.publish(client, catalogue, names))


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
