"""The service of an organisation that keeps people's cases: the kit, and the organisation's own records behind it.

It has no organisation of its own: `mashbus run agency_casework@jersey-csc`.
"""

import asyncio

from mashbus.bus.agency import Bound, SystemOfRecord, folder, organisation_of, serve_agency
from mashbus.bus.clock import Clock
from mashbus.bus.running import partnerships
from mashbus.bus.settings import Settings
from services.agency_casework import records, seeding

SERVICE = "agency_casework"
DATABASE = "casework.db"


def open_records(organisation: str, settings: Settings, _clock: Clock) -> SystemOfRecord:
    """The factory of the built-in system of record."""
    return records.CaseworkRecords(folder(settings, organisation) / DATABASE)


async def serve(
    settings: Settings, clock: Clock, stop: asyncio.Event, port: int, organisation: str | None = None
) -> None:
    """Answer the hub until `stop` is set. Probes and metrics are on `port`."""
    await serve_agency(
        organisation or organisation_of(SERVICE),
        open_records,
        settings,
        clock,
        stop,
        port,
        name=str(Bound(SERVICE, organisation)),
        answered_by="Duty desk (automatic)",
    )


def seed(settings: Settings, organisation: str | None = None) -> int:
    """Fill the organisation's database with synthetic people; how many. A run of its own, before the service starts."""
    whose = organisation or organisation_of(SERVICE)
    return seeding.seed(folder(settings, whose) / DATABASE, whose, _role(whose, settings))


def _role(organisation: str, settings: Settings) -> str:
    """As a profile names it: what it holds of people, and in which words, goes by that."""
    bodies = (body for one in partnerships(settings).values() for body in one.organisations)
    return next((body.role for body in bodies if body.id == organisation), "")
