"""C-06, P8: the referrer is told, and of the contact nothing remains but a count that leads nowhere."""

import httpx
import pytest
from intake_door import PARTNERSHIP, headers

from mashbus.bus.clock import Clock
from mashbus.bus.http.keys import ApiKeys
from mashbus.bus.metrics import NOT_RECORDED
from mashbus.bus.producer import NotSent
from mashbus.contracts import hub
from mashbus.domain import ids
from mashbus.domain.vocabulary import Channel
from services.intake.door import create_app
from services.intake.referral_route import EXAMPLE

pytestmark = pytest.mark.parametrize("partnership", [PARTNERSHIP])
UNSOUGHT = EXAMPLE | {"consent": {"status": "not_sought", "reason": "Zebedee would not hear of it."}}
PERSONAL = ("Nell", "Sampleton", "2019-04-01", "Pat Example", "pat.example", "invented worry", "Zebedee")


async def post(door, secret, body, key: str = "form-2026-0001"):
    return await door.post("/v1/referrals", json=body, headers=headers(secret, key))


async def test_C_06_the_referrer_gets_the_notice_and_only_a_count_is_published(door, log, keys, capfd) -> None:
    answer = await post(door, keys.referrer, UNSOUGHT)
    said = answer.json()
    assert (answer.status_code, said["type"], said["requirement"]) == (422, "not-recorded", "C-06")
    assert said["detail"] == "It is not recorded: seek consent first."
    assert said["rests_on"] == ["consent"]
    assert "same key" in said["faults"][0]["remedy"]
    (sent,) = log.sent
    assert sent.topic == "mash.hub"
    assert sent.record == hub.ContactNotRecorded(
        meta=sent.record.meta, rule="consent-not-sought", requirement="C-06", channel=Channel.ONLINE_FORM
    )
    assert (sent.record.meta.case_id, sent.key) == (None, str(sent.record.meta.event_id))
    told = capfd.readouterr()
    written = answer.text + told.out + told.err + log.codec.encode(sent.topic, sent.record).decode("latin-1")
    assert [one for one in PERSONAL if one in written] == []


async def test_C_06_unsaid_is_not_sought(door, log, keys) -> None:
    assert (await post(door, keys.referrer, {**EXAMPLE, "consent": {}})).status_code == 422
    assert (await post(door, keys.referrer, {}, "key-2")).status_code == 422
    assert {type(one) for one in log.records} == {hub.ContactNotRecorded}


async def test_C_06_with_consent_the_same_key_is_taken(door, log, keys) -> None:
    """Nothing is remembered under the key: neither what came first, nor that it was another content."""
    await post(door, keys.referrer, UNSOUGHT)
    assert (await post(door, keys.referrer, EXAMPLE)).status_code == 202
    assert (await post(door, keys.referrer, EXAMPLE)).status_code == 202
    assert [type(one) for one in log.records] == [hub.ContactNotRecorded, hub.ReferralReceived]


async def test_a_retry_counts_once_whatever_it_says_and_another_key_or_client_counts_again(door, log, keys) -> None:
    before = NOT_RECORDED.labels("hackney", "consent-not-sought")._value.get()
    for body in (UNSOUGHT, UNSOUGHT, UNSOUGHT | {"channel": "phone", "children": []}):
        assert (await post(door, keys.referrer, body)).status_code == 422
    assert len(log.sent) == 1
    assert NOT_RECORDED.labels("hackney", "consent-not-sought")._value.get() == before + 1
    await post(door, keys.referrer, UNSOUGHT, "key-2")
    await post(door, keys.other_referrer, UNSOUGHT)
    assert len({one.meta.event_id for one in log.records}) == 3


async def test_a_door_that_starts_again_counts_a_retry_under_the_same_id(door, log, keys, partnership) -> None:
    await post(door, keys.referrer, UNSOUGHT)
    log_of_before, log.sent = log.sent, []
    count = log_of_before[0].record.meta.event_id
    again = create_app(
        publish=log.publish, clock=Clock(), keys=ApiKeys(keys.path), partnerships={"hackney": partnership}
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=again), base_url="http://door") as other:
        await post(other, keys.referrer, UNSOUGHT)
    assert [one.meta.event_id for one in log.records] == [count]


async def test_who_knows_client_and_key_finds_the_case_and_not_the_count(door, log, keys) -> None:
    """Keys are often numbered: an id made of client and key alone would be guessed, and the count led to the case."""
    await post(door, keys.referrer, UNSOUGHT)
    await post(door, keys.referrer, EXAMPLE)
    count, case = (one.meta for one in log.records)
    client, key = "hackney/online-form", "form-2026-0001"
    assert case.case_id == ids.case_of_client(client, key)
    kinds = ("ContactNotRecorded", "ReferralReceived", "not-recorded", "case", "fact", "caused", "submitted")
    guesses = {ids.derived(kind, *parts) for kind in kinds for parts in ((client, key), (client, kind, key), (key,))}
    guesses |= {ids.once(case.case_id, kind) for kind in kinds} | {ids.submitted(client, kind, key) for kind in kinds}
    guesses |= {ids.caused(cause, kind) for cause in (case.case_id, case.event_id) for kind in kinds}
    assert count.event_id not in guesses
    assert count.cause_id is None


async def test_P8_a_report_of_immediate_harm_is_recorded_whatever_the_profile_says(door, log, keys) -> None:
    body = UNSOUGHT | {"concern": {"immediate_harm": True}}
    assert (await post(door, keys.referrer, body)).status_code == 202
    assert [type(one) for one in log.records] == [hub.ReferralReceived]


async def test_P1_where_the_count_cannot_be_kept_the_sender_hears_to_come_again(door, log, keys) -> None:
    log.mood = lambda: NotSent("broker_unreachable", "no broker answers")
    assert (await post(door, keys.referrer, UNSOUGHT)).status_code == 503
    log.mood = lambda: None
    assert (await post(door, keys.referrer, UNSOUGHT)).status_code == 422
    assert len(log.sent) == 1
