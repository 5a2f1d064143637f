"""Cases straight into the log, by the product's own codec and producer, on every core of the machine."""

import asyncio
import itertools
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

from mashbus.bus.codec import Codec
from mashbus.bus.producer import Outgoing, Producer, partition_of
from mashbus.bus.rebuild import reader
from mashbus.bus.running import partnerships
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.service import BATCH
from mashbus.bus.settings import Settings
from mashbus.contracts import topics
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Record
from mashbus.domain.partnership import Partnership


class Plan(Protocol):
    """Cases by number, from 0."""

    @property
    def count(self) -> int: ...

    def records(self, profiles: Mapping[str, Partnership], numbers: Iterable[int]) -> Iterator[Record]: ...


async def fill(settings: Settings, plan: Plan) -> None:
    """Returns when the broker has everything."""
    workers = min(os.cpu_count() or 1, -(-plan.count // 1000))
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        shares = (range(worker, plan.count, workers) for worker in range(workers))
        await asyncio.gather(*(loop.run_in_executor(pool, _fill, settings, plan, share) for share in shares))


def _fill(settings: Settings, plan: Plan, numbers: range) -> None:
    asyncio.run(_write(settings, plan.records(partnerships(settings), numbers)))


async def _write(settings: Settings, records: Iterator[Record]) -> None:
    producer = Producer(
        settings.kafka_hosts, Codec(Catalogue.load(settings.schemas), SchemaIds(settings.home)), "/bench"
    )
    await producer.start()
    try:
        while batch := list(itertools.islice(records, BATCH)):
            await producer.publish([_outgoing(one) for one in batch])
    finally:
        await producer.stop()


def _outgoing(record: Record) -> Outgoing:
    key = str(record.meta.case_id)
    return Outgoing(topics.CASES, record, key, partition_of(key))


async def commit_everything(settings: Settings, group: str, names: Iterable[str]) -> None:
    """As if the group had handled all there is. Nobody of the group may be running."""
    everything = [TopicPartition(name, one) for name in names for one in range(topics.PARTITIONS)]
    async with reader(settings.kafka_hosts) as asking:
        ends = await asking.end_offsets(everything)
    async with AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_hosts, group_id=group, enable_auto_commit=False
    ) as consumer:
        consumer.assign(everything)
        await consumer.commit(dict(ends))
