"""Deadlines that fall due at instants drawn here, answered or not, while something is done to the hub.

The contacts come in by the door, and the hub opens their cases, copies their requests, takes the answers and the
outcomes. Only the routings are written straight into the log, by the product's own codec and producer: their instants
must lie evenly, or milliseconds from an answer, and no procedure's clock would give that.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from mashbus.bus.clock import EPOCH
from mashbus.bus.errors import TransientError
from mashbus.bus.producer import Outgoing, Producer, addressed, partition_of
from mashbus.bus.running import partnerships
from mashbus.contracts import agency, hub
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.topics import responses_of
from mashbus.domain import ids
from mashbus.domain.deadline import HUB, Deadline, Step
from mashbus.domain.enquiry import Actor, Request
from mashbus.domain.partnership import Organisation, Partnership
from mashbus.domain.vocabulary import Knowledge, Rag
from tests.e2e.contacts import concern, referral
from tests.e2e.hub import Hub
from tests.faults.input import CLIENT, OUTCOME

PARTNERSHIP = "hackney"
ANSWERS, OWN = "agency-response", "csc-screening"
"""Clocks: of each asked organisation, and of the hub itself."""
WARNED = timedelta(seconds=10)
LEAD = timedelta(seconds=4)
"""Between the routings and the first instant."""
LATE, IN_TIME = 0.12, 0.18
"""Shares of the organisations' deadlines that are answered."""
DECIDED = 16
"""Of so many cases one has its outcome before all its deadlines are due."""

Dues = Mapping[str, datetime]
"""By owner: an organisation's id or the hub."""


class Writer:
    """Writes until it is acknowledged, under the same ids."""

    def __init__(self, to: Hub) -> None:
        self._producer = Producer(to.settings.kafka_hosts, to.codec, "/mashbus/faults")

    async def insist(self, outgoing: Sequence[Outgoing]) -> None:
        while True:
            try:
                return await self._producer.publish(outgoing)
            except TransientError:
                await asyncio.sleep(0.2)

    async def stop(self) -> None:
        await self._producer.stop()


