"""The police's service: the kit, and the force's own records behind it."""

import asyncio

from mashbus.bus.agency import Bound, SystemOfRecord, folder, organisation_of, serve_agency
from mashbus.bus.clock import Clock
from mashbus.bus.settings import Settings
from services.agency_police import records, seeding

SERVICE = "agency_police"
ORGANISATION = "met-police"
DATABASE = "police.db"


def open_records(organisation: str, settings: Settings, _clock: Clock) -> SystemOfRecord:
    """The factory of the built-in system of record."""
    return records.PoliceRecords(folder(settings, organisation) / DATABASE)


async def serve(
    settings: Settings, clock: Clock, stop: asyncio.Event, port: int, organisation: str | None = None
) -> None:
    """Answer the hub until `stop` is set. Probes and metrics are on `port`. `organisation`: another than its own."""
    await serve_agency(
        organisation or organisation_of(SERVICE, ORGANISATION),
        open_records,
        settings,
        clock,
        stop,
        port,
        name=str(Bound(SERVICE, organisation)),
        answered_by="Police information desk (automatic)",
    )


def seed(settings: Settings, organisation: str | None = None) -> int:
    """Fill the force's database with synthetic people; how many. A run of its own, before the service starts."""
    whose = organisation or organisation_of(SERVICE, ORGANISATION)
    return seeding.seed(folder(settings, whose) / DATABASE, organisation or seeding.SEED)
