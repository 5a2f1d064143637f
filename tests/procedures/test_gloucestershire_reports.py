"""Gloucestershire's advice line and its audit sample, as whoever reads the reports sees them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from mashbus.contracts import hub
from mashbus.contracts.reference import call_reference_of
from tests.procedures.contacts import child, unborn
from tests.procedures.door import Door

CALL = {"topic": "threshold", "outcome": "referral-advised", "caller_kind": "practitioner", "source": "2A"}
SUPPORT, SOCIAL_WORK = "business_support", "social_work_manager"


def somebody() -> list[dict[str, Any]]:
    """A child of its own for each contact: the same contact again would be a duplicate."""
    return [child(family_name=f"Test{uuid4().hex}")]


async def calls(door: Door, **changes: Any) -> str:
    answer = await door.post("/v1/calls", SUPPORT, {**CALL, **changes})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["reference"])


async def advice(door: Door) -> Mapping[str, Any]:
    answer = await door.get("/v1/reports/advice-line")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def came_to(report: Mapping[str, Any], name: str) -> tuple[int, int]:
    """With and without advice."""
    rows = [one for one in report["comparison"]["outcomes"] if one["outcome"] == name]
    return (rows[0]["with_advice"], rows[0]["without_advice"]) if rows else (0, 0)


# -- the advice line (G-15) --------------------------------------------------------------------------------------------------


async def test_G_15_a_referral_quotes_the_call_and_the_report_tells_what_calls_led_to(door: Door):
    """A teacher asks and refers with the call's reference, another asks and does not; a third refers without asking."""
    before = await advice(door)
    reference = await calls(door)
    await calls(door)
    quoting = await door.refers(call_reference=reference.lower(), children=somebody())
    assert (await quoting.fact(hub.ReferralReceived)).call_reference == reference
    without = await door.refers(children=somebody())
    await quoting.quiet()
    after = await advice(door)
    assert after["all_calls"]["calls"] == before["all_calls"]["calls"] + 2
    assert after["all_calls"]["led_to_referral"] == before["all_calls"]["led_to_referral"] + 1
    assert after["comparison"]["referrals_with_advice"] == before["comparison"]["referrals_with_advice"] + 1
    assert after["comparison"]["referrals_without_advice"] == before["comparison"]["referrals_without_advice"] + 1
    assert (await without.fact(hub.ReferralReceived)).call_reference is None


async def test_G_15_outcomes_are_compared_with_referrals_without_advice(door: Door):
    """The referral after a call ends with no further action; the one without is not decided yet."""
    before = await advice(door)
    advised = await door.refers(call_reference=await calls(door), children=somebody())
    await door.refers(children=somebody())
    await advised.rated("amber", "mash", by=SOCIAL_WORK)
    await advised.decided("no-further-action", by=SOCIAL_WORK)
    after = await advice(door)
    with_, without = came_to(after, "no-further-action")
    with_before, without_before = came_to(before, "no-further-action")
    assert (with_, without) == (with_before + 1, without_before)
    assert came_to(after, "undecided")[1] == came_to(before, "undecided")[1] + 1


async def test_G_15_a_mistyped_reference_is_asked_back_and_one_of_no_call_is_only_counted(door: Door):
    """A letter is wrong: the referrer hears what to do. A reference that fits but that nobody gave out loses nothing."""
    reference = await calls(door)
    wrong = reference[:-1] + ("2" if reference[-1] != "2" else "3")
    answer = await door.sends(call_reference=wrong)
    assert answer.status_code == 422, answer.text
    (fault,) = answer.json()["faults"]
    assert (fault["where"], "GLO-CALL" in fault["remedy"]) == ("/call_reference", True)
    before = await advice(door)
    await door.refers(call_reference=call_reference_of("gloucestershire", uuid4()), children=somebody())
    assert (await advice(door))["comparison"]["references_not_found"] == before["comparison"][
        "references_not_found"
    ] + 1


async def test_G_15_a_mistyped_reference_keeps_no_report_of_immediate_harm_back(door: Door):
    """It is taken without the reference, and the sender is told what was left out."""
    answer = await door.sends(concern={"summary": "Synthetic.", "immediate_harm": True}, call_reference="not one")
    assert answer.status_code == 202, answer.text
    assert [one["where"] for one in answer.json()["left_out"]] == ["/call_reference"]


async def test_G_15_calls_outside_the_line_s_hours_are_counted(door: Door):
    """The line is open from Monday to Friday, 08:30 to 15:30: a call at a quarter to four counts as outside."""
    before = await advice(door)
    yesterday = door.time.local().date() - timedelta(days=1)
    friday = yesterday - timedelta(days=(yesterday.weekday() - 4) % 7)
    for wall, outside in ((time(15, 15), 0), (time(15, 45), 1)):
        at = datetime.combine(friday, wall, door.partnership.zone).isoformat()
        await calls(door, called_at=at)
        assert (await advice(door))["outside_hours"] == before["outside_hours"] + outside


# -- the audit sample (G-17) -------------------------------------------------------------------------------------------------


async def sample(door: Door, month: date, **query: Any) -> Mapping[str, Any]:
    answer = await door.get("/v1/reports/audit-sample", SOCIAL_WORK, month=f"{month:%Y-%m}", **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def next_month(door: Door) -> date:
    """Moves on to an ordinary morning of the next month; says the first day of the one that is over."""
    first = door.time.local().date().replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    await door.time.until(datetime.combine(following, time(0), door.partnership.zone))
    await door.time.morning()
    return first


async def test_G_17_a_random_sample_of_last_month_is_drawn_again_from_its_seed(door: Door):
    """Six contacts from children's centres: whoever has the seed draws the same three, also after more have come."""
    cases = [await door.refers(source="8", children=somebody()) for _ in range(6)]
    await cases[-1].quiet()
    month = await next_month(door)
    drawn = await sample(door, month, focus="source:8", size=3)
    assert (drawn["contacts"], len(drawn["cases"])) == (6, 3)
    await door.refers(source="8", children=somebody())
    again = await sample(door, month, focus="source:8", size=3, seed=drawn["seed"])
    assert again == drawn
    whole = await sample(door, month, focus="source:8", seed=drawn["seed"])
    assert whole["cases"][:3] == drawn["cases"]
    assert {one["case_id"] for one in whole["cases"]} == {str(one.id) for one in cases}
    assert set(drawn["cases"][0]) == {"case_id", "reference", "received_at", "received_on", "outcome_on"}


async def test_G_17_the_focus_chooses_such_as_unborn_children(door: Door):
    """Of a month's contacts only the unborn child's is drawn, and the printed page has a box to tick for it."""
    before = await door.refers(children=somebody())
    expected = await door.refers(children=[unborn(family_name=f"Test{uuid4().hex}")])
    await expected.quiet()
    month = await next_month(door)
    drawn = await sample(door, month, focus="unborn", size=200)
    ids = [one["case_id"] for one in drawn["cases"]]
    assert str(expected.id) in ids
    assert str(before.id) not in ids
    page = await door.get("/v1/reports/audit-sample", SOCIAL_WORK, focus="unborn", size=200, format="html")
    assert str(expected.id) in page.text
    assert page.text.count("\N{BALLOT BOX}") == len(ids)
