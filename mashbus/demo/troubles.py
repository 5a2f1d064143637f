"""What goes wrong in the week, done from outside: the services know nothing of it."""

import asyncio
from datetime import datetime

from mashbus.bus.clock import Clock
from mashbus.demo.cast import Cast
from mashbus.demo.week import EDUCATION_SILENT

LONGEST_NAP = 1.0
"""Real seconds: the pace of a simulation may change meanwhile."""
EDUCATION = "agency_education"


async def until(clock: Clock, instant: datetime) -> None:
    """Until bus time reaches the instant, whatever becomes of its pace."""
    while (left := clock.real_seconds_until(instant)) > 0:  # noqa: ASYNC110  time tells nobody that it has come
        await asyncio.sleep(min(left, LONGEST_NAP))


async def silence_education(cast: Cast, clock: Clock) -> None:
    """Education's service is stopped, as on a night when somebody pulls a plug, and started again a day later."""
    await until(clock, EDUCATION_SILENT.begins)
    await asyncio.to_thread(cast.stop, EDUCATION)
    await until(clock, EDUCATION_SILENT.ends)
    await asyncio.to_thread(cast.start, (EDUCATION,))
