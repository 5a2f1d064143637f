"""What an operator sees of the quarantine, and his word on it: read from the log, written to the log, nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from aiokafka import TopicPartition

from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError
from mashbus.bus.headers import normalise
from mashbus.bus.producer import Outgoing, Producer
from mashbus.bus.rebuild import reader, records_until
from mashbus.bus.registry import Registry
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import Settings
from mashbus.contracts import hub, topics
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Meta
from mashbus.domain import ids

State = Literal["waiting", "released", "discarded", "tried again"]
Word = type[hub.QuarantineReleased | hub.QuarantineDiscarded]


@dataclass
class Entry:
    record: hub.RecordQuarantined
    partition: int
    """Where it lies, and where a word on it must lie: its service reads it there."""
    state: State = "waiting"

    @property
    def id(self) -> UUID:
        return self.record.meta.event_id

    def word(self, kind: Word, actor: str, reason: str, at: datetime) -> Outgoing:
        """Keyed and placed as the entry. Said twice it has the same id."""
        record = self.record
        meta = Meta(
            event_id=ids.caused(self.id, kind.__name__),
            partnership=record.meta.partnership,
            case_id=record.meta.case_id,
            occurred_at=at,
            cause_id=self.id,
        )
        said: hub.QuarantineReleased | hub.QuarantineDiscarded
        if kind is hub.QuarantineReleased:
            said = hub.QuarantineReleased(
                meta=meta,
                service=record.service,
                actor=actor,
                reason=reason,
                attempts=record.attempts,
                original=record.original,
            )
        else:
            said = hub.QuarantineDiscarded(meta=meta, service=record.service, actor=actor, reason=reason)
        return Outgoing(topics.QUARANTINE, said, str(record.meta.case_id or self.id), self.partition)


async def entries(settings: Settings) -> list[Entry]:
    """Every entry of the quarantine, oldest first."""
    codec = Codec(Catalogue.load(settings.schemas), SchemaIds(settings.home))
    found: dict[UUID, Entry] = {}
    places = [TopicPartition(topics.QUARANTINE, partition) for partition in range(topics.PARTITIONS)]
    async with reader(settings.kafka_hosts) as consumer:
        ends = await consumer.end_offsets(places)
        async for place, records in records_until(
            consumer, settings.kafka_hosts, {one: (0, end) for one, end in ends.items()}
        ):
            for received in records:
                try:
                    record = codec.decode(received.topic, received.value, normalise(received.headers))
                except PermanentError:
                    continue
                _note(found, record, place.partition)
    return sorted(found.values(), key=lambda one: one.record.meta.occurred_at)


def _note(found: dict[UUID, Entry], record: object, partition: int) -> None:
    match record:
        case hub.RecordQuarantined():
            for one in found.values():
                if (one.record.service, _place(one.record)) == (
                    record.service,
                    _place(record),
                ) and one.id != record.meta.event_id:
                    one.state = "tried again"
            found.setdefault(record.meta.event_id, Entry(record, partition))
        case hub.QuarantineReleased() if record.meta.cause_id in found:
            found[record.meta.cause_id].state = "released"
        case hub.QuarantineDiscarded() if record.meta.cause_id in found:
            found[record.meta.cause_id].state = "discarded"


def _place(record: hub.RecordQuarantined) -> tuple[str, int, int]:
    return record.original.topic, record.original.partition, record.original.offset


async def published(settings: Settings, words: Sequence[Outgoing]) -> None:
    """Acknowledged, or a TransientError."""
    catalogue = Catalogue.load(settings.schemas)
    known = SchemaIds(settings.home)
    async with Registry(settings.registry) as registry:
        await known.resolve(registry, catalogue, [topics.QUARANTINE])
    producer = Producer(settings.kafka_hosts, Codec(catalogue, known), "/mashbus/operator")
    await producer.start()
    try:
        await producer.publish(words)
    finally:
        await producer.stop()
