"""Handling records case by case: fold, announce, decide. What fails is quarantined; the case's later records wait."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar
from uuid import UUID

from mashbus.bus.casebook import Casebook, CasebookDamaged, Held
from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError, TransientError
from mashbus.bus.handling import Fate, Fates, Turn, case_of
from mashbus.bus.headers import normalise
from mashbus.bus.metrics import DUPLICATES, HANDLED
from mashbus.bus.producer import Outgoing, addressed
from mashbus.bus.quarantine import Share, TooManyQuarantined, count_quarantined, quarantined
from mashbus.bus.received import Received
from mashbus.bus.service import Service
from mashbus.contracts import hub, topics
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
        self._appended = clock
        """The clock as it was when the batch came: read once for all its records."""
        self._share = share
        self._in_flight: dict[UUID, UUID] = {}
        """By case: the fact that was stated and not read back yet. Until then nothing more is decided: what is decided
        beside it could contradict it.
        """
        self._fates: Fates | None = None
        """While folding: what became of quarantined records."""
        self._began: Fates | None = None
        self._lines: dict[UUID, Mapping[str, int]] = {}
        """While folding: how much of a case's records was handled before one of them began to hold it up."""
        self._ahead = False
        """While folding: the record at hand came before the one that holds its case up."""

    @property
    def _live(self) -> bool:
        return self._fates is None

    async def handle(self, records: Iterable[Received], turn: Turn) -> None:
        """Every record once, in order. A passing fault ends the turn in front of the record that met it."""
        handled: Counter[str] = Counter()
        self._appended = self._clock.reading()
        for received in records:
            if not self.book.expects(received.topic, received.offset):
                continue
            try:
                await self._one(received, turn.outgoing)
            except TransientError as fault:
                turn.stopped = fault
                break
            self.book.advance(received.topic, received.offset)
            handled[received.topic] += 1
        for topic, count in handled.items():
            HANDLED.labels(self._service.name, topic).inc(count)

    async def fold(self, records: Iterable[Received], fates: Fates) -> None:
        """Rebuild: what the live service knew after these records, without saying anything again."""
        self._fates = fates
        self._appended = self._clock.reading()
        try:
            if self._began is not fates:
                self._began = fates
                await self._begin(fates)
            for received in records:
                await self._fold_one(received, fates.get((received.topic, received.offset)))
                self.book.advance(received.topic, received.offset)
        finally:
            self._fates = None

    async def _begin(self, fates: Fates) -> None:
        """Another instance may have had the partition since this book was saved; and who waits is known beforehand."""
        for case_id in self.book.waiting.cases:
            await self._drain(case_id, [])
        self._lines = {}
        for fate in sorted((one for one in fates.values() if one.waits), key=lambda one: sum(one.positions.values())):
            if fate.line not in self._lines and fate.received.offset >= self.book.next(fate.received.topic):
                self.book.waiting.hold(fate.line, fate.received, fate.quarantine_id, positions=fate.positions)
            self._lines.setdefault(fate.line, fate.positions)

    async def _fold_one(self, received: Received, fate: Fate | None) -> None:
        """What was handled is folded. What waited waits again: folded in silence, its consequences would be lost."""
        if fate is not None and not fate.released:
            if fate.waits and not self.book.waiting.find(fate.quarantine_id):
                self.book.waiting.hold(fate.line, received, fate.quarantine_id, positions=fate.positions)
            return  # else it is in the line already, or discarded, or nothing waits behind it
        case_id = case_of(received.key)
        before = self._lines.get(case_id) if case_id else None
        waits = before is not None and received.offset >= before.get(received.topic, 0)
        if case_id and before is not None and waits and not self._is_opening(case_id, received):
            if received.topic != topics.QUARANTINE:
                self.book.waiting.hold(case_id, received, positions=_later(before, self.book.positions))
            return
        self._ahead = before is not None
        await self._one(received, [])
        self._ahead = False

    def _is_opening(self, case_id: UUID, received: Received) -> bool:
        """What opens a case waits for nothing."""
        try:
            return not self._is_open(case_id) and isinstance(self._decoded(received), self._service.opens)
        except PermanentError:
            return False

    # -- one record ----------------------------------------------------------------------------------------------

    def _decoded(self, received: Received) -> Record:
        """Raises PermanentError: unreadable, or keyed by another case than it speaks of."""
        known = not self._live and (received.topic, received.offset) not in (self._fates or {})
        record = self._codec.decode(received.topic, received.value, normalise(received.headers), known=known)
        if record.meta.case_id is not None and received.key != str(record.meta.case_id).encode():
            raise KeyDiffers
        return record

    async def _one(self, received: Received, out: list[Outgoing]) -> None:
        try:
            record = self._decoded(received)
        except PermanentError as fault:
            self._park(received, fault, out)
            return
        if isinstance(record, hub.QUARANTINE):
            await self._quarantine_news(record, out)
        elif (case_id := record.meta.case_id) is not None:
            await self._of_case(case_id, received, record, out)

    async def _of_case(self, case_id: UUID, received: Received, record: Record, out: list[Outgoing]) -> None:
        await self._drain(case_id, out)  # a passing fault may have ended it before
        if self._must_wait(case_id, record):
            self.book.waiting.hold(case_id, received, positions=self.book.positions, ahead=self._ahead)
        elif fault := await self._tried(case_id, received, record, out):
            self._park(received, fault, out)
        else:
            await self._drain(case_id, out)

    def _must_wait(self, case_id: UUID, record: Record) -> bool:
        """Behind a quarantined record of its case, or ahead of the record that opens it."""
        if self._is_open(case_id):
            return case_id in self.book.waiting and not self._ahead
        return not isinstance(record, self._service.opens)

    def _is_open(self, case_id: UUID) -> bool:
        return not self._service.opens or bool(self.book.entry(case_id).seen)

    async def _tried(
        self, case_id: UUID, received: Received, record: Record, out: list[Outgoing]
    ) -> PermanentError | None:
        try:
            await self._taken(case_id, received, record, out)
        except PermanentError as fault:
            return fault
        except (TransientError, CasebookDamaged, TooManyQuarantined):
            raise
        except Exception as fault:  # noqa: BLE001 - unknown: quarantined and counted, and the rest goes on
            return Unforeseen(fault)
        if self._live:
            self._share.count(bad=False)
        return None

    async def _taken(self, case_id: UUID, received: Received, record: Record, out: list[Outgoing]) -> None:
        self._read_back(case_id, record.meta.event_id)
        if self.book.saw(case_id, record.meta.event_id):
            if fault := self._service.repeated(self.book.state(case_id), record):
                self._quarantine(received, fault, out, 1, None)  # nothing waits: the first copy is the fact
            DUPLICATES.labels(self._service.name, received.topic).inc()
            return
        if fault := self._service.foreign(self.book.state(case_id), record):
            self._quarantine(received, fault, out, 1, None)
            return
        state = self.book.after(case_id, record, self._appended.at(received.timestamp))
        state = self._service.placed(state, record, received.topic, received.offset)
        if self._live:
            out.extend(await self._called_for(state, record))
            self._service.count(record)
        self.book.put(case_id, state, record.meta.event_id)

    def _read_back(self, case_id: UUID, event_id: UUID) -> None:
        if self._in_flight.get(case_id) == event_id:
            del self._in_flight[case_id]

    async def _called_for(self, state: S, record: Record) -> list[Outgoing]:
        """The copies that the record calls for, and the one fact that the case calls for now."""
        at = self._clock.now()
        records = list(self._service.announce(state, record, at))
        if self._service.perform is not None:
            records.extend(await self._service.perform(state, record, at))
        case_id = record.meta.case_id
        fact = None if case_id in self._in_flight else self._service.decide(state, at)
        if fact is not None:
            records.append(fact)
        outgoing = [
            addressed(one, self.book.partition if one.meta.case_id == case_id else None, self._codec) for one in records
        ]
        if fact is not None and case_id is not None:
            self._in_flight[case_id] = fact.meta.event_id  # now that nothing can keep it from being published
        return outgoing

    # -- quarantine ----------------------------------------------------------------------------------------------

    def _park(self, received: Received, fault: PermanentError, out: list[Outgoing]) -> None:
        """Quarantine it, and let the later records of the case that its key names wait behind it."""
        positions = {**self.book.positions, received.topic: received.offset}
        quarantine_id = self._quarantine(received, fault, out, 1, positions)
        line = case_of(received.key) or quarantine_id
        self._in_flight.pop(line, None)  # it may be that very fact, which a person may discard
        self.book.waiting.hold(line, received, quarantine_id, positions=positions)

    def _quarantine(
        self,
        received: Received,
        fault: PermanentError,
        out: list[Outgoing],
        attempts: int,
        positions: Mapping[str, int] | None,
    ) -> UUID:
        """`positions`: None where nothing waits behind it. Many that do mean that our code or its input is broken."""
        at = self._clock.now()
        quarantine_id, outgoing = quarantined(self._service.name, received, fault, at, attempts, positions)
        if self._live:
            out.append(outgoing)
            count_quarantined(self._service.name, received, fault, quarantine_id)
            if positions is not None:
                self._share.count(bad=True)
        return quarantine_id

    async def _quarantine_news(self, record: Record, out: list[Outgoing]) -> None:
        if not isinstance(record, hub.QuarantineReleased | hub.QuarantineDiscarded):
            return
        if record.service != self._service.name or not self._live:
            return  # while folding, the fates say it
        if found := record.meta.cause_id and self.book.waiting.find(record.meta.cause_id):
            case_id, held = found
            if isinstance(record, hub.QuarantineDiscarded) or await self._again(case_id, held, record.attempts, out):
                self.book.waiting.remove(case_id, held)
        if record.meta.case_id is not None:
            await self._drain(record.meta.case_id, out)

    async def _again(self, case_id: UUID, held: Held, attempts: int, out: list[Outgoing]) -> bool:
        """Try a waiting record. False: it failed, keeps its place in the line, and was quarantined again."""
        try:
            record = self._decoded(held.received)
            of_case = record.meta.case_id is not None and not isinstance(record, hub.QUARANTINE)
            fault = await self._tried(case_id, held.received, record, out) if of_case else None
        except PermanentError as unreadable:
            fault = unreadable
        if fault is not None:
            self.book.waiting.fail(held, self._quarantine(held.received, fault, out, attempts + 1, held.positions))
        return fault is None

    async def _drain(self, case_id: UUID, out: list[Outgoing]) -> None:
        """What waited only behind others, in order, up to the next quarantined one; nothing ahead of the opening.

        A passing fault may end it in the middle: the next record of the case, or the same one again, goes on.
        """
        while case_id in self.book.waiting and self._is_open(case_id):
            held = self.book.waiting.first(case_id)
            if held is None or not await self._moves_on(case_id, held, out):
                return
            self.book.waiting.remove(case_id, held)

    async def _moves_on(self, case_id: UUID, held: Held, out: list[Outgoing]) -> bool:
        """Whether the head of the line is done with. While folding, its fate elsewhere counts."""
        fate = (self._fates or {}).get((held.received.topic, held.received.offset))
        if fate is None:
            return held.quarantine_id is None and await self._again(case_id, held, 0, out)
        if fate.discarded:
            return True
        if fate.released:
            return await self._again(case_id, held, 0, out)
        self.book.waiting.fail(held, fate.quarantine_id)
        return False


def _later(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return {topic: max(one.get(topic, 0), other.get(topic, 0)) for topic in one.keys() | other.keys()}
