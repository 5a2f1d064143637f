"""The picture on the real bus: told from the log to those who decide, and to nobody else; nothing of it in Valkey."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
import structlog
from http_bus import Keys, Log, client_of, until
from http_status import answered, opened, referral, running
from redis.asyncio import Redis

from mashbus.bus.codec import Codec
from mashbus.bus.http.keys import add_key
from mashbus.bus.settings import Settings
from mashbus.contracts import hub
from mashbus.contracts.agency import ChronologyEntry
from mashbus.contracts.record import Meta
from mashbus.domain import ids
from mashbus.domain.enquiry import Actor, NotAsked, Request
from mashbus.domain.referral import Child, Concern, Referrer
from mashbus.domain.vocabulary import Knowledge, Rag, ReferrerKind
from mashbus.stack import Stack
from services.status.log_reading import LogReader, LogUnreadable

MARKER = "Zebedee"
"""In every narrative and name."""
MANAGER = Actor(label="desk", role="mash_manager")


def meta(case_id: UUID) -> Meta:
    return Meta(event_id=uuid4(), partnership="hackney", case_id=case_id, occurred_at=datetime.now(UTC))


def contact(case_id: UUID) -> hub.ReferralReceived:
    return referral(case_id).model_copy(
        update={
            "referrer": Referrer(kind=ReferrerKind.PRACTITIONER, name="Quill Featherstone", email="q@bells.example"),
            "children": (Child(given_name=MARKER, date_of_birth=date(2019, 4, 1)),),
            "concern": Concern(summary=f"{MARKER} has bruises."),
        }
    )


def routed(case_id: UUID) -> hub.CaseRouted:
    request = Request(
        request_id=ids.request_of(case_id, "met-police"), organisation="met-police", role="police", rag=Rag.AMBER,
        purpose="to know", asked_at=datetime.now(UTC), deadline=None,
    )  # fmt: skip
    return hub.CaseRouted(
        meta=meta(case_id), rag=Rag.AMBER, pathways=("mash-checks",), rule="abuse-or-neglect", reasons=("A reason.",),
        decided_by=None, requests=(request,), not_asked=(NotAsked(organisation="hackney-housing", reason="not connected"),),
        deadlines=(),
    )  # fmt: skip


def answer(case_id: UUID) -> hub.AnswerReceived:
    return hub.AnswerReceived(
        meta=meta(case_id), request_id=ids.request_of(case_id, "met-police"), organisation="met-police",
        arrived_at=datetime.now(UTC), knowledge=Knowledge.KNOWN, summary=f"{MARKER} was seen.", analysis=None,
        chronology=(ChronologyEntry(on=date(2026, 3, 1), text=f"{MARKER} called."),),
    )  # fmt: skip


def rerated(case_id: UUID) -> hub.CaseRerated:
    return hub.CaseRerated(
        meta=meta(case_id), round=1, rag=Rag.RED, previous=Rag.AMBER, pathways=("mash-checks",),
        rationale=f"{MARKER} is at risk.", decided_by=MANAGER, requests=(), rerated=(), deadlines=(),
    )  # fmt: skip


async def tell(log: Log, case_id: UUID) -> None:
    await log.say(contact(case_id))
    await log.say(opened(case_id), routed(case_id), answer(case_id), rerated(case_id))


@pytest.fixture(scope="module")
def desk(keys: Keys) -> str:
    """A manager's key that may read the picture."""
    return add_key(keys.path, "duty", partnership="hackney", role="mash_manager", may=frozenset({"read", "picture"}))


@pytest.fixture(scope="module")
async def status(mine: Settings, log: Log, desk: str) -> AsyncIterator[httpx.AsyncClient]:
    async with running(mine) as base, client_of(base, desk) as client:
        await until(lambda: answered(client, f"/v1/cases/{uuid4()}", 404), 60)
        yield client


async def shown(status: httpx.AsyncClient, case_id: UUID, ratings: int = 2) -> httpx.Response:
    """The picture, once the views have come so far."""

    async def whole() -> httpx.Response | None:
        found = await answered(status, f"/v1/cases/{case_id}/picture", 200, never=404)
        return found if found and len(found.json()["ratings"]) == ratings else None

    return await until(whole)


