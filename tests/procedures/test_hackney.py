"""Hackney's MASH protocol, line by line, as its practitioners would see it."""

from datetime import timedelta

import pytest

from mashbus.contracts import hub
from mashbus.domain.vocabulary import Collation, Knowledge, Rag
from tests.procedures.case import outcome
from tests.procedures.contacts import child, concern, referrer
from tests.procedures.door import Door

HOUR = timedelta(hours=1)


async def test_H_01_what_comes_on_a_saturday_night_waits_for_nobody(door: Door):
    """A contact of Saturday 23:10 is received at 23:10, and agencies' hours run at once: they are no working hours."""
    await door.time.next("saturday", "23:10")
    case = await door.refers(concern=concern("N1"))
    opened = await case.fact(hub.CaseOpened)
    assert door.time.wall(opened.received_at) == "Saturday 23:10"
    assert (await case.agency("police").asked()).due is not None


async def test_H_06_screening_has_its_time_from_receipt(door: Door):
    """Social care screening is owed within 24 hours, early help screening within 72, counted from receipt by phone."""
    for need, clock, hours in (("N1", "csc-screening", 24), ("N4", "early-help-screening", 72)):
        received = door.time.now() - 3 * HOUR
        case = await door.refers(concern=concern(need), channel="phone", received_at=received.isoformat())
        deadline = await case.deadline(clock)
        assert (deadline.anchor, deadline.due) == (received, received + hours * HOUR)


async def test_H_06_a_screening_that_nobody_decides_lapses(door: Door):
    """A day after receipt the hub itself is late, and says so; the late decision is told with its lateness."""
    case = await door.refers(concern=concern("N1"))
    await case.deadline("csc-screening")
    await door.time.later(hours=25)
    assert (await case.lapse("csc-screening")).deadline.owner == "hub"
    await case.decided("early-help-assessment")
    late = await case.fact(hub.SlaBreachResolved, lambda one: one.deadline.clock == "csc-screening")
    assert late.lateness_microseconds >= HOUR / timedelta(microseconds=1)


async def test_H_08_each_colour_gives_agencies_its_own_time(door: Door):
    """Every agency is told by when it owes its answer: red 4 hours, amber 24, green 72, nights and weekends included."""
    for rag, hours in (("red", 4), ("amber", 24), ("green", 72)):
        case = await door.refers(concern=concern("N9"))
        await case.rated(rag, "mash-checks")
        request = await case.agency("police").asked()
        assert (request.rag, request.due) == (Rag(rag), request.asked_at + hours * HOUR)


async def test_H_08_silence_is_a_lapse(door: Door):
    """Four hours after a red request the hub says which agency has not answered, and goes on without it."""
    case = await door.refers(concern=concern("N1", immediate_harm=True))
    await case.all_answer("education")
    await door.time.later(hours=4)
    assert (await case.lapse("agency-response")).deadline.owner == "hackney-education"
    collated = await case.fact(hub.EnquiryCollated)
    assert (collated.collation, collated.lapsed) == (Collation.ALL, (case.agency("education").request_id,))


async def test_H_09_a_risk_flag_reaches_the_case_before_the_answer(door: Door):
    """Health flags an injury: the case shows it at once, and health still owes its answer."""
    case = await door.refers(concern=concern("N1"))
    flagged = await case.agency("health").flags("Synthetic: an unexplained injury.", Rag.RED)
    assert (flagged.organisation, flagged.suggested_rag) == ("homerton-health", Rag.RED)
    view = await case.view()
    assert view["flagged_by"] == ["homerton-health"]
    assert "homerton-health" in view["awaited"]


async def test_H_10_the_referrer_is_told_the_outcome(door: Door):
    """The teacher who referred gets an email with the decision, and nothing of the case in it."""
    case = await door.refers(concern=concern("N1"))
    await case.decided("early-help-assessment")
    letter = await case.email("outcome", to="terry@school.example")
    assert case.reference in letter.subject
    assert "early help assessment" in letter.text
    assert "Testchild" not in letter.whole
    assert "hungry" not in letter.whole


