"""C-06 on a real broker, both ways in: what must not be recorded is in no topic of ours, quarantine included (P8)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from http_bus import Keys, Log, until

from mashbus.bus.clock import Clock
from mashbus.bus.http.keys import ApiKeys
from mashbus.bus.loop import Loop
from mashbus.bus.producer import Outgoing
from mashbus.bus.rebuild import reader, records_until
from mashbus.bus.running import partnerships
from mashbus.bus.service import NOTHING, Service
from mashbus.bus.settings import Settings
from mashbus.contracts import agency, hub, topics
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import NotRecorded
from mashbus.domain.referral import Child, Concern, Consent, Referrer
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import ConsentStatus, ReferrerKind
from services.intake.door import create_app
from services.intake.partners import PartnerRecords, Partners

HEALTH = "homerton-health"
OURS = (
    topics.REFERRALS, topics.POLICE_NOTIFICATIONS, topics.CASES, topics.BREACHES, topics.EMAILS, topics.HUB,
    topics.QUARANTINE, topics.requests_of(HEALTH),
)  # fmt: skip
NOTICE = "It is not recorded: seek consent first."


@pytest.fixture(scope="module")
def strict(mine: Settings) -> Partnership:
    """Hackney, were it a partnership that records nothing without consent."""
    rule = NotRecorded(
        name="consent-not-sought",
        requirement="C-06",
        notice=NOTICE,
        conditions=(Condition(fact="consent", test="is", value="not_sought"),),
    )
    return replace(partnerships(mine)["hackney"], not_recorded=(rule,))


@dataclass
class Someone:
    """A child and a referrer of the test's own, so that whatever names them was written by it."""

    mark: str

    def names(self) -> list[bytes]:
        return [f"{one}{self.mark}".encode() for one in ("Nell", "Sampleton", "worry", "Pat", "reason")]

    def body(self, status: str) -> dict[str, object]:
        return {
            "source": "2A",
            "referrer": {"kind": "practitioner", "name": f"Pat{self.mark}", "email": f"Pat{self.mark}@example.org"},
            "children": [{"given_name": f"Nell{self.mark}", "family_name": f"Sampleton{self.mark}"}],
            "concern": {"summary": f"An invented worry{self.mark}."},
            "consent": {"status": status, "reason": f"A reason{self.mark}."},
        }

    def submission(self, key: str, status: ConsentStatus) -> agency.ReferralSubmitted:
        return agency.ReferralSubmitted(
            meta=Meta(event_id=uuid4(), partnership="hackney", case_id=None, occurred_at=datetime.now(UTC)),
            submission_key=key,
            source="3A",
            referrer=Referrer(kind=ReferrerKind.PRACTITIONER, name=f"Pat{self.mark}"),
            children=(Child(given_name=f"Nell{self.mark}", family_name=f"Sampleton{self.mark}"),),
            concern=Concern(summary=f"An invented worry{self.mark}."),
            consent=Consent(status=status, reason=f"A reason{self.mark}."),
        )


@dataclass
class Bytes:
    """Everything that stands in the topics now: keys, headers, values."""

    log: Log

    async def holding(self, *wanted: bytes) -> set[tuple[str, bytes]]:
        places = [TopicPartition(topic, number) for topic in OURS for number in range(topics.PARTITIONS)]
        found = set()
        async with reader(self.log.settings.kafka_hosts) as consumer:
            ends = await consumer.end_offsets(places)
            asked = {place: (0, end) for place, end in ends.items() if end}
            async for place, batch in records_until(consumer, self.log.settings.kafka_hosts, asked):
                for one in batch:
                    whole = b"".join((one.key or b"", one.value or b"", *(value or b"" for _, value in one.headers)))
                    found |= {(place.topic, word) for word in wanted if word in whole}
        return found

    async def of(self, topic: str, kind: type[Record]) -> list[Record]:
        places = [TopicPartition(topic, number) for number in range(topics.PARTITIONS)]
        found = []
        async with reader(self.log.settings.kafka_hosts) as consumer:
            ends = await consumer.end_offsets(places)
            asked = {place: (0, end) for place, end in ends.items() if end}
            async for _, batch in records_until(consumer, self.log.settings.kafka_hosts, asked):
                found += [self.log.codec.decode(topic, one.value, {}) for one in batch]
        return [one for one in found if isinstance(one, kind)]

    async def counts(self) -> set[UUID]:
        return {one.meta.event_id for one in await self.of(topics.HUB, hub.ContactNotRecorded)}


