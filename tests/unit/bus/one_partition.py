"""One partition of the log and one instance of a service on it, without a broker: records in, records out, files kept."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from core_story import HACKNEY, MONDAY

from mashbus.bus.casebook import Casebook
from mashbus.bus.cases import CaseHandler
from mashbus.bus.clock import EPOCH, Clock
from mashbus.bus.codec import Codec
from mashbus.bus.handling import Fate, Turn, case_of
from mashbus.bus.headers import cloudevent, normalise
from mashbus.bus.producer import Outgoing
from mashbus.bus.quarantine import Share
from mashbus.bus.rebuild import note
from mashbus.bus.received import Received
from mashbus.bus.schema_ids import FixedIds
from mashbus.bus.service import Service
from mashbus.contracts import hub, topics
from mashbus.contracts.addressing import key_of, topic_of
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from services.triage.app import service as triage

PARTITION = 3
CATALOGUE = Catalogue.load(Path(__file__).parents[3] / "schemas")
CODEC = Codec(CATALOGUE, FixedIds(CATALOGUE))
NOW = (MONDAY - EPOCH).total_seconds() * 1000
Held = tuple[str, int, UUID | None]


@dataclass
class Log:
    topics: dict[str, list[Received]] = field(default_factory=lambda: defaultdict(list))

    def put(self, *records: Record) -> None:
        for record in records:
            value = CODEC.encode(topic_of(record), record)
            self.bytes(topic_of(record), value, key_of(record).encode(), tuple(cloudevent(record, "/test")))

    def bytes(self, topic: str, value: bytes | None, key: bytes | None, headers: tuple = ()) -> Received:
        there = self.topics[topic]
        there.append(Received(topic, PARTITION, len(there), int(NOW) + len(there), key, value, headers))
        return there[-1]

    def take(self, outgoing: Iterable[Outgoing]) -> None:
        for one in outgoing:
            assert one.partition in (None, PARTITION)
            value = one.value or CODEC.encode(one.topic, one.record)
            self.bytes(one.topic, value, one.key.encode(), tuple(cloudevent(one.record, "/test")))

    def records(self, kind: type[Record]) -> list:
        found = (CODEC.decode(one.topic, one.value, normalise(one.headers)) for one in self.readable(kind))
        return [one for one in found if isinstance(one, kind)]

    def readable(self, kind: type[Record]) -> Iterator[Received]:
        for there in list(self.topics.values()):
            for one in there:
                if ("ce_type", kind.full_name().encode()) in one.headers:
                    yield one

    # -- an operator's words -------------------------------------------------------------------------------------

    def quarantined(self, service: str = "triage") -> list[hub.RecordQuarantined]:
        return [one for one in self.records(hub.RecordQuarantined) if one.service == service]

    def release(self, entry: hub.RecordQuarantined) -> None:
        self.put(
            hub.QuarantineReleased(
                meta=self._word(entry, "release"),
                service=entry.service,
                actor="operator",
                reason="mended",
                attempts=entry.attempts,
                original=entry.original,
            )
        )

    def discard(self, entry: hub.RecordQuarantined) -> None:
        self.put(
            hub.QuarantineDiscarded(
                meta=self._word(entry, "discard"), service=entry.service, actor="operator", reason="useless"
            )
        )

    def _word(self, entry: hub.RecordQuarantined, word: str) -> Meta:
        number = sum(len(there) for there in self.topics.values())
        return Meta(
            event_id=ids.caused(entry.meta.event_id, word, number),
            partnership="unknown",
            case_id=entry.meta.case_id,
            occurred_at=MONDAY,
            cause_id=entry.meta.event_id,
        )


class Broken:
    """A fault of the service's own code that some records meet, until it is mended."""

    def __init__(self, fault: Callable[[Record], Exception | None] = lambda _: None) -> None:
        self.fault = fault

    def into(self, service: Service) -> Service:
        def announce(state: object, record: Record, at: object) -> Iterable[Record]:
            if fault := self.fault(record):
                raise fault
            return service.announce(state, record, at)

        return replace(service, announce=announce)


