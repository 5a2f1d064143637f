"""A referral quotes the advice call before it (G-15), where calls may stand on a child's record at all (H-14, J-21)."""

from dataclasses import replace
from uuid import uuid4

import httpx
import pytest
from intake_door import NOW, PARTNERSHIP, ROOT, headers

from mashbus.contracts import agency
from mashbus.contracts.record import Meta
from mashbus.contracts.reference import call_reference_of
from mashbus.domain.referral import Concern, Consent, Referrer
from mashbus.domain.vocabulary import ConsentStatus
from mashbus.profiles import load
from services.intake.referral_route import EXAMPLE
from services.intake.restating import NotTaken, restated

QUOTING = replace(PARTNERSHIP, calls=replace(PARTNERSHIP.calls, quoted=True))
REFERENCE = call_reference_of("hackney", uuid4())
WRONG = (REFERENCE[:-1] + ("2" if REFERENCE[-1] != "2" else "3"), "Nell", call_reference_of("jersey", uuid4()))
HARM = {"concern": {"immediate_harm": True}}


async def post(door: httpx.AsyncClient, secret: str, body: object) -> httpx.Response:
    return await door.post("/v1/referrals", json=body, headers=headers(secret))


def wheres(response: httpx.Response) -> list[str]:
    return [fault["where"] for fault in response.json()["faults"]]


@pytest.mark.parametrize("partnership", [QUOTING])
@pytest.mark.parametrize("typed", [REFERENCE, REFERENCE.lower().replace("-", " "), f" {REFERENCE} "])
async def test_G_15_a_quoted_call_is_taken_however_it_is_typed(door, log, keys, typed: str) -> None:
    answer = await post(door, keys.referrer, EXAMPLE | {"call_reference": typed})
    assert answer.status_code == 202, answer.text
    assert [one.call_reference for one in log.records] == [REFERENCE]


@pytest.mark.parametrize("partnership", [QUOTING])
async def test_G_15_a_call_that_nobody_knows_is_taken_and_an_empty_box_is_none(door, log, keys) -> None:
    for typed in ("", "  ", None):
        assert (await post(door, keys.referrer, EXAMPLE | {"call_reference": typed})).status_code == 202
    assert {one.call_reference for one in log.records} == {None}


@pytest.mark.parametrize("partnership", [QUOTING])
@pytest.mark.parametrize("typed", WRONG)
async def test_G_15_a_mistyped_call_is_refused_with_what_to_do(door, log, keys, typed: str) -> None:
    answer = await post(door, keys.referrer, EXAMPLE | {"call_reference": typed})
    assert (answer.status_code, wheres(answer)) == (422, ["/call_reference"])
    assert "HAC-CALL" in answer.json()["faults"][0]["remedy"]
    assert typed not in answer.text
    assert log.sent == []


@pytest.mark.parametrize("partnership", [QUOTING])
async def test_P8_a_mistyped_call_keeps_no_report_of_immediate_harm_back(door, log, keys) -> None:
    answer = await post(door, keys.referrer, EXAMPLE | HARM | {"call_reference": WRONG[0]})
    assert answer.status_code == 202, answer.text
    assert [one["where"] for one in answer.json()["left_out"]] == ["/call_reference"]
    assert [one.call_reference for one in log.records] == [None]


@pytest.mark.parametrize("partnership", [PARTNERSHIP, replace(PARTNERSHIP, calls=None)])
async def test_H_14_J_21_where_calls_are_never_on_a_child_s_record_none_is_quoted(door, log, keys) -> None:
    refused = await post(door, keys.referrer, EXAMPLE | {"call_reference": REFERENCE})
    assert (refused.status_code, wheres(refused)) == (422, ["/call_reference"])
    urgent = await post(door, keys.referrer, EXAMPLE | HARM | {"call_reference": REFERENCE})
    assert urgent.status_code == 202, urgent.text
    assert [one.call_reference for one in log.records] == [None]


def test_G_15_only_gloucestershire_s_calls_are_quoted() -> None:
    names = ("cambridgeshire", "gloucestershire", "hackney", "jersey", "medway")
    profiles = [load(name, ROOT / "partnerships") for name in names]
    assert [one.name for one in profiles if one.calls and one.calls.quoted] == ["gloucestershire"]


def submitted(call: str) -> agency.ReferralSubmitted:
    return agency.ReferralSubmitted(
        meta=Meta(event_id=uuid4(), partnership="hackney", case_id=None, occurred_at=NOW), submission_key="1",
        source="2A", referrer=Referrer(), children=(), concern=Concern(), consent=Consent(status=ConsentStatus.GIVEN), call_reference=call,
    )  # fmt: skip


def test_G_15_a_partner_s_own_system_quotes_it_too() -> None:
    taken = restated("hackney-education", submitted(REFERENCE.lower()), NOW, {"hackney": QUOTING})
    assert taken.call_reference == REFERENCE
    with pytest.raises(NotTaken) as refused:
        restated("hackney-education", submitted(WRONG[0]), NOW, {"hackney": QUOTING})
    assert "HAC-CALL" in str(refused.value)