async def test_G_08_the_manager_reads_who_knows_the_child_and_what_they_say(status, log) -> None:
    case_id = uuid4()
    await tell(log, case_id)
    answer = await shown(status, case_id)
    said = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    (police,) = said["organisations"]
    assert (police["says"], police["answers"][0]["summary"]) == ("knows the child", f"{MARKER} was seen.")
    assert [line["text"] for line in said["chronology"]] == [f"{MARKER} called."]
    assert [one["rationale"] for one in said["ratings"]] == [["A reason."], [f"{MARKER} is at risk."]]
    assert said["children"][0]["name"] == MARKER
    assert "Featherstone" not in answer.text, "G-21"
    for media, begin in (("text/plain", "Cumulative picture of HAC-"), ("text/html", "<!doctype html>")):
        page = await status.get(f"/v1/cases/{case_id}/picture", headers={"Accept": media})
        assert page.headers["content-type"].startswith(media)
        assert page.text.startswith(begin)
        assert f"{MARKER} was seen." in page.text
        assert "Featherstone" not in page.text


async def test_P5_nobody_reads_the_picture_but_those_who_decide_in_its_partnership(status, log, keys) -> None:
    case_id = uuid4()
    await tell(log, case_id)
    await shown(status, case_id)
    may = frozenset({"read", "picture"})
    others = {
        "a referrer's key": (keys.referrer, 403),
        "a key that may decide and was not given the picture": (keys.manager, 403),
        "a police force's key": (keys.police, 403),
        "an organisation's key, whatever else it may and says it is": (
            add_key(keys.path, "force", partnership="hackney", role="mash_manager", may=may, organisation="met-police"),
            403,
        ),
        "a role that decides nothing": (
            add_key(keys.path, "viewer", partnership="hackney", role="viewer", may=may), 403,
        ),
        "another partnership's key": (
            add_key(keys.path, "camden-desk", partnership="camden", role="mash_manager", may=may), 403,
        ),
        "no key that is known": ("wrong", 401),
    }  # fmt: skip
    for who, (secret, expected) in others.items():
        async with client_of(str(status.base_url), secret) as other:
            refused = await other.get(f"/v1/cases/{case_id}/picture")
            assert refused.status_code == expected, who
            assert MARKER not in refused.text


async def test_P5_another_partnerships_case_has_no_picture_here(status, log) -> None:
    case_id = uuid4()
    await log.say(referral(case_id, "medway"))
    await until(lambda: answered(status, f"/v1/cases/{case_id}/picture", 404, never=200))


async def test_P7_no_narrative_lies_in_valkey_in_the_casebook_or_in_the_log_lines(status, log, mine) -> None:
    case_id = uuid4()
    await tell(log, case_id)
    with structlog.testing.capture_logs() as lines:
        await shown(status, case_id)
    told = [one for one in lines if one["event"] == "picture shown"]
    assert told[-1] == {
        "event": "picture shown", "log_level": "info", "case_id": str(case_id), "key": "duty", "role": "mash_manager",
    }  # fmt: skip
    assert MARKER not in str(lines)
    async with Redis.from_url(mine.redis, decode_responses=True) as redis:
        keys = [key async for key in redis.scan_iter(f"*case:{case_id}")]
        (view,) = [await redis.get(key) for key in keys]
    assert '"lies":{' in view
    assert MARKER not in view
    books = [one for one in (mine.home / "casebooks" / mine.instance / "status").iterdir() if one.is_file()]
    assert books
    assert not any(MARKER.encode() in await asyncio.to_thread(one.read_bytes) for one in books)


async def test_P6_an_emptied_valkey_costs_a_503_and_the_picture_comes_back_whole(status, log, mine) -> None:
    case_id = uuid4()
    await tell(log, case_id)
    before = (await shown(status, case_id)).json()
    async with Redis.from_url(mine.redis) as redis:
        await redis.flushall()
    answer = await status.get(f"/v1/cases/{case_id}/picture")
    assert answer.status_code in {200, 503}
    after = (await shown(status, case_id)).json()
    for one in (before, after):
        del one["made_at"], one["made_at_local"]
    assert after == before


async def test_P6_without_valkey_or_without_the_log_the_picture_is_a_503(status, log, stack: Stack) -> None:
    case_id = uuid4()
    await tell(log, case_id)
    await shown(status, case_id)
    stack.kill("valkey")
    try:
        answer = await status.get(f"/v1/cases/{case_id}/picture")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    finally:
        stack.start("valkey")
    await shown(status, case_id)


