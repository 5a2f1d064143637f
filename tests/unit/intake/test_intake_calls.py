"""H-14, J-21: a call is counted in the profile's words, under a reference of its own, and on no child's record."""

from dataclasses import replace

import pytest
from intake_door import PARTNERSHIP, headers

from mashbus.bus.http.keys import add_key
from mashbus.contracts import hub
from mashbus.contracts.reference import NotAReference, parsed
from mashbus.domain.vocabulary import ReferrerKind

CALL = {"topic": "thresholds", "outcome": "advice", "caller_kind": "practitioner", "source": "2A"}
with_calls = pytest.mark.parametrize("partnership", [PARTNERSHIP])


async def call(door, secret, body, key="key-1"):
    return await door.post("/v1/calls", json=body, headers=headers(secret, key))


@with_calls
async def test_H_14_a_call_is_logged_and_gets_a_reference(door, log, keys) -> None:
    answer = await call(door, keys.advisor, CALL)
    assert answer.status_code == 202, answer.text
    (sent,) = log.sent
    record = sent.record
    assert isinstance(record, hub.CallLogged)
    assert (sent.topic, sent.key, record.meta.case_id) == ("mash.hub", str(record.meta.event_id), None)
    assert (record.topic, record.outcome, record.caller_kind) == ("thresholds", "advice", ReferrerKind.PRACTITIONER)
    assert (record.actor.role, record.source, record.called_at) == ("advisor", "2A", record.meta.occurred_at)
    assert answer.json() == {"reference": record.reference}
    assert record.reference.startswith("HAC-CALL-")
    with pytest.raises(NotAReference):
        parsed(record.reference)


@with_calls
async def test_the_same_call_again_is_the_same_call(door, log, keys) -> None:
    first = await call(door, keys.advisor, CALL)
    assert (await call(door, keys.advisor, CALL)).json() == first.json()
    assert (await call(door, keys.advisor, CALL, "key-2")).json() != first.json()
    assert (await call(door, keys.advisor, CALL | {"source": "3A"})).json()["type"] == "key-used-otherwise"
    assert len(log.sent) == 2


@with_calls
async def test_J_21_there_is_no_place_for_a_word_about_a_child(door, log, keys) -> None:
    for field in ("note", "case_id", "child", "reference", "text"):
        answer = await call(door, keys.advisor, CALL | {field: "Zebedee"})
        assert (answer.status_code, answer.json()["faults"][0]["where"]) == (400, f"/{field}")
    answer = await call(
        door, keys.advisor, {"topic": "Zebedee", "outcome": "Zebedee", "called_at": "2027-01-01T00:00Z"}
    )
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["faults"]] == ["/topic", "/outcome", "/called_at"]
    assert "thresholds" in answer.json()["faults"][0]["remedy"]
    assert "Zebedee" not in answer.text
    assert log.sent == []


@with_calls
async def test_calls_are_logged_by_the_roles_of_the_profile(door, log, keys) -> None:
    assert (await call(door, keys.reader, CALL)).status_code == 403
    assert (await call(door, keys.manager, CALL)).status_code == 403


@pytest.mark.parametrize("partnership", [PARTNERSHIP])
async def test_another_role_hears_whose_it_is(door, log, keys) -> None:
    secret = add_key(keys.path, "desk-2", partnership="hackney", role="mash_manager", may=frozenset({"calls"}))
    answer = await call(door, secret, CALL)
    assert (answer.status_code, "advisor" in answer.json()["detail"]) == (403, True)


@pytest.mark.parametrize("partnership", [replace(PARTNERSHIP, calls=None)])
async def test_a_partnership_without_such_a_line_logs_none(door, log, keys) -> None:
    answer = await call(door, keys.advisor, CALL)
    assert (answer.status_code, "no line" in answer.json()["detail"]) == (403, True)
