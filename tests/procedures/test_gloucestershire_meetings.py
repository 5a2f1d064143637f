"""Gloucestershire's daily meetings: vulnerability (G-12), and harm outside the home (G-14)."""

from datetime import date, timedelta

import pytest

from mashbus.contracts import hub
from mashbus.domain.referral import Child
from mashbus.domain.vocabulary import Knowledge, Rag
from tests.procedures.case import Case, outcome
from tests.procedures.door import Door
from tests.procedures.meetings import Meeting
from tests.procedures.memory import spell, upn

SOCIAL_WORK, EARLY_HELP = "social_work_manager", "early_help_manager"
ASKED = ("police", "health", "education", "social_care")
DAY = timedelta(days=1)


def vulnerability(door: Door) -> Meeting:
    return Meeting(door, "vulnerability", SOCIAL_WORK)


def outside(door: Door) -> Meeting:
    return Meeting(door, "harm-outside-the-home", SOCIAL_WORK)


# -- the daily vulnerability meeting (G-12) --------------------------------------------------------------------------------


async def test_G_12_agencies_add_what_they_know_before_the_meeting(door: Door):
    """The police sorted it as level 2: it is on the next agenda, and four agencies are asked to add by then."""
    case = await door.notifies(assessment="level_2")
    item = await vulnerability(door).item(case)
    assert door.time.wall(item.meets_at).endswith(" 10:00")
    assert item.meets_at - door.time.now() <= DAY
    for role in ASKED:
        assert (await case.agency(role).asked()).needed_by == item.meets_at
    await case.agency("health").answers(Knowledge.KNOWN, summary="Synthetic: missed appointments.")
    told = await vulnerability(door).agenda(case)
    assert told is not None
    added = {one["organisation"]: one["answers"] for one in told["organisations"]}
    assert added[door.organisation("health")][0]["summary"] == "Synthetic: missed appointments."
    assert added[door.organisation("education")] == []


async def test_G_12_the_meeting_gives_a_case_another_level(door: Door):
    """To a MASH enquiry, red: the result is a rating of the social work manager, and the case leaves the agenda."""
    case = await door.notifies(assessment="level_3")
    item = await vulnerability(door).item(case)
    day = await vulnerability(door).meets(item.meets_at)
    more = {"rag": "red", "pathways": ["mash"], "note": "Synthetic: health know of a second incident."}
    recorded = await vulnerability(door).decides(case, "to-mash", day, **more)
    rerated = await case.fact(hub.CaseRerated)
    assert (rerated.rag, rerated.rationale, rerated.decided_by.role) == (Rag.RED, more["note"], SOCIAL_WORK)
    assert "mash" in rerated.pathways
    assert isinstance(recorded, hub.MeetingResultRecorded)
    assert await vulnerability(door).reasons(case) == []
    assert await vulnerability(door).reasons(case, on=day) == list(item.reasons)
    (said,) = await vulnerability(door).results(case, day)
    assert (said["says"], said["note"]) == ("To a MASH enquiry", more["note"])
    assert [one["says"] for one in (await case.view("picture"))["meeting_results"]] == ["To a MASH enquiry"]


async def test_G_12_who_may_not_send_it_to_mash_may_not_do_so_in_a_meeting(door: Door):
    """An early help manager's result stands on the record, and his rating is refused as it would be anywhere (G-07)."""
    case = await door.notifies(assessment="level_2")
    day = await vulnerability(door).meets((await vulnerability(door).item(case)).meets_at)
    await vulnerability(door).decides(case, "to-mash", day, by=EARLY_HELP, rag="amber", pathways=["mash"])
    refused = await case.fact(hub.DecisionRefused)
    assert refused.decision == "RatingGiven"
    await case.never(hub.CaseRerated)
    assert len(await vulnerability(door).results(case, day)) == 1


async def test_G_12_what_needs_more_information_is_on_the_next_agenda_again(door: Door):
    """Day after day, until the meeting is done with it."""
    case = await door.notifies(assessment="level_2")
    item = await vulnerability(door).item(case)
    first = await vulnerability(door).meets(item.meets_at)
    await vulnerability(door).decides(case, "more-is-needed", first, stays=True)
    told = await vulnerability(door).agenda(case)
    assert told is not None
    assert [one["says"] for one in told["earlier_results"]] == [
        "More information is needed: it is on the next agenda again"
    ]
    second = await vulnerability(door).meets(item.meets_at + DAY)
    assert await vulnerability(door).reasons(case, on=second) == list(item.reasons)
    await vulnerability(door).decides(case, "no-further-action", second)
    assert await vulnerability(door).reasons(case) == []


