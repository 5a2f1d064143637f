"""One hop through the core's loop, as a ratio to the same bytes through bare aiokafka, in turns in one run.

Core: consume Avro, check the bytes, validate, fold, decide, encode, publish, await acks, save the casebook, commit.
Bare: consume, publish the same values under the same keys and headers, await acks, commit; batches of 500.
"""

import asyncio
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import median
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from pydantic import TypeAdapter

from mashbus.bus.casebook import Entry, Fold
from mashbus.bus.clock import Clock
from mashbus.bus.headers import cloudevent
from mashbus.bus.loop import Loop
from mashbus.bus.producer import Outgoing, Producer, partition_of
from mashbus.bus.service import BATCH, Service
from mashbus.contracts import hub, topics
from mashbus.contracts.agency import ChronologyEntry
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.vocabulary import EmailKind, Knowledge
from tests.e2e.hub import Hub

RECORDS_A_CASE = 4
AT = datetime(2026, 6, 8, 9, tzinfo=UTC)
WITHIN = 120
"""Real seconds a round may take."""


@dataclass(frozen=True)
class Hops:
    """The trivial case: how many answers came."""

    case_id: UUID
    came: int = 0


FOLD = Fold(
    start=Hops,
    evolve=lambda case, _record, _appended: replace(case, came=case.came + 1),
    adapter=TypeAdapter(Entry[Hops]),
)


def answer(case_id: UUID, number: int) -> hub.AnswerReceived:
    return hub.AnswerReceived(
        meta=Meta(event_id=ids.once(case_id, "Hop", number), partnership="hackney", case_id=case_id, occurred_at=AT),
        request_id=ids.request_of(case_id, f"organisation-{number}"),
        organisation=f"organisation-{number}",
        arrived_at=AT,
        knowledge=Knowledge.KNOWN,
        summary="Synthetic: the child is known since 2021, seen last in March, no open episode. " * 2,
        analysis=None,
        chronology=(ChronologyEntry(on=AT.date(), text="Seen with a parent; nothing remarkable. (synthetic)"),) * 2,
    )


def told(case: Hops, at: datetime) -> hub.EmailRequested:
    return hub.EmailRequested(
        meta=Meta(
            event_id=ids.once(case.case_id, "EmailRequested", case.came),
            partnership="hackney",
            case_id=case.case_id,
            occurred_at=at,
        ),
        kind=EmailKind.OUTCOME,
        recipient_kind="referrer",
        to="teacher@school.example",
        subject="Outcome of a synthetic referral",
        body="The hub has decided on a synthetic referral. If you disagree, tell a manager.\n" * 4,
    )


async def measured(bus: Hub, records: int, rounds: int) -> Mapping[str, object]:
    """µs a record, each the median of the rounds; the ratio is the median of the rounds' own ratios."""
    cases = [ids.case_of_client("bench", str(number)) for number in range(records // RECORDS_A_CASE)]
    sent = [answer(case, number) for number in range(RECORDS_A_CASE) for case in cases]
    await _write(bus, sent)
    out = [told(Hops(case, number + 1), AT) for number in range(RECORDS_A_CASE) for case in cases]
    results = []
    for number in range(rounds):
        bare = await _bare(bus, out, f"bench.bare.{number}")
        core = await _core(bus, len(sent), f"bench-{number}")
        results.append((bare / len(sent) * 1e6, core / len(sent) * 1e6))
    return {
        "records": len(sent),
        "rounds": rounds,
        "bare_us": round(median(bare for bare, _ in results), 1),
        "core_us": round(median(core for _, core in results), 1),
        "ratio": round(median(core / bare for bare, core in results), 2),
        "ratios": [round(core / bare, 2) for bare, core in results],
    }


async def _write(bus: Hub, sent: Sequence[Record]) -> None:
    producer = Producer(bus.settings.kafka_hosts, bus.codec, "/bench")
    for start in range(0, len(sent), BATCH):
        await producer.publish(
            [Outgoing(topics.CASES, one, str(one.meta.case_id)) for one in sent[start : start + BATCH]]
        )
    await producer.stop()


async def _bare(bus: Hub, out: Sequence[Record], group: str) -> float:
    """Seconds from the first records in hand to the last commit."""
    values = [
        (str(one.meta.case_id).encode(), bus.codec.encode(topics.EMAILS, one), cloudevent(one, "/bench")) for one in out
    ]
    partitions = [partition_of(key.decode()) for key, _, _ in values]
    consumer = AIOKafkaConsumer(
        topics.CASES,
        bootstrap_servers=bus.settings.kafka_hosts,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        partition_assignment_strategy=[RangePartitionAssignor],
    )
    producer = AIOKafkaProducer(bootstrap_servers=bus.settings.kafka_hosts, acks="all", enable_idempotence=True)
    await consumer.start()
    await producer.start()
    begun, done = 0.0, 0
    try:
        async with asyncio.timeout(WITHIN):
            while done < len(values):
                got = await consumer.getmany(timeout_ms=100, max_records=BATCH)
                if not got:
                    continue
                begun = begun or time.perf_counter()
                waiting = []
                for _ in (raw for raws in got.values() for raw in raws):
                    key, value, headers = values[done]
                    waiting.append(
                        await producer.send(topics.EMAILS, value, key=key, headers=headers, partition=partitions[done])
                    )
                    done += 1
                await asyncio.gather(*waiting)
                await consumer.commit({one: raws[-1].offset + 1 for one, raws in got.items()})
        return time.perf_counter() - begun
    finally:
        await consumer.stop()
        await producer.stop()


async def _core(bus: Hub, records: int, name: str) -> float:
    """Seconds from the first record in hand to the last saved batch."""
    folder = bus.settings.home / "bench" / name
    begun: list[float] = []

    def decide(case: Hops, at: datetime) -> Record:
        if not begun:
            begun.append(time.perf_counter())
        return told(case, at)

    service = Service(name=name, reads=(topics.CASES,), fold=FOLD, decide=decide)
    producer = Producer(bus.settings.kafka_hosts, bus.codec, f"/mashbus/{name}")
    await producer.start()
    loop = Loop(
        service, kafka=bus.settings.kafka_hosts, codec=bus.codec, producer=producer, clock=Clock(), folder=folder,
        from_start=True,
    )  # fmt: skip
    stop = asyncio.Event()
    running = asyncio.create_task(loop.run(stop))
    try:
        async with asyncio.timeout(WITHIN):
            while not running.done() and _handled(loop) < records:
                await asyncio.sleep(0.005)
        return time.perf_counter() - begun[0]
    finally:
        stop.set()
        await running
        await producer.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _handled(loop: Loop[Hops]) -> int:
    return sum(handler.book.next(topics.CASES) for handler in loop.handlers.values())