@dataclass
class Run:
    """`count` cases with a deadline of the hub and of each connected organisation, due evenly over `seconds`."""

    hub: Hub
    count: int
    seconds: float
    seed: int
    begin: datetime = EPOCH
    """The first instant, in bus time, which is as fast as real time here."""
    random: Random = field(init=False)
    writer: Writer = field(init=False)
    partnership: Partnership = field(init=False)
    asked: tuple[Organisation, ...] = field(init=False)
    _begun: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.writer = Writer(self.hub)
        self.partnership = partnerships(self.hub.settings)[PARTNERSHIP]
        self.asked = tuple(one for one in self.partnership.organisations if one.connected)

    # -- time ------------------------------------------------------------------------------------------------------

    async def reaches(self, share: float) -> None:
        """Waits until this share of the time over which deadlines lapse has gone."""
        await self._begun.wait()
        await self.until(self.begin + timedelta(seconds=self.seconds * share))

    async def until(self, instant: datetime) -> None:
        await asyncio.sleep(max(0.0, self.hub.clock.real_seconds_until(instant)))

    def moments(self, count: int) -> list[float]:
        """Random shares of the time, each in its own part of it; told, so that they can be had again."""
        drawn = [(number + self.random.uniform(0.1, 0.9)) / count for number in range(count)]
        print(f"seed {self.seed}: at seconds {[round(one * self.seconds, 2) for one in drawn]}", flush=True)
        return drawn

    # -- the whole -------------------------------------------------------------------------------------------------

    async def play(self, disturb: Callable[["Run"], Awaitable[None]]) -> None:
        """Returns once everything that is to lapse is due and everything that is to be said was said to the hub."""
        cases = await self.open("lapsing", self.count)
        self.begin = self.hub.clock.now() + LEAD
        placed = dict(zip(cases, self._dues(), strict=True))
        await self.route(placed)
        async with asyncio.TaskGroup() as group:
            supervising = group.create_task(self.hub.processes.supervise())
            self._begun.set()
            async with asyncio.TaskGroup() as acting:
                acting.create_task(self._answer(placed))
                acting.create_task(self._decide(cases[::DECIDED]))
                acting.create_task(disturb(self))
                acting.create_task(self.reaches(1))
            supervising.cancel()
        await self.writer.stop()

    def _dues(self) -> Iterator[Dues]:
        owners = (*(one.id for one in self.asked), HUB)
        total = self.count * len(owners)
        slots = self.random.sample(range(total), total)
        for number in range(self.count):
            mine = slots[number * len(owners) : (number + 1) * len(owners)]
            yield {
                owner: self.begin + timedelta(microseconds=round(slot * self.seconds * 1e6 / total))
                for owner, slot in zip(owners, mine, strict=True)
            }

    async def open(self, name: str, count: int) -> list[UUID]:
        """By the door; a person would have to rate them. Returns when the hub has opened every case."""
        keys = [f"{name}-{number}" for number in range(count)]
        at_once = asyncio.Semaphore(8)

        async def refer(key: str) -> None:
            async with at_once:
                document = referral(concern=concern("N9"))
                await self.hub.outside.insist("/v1/referrals", self.hub.outside.keys.form, key, json=document)

        await asyncio.gather(*map(refer, keys))
        cases = [ids.case_of_client(CLIENT, key) for key in keys]
        opened = self.hub.log.by_case
        await self.hub.log.until(lambda: all(_is_opened(opened.get(one, ())) for one in cases), "opening", within=60)
        return cases

    async def route(self, placed: Mapping[UUID, Dues]) -> None:
        at = self.hub.clock.now()
        await self.writer.insist([addressed(self._routed(case_id, dues, at)) for case_id, dues in placed.items()])

    async def answer(self, requests: Iterable[tuple[UUID, str]]) -> None:
        """All at once: cases and organisations."""
        await self.writer.insist([self.answered(case_id, organisation) for case_id, organisation in requests])

    async def _answer(self, placed: Mapping[UUID, Dues]) -> None:
        for at, case_id, organisation in sorted(self._answers(placed)):
            await self.until(at)
            await self.answer([(case_id, organisation)])

    def _answers(self, placed: Mapping[UUID, Dues]) -> Iterator[tuple[datetime, UUID, str]]:
        for case_id, dues in placed.items():
            for organisation, due in dues.items():
                lot = self.random.random()
                if organisation == HUB or lot > LATE + IN_TIME:
                    continue
                left = -self.random.uniform(0.02, 10) if lot < LATE else self.random.uniform(0.3, 6)
                yield due - timedelta(seconds=left), case_id, organisation

    async def _decide(self, cases: Iterable[UUID]) -> None:
        """Withdraws what is unanswered, and meets the hub's own."""
        for moment, case_id in sorted((self.random.random(), one) for one in cases):
            await self.reaches(moment)
            outside, body = self.hub.outside, OUTCOME | {"tell_referrer": True}
            await outside.insist(f"/v1/cases/{case_id}/outcome", outside.keys.manager, f"outcome-{case_id}", json=body)

    # -- records ---------------------------------------------------------------------------------------------------

    def answered(self, case_id: UUID, organisation: str) -> Outgoing:
        """As the organisation writes it on its own topic."""
        request_id, key = ids.request_of(case_id, organisation), str(case_id)
        meta = self._meta(ids.derived("answer", request_id), case_id, self.hub.clock.now())
        record: Record = agency.InformationReturned(meta=meta, request_id=request_id, knowledge=Knowledge.NOT_KNOWN)
        if request_id.int % 4 == 0:
            record = agency.RequestDeclined(meta=meta, request_id=request_id, reason="Synthetic: not ours.")
        topic = responses_of(organisation)
        return Outgoing(topic, record, key, partition_of(key), self.hub.codec.encode(topic, record))

    def _routed(self, case_id: UUID, dues: Dues, at: datetime) -> hub.CaseRouted:
        requests = [self._request(case_id, one, dues[one.id], at) for one in self.asked if one.id in dues]
        return hub.CaseRouted(
            meta=self._meta(ids.once(case_id, "CaseRouted"), case_id, at),
            rag=Rag.AMBER,
            pathways=("csc-screening",),
            rule=None,
            reasons=("Synthetic: routed by a fault run.",),
            decided_by=Actor(label="fault-run", role="mash_manager"),
            requests=tuple(requests),
            not_asked=(),
            deadlines=(self._deadline(case_id, HUB, dues[HUB], at),) if HUB in dues else (),
        )

    def _request(self, case_id: UUID, organisation: Organisation, due: datetime, at: datetime) -> Request:
        request_id = ids.request_of(case_id, organisation.id)
        return Request(
            request_id=request_id,
            organisation=organisation.id,
            role=organisation.role,
            rag=Rag.AMBER,
            purpose=organisation.purpose,
            asked_at=at,
            deadline=self._deadline(request_id, organisation.id, due, at),
        )

    def _deadline(self, subject: UUID, owner: str, due: datetime, at: datetime) -> Deadline:
        clock = self.partnership.clocks[OWN if owner == HUB else ANSWERS]
        return Deadline(
            deadline_id=ids.deadline_of(subject, clock.name),
            subject=subject,
            clock=clock.name,
            rag=None if owner == HUB else Rag.AMBER,
            owner=owner,
            met_by=clock.met_by,
            anchor=at,
            due=due,
            at_risk=max(at, due - WARNED),
            revision=1,
            profile=self.partnership.version,
            steps=(Step(kind="elapsed", starts=at, ends=due, reason="Synthetic: placed by a fault run."),),
        )

    def _meta(self, event_id: UUID, case_id: UUID, at: datetime) -> Meta:
        return Meta(event_id=event_id, partnership=PARTNERSHIP, case_id=case_id, occurred_at=at)


def _is_opened(story: Iterable[object]) -> bool:
    return any(isinstance(one.record, hub.CaseOpened) for one in story)
