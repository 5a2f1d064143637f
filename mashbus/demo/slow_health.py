"""Health's system of record as the demonstration has it: the service's own, but some of the answers wait.

The service knows nothing of it: it is named by the setting MASHBUS_AGENCY_RECORDS, as any partner's system would be.
"""

from datetime import datetime, timedelta
from random import Random

from mashbus.bus.agency import Finding, Risk, SystemOfRecord
from mashbus.bus.clock import Clock
from mashbus.bus.settings import Settings
from mashbus.contracts.agency import InformationRequested
from mashbus.demo.troubles import until
from mashbus.demo.week import HEALTH_SLOW
from mashbus.domain.vocabulary import Rag
from mashbus.synthetic.chance import chance
from services.agency_health import app

PROMPT = (timedelta(minutes=10), timedelta(hours=2, minutes=30))
LATE = {
    Rag.RED: (0.3, timedelta(hours=3.2), timedelta(hours=6.5)),
    Rag.AMBER: (0.3, timedelta(hours=19), timedelta(hours=30)),
    Rag.GREEN: (0.4, timedelta(hours=56), timedelta(hours=79)),
}
"""By colour: the share that waits, and from how long to how long."""


def delay(draw: Random, rag: Rag, asked_at: datetime) -> timedelta:
    """How long health takes over one request."""
    share, shortest, longest = LATE.get(rag, (0.0, *PROMPT))
    if not HEALTH_SLOW.begins <= asked_at < HEALTH_SLOW.ends or draw.random() >= share:
        shortest, longest = PROMPT
    return shortest + (longest - shortest) * draw.random()


class SlowRecords:
    def __init__(self, records: SystemOfRecord, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def risk(self, request: InformationRequested) -> Risk | None:
        return await self._records.risk(request)

    async def look_up(self, request: InformationRequested) -> Finding:
        ready = request.asked_at + delay(chance("health", request.request_id), request.rag, request.asked_at)
        await until(self._clock, ready)
        return await self._records.look_up(request)

    async def close(self) -> None:
        await self._records.close()


def records(organisation: str, settings: Settings, clock: Clock) -> SlowRecords:
    """The factory."""
    return SlowRecords(app.open_records(organisation, settings, clock), clock)
