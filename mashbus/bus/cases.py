"""Handling records case by case: fold, announce, decide. What fails is quarantined; the case's later records wait."""

from collections.abc import Iterable
from typing import Generic, TypeVar
from uuid import UUID

from mashbus.bus.casebook import Casebook, Held
from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError, TransientError
from mashbus.bus.handling import Fate, Fates, Turn
from mashbus.bus.headers import normalise
from mashbus.bus.metrics import DUPLICATES, HANDLED
from mashbus.bus.producer import Outgoing
from mashbus.bus.quarantine import Share, case_of, count_quarantined, quarantined
from mashbus.bus.received import Received
from mashbus.bus.service import Service
from mashbus.contracts import hub, topics
from mashbus.contracts.addressing import key_of, topic_of
from mashbus.contracts.record import Record

S = TypeVar("S")


class Unforeseen(PermanentError):
    """A fault of our own code. Its message is left out: it may quote the record."""

    def __init__(self, fault: Exception) -> None:
        super().__init__("unforeseen", f"{type(fault).__name__} in the service's own code: release it after a mend")


class KeyDiffers(PermanentError):
    """Keyed by one case and speaking of another: the ownership of partitions would be wrong."""

    def __init__(self) -> None:
        super().__init__("key_differs", "the record's key is not its case_id: the writer must key by case_id")


