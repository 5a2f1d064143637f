"""The five procedures as shipped, at the door: what each says of itself, and what Cambridgeshire must not record."""

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
