"""Fires timers: warnings at once, lapses only once every answer that was in time has been seen.

It publishes, awaits the acknowledgement, and marks by reading its own breach back. An owner that was frozen and wakes
says what is true all the same, under the same id. Time is the broker's, by which answers count, whatever the host's
clock says.
"""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

import structlog
from aiokafka.errors import KafkaError

from mashbus.bus.casebook import CasebookDamaged
from mashbus.bus.clock import BrokerTime, Clock
from mashbus.bus.errors import TransientError
from mashbus.bus.loop import Loop
from mashbus.bus.metrics import BREACH_DELAY, MONITOR_BLIND, RETRIES, SLA_BREACHES
from mashbus.bus.producer import Producer, addressed
from mashbus.contracts import hub
from mashbus.domain.deadline import HUB
from mashbus.domain.watch import Watch
from services.deadlines.barrier import Barrier, Offsets
from services.deadlines.canary import Canaries
from services.deadlines.decide import fired, is_being_met
from services.deadlines.gauges import Gauges
from services.deadlines.labels import LAPSE, Label, label_of
from services.deadlines.source import Lapse, Source, Sources

BLIND_AFTER = timedelta(seconds=60)
"""Real time without an answer to "has everything been seen?" before the alert is raised (design 6)."""
AT_ONCE = 2000
"""Timers of a label and partition taken in one turn: a burst is said in portions, and every label has its turn."""
_TURN = 0.1
_AGAIN = 0.02

_log = structlog.get_logger()


