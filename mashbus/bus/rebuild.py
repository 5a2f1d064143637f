"""Rebuilding casebooks: fold the log, without handlers, up to where the group had come (promise P6)."""

import asyncio
import contextlib
import gc
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError
from mashbus.bus.handling import Fate, Fates, Handler
from mashbus.bus.headers import normalise
from mashbus.bus.polling import poll
from mashbus.bus.received import Received
from mashbus.contracts import hub, topics

_CHUNK = 2000
"""Records a poll: large enough to be quick, small enough to notice that the partitions have moved on."""
_POSITION_WITHIN = 0.2
"""It is known at once, unless the broker has to be asked where the log begins."""


class LogCutShort(Exception):
    """A casebook is ahead of the log: acknowledged records are gone. A person must look before anything runs."""

    def __init__(self, partition: TopicPartition, position: int, end: int) -> None:
        super().__init__(f"{partition.topic}[{partition.partition}] ends at {end}, but was read up to {position}")


@asynccontextmanager
async def reader(kafka: Sequence[str]) -> AsyncIterator["AIOKafkaConsumer[bytes, bytes]"]:
    """A consumer without a group, to read or measure the log beside the live one."""
    consumer: AIOKafkaConsumer[bytes, bytes] = AIOKafkaConsumer(
        bootstrap_servers=list(kafka), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


async def records_until(
    consumer: "AIOKafkaConsumer[bytes, bytes]",
    kafka: Sequence[str],
    spans: Mapping[TopicPartition, tuple[int, int]],
    still: Callable[[], bool] = lambda: True,
) -> AsyncIterator[tuple[TopicPartition, list[Received]]]:
    """Every record of the spans [from, until), partition by partition as they arrive; ends once `still()` is false."""
    left = {partition: span for partition, span in spans.items() if span[0] < span[1]}
    consumer.assign(list(left))
    for partition, (start, _) in left.items():
        consumer.seek(partition, start)
    reached = {partition: start for partition, (start, _) in left.items()}
    while left and still():
        got = await poll(consumer, kafka, reached.__getitem__, timeout_ms=200, max_records=_CHUNK)
        for partition, records in got.items():
            if partition not in left:
                continue
            reached[partition] = records[-1].offset + 1
            yield partition, [one for one in records if one.offset < left[partition][1]]
        for partition, (_, until) in tuple(left.items()):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POSITION_WITHIN):
                    reached[partition] = await consumer.position(partition)  # past what a partner's transactions leave
            if reached[partition] >= until:
                del left[partition]
                consumer.pause(partition)


async def fold_to(
    kafka: Sequence[str],
    service: str,
    codec: Codec,
    handlers: Mapping[int, Handler],
    targets: Mapping[TopicPartition, int],
    still: Callable[[], bool],
) -> bool:
    """Bring every casebook up to `targets`, the group's offsets; whether there was anything to do.

    Ends early, with what it has, once `still()` is false, also while the broker gives nothing.
    """
    behind = {
        partition: (handlers[partition.partition].book.next(partition.topic), target)
        for partition, target in targets.items()
        if handlers[partition.partition].book.next(partition.topic) < target
    }
    if not behind:
        return False
    known: dict[int, dict[str, int]] = {one.partition: {} for one in behind}
    for one in (one for one in targets if one.partition in known):
        known[one.partition][one.topic] = max(targets[one], handlers[one.partition].book.next(one.topic))
    async with reader(kafka) as consumer:
        for partition, start in (await consumer.beginning_offsets(list(behind))).items():
            if start >= behind[partition][1] and topics.organisation_of(partition.topic) is not None:
                pass_over(handlers[partition.partition], partition, behind.pop(partition)[1])
        fates = await _fates(consumer, kafka, service, codec, known, still)
        with uncollected():
            async for partition, records in records_until(consumer, kafka, behind, still):
                handler = handlers[partition.partition]
                await handler.fold(records, fates[partition.partition])
                handler.book.save()
    for partition, (_, target) in behind.items():
        handler = handlers[partition.partition]
        if still() and topics.organisation_of(partition.topic) and handler.book.next(partition.topic) < target:
            pass_over(handler, partition, target)
    return True


@contextmanager
def uncollected() -> Iterator[None]:
    """Folding makes many objects and no cycles: looking for cycles among them took a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def pass_over(handler: Handler, partition: TopicPartition, target: int) -> None:
    """A partner's topic keeps 35 days, and its transactions leave offsets that are no records: neither ever comes."""
    handler.book.advance(partition.topic, target - 1)
    handler.book.save()


async def _fates(
    consumer: "AIOKafkaConsumer[bytes, bytes]",
    kafka: Sequence[str],
    service: str,
    codec: Codec,
    known: Mapping[int, Mapping[str, int]],
    still: Callable[[], bool],
) -> Mapping[int, Fates]:
    """What this service quarantined, and what it knew to have become of it: by partition, read to the end of the log.

    `known`: how far the group had come, by partition and topic. What lies beyond is for the live loop to meet.
    """
    ends = await consumer.end_offsets([TopicPartition(topics.QUARANTINE, partition) for partition in known])
    fates: dict[int, dict[tuple[str, int], Fate]] = defaultdict(dict)
    spans = {one: (0, end) for one, end in ends.items()}
    async for partition, records in records_until(consumer, kafka, spans, still):
        for received in records:
            note(fates[partition.partition], service, codec, received, known[partition.partition])
    return fates


def note(
    fates: dict[tuple[str, int], Fate], service: str, codec: Codec, received: Received, known: Mapping[str, int]
) -> None:
    """Learn one record of the quarantine. A release or discard that was not acted on yet is left for the live loop."""
    try:
        record = codec.decode(received.topic, received.value, normalise(received.headers))
    except PermanentError:
        return
    match record:
        case hub.RecordQuarantined(original=original) if record.service == service:
            if original.offset < known.get(original.topic, 0):
                positions = {one.topic: one.next for one in record.positions}
                fates[original.topic, original.offset] = Fate(record.meta.event_id, Received.again(original), positions)
        case hub.QuarantineReleased() | hub.QuarantineDiscarded() if received.offset < known.get(received.topic, 0):
            for fate in fates.values():
                if fate.quarantine_id == record.meta.cause_id:
                    fate.released = isinstance(record, hub.QuarantineReleased)
                    fate.discarded = not fate.released
