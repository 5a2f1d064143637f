"""A partition whose next record can't be taken now waits alone: nothing is lost, and nothing else waits for it."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from aiokafka import TopicPartition
from core_story import MONDAY
from loop_field import TheBus, until

from mashbus.bus.casebook import Casebook
from mashbus.bus.clock import Clock
from mashbus.bus.handling import Fates, Turn
from mashbus.bus.loop import Loop
from mashbus.bus.producer import Outgoing, Producer
from mashbus.bus.received import Received
from mashbus.bus.service import NOTHING, Service
from mashbus.contracts import agency, topics
from mashbus.contracts.record import Meta
from mashbus.domain.referral import Child

WHOSE = "homerton-health"
TOPIC = topics.submissions_of(WHOSE)
SLOW, QUICK = 3, 4
AGAIN = timedelta(milliseconds=50)
ALL = 5


class Reluctant:
    """Takes nothing of the slow partition's records until it has all of the quick one's: so neither waits for luck."""

    def __init__(self, book: Casebook[None], taken: list[tuple[int, bytes | None]], ours: bytes) -> None:
        self.book = book
        self._taken, self._ours = taken, ours

    async def handle(self, records: Iterable[Received], turn: Turn) -> None:
        for one in records:
            mine = (one.key or b"").startswith(self._ours)
            if mine and one.partition == SLOW and len(self._taken) < ALL:
                turn.put_off[TopicPartition(one.topic, one.partition)] = AGAIN
                return
            if mine:
                self._taken.append((one.partition, one.key))
            self.book.advance(one.topic, one.offset)

    async def fold(self, records: Iterable[Received], fates: Fates) -> None:
        for one in records:
            self.book.advance(one.topic, one.offset)


async def test_what_is_put_off_is_taken_in_its_order_and_holds_nobody_up(the_bus: TheBus, tmp_path: Path) -> None:
    ours, taken = uuid4().hex, []
    producer = Producer(the_bus.settings.kafka_hosts, the_bus.codec, "/test")
    await producer.start()
    service = Service(name=f"reluctant-{ours[:8]}", reads=(TOPIC,), fold=NOTHING)
    loop = Loop(
        service, kafka=the_bus.settings.kafka_hosts, codec=the_bus.codec, producer=producer, clock=Clock(),
        folder=tmp_path, from_start=True, handling=lambda book: Reluctant(book, taken, ours.encode()),
    )  # fmt: skip
    stop = asyncio.Event()
    running = asyncio.create_task(loop.run(stop))
    await until(lambda: loop.ready or running.done())
    keys = [f"{ours}/{n}" for n in range(ALL)]
    await producer.publish([said(key, SLOW) for key in keys])
    await producer.publish([said(key, QUICK) for key in keys])
    await until(lambda: len(taken) == 2 * ALL or running.done())
    stop.set()
    await asyncio.wait_for(running, 30)
    await producer.stop()
    expected = [key.encode() for key in keys]
    assert [key for partition, key in taken if partition == SLOW] == expected
    assert [key for partition, key in taken if partition == QUICK] == expected
    assert [partition for partition, _ in taken] == [QUICK] * ALL + [SLOW] * ALL


def said(key: str, partition: int) -> Outgoing:
    record = agency.CaseHoldingChanged(
        meta=Meta(event_id=uuid4(), partnership="hackney", case_id=None, occurred_at=MONDAY),
        changed_at=MONDAY, child=Child(local_id="L1"),
    )  # fmt: skip
    return Outgoing(TOPIC, record, key, partition)
