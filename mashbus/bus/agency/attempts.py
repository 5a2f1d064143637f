"""How often a record is tried: passing faults for as long as it takes, anything else until it is parked on the desk."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from aiokafka.errors import KafkaError

from mashbus.bus import metrics as common
from mashbus.bus.agency import metrics
from mashbus.bus.agency.desk import Desk, Parked
from mashbus.bus.errors import PermanentError, TransientError
from mashbus.bus.received import Received

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
"""Real seconds between attempts at a passing fault: doubled each time, for as long as it takes."""
ATTEMPTS = 3
"""At a fault that nobody foresaw: it may pass; if it does not, the record is parked."""

log = structlog.get_logger(__name__)


class Attempts:
    """`handle` does the work; it may be called again for the same record."""

    def __init__(
        self,
        organisation: str,
        handle: Callable[[Received], Awaitable[None]],
        *,
        desk: Desk,
        now: Callable[[], datetime],
        service: str,
    ) -> None:
        self._organisation = organisation
        self._handle = handle
        self._desk = desk
        self._now = now
        self._service = service

    async def make(self, received: Received) -> bool:
        """Handle one record, however often it takes. False: it is parked."""
        pause, attempts = FIRST_PAUSE, 0
        while True:
            attempts += 1
            try:
                await self._handle(received)
            except (TransientError, KafkaError, OSError, TimeoutError) as fault:
                self._count_retry(fault)
            except PermanentError as fault:
                return self._park(received, fault.reason, fault.detail, attempts)
            except Exception as fault:  # noqa: BLE001  the adapter is the partner's: anything may come
                self._count_retry(fault)
                if attempts >= ATTEMPTS:
                    kind = type(fault).__name__
                    return self._park(received, "adapter_failed", f"the system of record raised {kind}", attempts)
            else:
                return True
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _park(self, received: Received, reason: str, detail: str, attempts: int) -> bool:
        self._desk.park(Parked(received=received, reason=reason, detail=detail, attempts=attempts), self._now())
        common.QUARANTINED.labels(self._service, reason, self._organisation).inc()
        metrics.PARKED.labels(self._organisation).set(self._desk.count_parked())
        place = {"topic": received.topic, "partition": received.partition, "offset": received.offset}
        log.error("record_parked", organisation=self._organisation, reason=reason, detail=detail, **place)
        return False

    def _count_retry(self, fault: Exception) -> None:
        reason = fault.reason if isinstance(fault, TransientError) else type(fault).__name__
        common.RETRIES.labels(self._service, reason).inc()
        log.warning("record_tried_again", organisation=self._organisation, reason=reason)

    async def again(self) -> None:
        """Try everything on the desk once more: what was parked may be readable or answerable by now."""
        for parked in self._desk.parked():
            if await self.make(parked.received):
                self._desk.unpark([parked.received])
        metrics.PARKED.labels(self._organisation).set(self._desk.count_parked())
