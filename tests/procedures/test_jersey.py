"""Jersey's hub and MASH, line by line, as its practitioners would see it."""

from datetime import timedelta

from mashbus.contracts import agency, hub
from mashbus.domain.vocabulary import Rag
from tests.procedures.door import Door

HOUR = timedelta(hours=1)


async def test_J_04_a_working_day_from_thursday_ends_where_friday_closes(door: Door):
    """An amber request of Thursday 16:45 is due on Friday at 16:30, when the hub closes."""
    await door.time.next("thursday", "16:45")
    case = await door.refers()
    await case.rated("amber", "mash")
    assert door.time.wall((await case.deadline("agency-response")).due) == "Friday 16:30"


async def test_J_04_what_is_asked_on_friday_evening_counts_from_monday(door: Door):
    """Rated on Friday at 16:30, when the hub has just closed: one working day ends at Tuesday's opening."""
    await door.time.next("friday", "16:30")
    case = await door.refers()
    await case.rated("amber", "mash")
    assert door.time.wall((await case.deadline("agency-response")).due) == "Tuesday 08:30"


async def test_J_09_red_is_due_in_four_hours_from_everybody(door: Door):
    """The decision and each agency's answer are two deadlines, four hours after the request."""
    case = await door.refers()
    routed = await case.rated("red", "mash")
    due = routed.meta.occurred_at + 4 * HOUR
    assert (await case.deadline("mash-decision")).due == due
    assert {one.due for one in case.deadlines("agency-response")} == {due}
    assert (await case.agency("police").asked()).due == due


async def test_J_11_amber_is_one_working_day(door: Door):
    """An amber request of a morning is due at the same time of the next working day, and the decision has no clock."""
    case = await door.refers()
    routed = await case.rated("amber", "mash")
    assert (await case.deadline("agency-response")).due == routed.meta.occurred_at + 24 * HOUR
    assert case.deadlines("mash-decision") == []


async def test_J_13_the_colour_changes_as_information_arrives(door: Door):
    """Police answer something grave: the manager rates red, and those who still owe an answer have four hours."""
    case = await door.refers()
    await case.rated("amber", "mash")
    await case.agency("police").answers()
    rerated = await case.rated("red", rationale="Synthetic: what the police say.")
    assert isinstance(rerated, hub.CaseRerated)
    assert (rerated.previous, rerated.rag) == (Rag.AMBER, Rag.RED)
    told = await case.agency("csc").receives(agency.RequestRerated)
    assert (told.rag, told.due) == (Rag.RED, rerated.meta.occurred_at + 4 * HOUR)
    assert case.agency("police").name not in {one.organisation for one in rerated.rerated}
