"""Taking records from partners' topics: each becomes our fact, or a quarantine entry and a word to its sender.

What procedure says must not be recorded is neither: its sender is told, and only a count remains (promise P8).
An organisation most of whose records are unreadable is halted, alone: its topics wait, with an alarm, for a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog
from aiokafka import TopicPartition

from mashbus.bus.casebook import Casebook, Gap
from mashbus.bus.cases import Unforeseen
from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError, TransientError
from mashbus.bus.handling import Fates, Turn
from mashbus.bus.headers import normalise
from mashbus.bus.http.problems import Fault
from mashbus.bus.metrics import DOOR_HALTED, HANDLED, HOLDINGS, NOT_RECORDED
from mashbus.bus.producer import Outgoing, addressed
from mashbus.bus.quarantine import Share, TooManyQuarantined, count_quarantined, quarantined
from mashbus.bus.received import Received
from mashbus.contracts import agency, hub, topics
from mashbus.contracts.record import Record
from mashbus.domain.partnership import Partnership
from services.intake.case_systems import CaseSystems, NotNow
from services.intake.holdings import REMEDY, OlderNews
from services.intake.restating import MustNotBeKept, member, refused, restated

NAME = "intake"
_log = structlog.get_logger()


class Shares:
    """The share of quarantined records, by organisation: one that sends rubbish stops only itself."""

    def __init__(self) -> None:
        self._shares: dict[str, Share] = {}
        self.halted: set[str] = set()

    def count(self, organisation: str, *, bad: bool) -> None:
        share = self._shares.setdefault(organisation, Share(organisation))
        try:
            share.count(bad=bad)
        except TooManyQuarantined as fault:
            self.halted.add(organisation)
            DOOR_HALTED.labels(organisation).set(1)
            _log.error("organisation halted", organisation=organisation, detail=str(fault))


class LeftOut(PermanentError):
    """What was taken all the same, without these. Names of fields, never values."""

    remedy = REMEDY

    def __init__(self, faults: Sequence[Fault]) -> None:
        said = "; ".join(f"{one.where} {one.problem}: {one.remedy}" for one in faults)
        super().__init__("taken_without", f"the child is known to the hub now, but {said}")


class Gaps:
    """Offsets that a partner's topic really lacks: it writes in transactions, or records are past their 35 days.

    A gap may also be ours (trap 44), so the first one of a topic is asked for again before it is believed.
    """

    def __init__(self) -> None:
        self._met: set[tuple[str, int, int]] = set()
        self._topics: set[str] = set()

    def believed(self, topic: str, partition: int, expected: int) -> bool:
        if topic in self._topics:
            return True
        place = (topic, partition, expected)
        if place in self._met:
            self._topics.add(topic)
            _log.warning("offsets missing from a partner's topic", topic=topic, partition=partition, offset=expected)
        self._met.add(place)
        return topic in self._topics


@dataclass(frozen=True)
class Partners:
    """What the door keeps of partners across assignments, in memory."""

    shares: Shares = field(default_factory=Shares)
    gaps: Gaps = field(default_factory=Gaps)
    case_systems: CaseSystems = field(default_factory=CaseSystems)


class PartnerRecords:
    """One partition of every partner topic. Keeps positions, and nothing of any case."""

    def __init__(
        self, book: Casebook[None], codec: Codec, clock: Clock, profiles: Mapping[str, Partnership], partners: Partners
    ) -> None:
        self.book = book
        self._codec = codec
        self._clock = clock
        self._profiles = profiles
        self._shares = partners.shares
        self._gaps = partners.gaps
        self._case_systems = partners.case_systems

    async def handle(self, records: Iterable[Received], turn: Turn) -> None:
        for received in records:
            organisation = topics.organisation_of(received.topic)
            if organisation in self._shares.halted:
                turn.halted.add(TopicPartition(received.topic, received.partition))
                return
            if self._is_next(received):
                try:
                    turn.outgoing.extend(await self._said(received, organisation, turn))
                except NotNow as wait:
                    turn.put_off[TopicPartition(received.topic, received.partition)] = wait.wait
                    return
                self.book.advance(received.topic, received.offset)
                HANDLED.labels(NAME, received.topic).inc()

    def _is_next(self, received: Received) -> bool:
        try:
            return self.book.expects(received.topic, received.offset)
        except Gap:
            if self._gaps.believed(received.topic, received.partition, self.book.next(received.topic)):
                return True
            raise

    async def fold(self, records: Iterable[Received], fates: Fates) -> None:  # noqa: ARG002 - nothing to know again
        for received in records:
            self.book.advance(received.topic, received.offset)

    async def _said(self, received: Received, organisation: str | None, turn: Turn) -> list[Outgoing]:
        if organisation is not None:
            return await self._from_partner(received, organisation, 1, turn)
        try:
            record = self._codec.decode(received.topic, received.value, normalise(received.headers))
        except PermanentError as fault:
            return [self._quarantined(received, fault, attempts=1)[1]]
        if isinstance(record, hub.QuarantineReleased) and record.service == NAME:
            original = Received.again(record.original)
            if whose := topics.organisation_of(original.topic):  # else it was rubbish on the quarantine's own topic
                return await self._from_partner(original, whose, record.attempts + 1, turn)
        return []

    async def _from_partner(self, received: Received, organisation: str, attempts: int, turn: Turn) -> list[Outgoing]:
        record = None
        try:
            record = self._codec.decode(received.topic, received.value, normalise(received.headers))
            at = self._clock.at(received.timestamp)
            if isinstance(record, agency.CaseHoldingChanged):
                facts = await self._of_case_system(record, organisation, at, turn)
            else:
                facts = [restated(organisation, record, at, self._profiles)]
            said = [addressed(fact, codec=self._codec) for fact in facts]
        except MustNotBeKept as fault:
            return self._counted(organisation, record, fault)
        except OlderNews as fault:
            return self._no_news(organisation, record, fault)
        except PermanentError as fault:
            return self._set_aside(received, organisation, record, fault, attempts)
        except (TransientError, NotNow):
            raise
        except Exception as fault:  # noqa: BLE001 - a fault of ours: nothing else may wait behind a record from outside
            return self._set_aside(received, organisation, record, Unforeseen(fault), attempts)
        self._shares.count(organisation, bad=False)
        return said

    async def _of_case_system(
        self, record: agency.CaseHoldingChanged, organisation: str, at: datetime, turn: Turn
    ) -> Sequence[Record]:
        """The directory's facts, and a word to the sender where something of it could not be used."""
        partnership = member(organisation, record, self._profiles)
        try:
            restated = await self._case_systems.restated(record, organisation, partnership, at, turn)
        except OlderNews:
            raise
        except PermanentError:
            HOLDINGS.labels(partnership.name, organisation, "refused").inc()
            raise
        HOLDINGS.labels(partnership.name, organisation, "taken").inc()
        if not restated.told:
            return restated.facts
        word = refused(organisation, record, LeftOut(restated.told), record.meta.event_id, self._clock.now())
        return (*restated.facts, word)

    def _no_news(self, organisation: str, record: Record | None, fault: OlderNews) -> list[Outgoing]:
        """Nothing is wrong with it: it is told and not set aside."""
        assert record is not None
        HOLDINGS.labels(record.meta.partnership, organisation, "old").inc()
        self._shares.count(organisation, bad=False)
        word = refused(organisation, record, fault, record.meta.event_id, self._clock.now())
        return [addressed(word, codec=self._codec)]

    def _counted(self, organisation: str, record: Record | None, fault: MustNotBeKept) -> list[Outgoing]:
        """It was read, and is no rubbish: its sender is told, and nothing of it is kept."""
        NOT_RECORDED.labels(fault.count.meta.partnership, fault.count.rule).inc()
        self._shares.count(organisation, bad=False)
        word = refused(organisation, record, fault, fault.submission_id, self._clock.now())
        return [addressed(one, codec=self._codec) for one in (fault.count, word)]

    def _set_aside(
        self, received: Received, organisation: str, record: Record | None, fault: PermanentError, attempts: int
    ) -> list[Outgoing]:
        quarantine_id, outgoing = self._quarantined(received, fault, attempts)
        self._shares.count(organisation, bad=True)
        word = refused(organisation, record, fault, quarantine_id, self._clock.now())
        return [outgoing, addressed(word, codec=self._codec)]

    def _quarantined(self, received: Received, fault: PermanentError, attempts: int) -> tuple[UUID, Outgoing]:
        quarantine_id, outgoing = quarantined(NAME, received, fault, self._clock.now(), attempts)
        count_quarantined(NAME, received, fault, quarantine_id)
        return quarantine_id, outgoing