def triage_of(broken: Broken | None = None) -> Service:
    made = triage({"hackney": HACKNEY})
    return broken.into(made) if broken else made


class Instance:
    """One process's view: its file, and how far its group has committed."""

    def __init__(self, log: Log, folder: Path, service: Service | None = None, share: Share | None = None) -> None:
        self.log = log
        self.service = service or triage_of()
        self.path = folder / f"{PARTITION}.sqlite"
        self.share = share or Share("test", limit=1.1)
        self.committed: dict[str, int] = {}
        self.open()

    def open(self) -> None:
        self.book = Casebook(self.path, PARTITION, self.service.fold)
        clock = Clock(wall=lambda: int(NOW) * 1000)
        self.handler = CaseHandler(self.service, self.book, CODEC, clock, self.share)

    @property
    def reads(self) -> tuple[str, ...]:
        return (*self.service.reads, topics.QUARANTINE)

    async def step(self, topic: str, count: int | None = None) -> Turn:
        """The next records of a topic through handle, publish, save, commit."""
        turn = await self.handle(topic, count)
        self.log.take(turn.outgoing)
        self.save()
        if turn.stopped:
            raise turn.stopped
        return turn

    async def handle(self, topic: str, count: int | None = None) -> Turn:
        start, turn = self.book.next(topic), Turn()
        await self.handler.handle(self.log.topics[topic][start : None if count is None else start + count], turn)
        return turn

    def save(self) -> None:
        self.book.save()
        self.committed = dict(self.book.positions)

    async def run(self) -> "Instance":
        """Until nothing is left to read."""
        while any(self.book.next(topic) < len(self.log.topics[topic]) for topic in self.reads):
            for topic in self.reads:
                await self.step(topic)
        return self

    def crash(self) -> None:
        """Killed: what was not saved is gone."""
        self.book.close()
        self.open()

    # -- rebuild -------------------------------------------------------------------------------------------------

    def fates(self) -> dict[tuple[str, int], Fate]:
        fates: dict[tuple[str, int], Fate] = {}
        known = {one: max(self.committed.get(one, 0), self.book.next(one)) for one in self.reads}
        for received in self.log.topics[topics.QUARANTINE]:
            note(fates, self.service.name, CODEC, received, known)
        return fates

    async def fold(self, order: Callable[[list[str]], str] = min) -> "Instance":
        """Up to what the group has committed, topic by topic in any order."""
        fates = self.fates()
        while behind := [one for one in self.reads if self.book.next(one) < self.committed.get(one, 0)]:
            topic = order(sorted(behind))
            await self.handler.fold([self.log.topics[topic][self.book.next(topic)]], fates)
        self.book.save()
        return self

    def rebuilt(self, folder: Path) -> "Instance":
        """Another disk, the same group."""
        other = Instance(self.log, folder, self.service)
        other.committed = dict(self.committed)
        return other

    # -- what it knows -------------------------------------------------------------------------------------------

    def held(self) -> dict[UUID, list[Held]]:
        return {
            case: [(one.received.topic, one.received.offset, one.quarantine_id) for one in self.book.waiting.of(case)]
            for case in self.book.waiting.cases
        }

    def knows(self) -> dict:
        rows = self.book._file.all("SELECT case_id FROM cases ORDER BY case_id")
        entries = {row[0]: self.book.entry(UUID(bytes=row[0])) for row in rows}
        return {
            "cases": {key: (entry.state, entry.seen) for key, entry in entries.items() if entry.seen},
            "positions": {topic: position for topic, position in self.book.positions.items() if position},
            "held": sorted(self._waiting(), key=str),
        }

    def _waiting(self) -> Iterator[tuple]:
        """By case, each topic in its order: between topics there is none. A record of no case is a line of its own."""
        for case in self.book.waiting.cases:
            line = self.book.waiting.of(case)
            whose = case if case_of(line[0].received.key) else None
            for topic in {one.received.topic for one in line}:
                yield (
                    whose,
                    topic,
                    [(one.received.offset, one.quarantine_id is None) for one in line if one.received.topic == topic],
                )
