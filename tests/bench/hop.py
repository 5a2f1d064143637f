"""One hop through the core's loop, as a ratio to the same bytes through bare aiokafka, in turns in one run.

Core: consume Avro, check the bytes, validate, fold, decide, encode, publish, await acks, save the casebook, commit.
Bare: consume, publish the same values under the same keys and headers, await acks, commit; batches of 500.
Avro: as bare, but each record is read and the next one written by fastavro, unchecked: what Avro alone costs.
"""

import asyncio
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from statistics import median
from uuid import UUID

import fastavro
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from pydantic import TypeAdapter

from mashbus.bus.casebook import Entry, Fold
from mashbus.bus.clock import Clock
from mashbus.bus.headers import cloudevent
from mashbus.bus.loop import Loop
from mashbus.bus.plain import converter
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
        avro = await _bare(bus, out, f"bench.avro.{number}", avro=True)
        core = await _core(bus, len(sent), f"bench-{number}")
        results.append(tuple(seconds / len(sent) * 1e6 for seconds in (bare, avro, core)))
    return {
        "records": len(sent),
        "rounds": rounds,
        "bare_us": round(median(bare for bare, _, _ in results), 1),
        "avro_us": round(median(avro for _, avro, _ in results), 1),
        "core_us": round(median(core for _, _, core in results), 1),
        "core_to_bare": round(median(core / bare for bare, _, core in results), 2),
        "core_to_avro": round(median(core / avro for _, avro, core in results), 2),
        "each_core_to_bare": [round(core / bare, 2) for bare, _, core in results],
    }


async def _write(bus: Hub, sent: Sequence[Record]) -> None:
    producer = Producer(bus.settings.kafka_hosts, bus.codec, "/bench")
    for start in range(0, len(sent), BATCH):
        await producer.publish(
            [Outgoing(topics.CASES, one, str(one.meta.case_id)) for one in sent[start : start + BATCH]]
        )
    await producer.stop()


async def _bare(bus: Hub, out: Sequence[Record], group: str, *, avro: bool = False) -> float:
    """Seconds from the assignment, with nothing fetched yet, to the last commit."""
    values = [
        (str(one.meta.case_id).encode(), bus.codec.encode(topics.EMAILS, one), cloudevent(one, "/bench")) for one in out
    ]
    partitions = [partition_of(key.decode()) for key, _, _ in values]
    read, written = _avro(bus)
    plain = [converter(type(one))(one) for one in out] if avro else []
    assigned = _Assigned()
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bus.settings.kafka_hosts,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        partition_assignment_strategy=[RangePartitionAssignor],
    )
    producer = AIOKafkaProducer(bootstrap_servers=bus.settings.kafka_hosts, acks="all", enable_idempotence=True)
    consumer.subscribe([topics.CASES], listener=assigned)
    await producer.start()
    await consumer.start()
    done = 0
    try:
        async with asyncio.timeout(WITHIN):
            while done < len(values):
                got = await consumer.getmany(timeout_ms=100, max_records=BATCH)
                if not got:
                    continue
                waiting = []
                for raw in (raw for raws in got.values() for raw in raws):
                    key, value, headers = values[done]
                    if avro:
                        read(BytesIO(raw.value[5:]))
                        value = value[:5] + written(plain[done])
                    waiting.append(
                        await producer.send(topics.EMAILS, value, key=key, headers=headers, partition=partitions[done])
                    )
                    done += 1
                await asyncio.gather(*waiting)
                await consumer.commit({one: raws[-1].offset + 1 for one, raws in got.items()})
        return time.perf_counter() - assigned.at
    finally:
        await consumer.stop()
        await producer.stop()


class _Assigned(ConsumerRebalanceListener):
    at = 0.0

    async def on_partitions_revoked(self, revoked: object) -> None:
        pass

    async def on_partitions_assigned(self, assigned: object) -> None:
        self.at = time.perf_counter()


def _avro(bus: Hub) -> tuple[Callable[[BytesIO], object], Callable[[object], bytes]]:
    """fastavro as one would use it without a core; ids as text, as the core has them."""
    taken, made = (_parsed(bus, kind.dataschema()) for kind in (hub.AnswerReceived, hub.EmailRequested))

    def written(record: object) -> bytes:
        to = BytesIO()
        fastavro.schemaless_writer(to, made, record)
        return to.getvalue()

    return lambda value: fastavro.schemaless_reader(value, taken, None), written


def _parsed(bus: Hub, dataschema: str) -> object:
    text = json.dumps(bus.catalogue.document(dataschema)).replace('"logicalType": "uuid"', '"logicalType": "none"')
    return fastavro.parse_schema(json.loads(text), {})


async def _core(bus: Hub, records: int, name: str) -> float:
    """Seconds from the open casebooks, with nothing fetched yet, to the last saved batch."""
    folder = bus.settings.home / "bench" / name
    service = Service(name=name, reads=(topics.CASES,), fold=FOLD, decide=told)
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
            while not running.done() and not loop.ready:
                await asyncio.sleep(0.001)
            begun = time.perf_counter()
            while not running.done() and _handled(loop) < records:
                await asyncio.sleep(0.005)
        return time.perf_counter() - begun
    finally:
        stop.set()
        await running
        await producer.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _handled(loop: Loop[Hops]) -> int:
    return sum(handler.book.next(topics.CASES) for handler in loop.handlers.values())