@pytest.fixture
async def door(mine: Settings, log: Log, keys: Keys, strict: Partnership) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(
        publish=log.producer.publish, clock=Clock(), keys=ApiKeys(mine.api_keys), partnerships={"hackney": strict}
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://door") as client:
        yield client


async def begin_at_the_end(kafka: list[str], service: Service[None]) -> None:
    places = [
        TopicPartition(topic, number)
        for topic in (*service.reads, topics.QUARANTINE)
        for number in range(topics.PARTITIONS)
    ]
    async with AIOKafkaConsumer(bootstrap_servers=kafka, group_id=service.group, enable_auto_commit=False) as consumer:
        consumer.assign(places)
        await consumer.commit(dict(await consumer.end_offsets(places)))


@asynccontextmanager
async def partners_door(log: Log, folder: Path, strict: Partnership) -> AsyncIterator[None]:
    """The loop that the service runs, over what one organisation submits from now on.

    What stands in its topic is others': a word of a case system there would wait for a directory, and we behind it.
    """
    service = Service(name=f"door-{uuid4().hex}", reads=(topics.submissions_of(HEALTH),), fold=NOTHING)
    await begin_at_the_end(log.settings.kafka_hosts, service)
    loop = Loop(
        service, kafka=log.settings.kafka_hosts, codec=log.codec, producer=log.producer, clock=Clock(), folder=folder,
        handling=lambda book: PartnerRecords(book, log.codec, Clock(), {"hackney": strict}, Partners()),
    )  # fmt: skip
    stop = asyncio.Event()
    running = asyncio.create_task(loop.run(stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(running, 30)


async def test_C_06_over_http_nothing_of_the_child_is_in_any_topic_until_there_is_consent(door, log, keys) -> None:
    child, key, there = Someone(uuid4().hex), str(uuid4()), Bytes(log)
    case_id = str(ids.case_of_client("hackney/form", key)).encode()
    sent = {"Authorization": f"Bearer {keys.referrer}", "Idempotency-Key": key}
    before = await there.counts()
    for _ in range(2):
        answer = await door.post("/v1/referrals", json=child.body("not_sought"), headers=sent)
        assert (answer.status_code, answer.json()["detail"]) == (422, NOTICE)
    assert await there.holding(*child.names(), case_id, key.encode()) == set()
    assert len(await there.counts() - before) == 1

    assert (await door.post("/v1/referrals", json=child.body("given"), headers=sent)).status_code == 202
    everything = {(topics.REFERRALS, name) for name in [*child.names(), case_id]}
    assert await there.holding(*child.names(), case_id, key.encode()) == everything


async def test_C_06_from_a_partner_nothing_of_the_child_is_in_any_topic_of_ours(
    log: Log, strict: Partnership, tmp_path: Path
) -> None:
    child, key, there = Someone(uuid4().hex), str(uuid4()), Bytes(log)
    case_id = ids.case_of_client(HEALTH, key)
    unsought = child.submission(key, ConsentStatus.NOT_SOUGHT)
    own_topic = topics.submissions_of(HEALTH)
    before = await there.counts()

    async def refused() -> Record | None:
        words = await there.of(topics.requests_of(HEALTH), agency.AnswerRefused)
        return next((one for one in words if one.refused_id == unsought.meta.event_id), None)

    async def taken() -> list[Record] | None:
        return await log.records(topics.REFERRALS, str(case_id)) or None

    async with partners_door(log, tmp_path / "casebooks", strict):
        await log.producer.publish([Outgoing(own_topic, unsought, key)])
        word = await until(refused)
        assert NOTICE in word.reason
        assert await there.holding(*child.names(), str(case_id).encode(), key.encode()) == set()
        assert len(await there.counts() - before) == 1

        await log.producer.publish([Outgoing(own_topic, child.submission(key, ConsentStatus.GIVEN), key)])
        (fact,) = await until(taken)
    assert fact.children[0].given_name == f"Nell{child.mark}"
    assert {topic for topic, _ in await there.holding(*child.names())} == {topics.REFERRALS}
