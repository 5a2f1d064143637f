"""POST /v1/holdings: a case system without a topic of its own tells who holds a child."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "bus" / "directory"))

import httpx
import pytest
from hub_memory import CSC, NHS, PARTNERSHIP, HubMemory, contact
from intake_door import NOW, FakeLog, headers

from mashbus.bus.clock import Clock
from mashbus.bus.directory.reading import NotFresh
from mashbus.bus.http.keys import ApiKeys, add_key
from mashbus.contracts import hub
from mashbus.domain.referral import Child
from services.intake.door import create_app
from services.intake.holdings_route import EXAMPLE

HOLDINGS = "/v1/holdings"


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[HubMemory]:
    made = HubMemory(tmp_path / "directory")
    yield made
    made.table.close()


@pytest.fixture
async def door(log: FakeLog, keys, memory: HubMemory) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(
        publish=log.publish,
        clock=Clock(wall=lambda: int(NOW.timestamp() * 1_000_000)),
        keys=ApiKeys(keys.path),
        partnerships={"hackney": PARTNERSHIP},
        memory=memory.service(),
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://door") as client:
        yield client


def key_of(keys, label: str, organisation: str | None = CSC, may: str = "holdings") -> str:
    return add_key(
        keys.path, label, partnership="hackney", role="case-system", may=frozenset({may}), organisation=organisation
    )


def read_back(log: FakeLog, memory: HubMemory) -> None:
    memory.told(*(one for one in log.records if isinstance(one, hub.ChildHeld | hub.ChildIdentified)))


async def test_a_child_that_is_told_of_is_known(door, log, keys, memory) -> None:
    answer = await door.post(HOLDINGS, json=EXAMPLE, headers=headers(key_of(keys, "mosaic")))
    assert (answer.status_code, answer.json()) == (202, {})
    read_back(log, memory)
    (known,) = memory.look("one", contact("one", Child(nhs_number=NHS))).known
    assert (known.organisation, known.holdings[0].unit) == (CSC, "Unit 4")
    assert memory.look("two", contact("two", Child(local_id="P-0077"), force="met-police")).known


async def test_the_same_key_again_sends_nothing_and_other_content_under_it_is_refused(door, log, keys) -> None:
    key = key_of(keys, "mosaic")
    first = await door.post(HOLDINGS, json=EXAMPLE, headers=headers(key))
    sent = len(log.sent)
    again = await door.post(HOLDINGS, json=EXAMPLE, headers=headers(key))
    other = await door.post(HOLDINGS, json={**EXAMPLE, "holdings": []}, headers=headers(key))
    assert (first.status_code, again.status_code, len(log.sent)) == (202, 202, sent)
    assert (other.status_code, other.json()["type"]) == (422, "key-used-otherwise")


async def test_older_news_is_refused_with_the_reason(door, log, keys, memory) -> None:
    key = key_of(keys, "mosaic")
    await door.post(HOLDINGS, json=EXAMPLE, headers=headers(key, "k-1"))
    read_back(log, memory)
    older = {**EXAMPLE, "changed_at": "2026-06-01T09:00:00+01:00", "holdings": []}
    answer = await door.post(HOLDINGS, json=older, headers=headers(key, "k-2"))
    assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, "/changed_at")
    assert memory.look("one", contact("one", Child(nhs_number=NHS))).known


async def test_what_cannot_be_an_identifier_is_left_out_and_named(door, log, keys, memory) -> None:
    said = {**EXAMPLE, "child": {**EXAMPLE["child"], "nhs_number": "9990000019", "upn": "not one"}}
    answer = await door.post(HOLDINGS, json=said, headers=headers(key_of(keys, "mosaic")))
    assert answer.status_code == 202
    assert [one["where"] for one in answer.json()["left_out"]] == ["/child/nhs_number", "/child/upn"]
    assert "9990000019" not in answer.text
    read_back(log, memory)
    assert memory.look("one", contact("one", Child(local_id="LA-0001"))).known


async def test_without_a_local_id_nothing_is_taken(door, log, keys) -> None:
    said = {**EXAMPLE, "child": {"given_name": "Nell"}}
    answer = await door.post(HOLDINGS, json=said, headers=headers(key_of(keys, "mosaic")))
    assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, "/child/local_id")
    assert not log.sent


@pytest.mark.parametrize(("organisation", "may"), [("met-police", "holdings"), (CSC, "police"), ("nobody", "holdings")])
async def test_only_a_holder_s_key_with_the_permission_may(door, log, keys, organisation, may) -> None:
    answer = await door.post(HOLDINGS, json=EXAMPLE, headers=headers(key_of(keys, "somebody", organisation, may)))
    assert answer.status_code == 403
    assert not log.sent


def test_a_key_that_may_tell_of_children_names_its_organisation(keys) -> None:
    with pytest.raises(ValueError, match="organisation"):
        key_of(keys, "nobody", None)


async def test_while_the_directory_is_not_known_nothing_is_taken(door, log, keys, memory) -> None:
    key = key_of(keys, "mosaic")
    memory.reading.fault = NotFresh("a test")
    refused = await door.post(HOLDINGS, json=EXAMPLE, headers=headers(key))
    assert (refused.status_code, log.sent) == (503, [])
    memory.reading.fault = None
    assert (await door.post(HOLDINGS, json=EXAMPLE, headers=headers(key))).status_code == 202


async def test_P1_the_same_key_again_hears_once_more_what_was_left_out(door, log, keys) -> None:
    said = {**EXAMPLE, "child": {**EXAMPLE["child"], "nhs_number": "9990000019"}}
    key = key_of(keys, "mosaic")
    first, again = [await door.post(HOLDINGS, json=said, headers=headers(key)) for _ in range(2)]
    assert first.json() == again.json() != {}
