"""Triage reads what arrives and the story of each case; it writes the story and the organisations' requests."""

import asyncio
from collections.abc import Mapping

from mashbus.bus.clock import Clock
from mashbus.bus.errors import PermanentError
from mashbus.bus.running import bus, loop_of, run_loop
from mashbus.bus.service import CASES, ByPartnership, Service
from mashbus.bus.settings import Settings
from mashbus.contracts import hub, topics
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership
from services.triage.announce import announce
from services.triage.decide import decide

READS = (topics.REFERRALS, topics.POLICE_NOTIFICATIONS, topics.CASES)
OPENS = (hub.ReferralReceived, hub.PoliceNotificationReceived)


class OtherContent(PermanentError):
    """The same client used one key for two different contacts: one of them would be lost if this were dropped."""

    def __init__(self) -> None:
        super().__init__(
            "other_content", "a contact came again under its key with other content: the first stands; ask the sender"
        )


def service(profiles: Mapping[str, Partnership]) -> Service[Case]:
    asked = ByPartnership(profiles, decide, announce)
    return Service(
        name="triage",
        reads=READS,
        fold=CASES,
        opens=OPENS,
        decide=asked.decide,
        announce=asked.announce,
        repeated=repeated,
    )


def repeated(case: Case, record: Record) -> PermanentError | None:
    """A contact under a key that was used before: the same is counted; other content, or for another hub, set aside."""
    known = (case.contact.content_hash, case.contact.partnership) if case.contact else None
    came = (record.content_hash, record.meta.partnership) if isinstance(record, OPENS) else known
    return OtherContent() if came != known else None


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, port: int) -> None:
    async with bus(settings, "triage") as parts:
        loop = loop_of(service(parts.profiles), settings, clock, parts)
        await run_loop(loop, settings, stop, port)
