"""Ratings, outcomes, words of `enough`, suspensions: recorded with actor, role and rationale; codes against the profile."""

from uuid import UUID

import pytest
from intake_door import headers

from mashbus.contracts import hub
from mashbus.domain.enquiry import Actor
from mashbus.domain.vocabulary import Rag

CASE = UUID("11111111-2222-5333-8444-555555555555")
MANAGER = Actor(label="managers-desk", role="mash_manager")


async def post(door, secret, what, body, key="key-1", case=CASE):
    return await door.post(f"/v1/cases/{case}/{what}", json=body, headers=headers(secret, key))


async def test_a_rating_names_actor_role_and_rationale(door, log, keys) -> None:
    body = {"rag": "amber", "pathways": ["mash-checks"], "rationale": " Two earlier contacts. "}
    answer = await post(door, keys.manager, "rating", body)
    assert answer.status_code == 202, answer.text
    (sent,) = log.sent
    assert (sent.topic, sent.key) == ("mash.cases", str(CASE))
    record = sent.record
    assert isinstance(record, hub.RatingGiven)
    assert (record.actor, record.rag, record.pathways) == (MANAGER, Rag.AMBER, ("mash-checks",))
    assert record.rationale == "Two earlier contacts."
    assert answer.json() == {"event_id": str(record.meta.event_id)}


async def test_H_10_an_outcome_that_is_not_told_needs_a_reason(door, log, keys) -> None:
    body = {"outcomes": ["no-further-action"], "rationale": "Known.", "tell_referrer": False, "not_told_reason": "  "}
    answer = await post(door, keys.manager, "outcome", body)
    assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, "/not_told_reason")
    assert log.sent == []
    answer = await post(door, keys.manager, "outcome", body | {"not_told_reason": "It would endanger the child."})
    assert answer.status_code == 202
    assert log.records[0].not_told_reason == "It would endanger the child."


async def test_H_17_unknown_outcomes_are_refused_naming_those_there_are(door, log, keys) -> None:
    body = {"outcomes": ["early-help-assessment", "Zebedee"], "rationale": "r", "tell_referrer": True}
    answer = await post(door, keys.manager, "outcome", body)
    assert answer.status_code == 422
    (fault,) = answer.json()["faults"]
    assert fault["where"] == "/outcomes/1"
    assert "statutory-assessment" in fault["remedy"]
    assert "Zebedee" not in answer.text


async def test_colours_and_pathways_of_other_partnerships_are_refused_together(door, log, keys) -> None:
    body = {"rag": "blue", "pathways": ["mash-checks", "triage-desk"], "rationale": "r"}
    answer = await post(door, keys.manager, "rating", body)
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["faults"]] == ["/rag", "/pathways/1"]
    assert "section-47" in answer.text


async def test_enough_is_recorded(door, log, keys) -> None:
    answer = await post(door, keys.manager, "enough", {"rationale": "What is known suffices."})
    assert answer.status_code == 202
    assert isinstance(log.records[0], hub.EnoughGiven)
    assert log.records[0].actor == MANAGER


@pytest.mark.parametrize(("what", "kind"), [("suspension", hub.SuspensionGiven), ("resumption", hub.ResumptionGiven)])
async def test_a_suspension_and_a_resumption_name_the_deadline_and_who_and_why(door, log, keys, what, kind) -> None:
    body = {"clock": "agency-response", "organisation": "met-police", "rationale": "The family is abroad."}
    answer = await post(door, keys.manager, what, body)
    assert answer.status_code == 202, answer.text
    (record,) = log.records
    assert type(record) is kind
    assert (record.actor, record.clock, record.organisation) == (MANAGER, "agency-response", "met-police")
    assert record.rationale == "The family is abroad."


async def test_a_suspension_and_a_resumption_under_one_key_are_two_decisions(door, log, keys) -> None:
    body = {"clock": "csc-screening", "rationale": "r"}
    first, second = [(await post(door, keys.manager, one, body)).json() for one in ("suspension", "resumption")]
    assert first != second
    assert [type(one) for one in log.records] == [hub.SuspensionGiven, hub.ResumptionGiven]


@pytest.mark.parametrize(
    ("body", "where", "remedy"),
    [
        ({"clock": "Zebedee"}, "/clock", "csc-screening"),
        ({"clock": "agency-response"}, "/organisation", "met-police"),
        ({"clock": "agency-response", "organisation": "Zebedee"}, "/organisation", "met-police"),
        ({"clock": "csc-screening", "organisation": "met-police"}, "/organisation", "leave it out"),
    ],
)
async def test_a_deadline_that_nobody_can_mean_is_refused(door, log, keys, body, where, remedy) -> None:
    answer = await post(door, keys.manager, "suspension", body | {"rationale": "r"})
    (fault,) = answer.json()["faults"]
    assert (answer.status_code, fault["where"]) == (422, where)
    assert remedy in fault["remedy"]
    assert "Zebedee" not in answer.text
    assert log.sent == []


async def test_who_may_not_decide_may_not_suspend(door, log, keys) -> None:
    body = {"clock": "csc-screening", "rationale": "r"}
    assert (await post(door, keys.reader, "suspension", body)).status_code == 403
    assert log.sent == []


@pytest.mark.parametrize("body", [{}, {"rationale": ""}, {"rationale": "   "}, {"rationale": None}, {"rationale": 5}])
async def test_a_decision_without_a_rationale_is_not_readable(door, log, keys, body) -> None:
    answer = await post(door, keys.manager, "enough", body)
    assert (answer.status_code, answer.json()["faults"][0]["where"]) == (400, "/rationale")


async def test_a_decision_repeated_under_its_key_is_one_and_another_one_is_refused(door, log, keys) -> None:
    first = await post(door, keys.manager, "enough", {"rationale": "a"})
    assert first.json() == (await post(door, keys.manager, "enough", {"rationale": "a"})).json()
    assert (await post(door, keys.manager, "enough", {"rationale": "b"})).status_code == 422
    other_case = await post(door, keys.manager, "enough", {"rationale": "b"}, case=UUID(int=5))
    assert other_case.json() != first.json()
    assert len(log.sent) == 2


async def test_a_case_id_that_is_none_is_told_by_its_name_only(door, keys) -> None:
    answer = await post(door, keys.manager, "enough", {"rationale": "a"}, case="Zebedee")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "case_id" in answer.text
    assert "Zebedee" not in answer.text
