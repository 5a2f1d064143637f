"""Outcomes reads contacts, the story and the lapses; it writes collations, outcomes and what they call for."""

import asyncio
from collections.abc import Mapping

from mashbus.bus.clock import Clock
from mashbus.bus.running import bus, loop_of, run_loop
from mashbus.bus.service import CASES, ByPartnership, Service
from mashbus.bus.settings import Settings
from mashbus.contracts import hub, topics
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership
from services.outcomes.announce import announce
from services.outcomes.decide import decide

READS = (topics.REFERRALS, topics.POLICE_NOTIFICATIONS, topics.CASES, topics.BREACHES)
OPENS = (hub.ReferralReceived, hub.PoliceNotificationReceived)
"""Who is to be told stands in the contact, so a case's story waits for it."""


def service(profiles: Mapping[str, Partnership]) -> Service[Case]:
    asked = ByPartnership(profiles, decide, announce)
    return Service(name="outcomes", reads=READS, fold=CASES, opens=OPENS, decide=asked.decide, announce=asked.announce)


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, port: int) -> None:
    async with bus(settings, "outcomes") as parts:
        loop = loop_of(service(parts.profiles), settings, clock, parts)
        await run_loop(loop, settings, stop, port)
