"""Hackney's daily MASH meeting (H-12): its agenda comes from the bus, its results go there, and nothing waits for it."""

from datetime import timedelta

from mashbus.contracts import agency, hub
from mashbus.domain.vocabulary import Knowledge, Rag
from tests.procedures.contacts import concern
from tests.procedures.door import Door
from tests.procedures.meetings import Meeting

MANAGER, SCREENER = "mash_manager", "mash_practitioner"
DAY = timedelta(days=1)


def mash(door: Door) -> Meeting:
    return Meeting(door, "mash", MANAGER)


async def test_H_12_a_case_at_risk_is_on_the_next_morning_s_agenda_and_is_acted_on_before(door: Door):
    """Red at eleven in the morning: on tomorrow's agenda at half past nine, and every agency is asked at once."""
    case = await door.refers(concern=concern("N1"))
    rated = await case.rated("red", "mash-checks")
    item = await mash(door).item(case, "red")
    assert item.meets_at - door.time.now() < DAY
    assert door.time.wall(item.meets_at).endswith(" 09:30")
    assert item.requirement == "H-12"
    request = await case.agency("police").asked()
    assert request.asked_at <= rated.meta.occurred_at < item.meets_at
    assert (await case.deadline("agency-response")).due < item.meets_at + DAY


async def test_H_12_the_agenda_tells_what_agencies_added_and_can_be_printed(door: Door):
    """What the police answered before the meeting stands on the page, with room for notes."""
    case = await door.refers(concern=concern(immediate_harm=True))
    await case.agency("police").answers(Knowledge.KNOWN, summary="Synthetic: two earlier call-outs.")
    told = await mash(door).agenda(case)
    assert told is not None
    assert told["reasons"][0] == "The case is rated red." or "Immediate harm is reported." in told["reasons"]
    police = next(one for one in told["organisations"] if one["organisation"] == door.organisation("police"))
    assert police["answers"][0]["summary"] == "Synthetic: two earlier call-outs."
    page = await mash(door).page(case)
    assert case.reference in page
    assert "two earlier call-outs" in page
    assert "Notes" in page


async def test_H_12_critical_incidents_of_the_night_are_on_the_morning_s_agenda(door: Door):
    """The police notify domestic abuse at eleven at night: it is on the next morning's agenda; by day it is not."""
    by_day = await door.notifies(nature="domestic abuse")
    await by_day.fact(hub.CaseRouted)
    at = await door.time.next("tuesday", "23:00")
    by_night = await door.notifies(nature="domestic abuse")
    item = await mash(door).item(by_night, "overnight")
    assert door.time.wall(item.meets_at) == "Wednesday 09:30"
    assert item.meets_at - at < DAY / 2
    assert await mash(door).reasons(by_night) == list(item.reasons)
    assert await mash(door).reasons(by_day) == []


async def test_H_12_a_flagged_risk_puts_a_case_on_the_agenda(door: Door):
    """Health flag a risk of a case that nobody rated red."""
    case = await door.refers(concern=concern("N1"))
    await case.agency("health").flags()
    item = await mash(door).item(case, "flagged")
    assert item.meeting == "mash"
    assert await mash(door).reasons(case) == ["An agency has flagged a risk."]


async def test_H_12_what_is_not_at_risk_is_on_no_agenda(door: Door):
    """An ordinary amber case: it is enquired about, and no meeting is troubled with it."""
    case = await door.refers(concern=concern("N1"))
    await case.fact(hub.CaseRouted)
    await case.never(hub.AgendaItemPlaced)


async def test_H_12_the_meeting_lowers_the_urgency_and_the_case_leaves_the_agenda(door: Door):
    """Its result re-levels the case in the manager's own name, the agencies are told, and yesterday's agenda stays as it was."""
    case = await door.refers(concern=concern("N1"))
    await case.rated("red", "mash-checks")
    item = await mash(door).item(case)
    day = await mash(door).meets(item.meets_at)
    recorded = await mash(door).decides(case, "urgency-lowered", day, rag="amber", note="Synthetic: a calm home.")
    assert isinstance(recorded, hub.MeetingResultRecorded)
    rerated = await case.fact(hub.CaseRerated, lambda one: one.rag is Rag.AMBER)
    assert (rerated.rationale, rerated.decided_by.role) == ("Synthetic: a calm home.", MANAGER)
    told = await case.agency("police").receives(agency.RequestRerated)
    assert told.request_id
    assert await mash(door).reasons(case) == []
    assert await mash(door).reasons(case, on=day) == ["The case is rated red."]
    (said,) = await mash(door).results(case, day)
    assert (said["says"], said["rag"]) == ("The urgency is lowered", "amber")


async def test_H_12_a_case_that_turns_red_again_comes_back(door: Door):
    """After the meeting has looked at it: a new cause is a new item, the old one is none."""
    case = await door.refers(concern=concern("N1"))
    await case.rated("red", "mash-checks")
    day = await mash(door).meets((await mash(door).item(case)).meets_at)
    await mash(door).decides(case, "urgency-lowered", day, rag="amber")
    await case.fact(hub.CaseRerated, lambda one: one.rag is Rag.AMBER)
    assert await mash(door).reasons(case) == []
    await case.rated("red", "mash-checks")
    assert await mash(door).reasons(case) == ["The case is rated red."]


async def test_H_12_a_decided_case_leaves_the_agenda(door: Door):
    """Nothing waits for the meeting: the outcome is given before it, and it need not be talked about."""
    case = await door.refers(concern=concern(immediate_harm=True))
    await mash(door).item(case)
    assert await mash(door).reasons(case)
    await case.all_answer()
    await case.decided("statutory-assessment")
    assert await mash(door).reasons(case) == []


async def test_H_12_only_those_whom_the_profile_names_record_a_result(door: Door):
    """A practitioner's word is refused on the record; a result that there is not is refused at the door."""
    case = await door.refers(concern=concern(immediate_harm=True))
    day = await mash(door).meets((await mash(door).item(case)).meets_at)
    body = {"meeting": "mash", "met_on": day.isoformat(), "result": "no-change"}
    refused = await case.refused("meeting-results", by=SCREENER, **body)
    assert "mash_manager" in refused.reason
    problem = await case.impossible("meeting-results", by=MANAGER, **{**body, "result": "lunch"})
    assert [one["where"] for one in problem["faults"]] == ["/result"]
    assert isinstance(await case.does("meeting-results", by=MANAGER, **body), hub.MeetingResultRecorded)
