"""The loop: poll, handle, publish all and await the acks, save, commit. In this order nothing is lost (promise P2).

aiokafka rebalances in the background (traps 21, 44): a gate closes when partitions are taken away, an epoch tells which
assignment the casebooks were opened for, and a lock makes revocation wait for the batch in hand.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError

from mashbus.bus.casebook import Casebook, CasebookDamaged, Gap, delete_casebook
from mashbus.bus.cases import CaseHandler
from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.errors import TransientError
from mashbus.bus.handling import Handler, Turn
from mashbus.bus.metrics import HANDLING, LAG, PUBLISHED, REBUILT, RETRIES, WAITING
from mashbus.bus.polling import Batch, poll
from mashbus.bus.producer import Producer
from mashbus.bus.quarantine import Share
from mashbus.bus.rebuild import LogCutShort, fold_to, pass_over, reader
from mashbus.bus.service import Service
from mashbus.contracts import topics
from mashbus.contracts.topics import organisation_of

S = TypeVar("S")
_log = structlog.get_logger()

COMMIT_EVERY = timedelta(milliseconds=100)
"""Awaiting a commit a batch costs a quarter to a half of throughput (trap 46)."""
STUCK_AFTER = timedelta(seconds=60)
"""Lag without progress for so long: leave, and let the supervisor start anew (trap 17)."""
OFFSETS_WITHIN = timedelta(seconds=60)
"""A coordinator that loads answers nothing (trap 50); after this long the offsets are taken for lost."""


class Stuck(Exception):
    def __init__(self, service: str) -> None:
        super().__init__(f"{service} has lag and made no progress for {STUCK_AFTER.total_seconds():.0f} s")


class NoStartingPoint(Exception):
    """No committed offset and no casebook: starting at 0 would publish everything again, so an operator must say so."""

    def __init__(self, group: str, partition: TopicPartition) -> None:
        super().__init__(
            f"group {group} has no offset for {partition.topic}[{partition.partition}] and there is no casebook: run "
            "`mashbus topics apply` for a new bus; after a loss, `mashbus run --from-start` (no new ids, all repeated)"
        )


class Loop(ConsumerRebalanceListener, Generic[S]):  # type: ignore[misc]  # aiokafka is untyped
    """One instance of one service. `run` returns when `stop` is set, with everything saved and committed."""

    def __init__(
        self, service: Service[S], *, kafka: Sequence[str], codec: Codec, producer: Producer, clock: Clock,
        folder: Path, from_start: bool = False, handling: Callable[[Casebook[S]], Handler] | None = None,
    ) -> None:  # fmt: skip
        self.service = service
        self.handlers: dict[int, Handler] = {}
        self.lock = asyncio.Lock()
        """Held while a batch is handled; whoever publishes on the casebooks' word holds it too."""
        self._kafka = list(kafka)
        self._codec = codec
        self._producer = producer
        self._folder = folder
        self._from_start = from_start
        self._reads = tuple(dict.fromkeys((*service.reads, topics.QUARANTINE)))
        share = Share(service.name)
        self._handling = handling or (lambda book: CaseHandler(service, book, codec, clock, share))
        self._gate = False
        self.epoch = 0
        """Moves on with every assignment: what was learnt in an earlier one is void."""
        self._opened = -1
        self._uncommitted: dict[TopicPartition, int] = {}
        self._pause = 0.0
        self._later: dict[TopicPartition, float] = {}
        """Partitions that were put off, and when they are taken up again."""
        self._looked = 0.0
        """When it last looked for offsets that are no records."""
        self._progressed = time.monotonic()
        self._unprepared: float | None = None
        """Since when what must go before a batch has failed."""
        self._stop = asyncio.Event()
        self._consumer: AIOKafkaConsumer[bytes, bytes]

    @property
    def ready(self) -> bool:
        """Its partitions are assigned and their casebooks open: what they say can be acted on."""
        return self._gate and self._opened == self.epoch

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. Anything unforeseen is raised: leave with a non-zero status and be started again."""
        self._stop = stop
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._kafka,
            group_id=self.service.group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            partition_assignment_strategy=[RangePartitionAssignor],
            rebalance_timeout_ms=60_000,
            client_id=self.service.name,
        )
        self._consumer.subscribe(self._reads, listener=self)
        await self._consumer.start()
        committing = asyncio.create_task(self._commit_in_background())
        try:
            while not stop.is_set():
                await self._turn()
                if committing.done():
                    committing.result()  # whatever ended it, without commits the others wait for us for ever
        finally:
            committing.cancel()
            await self._leave()

    # -- one turn ------------------------------------------------------------------------------------------------

    async def _turn(self) -> None:
        try:
            got = await self._poll()
            if got and self.service.before is not None:
                await self._prepare(self.service.before)
            async with self.lock:
                await self._take(got)
            self._check_progress()
        except CasebookDamaged as damage:
            await self.damaged(damage)
        except (KafkaError, TransientError, Gap) as fault:
            await self._back_off(fault)

    async def _prepare(self, before: Callable[[], Awaitable[None]]) -> None:
        """Raises Stuck where it has failed for long: what waits behind it is not open yet, and alarms nobody."""
        try:
            await before()
        except TransientError:
            since = self._unprepared = self._unprepared or time.monotonic()
            if time.monotonic() - since > STUCK_AFTER.total_seconds():
                raise Stuck(self.service.name) from None
            raise
        self._unprepared = None

    async def _take(self, got: Batch) -> None:
        try:
            if self._gate and self._opened != self.epoch:
                await self._open()  # what is in hand predates the seek
            elif self._gate:
                await self._step(got)
                await self._pass_markers()
        except BaseException:
            self._opened = -1  # whoever has the lock next must not save what was handled and not published
            raise

    async def reopen(self, fault: TransientError) -> None:
        """A casebook could not be saved beside the loop: what it holds beyond its file is forgotten."""
        RETRIES.labels(self.service.name, type(fault).__name__).inc()
        async with self.lock:
            self._forget()

    async def damaged(self, damage: CasebookDamaged) -> None:
        """A casebook can't be read: it is a cache, so it is deleted and the log folded again."""
        async with self.lock:
            self._forget()
            self._delete(damage)
        await self._back_off(damage)

    def _delete(self, damage: CasebookDamaged) -> None:
        _log.warning("casebook damaged, folding the log again", service=self.service.name, casebook=damage.path.name)
        delete_casebook(damage.path)

    async def _poll(self) -> Batch:
        if not self.ready:
            await asyncio.sleep(0.005)
            return {}
        self._take_up_again()
        return await poll(self._consumer, self._kafka, self._next, timeout_ms=100, max_records=self.service.batch)

    async def _step(self, got: Batch) -> None:
        if not got:
            return
        started = time.monotonic()
        turn = Turn()
        for partition, records in got.items():
            if handler := self.handlers.get(partition.partition):
                await handler.handle(records, turn)
        await self._producer.publish(turn.outgoing)
        for partition in {partition.partition for partition in got} & self.handlers.keys():
            self.handlers[partition].book.save()
        self._uncommitted.update({one: self._next(one) for one in got if one.partition in self.handlers})
        self._count(turn, time.monotonic() - started)
        self._halt(turn.halted | turn.put_off.keys())
        self._later |= {one: time.monotonic() + wait.total_seconds() for one, wait in turn.put_off.items()}
        if turn.stopped:
            raise turn.stopped
        self._pause = 0.0

    async def _pass_markers(self) -> None:
        """A partner's transactions end in offsets that are no records: once the consumer is past them, so are we.

        Else what such a partner sent would never be known to be handled. Our own topics have no such offsets.
        """
        if time.monotonic() - self._looked < COMMIT_EVERY.total_seconds():
            return
        self._looked = time.monotonic()
        for partition in self._consumer.assignment() - self._consumer.paused():
            following = self._next(partition)
            if (self._consumer.highwater(partition) or 0) <= following or organisation_of(partition.topic) is None:
                continue
            position = await self._consumer.position(partition)
            if position > following and self.ready:
                pass_over(self.handlers[partition.partition], partition, position)
                self._uncommitted[partition] = position

    def _count(self, turn: Turn, seconds: float) -> None:
        if turn.outgoing or not turn.stopped:
            self._progressed = time.monotonic()
        HANDLING.labels(self.service.name).observe(seconds)
        for one in turn.outgoing:
            PUBLISHED.labels(self.service.name, one.topic).inc()

    def _halt(self, partitions: set[TopicPartition]) -> None:
        """Take nothing more from these; what was already polled is read again if they are ever resumed."""
        for partition in partitions:
            self._consumer.pause(partition)
            self._consumer.seek(partition, self._next(partition))

    def _take_up_again(self) -> None:
        for partition in [one for one, at in self._later.items() if at <= time.monotonic()]:
            del self._later[partition]
            if partition in self._consumer.assignment():
                self._consumer.resume(partition)

    async def _back_off(self, fault: Exception) -> None:
        """Forget what was not saved, wait 0.2 to 2 s, reopen."""
        RETRIES.labels(self.service.name, type(fault).__name__).inc()
        self._forget()
        self._pause = min(max(self._pause * 2, 0.2), 2.0)
        _log.warning("passing fault, trying again", service=self.service.name, fault=type(fault).__name__)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), self._pause)

    def _check_progress(self) -> None:
        if not self.ready:
            return
        taken = self._consumer.assignment() - self._consumer.paused()
        lag = sum(max(0, (self._consumer.highwater(one) or 0) - self._next(one)) for one in taken)
        LAG.labels(self.service.name).set(lag)
        if not lag:
            self._progressed = time.monotonic()
        elif time.monotonic() - self._progressed > STUCK_AFTER.total_seconds():
            raise Stuck(self.service.name)

    # -- partitions come and go ----------------------------------------------------------------------------------

    async def on_partitions_revoked(self, revoked: object) -> None:  # noqa: ARG002 - aiokafka gives and takes all
        self.epoch += 1
        self._gate = False
        async with self.lock:  # drains the batch in hand
            await self._commit()
            self._uncommitted.clear()  # from here on they are somebody else's to move
            self._unprepared = None

    async def on_partitions_assigned(self, assigned: object) -> None:  # noqa: ARG002
        self.epoch += 1
        self._gate = True

    async def _open(self) -> None:
        epoch, mine = self.epoch, self._consumer.assignment()
        still = partial(self._holds, epoch)
        self._keep({partition.partition for partition in mine})
        committed = await self._committed(mine, still)
        if not still():
            return
        await self._check_ends({one: max(offset, self._next(one)) for one, offset in committed.items()})
        if await fold_to(self._kafka, self.service.name, self._codec, self.handlers, committed, still):
            REBUILT.labels(self.service.name).inc()
        if not still():
            return
        for partition in mine:
            self._consumer.seek(partition, self._next(partition))
        self._uncommitted = {partition: self._next(partition) for partition in mine}
        self._opened = epoch
        _log.info("partitions open", service=self.service.name, partitions=sorted(self.handlers))
        self._progressed = time.monotonic()
        WAITING.labels(self.service.name).set(sum(len(one.book.waiting) for one in self.handlers.values()))

    def _holds(self, epoch: int) -> bool:
        """False once another assignment, or the end, makes work for this one pointless."""
        return epoch == self.epoch and not self._stop.is_set()

    def _keep(self, mine: set[int]) -> None:
        """Open new books, close lost ones."""
        for partition in self.handlers.keys() - mine:
            self.handlers.pop(partition).book.close()
        for partition in mine - self.handlers.keys():
            self.handlers[partition] = self._handling(self._book(partition))

    def _book(self, partition: int) -> Casebook[S]:
        path = self._folder / f"{partition}.sqlite"
        try:
            return Casebook(path, partition, self.service.fold)
        except CasebookDamaged as damage:
            self._delete(damage)
            return Casebook(path, partition, self.service.fold)

    def _forget(self) -> None:
        for handler in self.handlers.values():
            handler.book.close()
        self.handlers.clear()
        self._uncommitted.clear()
        self._opened = -1

    async def _committed(self, mine: set[TopicPartition], still: Callable[[], bool]) -> Mapping[TopicPartition, int]:
        """The group's offsets. An empty answer is never believed at once (trap 50), nor waited out once in vain."""
        until = time.monotonic() + OFFSETS_WITHIN.total_seconds()
        offsets = {one: await self._consumer.committed(one) for one in mine}
        while None in offsets.values() and time.monotonic() < until and not self._from_start:
            await asyncio.sleep(0.5)
            if not still():
                return {}
            offsets = {one: await self._consumer.committed(one) for one in mine}
        for partition, offset in offsets.items():
            if offset is None and not self._from_start and not self.handlers[partition.partition].book.positions:
                raise NoStartingPoint(self.service.group, partition)
        return {one: offset or 0 for one, offset in offsets.items()}

    async def _check_ends(self, positions: Mapping[TopicPartition, int]) -> None:
        """Before anything is folded: a fold up to a position beyond the log's end would never end."""
        async with reader(self._kafka) as consumer:
            for partition, end in (await consumer.end_offsets(list(positions))).items():
                if positions[partition] > end:
                    raise LogCutShort(partition, positions[partition], end)

    def _next(self, partition: TopicPartition) -> int:
        handler = self.handlers.get(partition.partition)
        return handler.book.next(partition.topic) if handler else 0

    # -- commits -------------------------------------------------------------------------------------------------

    async def _commit_in_background(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_EVERY.total_seconds())
            await self._commit()

    async def _commit(self) -> None:
        """Explicit positions of our own partitions only (trap 22). A commit that fails is covered by the next."""
        mine = self._consumer.assignment()
        offsets = {one: position for one, position in self._uncommitted.items() if one in mine}
        if not offsets:
            return
        try:
            await self._consumer.commit(offsets)
        except KafkaError as fault:
            RETRIES.labels(self.service.name, type(fault).__name__).inc()
            return
        for one, position in offsets.items():
            if self._uncommitted.get(one) == position:
                del self._uncommitted[one]

    async def _leave(self) -> None:
        """Bounded: stopping with the broker down can hang (trap 52)."""
        async with self.lock:
            with contextlib.suppress(KafkaError, TimeoutError):
                await asyncio.wait_for(self._commit(), 5)
            self._gate = False
            self._forget()
        with contextlib.suppress(KafkaError, TimeoutError):
            await asyncio.wait_for(self._consumer.stop(), 10)
