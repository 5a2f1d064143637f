"""The health trust's service: the kit, and the trust's own records behind it."""

import asyncio

from mashbus.bus.agency import SystemOfRecord, folder, organisation_of, serve_agency
from mashbus.bus.clock import Clock
from mashbus.bus.settings import Settings
from services.agency_health import records, seeding

ORGANISATION = "homerton-health"
DATABASE = "health.db"


def organisation() -> str:
    return organisation_of("agency_health", ORGANISATION)


def open_records(organisation: str, settings: Settings, _clock: Clock) -> SystemOfRecord:
    """The factory of the built-in system of record."""
    return records.HealthRecords(folder(settings, organisation) / DATABASE)


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, port: int) -> None:
    """Answer the hub until `stop` is set. Probes and metrics are on `port`."""
    await serve_agency(
        organisation(),
        open_records,
        settings,
        clock,
        stop,
        port,
        name="agency_health",
        answered_by="Safeguarding children team (automatic)",
    )


def seed(settings: Settings) -> int:
    """Fill the trust's database with synthetic people; how many. A run of its own, before the service starts."""
    return seeding.seed(folder(settings, organisation()) / DATABASE)
