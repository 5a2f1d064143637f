"""Silent partners on a real broker: a partner reads, stops, is said to be silent before its deadline, and comes back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from mashbus.bus import registry
from mashbus.bus import topics as bus_topics
from mashbus.bus.clock import Clock, ClockFile
from mashbus.bus.codec import Codec
from mashbus.bus.headers import cloudevent, normalise
from mashbus.bus.metrics import PARTNER_SILENT, RETRIES
from mashbus.bus.producer import Producer, partition_of
from mashbus.bus.rebuild import reader, records_until
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import Settings
from mashbus.contracts import agency, hub, topics
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Meta, Record
from mashbus.domain.vocabulary import Knowledge, Rag
from mashbus.stack import Stack
from services.deadlines.silence.asking import NotToldYet, Partners, partners
from services.deadlines.silence.judging import STILL_LOOKS
from services.deadlines.silence.watching import SilenceWatch

NINE = datetime(2026, 6, 8, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUARTER = 15 * MINUTE
ALL = tuple(range(topics.PARTITIONS))
LIMIT = 60


async def until(true: Callable[[], bool], within: float = LIMIT) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.02)


class Instance:
    """One watcher with what it has of the deadlines service: an assignment, a lock, a producer."""

    def __init__(self, place: "Place", partitions: Iterable[int], names: Iterable[str]) -> None:
        self.producer = Producer(place.settings.kafka_hosts, place.codec, "/mashbus/deadlines")
        self.loop = SimpleNamespace(
            lock=asyncio.Lock(),
            ready=True,
            epoch=1,
            handlers=dict.fromkeys(partitions),
            service=SimpleNamespace(name="deadlines"),
        )
        pairs = {(name, place.organisation): QUARTER for name in names}
        asking = partial(partners, place.settings.kafka_hosts)
        self.watch = SilenceWatch(
            self.loop, self.producer, place.clock, place.codec, pairs, asking, timedelta(seconds=0.1)
        )
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(self.watch.run(self.stop))
        self._name = place.organisation

    @property
    def looks(self) -> int:
        """How often nothing has moved."""
        watched = self.watch._watched.get(self._name)
        return watched.looks if watched else 0

    async def look_again(self, times: int = STILL_LOOKS + 1) -> None:
        """So many whole looks, from one that begins now: what they call for has been said when this returns."""
        look, seen = self.watch._look, []

        async def counted(asked: Partners) -> None:
            await look(asked)
            seen.append(1)

        self.watch._look = counted
        await until(lambda: len(seen) > times or self.task.done())
        self.watch._look = look
        if self.task.done():
            await self.task

    async def end(self) -> None:
        self.stop.set()
        await asyncio.wait_for(self.task, 10)
        await self.producer.stop()


@dataclass
class Place:
    """One organisation of its own on the session's broker, the hub's hand on its requests, and a clock that we step."""

    settings: Settings
    codec: Codec
    clock: Clock
    clock_file: ClockFile
    organisation: str
    producer: AIOKafkaProducer
    running: list[Instance] = field(default_factory=list)

    # -- the hub ---------------------------------------------------------------------------------------------------

    async def ask(self, *minutes: float | None, partnership: str = "hackney") -> list[agency.InformationRequested]:
        """A request for each due instant, in minutes after nine."""
        asked = [self._request(due, partnership) for due in minutes]
        for one in asked:
            await self._put(topics.requests_of(self.organisation), one)
        return asked

    async def withdraw(self, request: agency.InformationRequested) -> None:
        said = agency.RequestWithdrawn(
            meta=self._meta(request.meta.case_id),
            request_id=request.request_id,
            organisation=self.organisation,
            reason="decided",
        )
        await self._put(topics.requests_of(self.organisation), said)

    def _request(self, due: float | None, partnership: str) -> agency.InformationRequested:
        return agency.InformationRequested(
            meta=self._meta(uuid4(), partnership),
            request_id=uuid4(),
            organisation=self.organisation,
            rag=Rag.RED,
            purpose="A test",
            context=None,
            asked_at=NINE,
            due=None if due is None else NINE + due * MINUTE,
            needed_by=None,
            children=(),
            adults=(),
            disclosed=(),
        )

    def _meta(self, case_id: UUID | None, partnership: str = "hackney") -> Meta:
        return Meta(event_id=uuid4(), partnership=partnership, case_id=case_id, occurred_at=NINE)

    async def _put(self, topic: str, record: Record) -> None:
        key = str(record.meta.case_id)
        value = self.codec.encode(topic, record)
        await self.producer.send_and_wait(
            topic, value, key=key.encode(), headers=cloudevent(record, "/test"), partition=partition_of(key)
        )

    # -- the partner -----------------------------------------------------------------------------------------------

    async def consume(self, group: str = "answers") -> None:
        """Read everything that waits, commit, and leave."""
        places = [TopicPartition(topics.requests_of(self.organisation), one) for one in ALL]
        name = f"agency.{self.organisation}.{group}"
        async with AIOKafkaConsumer(
            bootstrap_servers=self.settings.kafka_hosts, group_id=name, enable_auto_commit=False
        ) as consumer:
            consumer.assign(places)
            await consumer.commit(dict(await consumer.end_offsets(places)))

    async def answer(self, request: agency.InformationRequested) -> None:
        topic = topics.responses_of(self.organisation)
        answer = agency.InformationReturned(
            meta=self._meta(request.meta.case_id), request_id=request.request_id, knowledge=Knowledge.POSSIBLE
        )
        await self.producer.send_and_wait(topic, self.codec.encode(topic, answer), key=b"any")
        await self.producer.send_and_wait(topic, b"rubbish of a partner's own", headers=[("reply_to", b"\xff")])

    async def answer_in_a_transaction(self, request: agency.InformationRequested) -> None:
        """It leaves a marker at the end of the topic, which no reader is ever given."""
        topic = topics.responses_of(self.organisation)
        answer = agency.InformationReturned(
            meta=self._meta(request.meta.case_id), request_id=request.request_id, knowledge=Knowledge.KNOWN
        )
        producer = AIOKafkaProducer(bootstrap_servers=self.settings.kafka_hosts, transactional_id=self.organisation)
        async with producer, producer.transaction():
            await producer.send_and_wait(topic, self.codec.encode(topic, answer), key=b"any")

    # -- time, and what is said ------------------------------------------------------------------------------------

    def pass_(self, minutes: float) -> None:
        self.clock_file.advance(minutes * MINUTE)

    async def said(self) -> list[Record]:
        """All of mash.hub that is of this organisation, repeats included."""
        places = [TopicPartition(topics.HUB, one) for one in ALL]
        found: list[Record] = []
        async with reader(self.settings.kafka_hosts) as consumer:
            ends = await consumer.end_offsets(places)
            spans = {one: (0, end) for one, end in ends.items()}
            async for partition, records in records_until(consumer, self.settings.kafka_hosts, spans):
                for one in records:
                    record = self.codec.decode(topics.HUB, one.value, normalise(one.headers))
                    assert partition.partition == partition_of(str(record.meta.event_id))
                    found.append(record)
        mine = [one for one in found if getattr(one, "organisation", "") == self.organisation]
        return sorted(mine, key=lambda one: (one.meta.occurred_at, isinstance(one, hub.PartnerBack)))

    def watch(self, partitions: Iterable[int] = ALL, names: Iterable[str] = ("hackney",)) -> Instance:
        made = Instance(self, partitions, names)
        self.running.append(made)
        return made


@pytest.fixture
async def place(settings: Settings, tmp_path: Path) -> AsyncIterator[Place]:
    organisation = f"test-{uuid4().hex[:12]}"
    catalogue = Catalogue.load(settings.schemas)
    mine = [one for one in catalogue.topics_for([organisation]) if organisation in one.name or one.name == topics.HUB]
    await asyncio.to_thread(bus_topics.apply, bus_topics.admin(settings.kafka), mine)
    ids, names = SchemaIds(tmp_path), [one.name for one in mine]
    async with registry.Registry(settings.registry) as client:
        await registry.publish(client, catalogue, names)
        await ids.resolve(client, catalogue, names)
    clock_file = ClockFile(tmp_path / "clock.json")
    clock_file.start(NINE, 0)
    async with AIOKafkaProducer(bootstrap_servers=settings.kafka_hosts, acks="all") as producer:
        made = Place(
            settings, Codec(catalogue, ids), Clock(tmp_path / "clock.json"), clock_file, organisation, producer
        )
        yield made
        for one in made.running:
            if not one.task.done():
                await one.end()


async def test_it_reads_stops_is_said_to_be_silent_before_its_deadline_and_comes_back(place: Place) -> None:
    first, second = await place.ask(240, 300)
    await place.consume()
    await place.answer(first)
    instance = place.watch()
    await instance.look_again()
    place.pass_(60)
    await instance.look_again()
    assert await place.said() == [], "it owes an answer, and nothing waits to be consumed"

    _, _, withdrawn = await place.ask(360, None, 90)
    await place.withdraw(withdrawn)
    await place.answer_in_a_transaction(second)
    await until(lambda: instance.watch._watched[place.organisation].lag == 4)
    place.pass_(14)
    await instance.look_again()
    assert await place.said() == []

    place.pass_(2)
    await instance.look_again()
    (silence,) = await place.said()
    assert isinstance(silence, hub.PartnerSilent)
    assert (silence.owes, silence.earliest_due) == (2, NINE + 360 * MINUTE)
    assert (silence.since, silence.meta.occurred_at) == (NINE + 60 * MINUTE, NINE + 76 * MINUTE)
    assert silence.meta.occurred_at < silence.earliest_due
    assert PARTNER_SILENT.labels("hackney", place.organisation)._value.get() == 1

    await instance.end()
    instance = place.watch()
    await instance.look_again()
    place.pass_(60)
    await place.ask(500)
    await instance.look_again()
    assert await place.said() == [silence], "restarted, it knows what was said"

    await place.consume()
    await instance.look_again()
    _, back = await place.said()
    assert isinstance(back, hub.PartnerBack)
    assert (back.meta.cause_id, back.silent_since) == (silence.meta.event_id, silence.since)
    assert PARTNER_SILENT.labels("hackney", place.organisation)._value.get() == 0

    await instance.end()
    instance = place.watch()
    await instance.look_again()
    place.pass_(60)
    await instance.look_again()
    assert await place.said() == [silence, back]

    await place.ask(700)
    await instance.look_again()
    place.pass_(16)
    await instance.look_again()
    _, _, again = await place.said()
    assert (again.owes, again.meta.event_id != silence.meta.event_id) == (4, True), "another silence"


async def test_one_that_came_back_while_nobody_watched_is_said_to_be_back(place: Place) -> None:
    await place.ask(240)
    instance = place.watch()
    await instance.look_again()
    place.pass_(16)
    await instance.look_again()
    await instance.end()
    await place.consume()
    await place.watch().look_again()
    assert [type(one) for one in await place.said()] == [hub.PartnerSilent, hub.PartnerBack]


async def test_one_that_never_connected_is_silent_too(place: Place) -> None:
    await place.ask(240)
    instance = place.watch()
    await instance.look_again()
    place.pass_(16)
    await instance.look_again()
    (silence,) = await place.said()
    assert silence.owes == 1


async def test_one_that_owes_nothing_is_not_silent_whatever_it_leaves_unread(place: Place) -> None:
    (request,) = await place.ask(240)
    await place.withdraw(request)
    instance = place.watch()
    await instance.look_again()
    place.pass_(60)
    await instance.look_again()
    assert await place.said() == []
    await place.ask(240)
    await instance.look_again()
    assert [one.owes for one in await place.said()] == [1]


async def test_another_group_of_the_organisation_that_reads_on_is_a_sign_of_life(place: Place) -> None:
    await place.ask(240)
    await place.consume("audit")
    instance = place.watch()
    await instance.look_again()
    place.pass_(60)
    await instance.look_again()
    assert await place.said() == []


async def test_several_instances_say_it_once_each_partnership_for_itself(place: Place) -> None:
    await place.ask(240, 300)
    await place.ask(100, partnership="newham")
    instances = [place.watch(ALL[start::3], ("hackney", "newham", "medway")) for start in range(3)]
    await asyncio.gather(*(one.look_again() for one in instances))
    place.pass_(16)
    await asyncio.gather(*(one.look_again() for one in instances))
    said = {one.meta.partnership: one for one in await place.said()}
    assert len(await place.said()) == 2
    assert (said["hackney"].owes, said["newham"].owes) == (2, 1)
    assert said["newham"].earliest_due == NINE + 100 * MINUTE
    await place.consume()
    await asyncio.gather(*(one.look_again() for one in instances))
    assert len(await place.said()) == 4


async def test_nothing_is_said_without_the_assignment(place: Place) -> None:
    await place.ask(240)
    instance = place.watch()
    instance.loop.ready = False
    await instance.look_again()
    place.pass_(16)
    await instance.look_again()
    assert await place.said() == []
    instance.loop.ready, instance.loop.handlers = True, {}
    await instance.look_again()
    assert await place.said() == []
    instance.loop.handlers = dict.fromkeys(ALL)
    await instance.look_again()
    assert len(await place.said()) == 1


async def test_a_broker_that_is_away_for_a_while_says_nothing_of_anybody(place: Place, stack: Stack) -> None:
    await place.ask(240)
    await place.consume()
    instance = place.watch()
    await instance.look_again()
    before = retries()
    await asyncio.to_thread(stack.kill, "kafka")
    place.pass_(60)
    try:
        await until(lambda: retries() > before)
    finally:
        await asyncio.to_thread(stack.start, "kafka")
    await instance.look_again()
    assert await place.said() == []

    await place.ask(300)
    await instance.look_again()
    place.pass_(16)
    await instance.look_again()
    (silence,) = await place.said()
    before = retries()
    await asyncio.to_thread(stack.kill, "kafka")
    try:
        await until(lambda: retries() > before)
    finally:
        await asyncio.to_thread(stack.start, "kafka")
    await instance.look_again(6)
    assert await place.said() == [silence], "neither again nor back"


def retries() -> float:
    return sum(
        sample.value
        for metric in RETRIES.collect()
        for sample in metric.samples
        if sample.name.endswith("_total") and sample.labels["service"] == "deadlines"
    )


async def test_trap_50_a_coordinator_that_does_not_say_is_no_answer() -> None:
    class Loading:
        async def list_consumer_groups(self) -> list[tuple[str, str]]:
            return [("mashbus.intake", "consumer")]

        async def list_consumer_group_offsets(self, group: str, partitions: list[TopicPartition]) -> dict:
            assert group == "agency.met-police.answers"
            return {}

    class Asker:
        def assign(self, partitions: list[TopicPartition]) -> None:
            pass

        def pause(self, *partitions: TopicPartition) -> None:
            pass

        async def topics(self) -> set[str]:
            return {topics.requests_of("met-police")}

        async def end_offsets(self, wanted: list[TopicPartition]) -> dict[TopicPartition, int]:
            return dict.fromkeys(wanted, 1)

    with pytest.raises(NotToldYet):
        await Partners(["nowhere"], Asker(), Asker(), Loading()).look(
            {"met-police": {"agency.met-police.answers"}, "not-yet-applied": ()}
        )
