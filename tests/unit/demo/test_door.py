"""How the demonstration speaks to the hub: one key on every retry, a receipt for every 202."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from mashbus.demo import door as module
from mashbus.demo.door import Door


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0)


def door_to(answer: Callable[[httpx.Request], httpx.Response], folder: Path) -> Door:
    return Door(httpx.AsyncClient(transport=httpx.MockTransport(answer)), folder / "receipts.jsonl")


async def test_P1_an_unknown_delivery_is_sent_again_under_the_same_key(tmp_path: Path) -> None:
    keys = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) == 1:
            raise httpx.ReadTimeout("late")
        return (
            httpx.Response(503 if len(keys) == 2 else 504)
            if len(keys) < 4
            else httpx.Response(202, json={"reference": "R"})
        )

    door = door_to(answer, tmp_path)
    assert await door.send("http://hub", "/v1/referrals", "key", "k1", json={}) == {"reference": "R"}
    assert keys == ["k1"] * 4
    assert (door.retried, door.accepted, door.refused) == (3, {"referrals": 1}, [])


async def test_every_202_leaves_a_receipt(tmp_path: Path) -> None:
    door = door_to(lambda _: httpx.Response(202, json={"reference": "R", "case_id": "C"}), tmp_path)
    await door.send("http://hub", "/v1/referrals", "key", "k1", json={})
    await door.send("http://hub", "/v1/cases/C/outcome", "key", "k2", json={})
    receipts = [json.loads(line) for line in (tmp_path / "receipts.jsonl").read_text().splitlines()]
    assert [(one["path"], one["idempotency_key"], one["status"], one["body"]["case_id"]) for one in receipts] == [
        ("/v1/referrals", "k1", 202, "C"), ("/v1/cases/C/outcome", "k2", 202, "C"),
    ]  # fmt: skip


async def test_C_06_what_must_not_be_recorded_is_no_refusal_and_is_not_sent_again(tmp_path: Path) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(422, json={"type": "not-recorded", "title": "This contact is not recorded"})

    door = door_to(answer, tmp_path)
    assert await door.send("http://hub", "/v1/referrals", "key", "k1", json={}) is None
    assert (len(asked), door.not_recorded, door.refused) == (1, 1, [])


async def test_a_refusal_is_kept_in_the_door_s_own_words_and_not_tried_again(tmp_path: Path) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(
            422,
            json={"title": "Not a referral", "faults": [{"where": "/a", "problem": "is no date", "remedy": "mend it"}]},
        )

    door = door_to(answer, tmp_path)
    assert await door.send("http://hub", "/v1/referrals", "key", "line-7", json={}) is None
    assert len(asked) == 1
    assert door.refused[0] == "line-7: 422 Not a referral; /a: is no date"
    assert not (tmp_path / "receipts.jsonl").exists()