async def test_H_10_not_telling_needs_a_reason_and_the_reason_is_recorded(door: Door):
    """Without a reason the decision is refused at the door; with one it stands, and no email goes out."""
    case = await door.refers(concern=concern("N1"))
    await case.fact(hub.CaseRouted)
    problem = await case.impossible("outcome", **outcome("no-further-action", tell_referrer=False))
    assert problem["faults"][0]["where"] == "/not_told_reason"
    why = "Synthetic: telling would put the child at risk."
    decided = await case.decided("no-further-action", tell_referrer=False, not_told_reason=why)
    assert isinstance(decided, hub.OutcomeDecided)
    assert decided.not_told_reason == why
    await case.no_email("outcome", to="terry@school.example")


async def test_H_11_ten_kinds_of_organisation_are_asked(door: Door):
    """MASH checks ask all ten, each on a topic of its own, and the enquiry closes when all ten have answered."""
    case = await door.refers(concern=concern("N9"))
    await case.rated("amber", "mash-checks")
    asked = await case.asked()
    assert {one.role for one in door.partnership.organisations if one.id in asked} == {
        "police", "health", "education", "probation", "early_help", "domestic_abuse", "csc", "adult_substance_misuse",
        "housing", "camhs_crisis",
    }  # fmt: skip
    collated = await case.all_answer()
    assert collated is not None
    assert len(collated.answered) == 10


async def test_H_15_each_agency_learns_why_and_no_more_than_it_needs(door: Door):
    """Housing has the address and no date of birth, health the NHS number; who got which fields is on the record."""
    case = await door.refers(concern=concern("N9"), children=[child(nhs_number="9990000018")])
    await case.rated("amber", "mash-checks")
    housing, health = case.agency("housing"), case.agency("health")
    asked = await housing.asked()
    assert asked.purpose
    assert asked.children[0].address is not None
    assert (asked.children[0].date_of_birth, asked.children[0].nhs_number, asked.context) == (None, None, None)
    assert (await health.asked()).children[0].nhs_number == "9990000018"
    made = await case.fact(hub.DisclosureMade, lambda one: one.organisation == housing.name)
    assert (made.purpose, made.disclosed) == (asked.purpose, asked.disclosed)
    assert "child.date_of_birth" not in made.disclosed


@pytest.mark.parametrize(
    "ends_in", ["advice-and-guidance", "community-or-other-service", "early-help-assessment", "statutory-assessment"]
)
async def test_H_17_a_contact_ends_in_one_of_four_ways(door: Door, ends_in: str):
    """The manager chooses one of the protocol's outcomes, and it stands on the case."""
    case = await door.refers(concern=concern("N4"))
    await case.fact(hub.CaseRouted)
    await case.decided(ends_in)
    assert (await case.view())["outcomes"] == [ends_in]


async def test_H_17_no_other_outcome_is_taken(door: Door):
    """A word of another council is refused at the door, which names the words there are."""
    case = await door.refers(concern=concern("N4"))
    problem = await case.impossible("outcome", **outcome("letter-to-parent-or-carer"))
    assert "statutory-assessment" in problem["faults"][0]["remedy"]
    await case.never(hub.OutcomeGiven, hub.OutcomeDecided)


@pytest.mark.parametrize("channel", ["online_form", "phone", "email", "post", "in_person"])
async def test_H_20_every_way_in_becomes_a_case(door: Door, channel: str):
    """Form, phone, email, post or a family at the counter: one case each, with the way it came and an acknowledgement."""
    kind = "parent_or_carer" if channel == "in_person" else "practitioner"
    case = await door.refers(channel=channel, referrer=referrer(kind))
    assert (await case.fact(hub.CaseOpened)).channel == channel
    assert case.reference in (await case.email("acknowledgement")).subject


async def test_H_15_what_was_answered_is_shown_to_the_manager_only(door: Door):
    """Police knows something: the manager's view shows that they answered, and no other agency is told what."""
    case = await door.refers(concern=concern("N1"))
    await case.agency("police").answers(Knowledge.KNOWN, summary="Synthetic: KNOWN-TO-POLICE.")
    await case.agency("education").asked()
    await case.quiet()
    told = [one.model_dump_json() for name in ("health", "education") for one in case.agency(name).told]
    assert told
    assert not any("KNOWN-TO-POLICE" in one for one in told)
