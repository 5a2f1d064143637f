"""The picture on the real bus: told from the log to those who decide, and to nobody else; nothing of it in Valkey."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
import structlog
from http_bus import Keys, Log, client_of, until
from http_pictured import MANAGER, MARKER, routed, shown, tell
from http_status import answered, opened, referral, running
from redis.asyncio import Redis

from mashbus.bus.codec import Codec
from mashbus.bus.http.keys import add_key
from mashbus.bus.settings import Settings
from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.domain.vocabulary import ReferrerKind
from mashbus.stack import Stack
from services.status.log_reading import LogReader, LogUnreadable


@pytest.fixture(scope="module")
def desk(keys: Keys) -> str:
    """A manager's key that may read the picture."""
    return add_key(keys.path, "duty", partnership="hackney", role="mash_manager", may=frozenset({"read", "picture"}))


@pytest.fixture(scope="module")
async def status(mine: Settings, log: Log, desk: str) -> AsyncIterator[httpx.AsyncClient]:
    async with running(mine) as base, client_of(base, desk) as client:
        await until(lambda: answered(client, f"/v1/cases/{uuid4()}", 404), 60)
        yield client


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
    kept = [await asyncio.to_thread(one.read_bytes) for one in books]
    assert not any(MARKER.encode() in book for book in kept)


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


async def test_P6_without_valkey_the_picture_is_a_503(status, log, stack: Stack) -> None:
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
    for wrong in ("since=zebedee", "since=2026-02-02&until=2026-02-01", "until=0001-01-01"):
        answer = await status.get(f"/v1/calls?{wrong}")
        assert answer.status_code == 400
        assert "zebedee" not in answer.text
