"""Matching reads contacts and the story; where exact identifiers found nobody, it states who may be the child.

It runs beside everything: nobody waits for it, and nothing follows from what it says until a person decides. Splink and
DuckDB are loaded where they are used, so that other services and the command line start without them.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from mashbus.bus.clock import Clock
from mashbus.bus.directory.decoding import Decoder
from mashbus.bus.directory.memory import keys_of
from mashbus.bus.directory.reading import Reading
from mashbus.bus.metrics import MATCHES_DECIDED, MATCHES_OFFERED
from mashbus.bus.running import bus, loop_of, run_loop
from mashbus.bus.service import CASES, NoSuchPartnership, Service
from mashbus.bus.settings import Settings
from mashbus.contracts import hub, topics
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership
from services.matching.finding import Finding
from services.matching.people import People

READS = (topics.REFERRALS, topics.POLICE_NOTIFICATIONS, topics.CASES)
OPENS = (hub.ReferralReceived, hub.PoliceNotificationReceived)
BATCH = 50
"""Few: each lookup takes some tens of milliseconds, and a rebalance waits for a batch."""
FOLDER = "matching"
"""Of the persons' file, in the home folder."""


def service(profiles: Mapping[str, Partnership], finding: Finding) -> Service[Case]:
    async def perform(case: Case, record: Record, at: datetime) -> Iterable[Record]:
        if not isinstance(record, hub.ChildrenLookedUp) or case.contact is None:
            return ()
        partnership = profiles.get(case.partnership)
        if partnership is None:
            raise NoSuchPartnership(case.partnership)
        return await finding.offers(case, case.contact, record, partnership, at)

    return Service(name="matching", reads=READS, fold=CASES, opens=OPENS, perform=perform, batch=BATCH, count=count)


def count(record: Record) -> None:
    if isinstance(record, hub.MatchOffered):
        MATCHES_OFFERED.labels(record.meta.partnership).inc(len(record.candidates))
    if isinstance(record, hub.MatchDecided):
        MATCHES_DECIDED.labels(record.meta.partnership, "same" if record.same else "other").inc()


@asynccontextmanager
async def reading_people(settings: Settings, catalogue: Catalogue) -> AsyncIterator[Reading]:
    """Who is held or was here before, read from now on. Raises NoDirectoryKey."""

    def people(path: Path, about: Mapping[str, str]) -> People:
        return People(path, about, Decoder(catalogue))

    fingerprint = keys_of(settings).fingerprint
    reading = Reading(settings.kafka_hosts, catalogue, settings.home / FOLDER, fingerprint, people, told=False)
    reading.start()
    try:
        yield reading
    finally:
        await reading.stop()


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, port: int) -> None:
    async with bus(settings, "matching") as parts, reading_people(settings, parts.catalogue) as reading:
        finding = Finding(reading)
        try:
            remembering = replace(service(parts.profiles, finding), before=reading.fresh)
            loop = loop_of(remembering, settings, clock, parts)
            await run_loop(loop, settings, stop, port, first=reading.read_whole(stop))
        finally:
            finding.close()
