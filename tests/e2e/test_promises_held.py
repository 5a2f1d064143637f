"""After all stories: `mashbus verify` reads the log, the mail and every receipt, and finds each promise kept."""

from mashbus.contracts import hub as said
from tests.e2e.contacts import referral
from tests.e2e.hub import Hub


async def test_every_promise_held_in_all_stories(hub: Hub):
    case_id = (await hub.outside.post("/v1/referrals", json=referral())).json()["case_id"]
    collated = await hub.log.one(said.EnquiryCollated, case_id)
    await hub.settled()
    report = await hub.verify()
    assert report.ok, {one.check: [str(broken) for broken in one.broken] for one in report.verdicts if not one.ok}
    assert report.notes == ()
    assert {str(request_id) for request_id in collated.answered} <= set(report.ids["requests"])
