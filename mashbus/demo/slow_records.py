"""A slow organisation's system of record as the demonstration has it: the service's own, but some of the answers wait.

The service knows nothing of it: it is named by the setting MASHBUS_AGENCY_RECORDS, as any partner's system would be.
"""

from datetime import datetime, timedelta
from importlib import import_module
from random import Random

from mashbus.bus.agency import Finding, RecordsFactory, Risk, SystemOfRecord
from mashbus.bus.clock import Clock
from mashbus.bus.running import partnerships
from mashbus.bus.settings import Settings
from mashbus.contracts.agency import InformationRequested
from mashbus.demo.agencies import Trouble, service_of, slowness
from mashbus.demo.troubles import until
from mashbus.demo.week import Week
from mashbus.synthetic.chance import chance

PROMPT = (timedelta(minutes=10), timedelta(hours=2, minutes=30))
WAITS = 0.35
"""Share of what is asked while the organisation is slow."""
LATE = (0.75, 1.5)
"""Shares of the time allowed that a slow answer takes."""
NO_TIME_SET = timedelta(hours=5)
"""Stands for the time allowed where the procedure sets none. Longer, and the organisation would count as silent."""


def delay(draw: Random, asked_at: datetime, due: datetime | None, slow: Trouble) -> timedelta:
    """How long the organisation takes over one request."""
    shortest, longest = PROMPT
    if slow.begins <= asked_at < slow.ends and draw.random() < WAITS:
        allowed = due - asked_at if due else NO_TIME_SET
        shortest, longest = (allowed * share for share in LATE)
    return shortest + (longest - shortest) * draw.random()


class SlowRecords:
    def __init__(self, records: SystemOfRecord, clock: Clock, slow: Trouble) -> None:
        self._records = records
        self._clock = clock
        self._slow = slow

    async def risk(self, request: InformationRequested) -> Risk | None:
        return await self._records.risk(request)

    async def look_up(self, request: InformationRequested) -> Finding:
        takes = delay(chance("slow", request.request_id), request.asked_at, request.due, self._slow)
        await until(self._clock, request.asked_at + takes)
        return await self._records.look_up(request)

    async def close(self) -> None:
        await self._records.close()


def records(organisation: str, settings: Settings, clock: Clock) -> SystemOfRecord:
    """The factory."""
    [partnership] = partnerships(settings).values()
    slow = slowness(Week(partnership))
    assert slow
    built_in: RecordsFactory = import_module(f"services.{service_of(slow.organisation).service}.app").open_records
    return SlowRecords(built_in(organisation, settings, clock), clock, slow)
