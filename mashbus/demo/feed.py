"""Feeds the door at the bus times of arrival: the online form's referrals one by one, the force's batch at once."""

import asyncio
from collections.abc import Sequence

from mashbus.bus.clock import Clock
from mashbus.demo.door import Door
from mashbus.demo.troubles import until
from mashbus.demo.week import BATCH_AT
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


async def police_batch(door: Door, url: str, key: str, batch: bytes, clock: Clock) -> None:
    await until(clock, BATCH_AT)
    csv = {"Content-Type": "text/csv"}
    await door.send(url, "/v1/police/notifications", key, "weekend-batch", content=batch, headers=csv)
