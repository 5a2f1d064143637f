"""Status reads everything of `mash.*` that belongs to a case and shows it to readers. It says nothing on the bus."""

import asyncio
from contextlib import aclosing

from mashbus.bus.clock import Clock
from mashbus.bus.http.keys import ApiKeys
from mashbus.bus.running import bus, loop_of, partnerships, run_loop
from mashbus.bus.service import Service
from mashbus.bus.settings import Settings
from mashbus.contracts import topics
from services.status.books import LoopBooks
from services.status.log_ends import LogEnds
from services.status.projection import NAME, Projection
from services.status.reading import create_app
from services.status.view import VIEWS, View
from services.status.views import Views, redis_of

READS = (topics.REFERRALS, topics.POLICE_NOTIFICATIONS, topics.CASES, topics.BREACHES, topics.EMAILS)


def service() -> Service[View]:
    return Service(name=NAME, reads=READS, fold=VIEWS)


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, port: int) -> None:
    """The loop folds, the projection writes views beside it, readers are answered from them."""
    redis, ends = redis_of(settings.redis), LogEnds(settings.kafka_hosts)
    app = create_app(
        views=Views(redis),
        ends=ends.of,
        clock=clock,
        keys=ApiKeys(settings.api_keys),
        partnerships=partnerships(settings),
    )
    async with bus(settings, NAME) as parts, redis, aclosing(ends):
        loop = loop_of(service(), settings, clock, parts)
        await run_loop(loop, settings, stop, port, Projection(LoopBooks(loop), redis).run(stop), app=app)
