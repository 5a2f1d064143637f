"""Feeds the door at the bus times of arrival: the online form's referrals one by one, the force's batch at once."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from mashbus.bus.clock import Clock
from mashbus.demo.door import Door
from mashbus.demo.troubles import until
from mashbus.synthetic.referrals import Arrival

AT_ONCE = 32
"""Referrals on their way at the same time; later ones wait for a place rather than get lost."""


async def referrals(door: Door, url: str, key: str, arrivals: Sequence[Arrival], clock: Clock) -> None:
    """Returns when the last one is taken or refused."""
    places = asyncio.Semaphore(AT_ONCE)

    async def deliver(arrival: Arrival) -> None:
        try:
            await door.send(url, "/v1/referrals", key, arrival.idempotency_key, json=arrival.document)
        finally:
            places.release()

    async with asyncio.TaskGroup() as sending:
        for arrival in arrivals:
            await until(clock, arrival.at)
            await places.acquire()
            sending.create_task(deliver(arrival))


async def police_batch(door: Door, url: str, key: str | None, batch: bytes, clock: Clock, at: datetime) -> None:
    """Sent at that instant; not at all where there is no force."""
    if key is None:
        return
    await until(clock, at)
    csv = {"Content-Type": "text/csv"}
    await door.send(url, "/v1/police/notifications", key, "weekend-batch", content=batch, headers=csv)