class CaseHandler(Generic[S]):
    """The records of one partition, in order, against its casebook."""

    def __init__(self, service: Service[S], book: Casebook[S], codec: Codec, clock: Clock, share: Share) -> None:
        self._service = service
        self.book = book
        self._codec = codec
        self._clock = clock
        self._share = share
        self._in_flight: set[UUID] = set()
        self._live = True

    async def handle(self, records: Iterable[Received], turn: Turn) -> None:
        """Every record once, in order. A passing fault ends the turn in front of the record that met it."""
        for received in records:
            if not self.book.expects(received.topic, received.offset):
                continue
            try:
                await self._one(received, turn.outgoing)
            except TransientError as fault:
                turn.stopped = fault
                return
            self.book.advance(received.topic, received.offset)
            HANDLED.labels(self._service.name, received.topic).inc()

    async def fold(self, records: Iterable[Received], fates: Fates) -> None:
        """Rebuild: what the live service knew after these records, without saying anything again."""
        self._live = False
        try:
            for received in records:
                if received.topic != topics.QUARANTINE:
                    await self._fold_one(received, fates.get((received.topic, received.offset)))
                self.book.advance(received.topic, received.offset)
        finally:
            self._live = True

    async def _fold_one(self, received: Received, fate: Fate | None) -> None:
        if fate is None or fate.released:
            await self._one(received, [])
        elif not fate.discarded:
            self.book.hold(case_of(received.key) or fate.quarantine_id, received, fate.quarantine_id)

    # -- one record ----------------------------------------------------------------------------------------------

    async def _one(self, received: Received, out: list[Outgoing]) -> None:
        try:
            record = self._codec.decode(received.topic, received.value, normalise(received.headers))
        except PermanentError as fault:
            self._park(received, case_of(received.key), fault, out)
            return
        if isinstance(record, hub.QUARANTINE):
            await self._quarantine_news(record, out)
        elif (case_id := record.meta.case_id) is not None:
            await self._of_case(case_id, received, record, out)

    async def _of_case(self, case_id: UUID, received: Received, record: Record, out: list[Outgoing]) -> None:
        if self._must_wait(case_id, record):
            self.book.hold(case_id, received)
            return
        if fault := await self._tried(case_id, received, record, out):
            self._park(received, case_id, fault, out)
        elif self._service.opens and self.book.is_blocked(case_id):
            await self._drain(case_id, out)

    def _must_wait(self, case_id: UUID, record: Record) -> bool:
        """Behind a quarantined record of its case, or ahead of the record that opens it."""
        opening = isinstance(record, self._service.opens)
        if self._service.opens and not self.book.entry(case_id).seen:
            return not opening
        return self.book.is_blocked(case_id)

    async def _tried(
        self, case_id: UUID, received: Received, record: Record, out: list[Outgoing]
    ) -> PermanentError | None:
        try:
            await self._taken(case_id, received, record, out)
        except PermanentError as fault:
            return fault
        except TransientError:
            raise
        except Exception as fault:
            return Unforeseen(fault)
        self._share.count(bad=False)
        return None

    async def _taken(self, case_id: UUID, received: Received, record: Record, out: list[Outgoing]) -> None:
        if received.key != str(case_id).encode():
            raise KeyDiffers
        if self.book.saw(case_id, record.meta.event_id):
            if fault := self._service.repeated(self.book.state(case_id), record):
                self._quarantine(received, fault, out, attempts=1)  # nothing waits: the first copy is the fact
            DUPLICATES.labels(self._service.name, received.topic).inc()
            return
        state = self.book.after(case_id, record, self._clock.at(received.timestamp))
        if self._live:
            out.extend(await self._called_for(state, record))
            self._service.count(record)
        self._in_flight.discard(record.meta.event_id)
        self.book.put(case_id, state, record.meta.event_id)

    async def _called_for(self, state: S, record: Record) -> list[Outgoing]:
        """The copies that the record calls for, and the one fact that the case calls for now."""
        at = self._clock.now()
        records = list(self._service.announce(state, record, at))
        if self._service.perform is not None:
            records.extend(await self._service.perform(state, record, at))
        fact = self._service.decide(state, at)
        if fact is not None and fact.meta.event_id not in self._in_flight:
            self._in_flight.add(fact.meta.event_id)
            records.append(fact)
        return [self._addressed(one) for one in records]

    def _addressed(self, record: Record) -> Outgoing:
        return Outgoing(topic_of(record), record, key_of(record), self.book.partition)

    # -- quarantine ----------------------------------------------------------------------------------------------

    def _park(self, received: Received, case_id: UUID | None, fault: PermanentError, out: list[Outgoing]) -> None:
        """Quarantine it, and let the case's later records wait behind it."""
        quarantine_id = self._quarantine(received, fault, out, attempts=1)
        self.book.hold(case_id or quarantine_id, received, quarantine_id)

    def _quarantine(self, received: Received, fault: PermanentError, out: list[Outgoing], attempts: int) -> UUID:
        quarantine_id, outgoing = quarantined(self._service.name, received, fault, self._clock.now(), attempts)
        if self._live:
            out.append(outgoing)
            count_quarantined(self._service.name, received, fault, quarantine_id)
            self._share.count(bad=True)
        return quarantine_id

    async def _quarantine_news(self, record: Record, out: list[Outgoing]) -> None:
        if not isinstance(record, hub.QuarantineReleased | hub.QuarantineDiscarded):
            return
        found = record.meta.cause_id and self.book.find_held(record.meta.cause_id)
        if record.service != self._service.name or not found:
            return
        case_id, held = found
        if isinstance(record, hub.QuarantineDiscarded) or await self._again(case_id, held, record.attempts, out):
            self.book.unhold(case_id, held)
            await self._drain(case_id, out)

    async def _again(self, case_id: UUID, held: Held, attempts: int, out: list[Outgoing]) -> bool:
        """Try a waiting record. False: it failed, keeps its place in the line, and was quarantined again."""
        try:
            record = self._codec.decode(held.received.topic, held.received.value, normalise(held.received.headers))
            fault = await self._tried(case_id, held.received, record, out)
        except PermanentError as unreadable:
            fault = unreadable
        if fault is not None:
            self.book.rehold(held, self._quarantine(held.received, fault, out, attempts + 1))
        return fault is None

    async def _drain(self, case_id: UUID, out: list[Outgoing]) -> None:
        """What waited only behind others, in order, up to the next quarantined one."""
        for held in self.book.held(case_id):
            if held.quarantine_id is not None or not await self._again(case_id, held, 0, out):
                return
            self.book.unhold(case_id, held)
