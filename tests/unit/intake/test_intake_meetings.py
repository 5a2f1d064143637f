"""What a meeting decided: taken with who and when, and what the profile does not have named as a fault."""

from dataclasses import replace
from datetime import date, time
from uuid import UUID

import pytest
from intake_door import NOW, PARTNERSHIP, headers

from mashbus.contracts import hub
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import Meeting
from mashbus.domain.vocabulary import Rag

CASE = UUID("11111111-2222-5333-8444-555555555555")
DAILY = Meeting(
    name="daily", title="Daily meeting", requirement="H-12", days=frozenset(range(5)), at=time(9, 30), items=(),
    roles=frozenset({"mash_manager"}), results={"discussed": "Discussed"},
)  # fmt: skip
TODAY = NOW.date()
BODY = {"meeting": "daily", "met_on": TODAY.isoformat(), "result": "discussed"}


@pytest.fixture
def partnership() -> Partnership:
    return replace(PARTNERSHIP, meetings={"daily": DAILY})


async def post(door, keys, body, key="key-1"):
    return await door.post(f"/v1/cases/{CASE}/meeting-results", json=body, headers=headers(keys.manager, key))


async def test_H_12_a_result_names_the_meeting_the_day_and_who_recorded_it(door, log, keys) -> None:
    answer = await post(door, keys, {**BODY, "note": "Calmer.", "stays": True})
    assert answer.status_code == 202, answer.text
    (record,) = log.records
    assert isinstance(record, hub.MeetingResultGiven)
    assert (record.meeting, record.met_on, record.result, record.stays) == ("daily", TODAY, "discussed", True)
    assert (record.actor.role, record.note, record.rag, record.pathways) == ("mash_manager", "Calmer.", None, ())


async def test_G_12_a_result_may_re_level_the_case(door, log, keys) -> None:
    answer = await post(door, keys, {**BODY, "rag": "red", "pathways": ["mash-checks"]})
    assert answer.status_code == 202, answer.text
    assert (log.records[0].rag, log.records[0].pathways) == (Rag.RED, ("mash-checks",))


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"meeting": "tea"}, "/meeting"),
        ({"result": "lunch"}, "/result"),
        ({"met_on": date(2199, 1, 1).isoformat()}, "/met_on"),
        ({"rag": "blue"}, "/rag"),
        ({"rag": "none"}, "/rag"),
        ({"level": "9"}, "/level"),
        ({"pathways": ["mash-checks", "moon"]}, "/pathways/1"),
        ({"met_on": "yesterday"}, "/met_on"),
    ],
)
async def test_H_12_what_the_partnership_does_not_have_is_named(door, log, keys, change, where) -> None:
    answer = await post(door, keys, {**BODY, **change})
    assert answer.status_code in (400, 422)
    assert [fault["where"] for fault in answer.json()["faults"]] == [where]
    assert not log.records


async def test_H_12_a_fault_names_what_there_is(door, keys) -> None:
    answer = await post(door, keys, {**BODY, "meeting": "tea"})
    assert "daily" in answer.text