async def test_a_case_told_over_days_is_read_by_its_places_and_never_by_another_s(settings, log, a_bus: Codec) -> None:
    """Its records lie far apart, and offsets that name another case's record show it to nobody."""
    case_id = uuid4()
    from mashbus.bus.producer import partition_of
    from mashbus.contracts import topics

    others = [one for one in (uuid4() for _ in range(6000)) if partition_of(str(one)) == partition_of(str(case_id))]
    await log.say(opened(case_id))
    await log.say(*map(opened, others[:250]))
    await log.say(routed(case_id))
    reader = LogReader(settings.kafka_hosts, a_bus)
    places = await _places(settings, case_id)
    records = await reader.of_case(case_id, {topics.CASES: places})
    assert [type(one) for one in records] == [hub.CaseOpened, hub.CaseRouted]
    assert places[1] - places[0] > 200
    with pytest.raises(LogUnreadable):
        await reader.of_case(case_id, {topics.CASES: (places[0], places[0] + 1)})
    with pytest.raises(LogUnreadable):
        await reader.of_case(case_id, {topics.CASES: (places[1] + 1_000_000,)})


async def _places(settings: Settings, case_id: UUID) -> tuple[int, ...]:
    from aiokafka import TopicPartition

    from mashbus.bus.producer import partition_of
    from mashbus.bus.rebuild import reader, records_until
    from mashbus.contracts import topics

    partition = TopicPartition(topics.CASES, partition_of(str(case_id)))
    async with reader(settings.kafka_hosts) as consumer:
        end = (await consumer.end_offsets([partition]))[partition]
        batches = [batch async for _, batch in records_until(consumer, settings.kafka_hosts, {partition: (0, end)})]
    return tuple(one.offset for batch in batches for one in batch if one.key == str(case_id).encode())


async def test_P6_a_lost_disk_costs_a_replay_and_the_picture_is_the_same(mine, log, desk) -> None:
    """Last: it takes the module's casebooks away."""
    case_id = uuid4()
    other = mine.model_copy(update={"instance": f"{mine.instance}-again"})
    async with running(other) as base, client_of(base, desk) as status:
        await tell(log, case_id)
        before = (await shown(status, case_id)).json()
    shutil.rmtree(other.home / "casebooks" / other.instance)
    async with running(other) as base, client_of(base, desk) as status:
        await until(lambda: answered(status, f"/v1/cases/{case_id}/picture", 200, never=404), 60)
        after = (await shown(status, case_id)).json()
    assert before["organisations"] == after["organisations"]
    assert before["ratings"] == after["ratings"]
    shutil.rmtree(other.home / "casebooks" / other.instance, ignore_errors=True)


# -- calls ------------------------------------------------------------------------------------------------------------


def call(topic: str, outcome: str, partnership: str = "hackney", days_ago: int = 0) -> hub.CallLogged:
    at = datetime.now(UTC) - timedelta(days=days_ago)
    return hub.CallLogged(
        meta=Meta(event_id=uuid4(), partnership=partnership, case_id=None, occurred_at=at), actor=MANAGER,
        reference=f"CALL-{uuid4().hex[:8]}", topic=topic, outcome=outcome, caller_kind=ReferrerKind.PRACTITIONER,
        source="2A", called_at=at,
    )  # fmt: skip


async def test_H_14_J_21_calls_are_counted_by_topic_and_outcome_for_their_partnership_and_days(status, log) -> None:
    topic = f"topic-{uuid4().hex[:6]}"
    twice = call(topic, "advised")
    await log.say(twice, twice, call(topic, "advised"), call(topic, "referred"), call(topic, "advised", "medway"))
    await log.say(call(topic, "advised", days_ago=40))

    async def counts(query: str = "") -> dict[str, int]:
        answer = await status.get(f"/v1/calls{query}")
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert said["calls"] == sum(one["calls"] for one in said["by_topic_and_outcome"])
        return {one["outcome"]: one["calls"] for one in said["by_topic_and_outcome"] if one["topic"] == topic}

    assert await counts() == {"advised": 2, "referred": 1}
    long_ago = datetime.now(UTC).date() - timedelta(days=60)
    assert await counts(f"?since={long_ago}") == {"advised": 3, "referred": 1}
    await log.say(call(topic, "referred"))
    assert (await counts())["referred"] == 2, "never older than the question"
    for wrong in ("since=zebedee", "since=2026-02-02&until=2026-02-01"):
        answer = await status.get(f"/v1/calls?{wrong}")
        assert answer.status_code == 400
        assert "zebedee" not in answer.text
