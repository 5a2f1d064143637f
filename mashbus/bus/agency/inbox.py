"""Requests side by side, offsets in order: what is begun, finished and committed.

A record is finished when its answers are acknowledged, or when it is parked. Until then its offset is not committed, so
a service that is killed at any point says the same again, under the same ids, and nothing is skipped.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Protocol

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError

from mashbus.bus import metrics as common
from mashbus.bus.agency import metrics
from mashbus.bus.agency.offsets import Offsets
from mashbus.bus.quarantine import Share, TooManyQuarantined
from mashbus.bus.received import Received

log = structlog.get_logger(__name__)


class Consumer(Protocol):
    """What the inbox needs of an aiokafka consumer."""

    def assignment(self) -> Iterable[TopicPartition]: ...
    async def position(self, partition: TopicPartition) -> int: ...
    def seek(self, partition: TopicPartition, offset: int) -> None: ...
    async def commit(self, offsets: dict[TopicPartition, int]) -> None: ...


class TooManyParked(Exception):
    """The service stops: what it meets or what it runs is broken, and parking everything would hide it."""

    def __init__(self, organisation: str) -> None:
        super().__init__(
            f"{organisation}: more than half of the latest records had to be parked; the service stops until somebody "
            "has read the reasons on the organisation's desk. Parked records are tried again at the next start."
        )


class Inbox:
    """One organisation's records on their way. `attempt` ends with one handled (True) or parked (False)."""

    def __init__(
        self,
        organisation: str,
        attempt: Callable[[Received], Awaitable[bool]],
        *,
        at_once: int,
        service: str,
    ) -> None:
        self._organisation = organisation
        self._attempt = attempt
        self._service = service
        self._at_once = at_once
        self._offsets = Offsets()
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._epoch = 0
        self._missing: set[tuple[TopicPartition, int]] = set()
        self._share = Share(organisation)
        self._failed = asyncio.Event()
        self._fault: BaseException | None = None
        self.closed = False
        """True: nothing more is begun. What is handed over will come again to whoever reads next."""
        self.progressed = time.monotonic()
        """Real (monotonic) instant at which a record was last begun or finished."""

    # -- taking records in ------------------------------------------------------------------------------------

    async def take(self, batch: Iterable[Received], consumer: Consumer) -> None:
        """Begin every record of a batch; returns when all are begun, waiting while too many are open."""
        if self.closed:
            await asyncio.sleep(0.05)
            return
        epoch = self._epoch
        by_partition: dict[TopicPartition, list[Received]] = {}
        for received in batch:
            by_partition.setdefault(TopicPartition(received.topic, received.partition), []).append(received)
        for partition, records in by_partition.items():
            if epoch == self._epoch and await self._current(partition, records, consumer):
                await self._begin(partition, records, epoch)

    async def _current(self, partition: TopicPartition, records: list[Received], consumer: Consumer) -> bool:
        """Whether these records are the next ones of an assignment that still holds.

        A batch that was fetched before a rebalance is handed over after it (trap 45): then the consumer's position is
        not behind it any more, and the records will come again. A gap (trap 24) is asked for once more.
        """
        try:
            position = await asyncio.wait_for(consumer.position(partition), 5)
        except (IllegalStateError, TimeoutError):
            return False
        if position <= records[-1].offset:
            return False
        expected = self._offsets.expected(partition)
        if expected is None or records[0].offset <= expected:
            return True
        if (partition, expected) in self._missing:
            metrics.GAPS.labels(self._organisation).inc()
            return True
        self._missing.add((partition, expected))
        consumer.seek(partition, expected)
        return False

    async def _begin(self, partition: TopicPartition, records: list[Received], epoch: int) -> None:
        for received in records:
            while self.full and epoch == self._epoch:
                self._room.clear()
                await self._room.wait()
            if epoch != self._epoch:
                return
            if self._offsets.begin(partition, received.offset):
                self.progressed = time.monotonic()
                task = asyncio.create_task(self._finish(partition, received))
                self._tasks.add(task)
                task.add_done_callback(self._ended)
                metrics.OPEN.labels(self._organisation).set(len(self._tasks))

    # -- finishing them ---------------------------------------------------------------------------------------

    async def _finish(self, partition: TopicPartition, received: Received) -> None:
        handled = await self._attempt(received)
        self._offsets.finish(partition, received.offset)
        self.progressed = time.monotonic()
        common.HANDLED.labels(self._service, received.topic).inc()
        self._share.count(bad=not handled)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Whatever `attempt` does not know what to do with (a full disk, too many parked) stops the service."""
        self._tasks.discard(task)
        self._room.set()
        metrics.OPEN.labels(self._organisation).set(len(self._tasks))
        self.watch(task)

    def watch(self, task: asyncio.Task[None]) -> None:
        """What an ended task raised is what stops the service."""
        fault = None if task.cancelled() else task.exception()
        if isinstance(fault, TooManyQuarantined):
            fault = TooManyParked(self._organisation)
        if fault:
            self._fault = self._fault or fault
            self._failed.set()

    async def failure(self) -> BaseException:
        """Returns the fault that must stop the service, when there is one. Its offset is not committed."""
        await self._failed.wait()
        assert self._fault
        return self._fault

    # -- committing, and giving partitions back ----------------------------------------------------------------

    async def commit(self, consumer: Consumer, limit: timedelta = timedelta(seconds=5)) -> None:
        """Commit what moved, explicitly (trap 22). A failure is covered by the next commit."""
        mine = set(consumer.assignment())
        moved = {partition: at for partition, at in self._offsets.moved().items() if partition in mine}
        if not moved:
            return
        try:
            await asyncio.wait_for(consumer.commit(moved), limit.total_seconds())
        except (KafkaError, TimeoutError) as fault:
            log.warning("commit_failed", organisation=self._organisation, reason=type(fault).__name__)
        else:
            self._offsets.mark(moved)

    async def give_back(self, consumer: Consumer, grace: timedelta) -> None:
        """Partitions go: let the open records finish for a moment, commit, forget the rest. They will come again."""
        self._epoch += 1
        self._room.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace.total_seconds())
        for task in (left := set(self._tasks)):
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self.commit(consumer)
        self._offsets.forget()
        self._missing.clear()

    @property
    def open(self) -> int:
        return self._offsets.open

    def expected(self, partition: TopicPartition) -> int | None:
        """The offset to be begun next; None where nothing of the partition was begun yet."""
        return self._offsets.expected(partition)

    @property
    def full(self) -> bool:
        return len(self._tasks) >= self._at_once
