"""What goes wrong in the week, done from outside: the services know nothing of it."""

import asyncio
from datetime import datetime

from mashbus.bus.clock import Clock
from mashbus.demo.agencies import Trouble, service_of
from mashbus.demo.cast import Cast

LONGEST_NAP = 1.0
"""Real seconds: the pace of a simulation may change meanwhile."""


async def until(clock: Clock, instant: datetime) -> None:
    """Until bus time reaches the instant, whatever becomes of its pace."""
    while (left := clock.real_seconds_until(instant)) > 0:  # noqa: ASYNC110  time tells nobody that it has come
        await asyncio.sleep(min(left, LONGEST_NAP))


async def fall_silent(cast: Cast, clock: Clock, silence: Trouble | None) -> None:
    """Its service is stopped, as on a night when somebody pulls a plug, and started again a day later."""
    if silence is None:
        return
    name = str(service_of(silence.organisation))
    await until(clock, silence.begins)
    await asyncio.to_thread(cast.stop, name)
    await until(clock, silence.ends)
    await asyncio.to_thread(cast.start, (name,))
