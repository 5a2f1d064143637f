"""Medway's single point of access, line by line, as its practitioners would see it."""

from mashbus.contracts import hub
from tests.procedures.contacts import child, concern
from tests.procedures.door import Door


async def test_M_03_the_referrer_is_acknowledged_within_a_working_day(door: Door):
    """The email is on its way at once, and it is what meets the clock of one working day."""
    case = await door.refers()
    deadline = await case.deadline("acknowledgement")
    letter = await case.email("acknowledgement")
    assert case.reference in letter.subject
    await door.time.until(deadline.due)
    assert (await case.lapse("first-decision")).deadline.due == deadline.due
    assert not case.facts(hub.SlaBreached, lambda one: one.deadline.clock == "acknowledgement")


async def test_M_04_a_contact_nobody_decides_on_is_late_after_a_day(door: Door):
    """24 hours after receipt, on a weekend as on any day, the first decision is overdue."""
    received = await door.time.next("friday", "16:00")
    case = await door.refers()
    deadline = await case.deadline("first-decision")
    assert (door.time.wall(deadline.due), deadline.due > received) == ("Saturday 16:00", True)
    await door.time.until(deadline.due)
    assert (await case.lapse("first-decision")).deadline.owner == "hub"


async def test_M_11_every_missing_item_is_named_at_once(door: Door):
    """The referral comes back with one email that lists all of it, quotes nothing, and opens no case."""
    case = await door.refers(
        children=[child(ethnicity=None, phone=None, address=None)], concern=concern(impact=None, tried=None)
    )
    returned = await case.fact(hub.ReferralReturned)
    wanted = {"children[0].ethnicity", "children[0].phone", "children[0].address", "concern.impact", "concern.tried"}
    assert wanted <= set(returned.missing)
    letter = await case.email("returned")
    assert all(item in letter.text for item in returned.missing)
    assert "Testchild" not in letter.whole
    await case.never(hub.CaseOpened)
