"""Every contact as reports count it, from the hub's log up to its end at each question.

The log is read when somebody first asks and goes on from there with every question, as the calls are counted: so a
report is never older than the question, needs no store of its own, and costs nothing while nobody asks.
"""

import asyncio
from collections.abc import Collection, Mapping
from functools import lru_cache
from sys import intern

from mashbus.bus.clock import Clock
from mashbus.bus.received import Received
from mashbus.contracts import hub, topics
from mashbus.contracts.record import Record
from services.status.log_reading import LogReader
from services.status.reports.contacts import Came, Contact, Fact, of_notification, of_referral

_TOLD = (
    hub.ReferralReceived,
    hub.PoliceNotificationReceived,
    hub.ReferralReturned,
    hub.CaseOpened,
    hub.ContactDirected,
    hub.CaseRouted,
    hub.CaseRerated,
    hub.OutcomeDecided,
    hub.CaseLinked,
    hub.PassedToHolder,
)
_TYPES = frozenset(("ce_type", one.full_name().encode()) for one in _TOLD)
_TOPICS = (topics.REFERRALS, topics.POLICE_NOTIFICATIONS, topics.CASES)
"""Contacts first: what became of one is read after it."""


class Register:
    def __init__(self, log: LogReader, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._reached: Mapping[str, dict[int, int]] = {topic: {} for topic in _TOPICS}
        self._contacts: dict[int, Contact] = {}
        self._early: dict[int, list[tuple[Record, int]]] = {}
        """What was read of a case before its contact, which came while the topics were read one after the other."""
        self._one_at_a_time = asyncio.Lock()

    async def of(self, partnership: str) -> Collection[Contact]:
        """All of a partnership's, duplicates too. Raises LogUnreadable; who then asks again does not begin anew."""
        async with self._one_at_a_time:
            for topic in _TOPICS:
                async for received in self._log.newer(topic, self._reached[topic]):
                    if not _TYPES.isdisjoint(received.headers):
                        self._take(self._log.decoded(received), received)
        return [one for one in self._contacts.values() if one.partnership == partnership]

    def _take(self, record: Record, received: Received) -> None:
        at = self._clock.at(received.timestamp)
        match record:
            case hub.ReferralReceived():
                self._add(of_referral(record, at))
            case hub.PoliceNotificationReceived():
                self._add(of_notification(record, at))
            case _ if record.meta.case_id is not None:
                self._tell(record.meta.case_id.int, record, int(at.timestamp()))

    def _add(self, contact: Contact) -> None:
        """What was taken first stays: the record may be there twice."""
        if self._contacts.setdefault(contact.number, contact) is contact:
            for record, at in self._early.pop(contact.number, ()):
                self._tell(contact.number, record, at)

    def _tell(self, number: int, record: Record, at: int) -> None:
        contact = self._contacts.get(number)
        if contact is None:
            self._early.setdefault(number, []).append((record, at))
        elif contact.partnership == record.meta.partnership:
            if isinstance(record, hub.CaseOpened):
                contact.received = int(record.received_at.timestamp())
            elif fact := fact_of(record, at):
                contact.became = (*contact.became, fact)


def fact_of(record: Record, at: int) -> Fact | None:
    match record:
        case hub.ReferralReturned():
            return Fact(at, Came.RETURNED, _one(("another_area",) if record.authority else record.missing))
        case hub.ContactDirected():
            return Fact(at, Came.DIRECTED, _one((record.contact_type,)))
        case hub.CaseRouted():
            return Fact(at, Came.ROUTED, _one(record.pathways), record.rag.value, _level(record.level))
        case hub.CaseRerated():
            return Fact(at, Came.RERATED, _one(record.pathways), record.rag.value, _level(record.level))
        case hub.OutcomeDecided():
            return Fact(at, Came.OUTCOME, _one(record.outcomes))
        case hub.CaseLinked():
            return Fact(at, Came.LINKED, _one((record.kind.value,)))
        case hub.PassedToHolder():
            return Fact(at, Came.PASSED_ON, _one((record.rule,)))
    return None


@lru_cache(maxsize=10_000)
def _one(said: tuple[str, ...]) -> tuple[str, ...]:
    """One object for equal ones: a few hundred stand for those of all contacts."""
    return said


def _level(level: str | None) -> str | None:
    return level and intern(level)
