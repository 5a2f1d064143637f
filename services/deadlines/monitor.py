"""Fires timers: warnings at once, lapses only once every answer that was in time has been seen.

It publishes, awaits the acknowledgement, and marks by reading its own breach back. An owner that was frozen and wakes
says what is true all the same, under the same id.
"""

import asyncio
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from mashbus.bus.casebook import CasebookDamaged, Due
from mashbus.bus.clock import Clock
from mashbus.bus.errors import TransientError
from mashbus.bus.loop import Loop
from mashbus.bus.metrics import BREACH_DELAY, MONITOR_BLIND, RETRIES, SLA_BREACHES, SLA_NEXT_DUE, SLA_OPEN
from mashbus.bus.producer import Producer, addressed
from mashbus.contracts import hub, topics
from mashbus.domain.deadline import HUB
from mashbus.domain.watch import Watch
from services.deadlines.barrier import REPLICA_LAG, Offsets, answers_of, committed_past
from services.deadlines.decide import fired, is_being_met
from services.deadlines.labels import LAPSE, label_of

BLIND_AFTER = timedelta(seconds=60)
"""Real time without an answer to "has everything been seen?" before the alert is raised."""
BROKER_TICK = timedelta(milliseconds=2)
"""Append times are whole milliseconds: an answer of the due instant's own millisecond is in time, so wait it out."""
_TURN = 0.1
_COUNT_EVERY = 2.0

_log = structlog.get_logger()


class Lapse(NamedTuple):
    partition: int
    due: Due