class Monitor:
    """Beside the loop of the deadlines service, on its casebooks, under its lock."""

    def __init__(
        self, loop: Loop[Watch], producer: Producer, clock: Clock, offsets: Offsets, canaries: Canaries,
        broker_time: BrokerTime,
    ) -> None:  # fmt: skip
        self._loop = loop
        self._producer = producer
        self._clock = clock
        self._broker_time = broker_time
        self._canaries = canaries
        self._barrier = Barrier(loop, clock, offsets)
        self._gauges = Gauges()
        self._epoch = -1
        self._sources = Sources()
        self._warnings = Source("warnings")
        """They wait for nothing."""
        self._answered = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        try:
            while not stop.is_set():
                try:
                    if self._loop.ready:
                        await self._turn()
                    await self._rest()
                except CasebookDamaged as damage:
                    await self._loop.damaged(damage)
                except (KafkaError, TransientError) as fault:
                    self._retried(fault)
                    await asyncio.sleep(_TURN)
        finally:
            await self._end_questions()

    async def _turn(self) -> None:
        if self._epoch != self._loop.epoch:
            await self._begin_assignment()
        await self._arm_canaries(probe=self._broker_time.stale)
        if self._broker_time.stale:
            return  # what time it is at the broker is not known
        warnings, lapses = self._due()
        if (warnings or lapses) and self._broker_time.aged:
            await self._arm_canaries(probe=True)  # its clock may have been set, or another broker lead
            warnings, lapses = self._due()
        await self._say(warnings, self._epoch, blind=False)
        for source, due in lapses.items():
            source.asking = asyncio.create_task(self._lapse(source, due))
        self._gauges.count(handler.book.timers for handler in self._loop.handlers.values())

    async def _begin_assignment(self) -> None:
        """What was learnt in an earlier one is void."""
        self._epoch = self._loop.epoch
        await self._end_questions()
        self._sources.clear()
        self._warnings.said.clear()
        self._canaries.begin_anew()
        self._show_blindness()

    async def _end_questions(self) -> None:
        asking = [source.asking for source in self._sources if source.asking]
        for one in asking:
            one.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _arm_canaries(self, *, probe: bool) -> None:
        """`probe`: the broker's time is in doubt, so one is sent all the same: its acknowledgement tells."""
        books = {partition: handler.book for partition, handler in self._loop.handlers.items()}
        armed = self._canaries.wanted(self._clock.now(), books, probe=probe)
        try:
            await self._producer.publish([addressed(one) for one in armed])
        except BaseException:
            self._canaries.begin_anew()
            raise

    # -- what is due ---------------------------------------------------------------------------------------------

    def _due(self) -> tuple[list[Lapse], dict[Source, list[Lapse]]]:
        """Warnings, and lapses by source in the order of their instants; none of a source that is being asked."""
        now = self._clock.now()
        lapses: dict[Source, list[Lapse]] = defaultdict(list)
        for partition, handler in self._loop.handlers.items():
            for text in handler.book.timers.labels_due(now):
                label = label_of(text)
                source = self._source(label)
                if not source.is_asking():
                    timers = handler.book.timers.due(text, now, AT_ONCE)
                    lapses[source].extend(Lapse(one, partition) for one in timers)
        unsaid = {source: self._unsaid(source, due) for source, due in lapses.items()}
        self._sources.leave_to_the_hub(unsaid)
        self._sources.rest(unsaid)
        self._show_blindness()
        return unsaid.pop(self._warnings, []), {source: due for source, due in unsaid.items() if due}

    def _unsaid(self, source: Source, due: list[Lapse]) -> list[Lapse]:
        """Without those that were said and not read back yet."""
        source.forget_but({one.name for one in due})
        return sorted(one for one in due if one.name not in source.said)

    # -- a lapse -------------------------------------------------------------------------------------------------

    async def _lapse(self, source: Source, lapses: list[Lapse]) -> None:
        """What is still armed once every timely answer has been seen has lapsed."""
        epoch, until = self._epoch, source.waits_since() + BLIND_AFTER.total_seconds()
        alarm = asyncio.get_running_loop().call_later(max(0, until - time.monotonic()), self._cannot_see, source)
        try:
            if await self._barrier.passed(source.name, max(one.due.due for one in lapses), epoch):
                told = [one for one in lapses if not self._is_put_off(source, one)]
                await self._say(told, epoch, blind=time.monotonic() > until)
                source.seen()
                alarm.cancel()
                await asyncio.sleep(_AGAIN if len(told) < len(lapses) else 0)
        except (KafkaError, TransientError, TimeoutError) as fault:
            self._retried(fault)
            await asyncio.sleep(_TURN)  # most fail at once
        finally:
            alarm.cancel()
            self._show_blindness()
            self._answered.set()

    def _is_put_off(self, asked: Source, lapse: Lapse) -> bool:
        """While a decision given in time is being acted on; not for ever, as it may lie in quarantine.

        An agency's question does not wait for those who act on it: it is asked again with the hub's, which does.
        """
        put_off = self._source(label_of(lapse.due.label)).put_off
        if not is_being_met(self._loop.handlers[lapse.partition].book.state(lapse.due.case_id), lapse.name):
            put_off.pop(lapse.name, None)
            return False
        if asked.name != HUB:
            put_off[lapse.name] = math.inf
            return True
        put_off[lapse.name] = since = min(put_off.get(lapse.name, math.inf), time.monotonic())
        return time.monotonic() - since < BLIND_AFTER.total_seconds()

    def _cannot_see(self, source: Source) -> None:
        if source.blind:
            return
        source.blind = True
        self._show_blindness()
        _log.error("monitor blind", source=source.name, waited_seconds=BLIND_AFTER.total_seconds())

    def blind(self) -> frozenset[str]:
        """Sources whose answers cannot be seen: their lapses wait, and the alert says so."""
        return self._sources.blind()

    def _show_blindness(self) -> None:
        MONITOR_BLIND.set(bool(self.blind()))

    # -- saying it -----------------------------------------------------------------------------------------------

    async def _say(self, lapses: Iterable[Lapse], epoch: int, *, blind: bool) -> None:
        """Ask each case once more, publish what it still calls for, await the acknowledgement.

        `epoch`: the assignment that the lapses were found in; in another one they are somebody else's to say.
        """
        lapses = list(lapses)
        if not lapses:
            return
        async with self._loop.lock:
            if not self._loop.ready or epoch != self._loop.epoch:
                return
            at = self._clock.now()
            outgoing = []
            for one in lapses:
                watch = self._loop.handlers[one.partition].book.state(one.due.case_id)
                if record := fired(watch, one.name, at, blind=blind):
                    outgoing.append(addressed(record, one.partition))
            await self._producer.publish(outgoing)
            for one in lapses:
                if one.due.due <= at:  # else the clock stepped back since
                    self._source(label_of(one.due.label)).said.add(one.name)
        for said in outgoing:
            if isinstance(said.record, hub.SlaBreached):
                self._breached(said.record)

    def _source(self, label: Label) -> Source:
        if label.stage != LAPSE:
            return self._warnings
        return self._sources.at(label.source)

    def _breached(self, record: hub.SlaBreached) -> None:
        deadline = record.deadline
        SLA_BREACHES.labels(record.meta.partnership, deadline.owner, deadline.rag or "", deadline.clock).inc()
        BREACH_DELAY.observe(max(0.0, -self._clock.real_seconds_until(deadline.due)))

    def _retried(self, fault: Exception) -> None:
        RETRIES.labels(self._loop.service.name, type(fault).__name__).inc()

    async def _rest(self) -> None:
        """Until the next timer or an answered question, but never long: clocks step (trap 33)."""
        now = self._clock.now()
        instants = [one for handler in self._loop.handlers.values() if (one := handler.book.timers.next_due(now))]
        left = min((self._clock.real_seconds_until(one) for one in instants), default=_TURN)
        try:
            await asyncio.wait_for(self._answered.wait(), max(0.002, min(left, _TURN)))
        except TimeoutError:
            return
        self._answered.clear()
