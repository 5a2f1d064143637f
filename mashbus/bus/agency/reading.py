"""How an agency service reads its topic: one FastStream batch subscriber, every acknowledgement ours.

FastStream finds the handler and describes it. Its acknowledgements, replies, header parsing and log lines each lose or
leak something (traps 1-6, 10, 13, 45), so none of them is used.
"""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import FAKE_CONSUMER, KafkaAckableMessage, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber

from mashbus.bus.agency.inbox import Inbox
from mashbus.bus.received import Received
from mashbus.contracts.topics import requests_of

AT_MOST = 500
"""Records in a batch."""
POLL_MS = 10
"""FastStream sleeps this long after an empty poll; its own 200 ms would delay every answer (trap 38)."""
DRAIN = timedelta(seconds=2)
"""What open requests get to finish when partitions are taken away."""

log = structlog.get_logger(__name__)


class Reading:
    """The broker and its one subscriber, whose records go to the inbox."""

    def __init__(self, organisation: str, inbox: Inbox, kafka: Sequence[str]) -> None:
        self.organisation = organisation
        self.inbox = inbox
        self.broker = KafkaBroker(
            list(kafka),  # a list: FastStream takes a string with commas for one host (trap 20)
            client_id=f"agency.{organisation}",
            consumer_only=True,  # answers go out through our own producer: acks=all, idempotent, replaced when it fails
            allow_auto_create_topics=False,
            apply_types=False,
            ack_policy=AckPolicy.MANUAL,
            logger=Faults(organisation),
        )
        self.subscriber: BatchSubscriber = self.broker.subscriber(
            requests_of(organisation),
            batch=True,
            max_records=AT_MOST,
            batch_timeout_ms=POLL_MS,
            group_id=f"agency.{organisation}.answers",
            ack_policy=AckPolicy.MANUAL,
            no_reply=True,
            auto_offset_reset="earliest",
            partition_assignment_strategy=(RangePartitionAssignor,),
            rebalance_timeout_ms=60_000,
            parser=unparsed,
            decoder=received,
            listener=Handover(self._give_back),
            title=f"{organisation}: what the hub asks and tells",
        )
        self.subscriber(self.take)

    async def take(self, batch: list[Received]) -> None:
        """The handler. It returns nothing: FastStream would publish it."""
        if (consumer := self.consumer) is not None:
            await self.inbox.take(batch, consumer)

    @property
    def consumer(self) -> "AIOKafkaConsumer[bytes, bytes] | None":
        """None before the broker has started and after it has stopped."""
        return self.subscriber.consumer

    async def _give_back(self) -> None:
        if (consumer := self.consumer) is not None:
            await self.inbox.give_back(consumer, DRAIN)


async def unparsed(records: tuple[Any, ...]) -> KafkaMessage:
    """Reads no header: FastStream's own parser takes them for UTF-8 and loses the batch where one is not (trap 4).

    So no `reply_to` is ever taken from a record either (trap 5).
    """
    return KafkaAckableMessage(raw_message=records, body=b"", consumer=FAKE_CONSUMER)


async def received(message: KafkaMessage) -> list[Received]:
    """The one body of the handler: records as they came. Decoding them is ours to try (traps 4, 9)."""
    raw = message.raw_message
    return [Received.of(record) for record in (raw if isinstance(raw, tuple) else (raw,))]


class Handover(ConsumerRebalanceListener):  # type: ignore[misc]
    """Partitions that are taken away are drained first (trap 21)."""

    def __init__(self, give_back: Callable[[], Awaitable[None]]) -> None:
        self._give_back = give_back

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        if revoked:
            await self._give_back()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        log.info("partitions_assigned", count=len(assigned))


class Faults:
    """FastStream's log lines, reduced to the class of a fault: its own may print what is in a record (trap 13)."""

    def __init__(self, organisation: str) -> None:
        self._organisation = organisation

    def log(self, level: int, _message: object, /, *, exc_info: object = None, **_more: object) -> None:
        if isinstance(exc_info, BaseException):
            with contextlib.suppress(Exception):
                log.log(level, "faststream_fault", organisation=self._organisation, fault=type(exc_info).__name__)