class Monitor:
    """Beside the loop of the deadlines service, on its casebooks, under its lock."""

    def __init__(self, loop: Loop[Watch], producer: Producer, clock: Clock, offsets: Offsets) -> None:
        self._loop = loop
        self._producer = producer
        self._clock = clock
        self._offsets = offsets
        self._epoch = -1
        self._said: set[str] = set()
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._asked: dict[str, float] = {}
        """Since when, of an owner whose answers could not be seen yet: a question that failed does not start anew."""
        self._put_off: dict[str, float] = {}
        """Since when, of a lapse whose case has a decision that waits to be acted on."""
        self._blind: set[str] = set()
        self._counted = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        try:
            while not stop.is_set():
                try:
                    if self._loop.ready:
                        await self._turn()
                    await self._rest(stop)
                except CasebookDamaged as damage:
                    await self._loop.damaged(damage)
        finally:
            for asking in self._asking.values():
                asking.cancel()
            await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _turn(self) -> None:
        if self._epoch != self._loop.epoch:
            self._epoch, self._said = self._loop.epoch, set()
            self._asked.clear()
            self._put_off.clear()
        due = self._due()
        try:
            await self._say([one for one in due if not one.due.name.startswith(LAPSE)], self._epoch, blind=False)
        except (KafkaError, TransientError) as fault:
            RETRIES.labels(self._loop.service.name, type(fault).__name__).inc()
        for owner, lapses in self._by_owner(one for one in due if one.due.name.startswith(LAPSE)).items():
            if owner in self._asking and not self._asking[owner].done():
                continue
            if owner in self._asking:
                self._asking.pop(owner).result()  # anything unforeseen ends the service
            self._asking[owner] = asyncio.create_task(self._lapse(owner, lapses))
        self._count()

    def _due(self) -> list[Lapse]:
        now = self._clock.now()
        due = [
            Lapse(partition, one)
            for partition, handler in self._loop.handlers.items()
            for one in handler.book.timers.due(now)
        ]
        names = {one.due.name for one in due}
        self._said &= names
        self._put_off = {name: since for name, since in self._put_off.items() if name in names}
        return [one for one in due if one.due.name not in self._said]

    def _by_owner(self, lapses: Iterable[Lapse]) -> dict[str, list[Lapse]]:
        owners: dict[str, list[Lapse]] = {}
        for one in lapses:
            owners.setdefault(label_of(one.due.label).source, []).append(one)
        return owners

    async def _lapse(self, owner: str, lapses: list[Lapse]) -> None:
        """What is still armed once every timely answer has been seen has lapsed."""
        epoch, until = self._loop.epoch, self._asked.setdefault(owner, time.monotonic()) + BLIND_AFTER.total_seconds()
        alarm = asyncio.get_running_loop().call_later(until - time.monotonic(), self._cannot_see, owner)
        try:
            if await self._seen_all(owner, max(one.due.due for one in lapses), epoch):
                told = [one for one in lapses if not self._is_being_met(one)]
                await self._say(told, epoch, blind=time.monotonic() > until)
                self._asked.pop(owner, None)
                self._blind.discard(owner)
        except (KafkaError, TransientError, TimeoutError) as fault:
            RETRIES.labels(self._loop.service.name, type(fault).__name__).inc()
        finally:
            alarm.cancel()
            MONITOR_BLIND.set(bool(self._blind))

    def _is_being_met(self, lapse: Lapse) -> bool:
        """Put off while a decision given in time is being acted on; not for ever, as it may lie in quarantine."""
        name = lapse.due.name
        if not is_being_met(self._loop.handlers[lapse.partition].book.state(lapse.due.case_id), name):
            return False
        return time.monotonic() - self._put_off.setdefault(name, time.monotonic()) < BLIND_AFTER.total_seconds()

    async def _seen_all(self, owner: str, due: datetime, epoch: int) -> bool:
        """False: the partitions moved on; whoever has them now asks anew."""
        await self._wait_past(due, await self._settling(owner))
        mine = [TopicPartition(topics.CASES, partition) for partition in self._loop.handlers]
        group, arrivals = ("mashbus.outcomes", mine) if owner == HUB else ("mashbus.intake", list(answers_of(owner)))
        await committed_past(self._offsets, group, await self._offsets.ends(arrivals))
        ends = await self._offsets.ends(mine)
        while epoch == self._loop.epoch and self._loop.ready:
            if all(self._loop.handlers[one.partition].book.next(one.topic) >= end for one, end in ends.items()):
                return True
            await asyncio.sleep(0.01)
        return False

    async def _settling(self, owner: str) -> timedelta:
        topic = topics.CASES if owner == HUB else topics.responses_of(owner)
        return REPLICA_LAG if await self._offsets.replicated(topic) else timedelta(0)

    async def _wait_past(self, due: datetime, settling: timedelta) -> None:
        """Real time for the broker's own millisecond and for a frozen follower to be dropped."""
        while (left := self._clock.real_seconds_until(due)) > 0:  # noqa: ASYNC110 - time is what it waits for
            await asyncio.sleep(min(left, _TURN))  # looked at again, as clocks step (trap 33)
        await asyncio.sleep(BROKER_TICK.total_seconds() + settling.total_seconds())

    async def _say(self, lapses: list[Lapse], epoch: int, *, blind: bool) -> None:
        """Ask each case once more, publish what it still calls for, await the acknowledgement.

        `epoch`: the assignment that the lapses were found in; in another one they are somebody else's to say.
        """
        async with self._loop.lock:
            if not self._loop.ready or epoch != self._loop.epoch:
                return
            at = self._clock.now()
            records = []
            for partition, due in lapses:
                case = self._loop.handlers[partition].book.state(due.case_id)
                if due.name not in self._said and (record := fired(case, due.name, at, blind=blind)):
                    records.append(addressed(record, partition))
            await self._producer.publish(records)
            self._said.update(one.due.name for one in lapses if one.due.due <= at)
        for one in records:
            if isinstance(one.record, hub.SlaBreached):
                self._breached(one.record)

    def _breached(self, record: hub.SlaBreached) -> None:
        deadline = record.deadline
        SLA_BREACHES.labels(record.meta.partnership, deadline.owner, deadline.rag or "", deadline.clock).inc()
        BREACH_DELAY.observe(max(0.0, -self._clock.real_seconds_until(deadline.due)))

    def _cannot_see(self, owner: str) -> None:
        self._blind.add(owner)
        MONITOR_BLIND.set(1)
        _log.error("monitor blind", owner=owner, waited_seconds=BLIND_AFTER.total_seconds())

    def _count(self) -> None:
        """`mash_sla_open` and `mash_sla_next_due`, from the timers themselves."""
        if time.monotonic() - self._counted < _COUNT_EVERY:
            return
        self._counted = time.monotonic()
        totals: dict[str, tuple[int, datetime]] = {}
        for handler in self._loop.handlers.values():
            for label, count, earliest in handler.book.timers.running(f"{LAPSE}/"):
                before = totals.get(label, (0, earliest))
                totals[label] = (before[0] + count, min(before[1], earliest))
        SLA_OPEN.clear()
        SLA_NEXT_DUE.clear()
        for label, (count, earliest) in totals.items():
            SLA_OPEN.labels(*label_of(label).metric).set(count)
            SLA_NEXT_DUE.labels(*label_of(label).metric).set(earliest.timestamp())

    async def _rest(self, stop: asyncio.Event) -> None:
        """Until the next timer, but never long: clocks step, and timers are set meanwhile (trap 33)."""
        now = self._clock.now()
        instants = [one for handler in self._loop.handlers.values() if (one := handler.book.timers.next_due(now))]
        left = min((self._clock.real_seconds_until(one) for one in instants), default=_TURN)
        try:
            await asyncio.wait_for(stop.wait(), max(0.002, min(left, _TURN)))
        except TimeoutError:
            return