async def test_G_12_what_the_police_sorted_higher_does_not_wait_for_the_meeting(door: Door):
    """Level 4 goes to social care at once."""
    case = await door.notifies(assessment="level_4")
    await case.fact(hub.CaseRouted)
    await case.quiet()
    assert case.facts(hub.AgendaItemPlaced, lambda one: one.meeting == "vulnerability") == []


# -- harm outside the home (G-14) ------------------------------------------------------------------------------------------


async def missing(door: Door) -> Case:
    """As the police notify it; of what else it may be, nothing."""
    case = await door.notifies(nature="missing", assessment="level_2")
    await outside(door).item(case, "missing")
    return case


async def test_G_14_a_child_missing_over_the_weekend_is_on_monday_s_agenda(door: Door):
    """Notified on Saturday afternoon: Monday, half past nine."""
    await door.time.next("saturday", "15:00")
    case = await missing(door)
    assert door.time.wall((await outside(door).item(case)).meets_at) == "Monday 09:30"
    assert len(await outside(door).reasons(case)) == 1


async def test_G_14_a_child_who_is_still_missing_stays_on_every_agenda_until_found(door: Door):
    """The meeting has agreed a plan, and the child is on the next agenda all the same; found, it is there once more."""
    case = await missing(door)
    first = await outside(door).meets((await outside(door).item(case)).meets_at)
    recorded = await outside(door).decides(case, "plan-agreed", first)
    assert recorded.stays
    assert await outside(door).reasons(case)
    await case.does("milestones", milestone="child-found")
    second = await outside(door).meets((await outside(door).item(case, "past 24 hours")).meets_at)
    assert any("past 24 hours" in one for one in await outside(door).reasons(case, on=second))
    assert not (await outside(door).decides(case, "found-safe", second)).stays
    assert await outside(door).reasons(case) == []


async def test_G_14_a_child_who_goes_missing_again_is_a_new_item_though_the_case_is_decided(door: Door):
    """The meeting is about where children are, whatever became of their cases."""
    case = await missing(door)
    await case.does("milestones", milestone="child-found")
    day = await outside(door).meets((await outside(door).item(case)).meets_at)
    await outside(door).decides(case, "found-safe", day)
    await case.does("outcome", by=SOCIAL_WORK, **outcome("no-further-action"))
    assert await outside(door).reasons(case) == []
    await case.does("milestones", milestone="child-missing")
    assert await outside(door).reasons(case) == ["The child is missing."]


async def test_G_14_a_missing_child_whose_case_somebody_holds_is_on_the_agenda(door: Door):
    """It goes to the allocated worker, and nobody else is asked; the daily meeting sees it all the same."""
    number = upn()
    await door.case_system().says(Child(local_id=f"LA-{number}", upn=number), spell(opened_on=date(2026, 1, 8)))
    case = await door.notifies(assessment="open_case", upn=number, nature="missing")
    assert (await case.fact(hub.PassedToHolder)).instead
    assert (await outside(door).item(case)).requirement == "G-14"
    assert await outside(door).reasons(case)


@pytest.mark.parametrize(
    ("milestone", "says"),
    [
        ("child-in-custody", "in custody"),
        ("exploitation-screening-moderate", "moderate"),
        ("exploitation-screening-significant", "significant"),
    ],
)
async def test_G_14_custody_and_exploitation_screening_come_before_the_meeting(door: Door, milestone: str, says: str):
    """A child in custody; a screening that finds a moderate or a significant risk."""
    case = await door.refers()
    await case.never(hub.AgendaItemPlaced)
    await case.does("milestones", milestone=milestone)
    item = await outside(door).item(case)
    assert says in item.reasons[0]
    assert door.time.wall(item.meets_at).endswith(" 09:30")


async def test_G_14_a_child_out_of_custody_is_on_the_agenda_once_more(door: Door):
    """In custody in the past 24 hours, and then no more."""
    case = await door.refers()
    await case.does("milestones", milestone="child-in-custody")
    first = await outside(door).meets((await outside(door).item(case)).meets_at)
    assert (await outside(door).decides(case, "watched", first)).stays
    await case.does("milestones", milestone="child-out-of-custody")
    second = await outside(door).meets((await outside(door).item(case, "past 24 hours")).meets_at)
    assert await outside(door).reasons(case, on=second)
    await outside(door).decides(case, "no-further-discussion", second)
    assert await outside(door).reasons(case) == []
