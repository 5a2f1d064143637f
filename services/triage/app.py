"""Triage reads what arrives and the story of each case; it writes the story and the organisations' requests."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from mashbus.bus.clock import Clock
from mashbus.bus.directory.memory import remembered
from mashbus.bus.errors import PermanentError
from mashbus.bus.metrics import ENCOMPASS, ENCOMPASS_UNDELIVERED
from mashbus.bus.running import bus, loop_of, run_loop
from mashbus.bus.service import CASES, ByPartnership, Service
from mashbus.bus.settings import Settings
from mashbus.contracts import hub, topics
from mashbus.contracts.encompass import alarm_of
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.encompass import UNDELIVERED
from mashbus.domain.facts import of_case
from mashbus.domain.partnership import Partnership
from services.triage.announce import announce
from services.triage.decide import decide, returned
from services.triage.known import Memory

READS = (topics.REFERRALS, topics.POLICE_NOTIFICATIONS, topics.CASES)
OPENS = (hub.ReferralReceived, hub.PoliceNotificationReceived)


class OtherContent(PermanentError):
    """The same client used one key for two different contacts: one of them would be lost if this were dropped."""

    def __init__(self) -> None:
        super().__init__(
            "other_content", "a contact came again under its key with other content: the first stands; ask the sender"
        )


class NotifiedElsewhere(PermanentError):
    """A force serves several councils and notified two of them of one incident: it has one case, which is another's."""

    def __init__(self) -> None:
        super().__init__(
            "other_partnership",
            "the force notified another partnership of this incident before, whose case it is: ask the force to send "
            "it to this one under an incident reference of its own",
        )


def service(profiles: Mapping[str, Partnership], memory: Memory | None = None) -> Service[Case]:
    """`memory`: what the hub knows of children already; it must be fresh when a batch is handled."""

    def deciding(case: Case, partnership: Partnership, at: datetime) -> Record | None:
        return decide(case, partnership, at, memory)

    def announcing(case: Case, record: Record, partnership: Partnership, at: datetime) -> Iterable[Record]:
        yield from announce(case, record, partnership, at)
        if memory is not None and isinstance(record, OPENS) and case.contact and is_kept(case, partnership, at):
            yield from memory.claims(partnership, case.case_id, case.contact)

    asked = ByPartnership(profiles, deciding, announcing)
    return Service(
        name="triage",
        reads=READS,
        fold=CASES,
        opens=OPENS,
        decide=asked.decide,
        announce=asked.announce,
        repeated=repeated,
        foreign=foreign,
        count=count,
    )


def is_kept(case: Case, partnership: Partnership, at: datetime) -> bool:
    """What is returned can't be found again: the complete referral that follows is the first of its child."""
    contact = case.contact
    return contact is not None and not returned(case, contact, of_case(case, contact, partnership), partnership, at)


def repeated(case: Case, record: Record) -> PermanentError | None:
    """A contact under a key that was used before: the same is counted; other content, or for another hub, set aside.

    A police notification's id says its content.
    """
    if isinstance(record, hub.PoliceNotificationReceived):
        return foreign(case, record)
    known = (case.contact.content_hash, case.contact.partnership) if case.contact else None
    came = (record.content_hash, record.meta.partnership) if isinstance(record, OPENS) else known
    return OtherContent() if came != known else None


def foreign(case: Case, record: Record) -> PermanentError | None:
    """A further notification of the case's incident, for another hub (promise P5)."""
    elsewhere = case.partnership not in ("", record.meta.partnership)
    return NotifiedElsewhere() if elsewhere and isinstance(record, hub.PoliceNotificationReceived) else None


def count(record: Record) -> None:
    """What became of the children whom a school is to be told of (G-13)."""
    partnership = record.meta.partnership
    match record:
        case hub.EncompassCalled():
            fates = Counter(one.problem for one in record.unresolved)
            for fate, children in {**fates, "notified": len(record.notified)}.items():
                ENCOMPASS.labels(partnership, fate).inc(children)
        case hub.AlertRaised() if record.alert == alarm_of(UNDELIVERED):
            ENCOMPASS_UNDELIVERED.labels(partnership).inc()


async def serve(settings: Settings, clock: Clock, stop: asyncio.Event, port: int) -> None:
    async with bus(settings, "triage") as parts, remembered(settings, parts.catalogue) as memory:
        remembering = replace(service(parts.profiles, memory), before=memory.fresh)
        loop = loop_of(remembering, settings, clock, parts)
        await run_loop(loop, settings, stop, port, first=memory.read_whole(stop))
