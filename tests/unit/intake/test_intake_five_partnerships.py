"""The five procedures as shipped, at the door: what each says of itself, and what Cambridgeshire must not record."""

from uuid import uuid4

import pytest
from intake_door import NOW, ROOT, headers

from mashbus.bus.http.keys import add_key
from mashbus.contracts import hub
from mashbus.domain.partnership import Partnership
from mashbus.profiles import load
from services.intake.referral_route import EXAMPLE
from tests.served import FIVE


@pytest.fixture
def partnership(name: str) -> Partnership:
    return load(name, ROOT / "partnerships")


@pytest.mark.parametrize("name", FIVE)
async def test_the_documentation_names_what_the_partnership_has(door, partnership: Partnership) -> None:
    paths = (await door.get("/openapi.json")).json()["paths"]
    said = {path: operation["post"]["description"] for path, operation in paths.items()}
    milestones = said["/v1/cases/{case_id}/milestones"]
    for kind in partnership.milestones.values():
        assert f"`{kind.name}` ({kind.requirement})" in milestones
    for one in (*partnership.contact_types, *(sign.name for sign in partnership.indicators)):
        assert f"`{one}`" in said["/v1/referrals"]
    for role in partnership.decides["outcome"]:
        assert f"`{role}`" in said["/v1/cases/{case_id}/outcome"]
    for role in partnership.decides.get("record", ()):
        assert f"`{role}`" in said["/v1/cases/{case_id}/consent"]
    for role in partnership.calls.roles if partnership.calls else ():
        assert f"`{role}`" in said["/v1/calls"]


@pytest.fixture
def form(keys) -> str:
    """A key of any partnership under the name the app serves it by."""
    return add_key(keys.path, "a-form", partnership="hackney", role="referrer", may=frozenset({"refer"}))


@pytest.mark.parametrize("name", ["cambridgeshire"])
@pytest.mark.parametrize(
    ("consent", "harm", "status"),
    [
        ({"status": "given"}, False, 202),
        ({"status": "refused"}, False, 202),
        ({"status": "not_sought"}, False, 422),
        ({"status": "not_sought", "reason": "There was no time."}, False, 422),
        ({"status": "not_sought", "urgent": "   "}, False, 422),
        ({}, False, 422),
        ({"status": "not_sought", "urgent": "He is at the door."}, False, 202),
        ({"status": "not_sought", "asking_raises_risk": "He would hear of it."}, False, 202),
        ({"status": "not_sought"}, True, 202),
    ],
)
async def test_C_06_only_consent_not_sought_without_significant_harm_is_not_recorded(
    door, log, form, partnership, consent, harm, status
) -> None:
    body = {**EXAMPLE, "consent": consent, "concern": {"summary": "w", "immediate_harm": harm}}
    answer = await door.post("/v1/referrals", json=body, headers=headers(form))
    assert answer.status_code == status, answer.text
    assert [type(one) for one in log.records] == [hub.ReferralReceived if status == 202 else hub.ContactNotRecorded]
    assert (status == 202) or answer.json()["detail"] == partnership.not_recorded[0].notice
    assert all(one.meta.occurred_at == NOW for one in log.records)


@pytest.mark.parametrize(
    ("name", "milestone", "reached_at"),
    [
        ("medway", "escalation-stage-opened", "2016-06-08T09:00:00Z"),
        ("cambridgeshire", "allocated", "2016-06-08T09:00:00Z"),
        ("gloucestershire", "domestic-abuse-incident", "2025-06-08T09:00:00Z"),
    ],
)
async def test_a_milestone_from_before_the_calendar_is_refused_before_it_can_stop_the_case(
    door, log, keys, partnership, milestone, reached_at
) -> None:
    """No deadline could be counted from it, and the case's alerts and ratings would wait for an operator."""
    kind = partnership.milestones[milestone]
    secret = add_key(keys.path, "a-desk", partnership="hackney", role=min(kind.roles), may=frozenset({"record"}))
    path, body = f"/v1/cases/{uuid4()}/milestones", {"milestone": milestone}
    if kind.stages:
        body["stage"] = kind.stages[0]
    mistyped = await door.post(path, json=body | {"reached_at": reached_at}, headers=headers(secret))
    assert (mistyped.status_code, [one["where"] for one in mistyped.json()["faults"]]) == (422, ["/reached_at"])
    stated = await door.post(path, json=body | {"reached_at": "2026-06-08T08:00:00Z"}, headers=headers(secret))
    assert stated.status_code == 202, stated.text
    assert len(log.records) == 1


@pytest.mark.parametrize("name", ["medway", "gloucestershire"])
async def test_a_receipt_from_before_the_calendar_is_refused_and_of_immediate_harm_left_out(door, log, form) -> None:
    """A year is mistyped: triage could count no deadline from it (P8: harm waits for nobody to mend that)."""
    body = EXAMPLE | {"received_at": "2016-06-05T16:00:00+01:00"}
    mistyped = await door.post("/v1/referrals", json=body, headers=headers(form))
    assert (mistyped.status_code, [one["where"] for one in mistyped.json()["faults"]]) == (400, ["/received_at"])
    assert log.records == []
    harm = await door.post("/v1/referrals", json=body | {"concern": {"immediate_harm": True}}, headers=headers(form))
    assert harm.status_code == 202, harm.text
    assert [one["where"] for one in harm.json()["left_out"]] == ["/received_at"]
    assert log.records[0].received_at is None
