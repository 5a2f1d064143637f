"""Gloucestershire's front door, line by line, as its practitioners would see it."""

from datetime import timedelta

import pytest

from mashbus.contracts import agency, hub
from mashbus.domain.vocabulary import Rag
from tests.procedures.contacts import referrer
from tests.procedures.door import Door

HOUR = timedelta(hours=1)


async def test_G_04_the_first_decision_is_owed_within_a_working_day(door: Door):
    """A contact of Friday afternoon is to be triaged by the same time on Monday; a rating meets that."""
    await door.time.next("friday", "15:00")
    case = await door.refers()
    deadline = await case.deadline("first-decision")
    assert door.time.wall(deadline.due) == "Monday 15:00"
    await case.rated("green", "early-help")
    await door.time.until(deadline.due)
    await case.quiet()
    assert not case.facts(hub.SlaBreached, lambda one: one.deadline.clock == "first-decision")


@pytest.mark.parametrize(("rag", "hours"), [("red", 4), ("amber", 72)])
async def test_G_05_the_hub_owes_red_and_amber_in_hours_from_receipt(door: Door, rag: str, hours: int):
    """Counted from receipt and not from the rating; agencies are told by when, and owe no clock of their own."""
    case = await door.refers()
    received = (await case.fact(hub.CaseOpened)).received_at
    await door.time.later(hours=1)
    await case.rated(rag, "mash")
    deadline = await case.deadline("rag-response")
    assert (deadline.owner, deadline.due) == ("hub", received + hours * HOUR)
    request = await case.agency("police").asked()
    assert (request.due, request.needed_by) == (None, deadline.due)


@pytest.mark.parametrize(("rag", "days"), [("blue", 1), ("green", 5)])
async def test_G_05_the_hub_owes_blue_and_green_in_working_days(door: Door, rag: str, days: int):
    """Blue is due on the next working day, green in a week, at the time of day of the receipt."""
    case = await door.refers()
    received = (await case.fact(hub.CaseOpened)).received_at
    await case.rated(rag, "early-help")
    assert (await case.deadline("rag-response")).due == received + timedelta(days=days if days == 1 else 7)


async def test_G_06_a_manager_changes_the_colour_with_his_reason(door: Door):
    """Who changed it from what to what, and why, stands on the case; without a reason it is not taken."""
    case = await door.refers()
    await case.rated("amber", "mash", by="social_work_manager")
    problem = await case.impossible("rating", rag="red", pathways=[], rationale=" ")
    assert problem["faults"][0]["where"] == "/rationale"
    rerated = await case.rated("red", by="social_work_manager", rationale="Synthetic: a second incident.")
    assert isinstance(rerated, hub.CaseRerated)
    assert (rerated.previous, rerated.rag, rerated.rationale) == (Rag.AMBER, Rag.RED, "Synthetic: a second incident.")
    assert rerated.decided_by.role == "social_work_manager"


async def test_G_06_nobody_but_a_manager_changes_it(door: Door):
    """A trainee's new colour is refused on the record, and the old one stands."""
    case = await door.refers()
    await case.rated("amber", "mash")
    refusal = await case.refused("rating", by="trainee", rag="red", pathways=[], rationale="Synthetic.")
    assert refusal.actor.role == "trainee"
    assert not case.facts(hub.CaseRerated)


async def test_G_21_nobody_that_is_asked_learns_who_referred(door: Door):
    """Every partner's request is free of the neighbour's name, phone and address."""
    neighbour = referrer("public", name="Nora Neighbour", email="nora@home.example", phone="01632 960777")
    case = await door.refers(source="1B", referrer=neighbour)
    await case.rated("amber", "mash")
    asked = await case.asked()
    assert asked
    told = "\n".join(one.model_dump_json() for name in asked for one in case.agency(name).told)
    assert not any(word in told for word in ("Nora", "Neighbour", "nora@", "960777"))
    assert all(isinstance(one, agency.InformationRequested) for name in asked for one in case.agency(name).told)
