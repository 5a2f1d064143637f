"""What cannot be handled is kept, never dropped: the original bytes, where they came from, and why (promise P2).

A share of quarantined records above which the consumer stops, so that a bad deployment does not park everything.
"""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import structlog

from mashbus.bus.errors import PermanentError
from mashbus.bus.handling import case_of
from mashbus.bus.metrics import QUARANTINED
from mashbus.bus.producer import Outgoing
from mashbus.bus.received import Received
from mashbus.contracts import hub, topics
from mashbus.contracts.record import Meta
from mashbus.domain import ids

_log = structlog.get_logger()

NO_PARTNERSHIP = "unknown"
"""The partnership of a record that could not be read."""


def quarantined(
    service: str,
    received: Received,
    fault: PermanentError,
    at: datetime,
    attempts: int = 1,
    positions: Mapping[str, int] | None = None,
) -> tuple[UUID, Outgoing]:
    """The quarantine's id and its record. The same failure of the same record yields the same id.

    `positions`: what had been read when it began to wait; None where nothing waits behind it.
    """
    origin = ids.derived("origin", received.topic, received.partition, received.offset)
    quarantine_id = ids.caused(origin, "RecordQuarantined", f"{service}/{attempts}")
    record = hub.RecordQuarantined(
        meta=Meta(event_id=quarantine_id, partnership=NO_PARTNERSHIP, case_id=case_of(received.key), occurred_at=at),
        service=service,
        organisation=topics.organisation_of(received.topic),
        reason=fault.reason,
        detail=fault.detail,
        attempts=attempts,
        original=received.original(),
        positions=tuple(hub.ReadUpTo(topic=topic, next=offset) for topic, offset in (positions or {}).items()),
    )
    case_id = record.meta.case_id
    return quarantine_id, Outgoing(topics.QUARANTINE, record, str(case_id or quarantine_id), _beside(received))


def _beside(received: Received) -> int | None:
    """Its own partition for a record of the hub's topics: whoever holds it reads there what becomes of it.

    Partners choose their partitions themselves, so theirs goes by its key.
    """
    return received.partition if topics.organisation_of(received.topic) is None else None


def count_quarantined(service: str, received: Received, fault: PermanentError, quarantine_id: UUID) -> None:
    """The alarm: a counter for the dashboards, a line for the log. Neither quotes the record."""
    organisation = topics.organisation_of(received.topic) or ""
    QUARANTINED.labels(service, fault.reason, organisation).inc()
    _log.error(
        "record quarantined",
        service=service,
        topic=received.topic,
        partition=received.partition,
        offset=received.offset,
        reason=fault.reason,
        detail=fault.detail,
        quarantine_id=str(quarantine_id),
    )


class TooManyQuarantined(Exception):
    """The consumer stops: its input or its own code is broken, and parking everything would hide it."""

    def __init__(self, whose: str, share: float) -> None:
        super().__init__(
            f"{share:.0%} of the latest records of {whose} went to quarantine; it stops until somebody has looked: "
            "`mashbus quarantine list`"
        )


class Share:
    """The share of quarantined records among the latest `window`, judged from `least` on."""

    def __init__(self, whose: str, limit: float = 0.5, least: int = 20, window: int = 200) -> None:
        self._whose = whose
        self._limit = limit
        self._least = least
        self._latest: deque[bool] = deque(maxlen=window)

    def count(self, *, bad: bool) -> None:
        """Raises TooManyQuarantined."""
        self._latest.append(bad)
        if not bad or len(self._latest) < self._least:
            return
        share = sum(self._latest) / len(self._latest)
        if share > self._limit:
            raise TooManyQuarantined(self._whose, share)
