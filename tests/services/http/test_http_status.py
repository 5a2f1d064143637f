"""Status on the real bus: views follow the log, come back whatever Redis or the disk does, and never say a false 404."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from http_bus import Keys, Log, client_of, until
from http_status import answered, opened, referral, running
from redis.asyncio import Redis

from mashbus.bus.producer import partition_of
from mashbus.bus.settings import Settings
from mashbus.contracts.reference import reference_of
from mashbus.contracts.topics import PARTITIONS
from mashbus.stack import Stack


@pytest.fixture(scope="module")
async def status(mine: Settings, log: Log, keys: Keys) -> AsyncIterator[httpx.AsyncClient]:
    async with running(mine) as base, client_of(base, keys.manager) as client:
        await until(lambda: answered(client, f"/v1/cases/{uuid4()}", 404), 60)
        yield client


async def test_a_case_that_is_in_the_log_is_never_a_404_and_one_that_is_not_is(status, log) -> None:
    for _ in range(5):
        case_id = uuid4()
        await log.say(referral(case_id))
        answer = await until(lambda path=f"/v1/cases/{case_id}": answered(status, path, 200, never=404))
        assert answer.json()["timeline"][0]["what"].startswith("Referral HAC-")
    unknown = {partition_of(str(case_id)): case_id for case_id in (uuid4() for _ in range(500))}
    said = {(await status.get(f"/v1/cases/{case_id}")).status_code for case_id in unknown.values()}
    assert len(unknown) == PARTITIONS
    assert 404 in said
    assert said <= {404, 503}, "503 where another test's unreadable record waits in the partition: nobody can know"
    assert (await status.get("/v1/cases/not-an-id")).status_code == 400


async def test_a_reference_is_looked_up_however_it_is_typed(status, log) -> None:
    case_id = uuid4()
    reference = reference_of("hackney", case_id)
    assert (await status.get(f"/v1/referrals/{reference}")).json()["state"] == "received", "valid and not seen yet"
    await log.say(referral(case_id))

    async def found() -> httpx.Response | None:
        answer = await status.get(f"/v1/referrals/{reference.lower().replace('-', '')}")
        return answer if answer.json().get("case_id") else None

    assert (await until(found)).json()["case_id"] == str(case_id)
    mistyped = reference[:-1] + ("7" if reference[-1] != "7" else "8")
    answer = await status.get(f"/v1/referrals/{mistyped}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "letter by letter" in answer.json()["detail"]
    assert (await status.get(f"/v1/referrals/{reference_of('medway', case_id)}")).status_code == 404


async def test_P5_another_partnerships_case_is_not_there(status, log) -> None:
    case_id, ours = uuid4(), uuid4()
    await log.say(referral(case_id, "medway"), referral(ours))
    await until(lambda: answered(status, f"/v1/cases/{ours}", 200))
    await until(lambda: answered(status, f"/v1/cases/{case_id}", 404))
    listed = await until(lambda: answered(status, "/v1/cases?limit=500", 200))
    assert str(case_id) not in listed.text


async def test_managers_see_what_waits_for_them_page_by_page(status, log) -> None:
    waiting = [uuid4() for _ in range(7)]
    for case_id in waiting:
        await log.say(referral(case_id), opened(case_id))

    async def pages() -> list[str] | None:
        found, place = [], ""
        while True:
            answer = await status.get(f"/v1/cases?state=awaiting_rating&limit=3{place}")
            assert answer.status_code == 200
            found += [case["case_id"] for case in answer.json()["cases"]]
            if answer.json()["next"] is None:
                break
            place = f"&after={answer.json()['next']}"
        assert len(found) == len(set(found)), "no case on two pages"
        return found if {str(one) for one in waiting} <= set(found) else None

    mine = [case_id for case_id in await until(pages) if case_id in {str(one) for one in waiting}]
    assert mine == [str(one) for one in waiting], "in order of receipt"
    for wrong in ("state=zebedee", "limit=0", "limit=501", "after=zebedee"):
        answer = await status.get(f"/v1/cases?{wrong}")
        assert answer.status_code == 400
        assert "zebedee" not in answer.text


async def test_P6_an_emptied_redis_costs_a_503_and_never_a_404(status, log, mine) -> None:
    case_ids = [uuid4() for _ in range(40)]
    await log.say(*map(referral, case_ids))
    for case_id in case_ids:
        await until(lambda path=f"/v1/cases/{case_id}": answered(status, path, 200))
    async with Redis.from_url(mine.redis) as redis:
        for _ in range(3):
            await redis.flushall()
            for case_id in case_ids:
                answer = await status.get(f"/v1/cases/{case_id}")
                assert answer.status_code in {200, 503}, answer.text
                assert answer.status_code == 200 or answer.headers["retry-after"]
    for case_id in case_ids:
        await until(lambda path=f"/v1/cases/{case_id}": answered(status, path, 200, never=404))
    reference = reference_of("hackney", case_ids[0])
    assert (await status.get(f"/v1/referrals/{reference}")).json()["case_id"] == str(case_ids[0])


async def test_P6_without_redis_the_loop_goes_on_and_readers_are_told_to_come_again(status, log, stack: Stack) -> None:
    before, meanwhile = uuid4(), uuid4()
    await log.say(referral(before))
    await until(lambda: answered(status, f"/v1/cases/{before}", 200))
    stack.kill("valkey")
    try:
        await log.say(referral(meanwhile))
        for path in (f"/v1/cases/{before}", f"/v1/referrals/{reference_of('hackney', before)}", "/v1/cases"):
            answer = await status.get(path)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert (await status.get("/readyz")).status_code == 200
    finally:
        stack.start("valkey")
    for case_id in (before, meanwhile):
        await until(lambda path=f"/v1/cases/{case_id}": answered(status, path, 200, never=404))


async def test_readers_need_a_key_that_may_read(status, keys) -> None:
    for secret, expected in ((keys.police, 403), ("wrong", 401), (keys.stranger, 403)):
        async with client_of(str(status.base_url), secret) as other:
            answer = await other.get(f"/v1/cases/{uuid4()}")
            assert (answer.status_code, answer.headers["content-type"]) == (expected, "application/problem+json")


async def test_the_documentation_of_status_is_openapi_3_1(status) -> None:
    document = (await status.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {
        "/v1/referrals/{reference}",
        "/v1/cases",
        "/v1/cases/{case_id}",
        "/v1/cases/{case_id}/picture",
        "/v1/cases/{case_id}/matches",
        "/v1/calls",
        "/v1/meetings",
        "/v1/meetings/{name}/agenda",
        "/v1/meetings/{name}/results",
        "/v1/reports/themes",
        "/v1/reports/audit-sample",
        "/v1/reports/advice-line",
    }
    assert "HTTPValidationError" not in str(document)
    page = await status.get("/docs")
    assert page.status_code == 200
    assert "//" not in page.text.replace(str(status.base_url), "").replace("// ", "")
