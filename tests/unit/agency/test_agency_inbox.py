"""What the inbox does with batches that should not be believed, and with faults."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError, KafkaConnectionError

from mashbus.bus.agency import attempts as module
from mashbus.bus.agency.attempts import Attempts
from mashbus.bus.agency.desk import Desk
from mashbus.bus.agency.inbox import Inbox, TooManyParked
from mashbus.bus.errors import PermanentError, TransientError
from mashbus.bus.received import Received

HERE = TopicPartition("agency.x.requests", 0)
NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Consumer:
    def __init__(self) -> None:
        self.mine = {HERE}
        self.at: int | None = None
        self.sought: list[int] = []
        self.committed: list[dict[TopicPartition, int]] = []
        self.commit_fault: Exception | None = None

    def assignment(self):
        return self.mine

    async def position(self, partition):
        if partition not in self.mine:
            raise IllegalStateError("not mine")
        return self.at

    def seek(self, partition, offset):
        self.sought.append(offset)

    async def commit(self, offsets):
        if self.commit_fault:
            raise self.commit_fault
        self.committed.append(offsets)


class Handler:
    def __init__(self) -> None:
        self.seen: list[int] = []
        self.faults: list[Exception] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, received: Received) -> None:
        await self.gate.wait()
        if self.faults:
            raise self.faults.pop(0)
        self.seen.append(received.offset)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def consumer() -> Consumer:
    return Consumer()


@pytest.fixture
def desk(tmp_path: Path):
    made = Desk(tmp_path / "desk.db")
    yield made
    made.close()


@pytest.fixture
def attempts(handler: Handler, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Attempts:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.001)
    return Attempts("x", handler, desk=desk, now=lambda: NOW, service="agency.x")


@pytest.fixture
def inbox(attempts: Attempts) -> Inbox:
    return Inbox("x", attempts.make, at_once=3, service="agency.x")


def batch(first: int, last: int) -> list[Received]:
    return [Received(HERE.topic, 0, offset, 0, None, b"value", ()) for offset in range(first, last + 1)]


async def take(inbox: Inbox, consumer: Consumer, first: int, last: int, position: int | None = None) -> None:
    consumer.at = last + 1 if position is None else position
    await inbox.take(batch(first, last), consumer)


async def settled(inbox: Inbox) -> None:
    async with asyncio.timeout(5):
        while inbox.open:
            await asyncio.sleep(0.001)


async def test_a_batch_is_handled_and_committed_behind_its_last(inbox, handler, consumer):
    await take(inbox, consumer, 10, 19)
    await settled(inbox)
    await inbox.commit(consumer)
    assert sorted(handler.seen) == list(range(10, 20))
    assert consumer.committed == [{HERE: 20}]


async def test_trap_45_a_batch_fetched_before_a_rebalance_is_not_believed_after_it(inbox, handler, consumer):
    handler.gate.clear()
    await take(inbox, consumer, 10, 11)
    await inbox.give_back(consumer, timedelta(seconds=0))
    handler.gate.set()
    await take(inbox, consumer, 12, 14, position=10)  # fetched before; the new assignment begins at what was committed
    assert inbox.open == 0
    await take(inbox, consumer, 10, 14)
    await settled(inbox)
    await inbox.commit(consumer)
    assert handler.seen == [10, 11, 12, 13, 14]
    assert consumer.committed[-1] == {HERE: 15}


async def test_partitions_of_somebody_else_are_left_alone(inbox, handler, consumer):
    consumer.mine = set()
    await take(inbox, consumer, 10, 11)
    await inbox.commit(consumer)
    assert (handler.seen, consumer.committed) == ([], [])


async def test_trap_24_a_gap_is_asked_for_again_once_and_then_taken_as_it_is(inbox, handler, consumer):
    await take(inbox, consumer, 10, 11)
    await take(inbox, consumer, 15, 16)
    assert (consumer.sought, inbox.expected(HERE)) == ([12], 12)
    await take(inbox, consumer, 15, 16)
    await settled(inbox)
    assert (consumer.sought, handler.seen) == ([12], [10, 11, 15, 16])


async def test_what_is_open_when_partitions_go_is_neither_finished_nor_committed(inbox, handler, consumer):
    handler.gate.clear()
    await take(inbox, consumer, 10, 11)
    await inbox.give_back(consumer, timedelta(seconds=0))
    assert (inbox.open, handler.seen, consumer.committed) == (0, [], [{HERE: 10}])


async def test_too_many_at_once_wait_and_a_rebalance_wakes_them(inbox, handler, consumer):
    handler.gate.clear()
    taking = asyncio.create_task(take(inbox, consumer, 10, 19))
    async with asyncio.timeout(5):
        while not inbox.full:
            await asyncio.sleep(0.001)
    assert (inbox.open, taking.done()) == (3, False)
    await inbox.give_back(consumer, timedelta(seconds=0))
    await asyncio.wait_for(taking, 5)
    assert inbox.open == 0


async def test_passing_faults_are_tried_again_for_as_long_as_it_takes(inbox, handler, consumer, desk):
    handler.faults = [TransientError("down", "wait"), OSError(), TimeoutError(), KafkaConnectionError()] * 3
    await take(inbox, consumer, 10, 10)
    await settled(inbox)
    assert (handler.seen, desk.parked()) == ([10], ())


async def test_a_permanent_fault_parks_at_once_with_the_original_bytes(inbox, handler, consumer, desk):
    handler.faults = [PermanentError("unreadable", "what to do")]
    await take(inbox, consumer, 10, 11)
    await settled(inbox)
    await inbox.commit(consumer)
    (parked,) = desk.parked()
    assert (parked.received.value, parked.reason, parked.attempts) == (b"value", "unreadable", 1)
    assert consumer.committed == [{HERE: 12}]


async def test_trap_3_when_most_records_are_parked_the_service_stops(inbox, handler, consumer):
    handler.faults = [PermanentError("unreadable", "what to do") for _ in range(20)]
    await take(inbox, consumer, 10, 29)
    fault = await asyncio.wait_for(inbox.failure(), 5)
    assert isinstance(fault, TooManyParked)


async def test_when_the_desk_fails_nothing_is_committed_and_the_service_stops(inbox, handler, consumer, desk):
    desk.close()
    handler.faults = [PermanentError("unreadable", "what to do")]
    await take(inbox, consumer, 10, 10)
    await asyncio.wait_for(inbox.failure(), 5)
    await inbox.commit(consumer)
    assert consumer.committed in ([], [{HERE: 10}])


async def test_a_commit_that_failed_is_made_again(inbox, consumer):
    await take(inbox, consumer, 10, 10)
    await settled(inbox)
    consumer.commit_fault = KafkaConnectionError()
    await inbox.commit(consumer)
    consumer.commit_fault = None
    await inbox.commit(consumer)
    assert consumer.committed == [{HERE: 11}]


async def test_what_was_parked_is_tried_again_and_leaves_the_desk_when_it_works(
    inbox, attempts, handler, consumer, desk
):
    handler.faults = [PermanentError("unknown_schema", "wait for the catalogue")]
    await take(inbox, consumer, 10, 10)
    await settled(inbox)
    handler.faults = [PermanentError("unknown_schema", "wait for the catalogue")]
    await attempts.again()
    assert [one.attempts for one in desk.parked()] == [2]
    await attempts.again()
    assert (desk.parked(), handler.seen) == ((), [10])


async def test_a_closed_inbox_begins_nothing(inbox, handler, consumer):
    inbox.closed = True
    await take(inbox, consumer, 10, 11)
    assert (inbox.open, handler.seen) == (0, [])
