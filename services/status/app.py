"""Status reads everything of `mash.*` that belongs to a case and shows it to readers. It says nothing on the bus."""

import asyncio
from contextlib import aclosing

from fastapi import FastAPI

from mashbus.bus.clock import Clock
from mashbus.bus.http.access import Access
from mashbus.bus.http.keys import ApiKeys
from mashbus.bus.http.pages import documented_app, with_forms
from mashbus.bus.running import bus, loop_of, run_loop
from mashbus.bus.service import Service
from mashbus.bus.settings import Settings
from mashbus.contracts import topics
from services.status.books import LoopBooks
from services.status.calls import Calls
from services.status.log_ends import LogEnds
from services.status.log_reading import LogReader
from services.status.match_routes import match_routes
from services.status.meetings.agendas import Agendas
from services.status.meetings.routes import meeting_routes
from services.status.picture_routes import picture_routes
from services.status.projection import NAME, Projection
from services.status.reading import Reading, case_routes
from services.status.reports.register import Register
from services.status.reports.routes import advice_routes, audit_routes, themes_routes
from services.status.view import VIEWS, View, placed
from services.status.views import Views, redis_of

VERSION = "1"
ABOUT = """
What became of a referral or a case. Views follow the hub's log within moments. `503` means that a view can't be known
now (it is being written again, or Redis is away): come again after `Retry-After`. Nothing is ever said not to exist
before the log has been looked at.
"""
READS = (topics.REFERRALS, topics.POLICE_NOTIFICATIONS, topics.CASES, topics.BREACHES, topics.EMAILS)


def service() -> Service[View]:
    return Service(name=NAME, reads=READS, fold=VIEWS, placed=placed)


def create_app(*, reading: Reading, agendas: Agendas, log: LogReader, access: Access, clock: Clock) -> FastAPI:
    app = documented_app("Mashbus: status", ABOUT, VERSION)
    app.include_router(case_routes(reading, access))
    calls, register = Calls(log), Register(log, clock)
    app.include_router(picture_routes(reading, log.of_case, calls, access, clock))
    app.include_router(match_routes(reading, log.of_case, access))
    app.include_router(meeting_routes(agendas, access, clock))
    app.include_router(themes_routes(register.of, access, clock))
    app.include_router(audit_routes(register.of, access, clock))
    app.include_router(advice_routes(register.of, calls.of, access, clock))
    with_forms(app)
    return app


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, port: int) -> None:
    """The loop folds, the projection writes views beside it, readers are answered from them."""
    redis, ends = redis_of(settings.redis), LogEnds(settings.kafka_hosts)
    async with bus(settings, NAME) as parts, redis, aclosing(ends):
        views, log = Views(redis), LogReader(settings.kafka_hosts, parts.codec)
        app = create_app(
            reading=Reading(views, ends.of, clock),
            agendas=Agendas(views, log.of_case),
            log=log,
            access=Access(ApiKeys(settings.api_keys), parts.profiles),
            clock=clock,
        )
        loop = loop_of(service(), settings, clock, parts)
        calendars = {name: one.time.calendar for name, one in parts.profiles.items()}
        projection = Projection(LoopBooks(loop), redis, calendars)
        await run_loop(loop, settings, stop, port, projection.run(stop), app=app)
