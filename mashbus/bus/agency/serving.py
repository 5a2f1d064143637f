"""An agency service as a process runs it: settings and contract in, the FastStream application and its probes out."""

import asyncio
import contextlib
import importlib
import os
import signal
from collections.abc import AsyncIterator, Coroutine
from datetime import timedelta

import structlog

from mashbus.bus import logs
from mashbus.bus.agency.app import STALLED, AgencyApp, agency_app
from mashbus.bus.agency.attempts import LONGEST_PAUSE
from mashbus.bus.agency.desk import Desk
from mashbus.bus.agency.finding import RecordsFactory
from mashbus.bus.binding import folder
from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.errors import TransientError
from mashbus.bus.hosting import host, with_probes
from mashbus.bus.registry import Registry
from mashbus.bus.running import together
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import PREFIX, Settings
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.topics import requests_of, responses_of

RECORDS = f"{PREFIX}AGENCY_RECORDS"
"""`module:factory` for every agency service of the process, or `organisation=module:factory`, several with commas."""
STOP_LIMIT = timedelta(seconds=25)
"""A broker that is down must not keep a service from stopping (trap 52)."""

log = structlog.get_logger(__name__)


class NoSuchRecords(Exception):
    def __init__(self, named: str, fault: str) -> None:
        super().__init__(f"{RECORDS} names {named!r}, which can't be used ({fault}); it must be `module:factory`")


async def serve_agency(
    organisation: str,
    records: RecordsFactory,
    settings: Settings,
    clock: Clock,
    stop: asyncio.Event,
    port: int,
    *,
    name: str | None = None,
    answered_by: str | None = None,
    stalled_after: timedelta = STALLED,
) -> None:
    """Serve until `stop` is set. Raises what must end the process: a supervisor starts it again, and nothing is lost.

    /metrics, /livez and /readyz are on `port` from the beginning, also while a broker or a registry is awaited;
    `<home>/run/<name>.json` says where. A stuck service leaves by itself, which is its liveness.
    """
    state: list[AgencyApp] = []
    routes = with_probes(lambda: any(app.ready for app in state))
    async with contextlib.AsyncExitStack() as held:
        desk = Desk(folder(settings, organisation) / "desk.db")
        held.callback(desk.close)
        system = chosen(organisation, records)(organisation, settings, clock)
        held.push_async_callback(system.close)

        async def answer() -> None:
            codec = await _contract(organisation, settings)
            app = agency_app(
                organisation,
                system,
                kafka=settings.kafka_hosts,
                codec=codec,
                clock=clock,
                desk=desk,
                answered_by=answered_by,
                stalled_after=stalled_after,
            )
            async with _running(app):
                state.append(app)
                raise await app.failure()

        await together(
            stop,
            host(routes, name or organisation, settings, port, stop),
            _until(stop, answer()),
        )


def chosen(organisation: str, built_in: RecordsFactory, setting: str | None = None) -> RecordsFactory:
    """The factory that the setting names for this organisation, else the service's own."""
    named = _named(organisation, os.environ.get(RECORDS, "") if setting is None else setting)
    if named is None:
        return built_in
    module, _, factory = named.partition(":")
    try:
        made: RecordsFactory = getattr(importlib.import_module(module), factory)
    except (ImportError, AttributeError, ValueError) as fault:
        raise NoSuchRecords(named, type(fault).__name__) from fault
    return made


def _named(organisation: str, setting: str) -> str | None:
    entries = [entry.strip() for entry in setting.split(",") if entry.strip()]
    by_name = dict(entry.split("=", 1) for entry in entries if "=" in entry)
    return by_name.get(organisation) or next((entry for entry in entries if "=" not in entry), None)


@contextlib.asynccontextmanager
async def _running(app: AgencyApp) -> AsyncIterator[None]:
    try:
        await app.start()
        log.info("agency_started", organisation=app.organisation)
        yield
    finally:
        try:
            await asyncio.wait_for(app.stop(), STOP_LIMIT.total_seconds())
        except TimeoutError:
            log.warning("agency_stop_cut_short", organisation=app.organisation)
        log.info("agency_stopped", organisation=app.organisation)


async def _contract(organisation: str, settings: Settings) -> Codec:
    """The schemas and their ids. Waits for the registry where the ids are not kept yet."""
    catalogue = Catalogue.load(settings.schemas)
    ids = SchemaIds(settings.home)
    pause = 0.2
    async with Registry(settings.registry) as registry:
        while True:
            try:
                await ids.resolve(registry, catalogue, (requests_of(organisation), responses_of(organisation)))
            except TransientError as fault:
                log.warning("registry_awaited", organisation=organisation, reason=fault.reason, detail=fault.detail)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return Codec(catalogue, ids)


async def _until(stop: asyncio.Event, serving: Coroutine[None, None, None]) -> None:
    """Run `serving` until `stop` is set, then cancel it and wait for its end; its failure is ours."""
    stopped, served = asyncio.ensure_future(stop.wait()), asyncio.ensure_future(serving)
    try:
        await asyncio.wait((stopped, served), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        served_already = served.done()
        served.cancel()
        await asyncio.gather(served, return_exceptions=True)
    if served_already:
        served.result()


def run_agency(
    organisation: str,
    records: RecordsFactory,
    port: int,
    *,
    answered_by: str | None = None,
    stalled_after: timedelta = STALLED,
) -> None:
    """A whole process for one organisation: until SIGTERM or SIGINT, with the settings of its environment."""

    async def run() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        settings = Settings()
        clock = Clock(settings.home / "clock.json")
        await serve_agency(
            organisation, records, settings, clock, stop, port, answered_by=answered_by, stalled_after=stalled_after
        )

    logs.configure(f"agency.{organisation}")
    asyncio.run(run())
