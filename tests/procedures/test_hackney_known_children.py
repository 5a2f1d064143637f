"""What Hackney's MASH knows already: open cases go to the unit that holds them, closed ones may go back to theirs."""

from datetime import date, timedelta

import pytest

from mashbus.contracts import agency, hub
from mashbus.domain.known import LinkKind
from mashbus.domain.referral import Child
from tests.procedures.contacts import child, concern
from tests.procedures.door import Door
from tests.procedures.memory import MANAGER, UNIT, WORKER, spell, upn

UNITS = "social-work-units@hackney.example"


def months_back(today: date, months: int) -> date:
    """The same day of the month so many months earlier: stories stand on days that every month has."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, 28))


def held(number: str, **more: object) -> Child:
    return Child(local_id=f"LA-{number}", upn=number, given_name="Synthia", family_name="Testchild", **more)


async def test_H_05_a_contact_about_an_open_case_goes_to_the_unit_that_holds_it(door: Door):
    """The allocated worker and manager have it at once; no agency is asked, no clock runs, and the referrer is told so."""
    number = upn()
    await door.case_system().says(held(number), spell(opened_on=date(2026, 1, 5)))
    case = await door.refers(children=[child(upn=number)], concern=concern("N1"))
    passed = await case.fact(hub.PassedToHolder)
    assert (passed.requirement, passed.instead) == ("H-05", True)
    for address in (WORKER, MANAGER):
        letter = await case.email("passed_on", to=address)
        assert case.reference in letter.subject
        assert "Testchild" not in letter.whole
    await case.email("directed")
    await case.never(hub.CaseRouted, agency.InformationRequested, hub.SlaAtRisk)
    assert case.deadlines("agency-response") == case.deadlines("csc-screening") == []
    view = await case.view()
    assert view["state"] == "passed_on"
    assert not [one for one in view["deadlines"] if one["state"] == "running"]


async def test_H_05_the_units_own_system_has_the_contact_too(door: Door):
    """Its organisation's topic has the children that it holds, and why the hub was contacted: only its own fields."""
    number = upn()
    await door.case_system().says(held(number), spell(opened_on=date(2026, 1, 5)))
    case = await door.refers(children=[child(upn=number, phone="01632 960077")])
    copy = await case.agency("csc").receives(agency.CasePassedOn)
    assert copy.units == (UNIT,)
    assert copy.children[0].given_name == "Synthia"
    assert copy.children[0].phone is None
    assert copy.context is not None
    disclosed = await case.fact(hub.DisclosureMade)
    assert (disclosed.organisation, disclosed.shared_by) == (copy.organisation, "CasePassedOn")


async def test_H_05_a_report_of_immediate_harm_still_goes_to_mash(door: Door):
    """The unit is told, and police, health and education are asked as red all the same."""
    number = upn()
    await door.case_system().says(held(number), spell(opened_on=date(2026, 1, 5)))
    case = await door.refers(children=[child(upn=number)], concern=concern("N1", immediate_harm=True))
    assert not (await case.fact(hub.PassedToHolder)).instead
    assert (await case.fact(hub.CaseRouted)).requests
    await case.email("passed_on", to=WORKER)


async def test_H_05_a_name_and_a_birthday_decide_nothing(door: Door):
    """The same name and date of birth without an identifier: nobody is taken for the open case's child."""
    await door.case_system().says(held(upn(), date_of_birth=date(2017, 3, 2)), spell(opened_on=date(2026, 1, 5)))
    case = await door.refers(children=[child(date_of_birth="2017-03-02")], concern=concern("N1"))
    await case.fact(hub.CaseRouted)
    await case.never(hub.PassedToHolder)


async def test_H_05_a_case_that_was_closed_is_open_no_more(door: Door):
    """The case system closes it: the next contact is triaged."""
    number = upn()
    today = door.time.local().date()
    system = door.case_system()
    await system.says(held(number), spell(opened_on=date(2026, 1, 5)))
    first = await door.refers(children=[child(upn=number)], concern=concern("N1"))
    await first.fact(hub.PassedToHolder)
    await system.says(held(number), spell(opened_on=date(2026, 1, 5), closed_on=today - timedelta(days=1)))
    second = await door.refers(children=[child(upn=number)], concern=concern("N1"))
    await second.fact(hub.CaseRouted)
    await second.never(hub.PassedToHolder)


async def test_H_05_a_holder_without_an_address_is_reached_through_the_units_mailbox(door: Door):
    """A case of the census names no worker: the case-holding units' mailbox has it."""
    number = upn()
    await door.case_system().says(held(number), spell(opened_on=date(2026, 1, 5), unit=None, worker=None, manager=None))
    case = await door.refers(children=[child(upn=number)], concern=concern("N1"))
    await case.email("passed_on", to=UNITS)


async def test_H_05_a_person_who_finds_the_case_open_passes_it_on(door: Door):
    """No rule rates it and nothing is known of the child: a practitioner looks it up, and MASH asks nobody."""
    case = await door.refers(concern=concern(None))
    await case.does("involvement", by="mash_practitioner", involvement="open", held_by="Unit 9")
    passed = await case.fact(hub.PassedToHolder)
    assert passed.instead
    await case.email("passed_on", to=UNITS)
    await case.refused("rating", rag="amber", pathways=["mash-checks"], rationale="Synthetic.")
    await case.never(agency.InformationRequested)


@pytest.mark.parametrize(("days_before", "goes_back"), [(0, True), (-1, False)], ids=["three months", "a day longer"])
async def test_H_03_straight_to_section_17_a_child_open_within_three_months_goes_back_to_its_unit(
    door: Door, days_before: int, goes_back: bool
):
    """Closed three months ago to the day it goes back to its unit; closed a day earlier it does not."""
    number = upn()
    closed = months_back(door.time.local().date(), 3) + timedelta(days=days_before)
    await door.case_system().says(held(number), spell(opened_on=date(2025, 1, 5), closed_on=closed))
    case = await door.refers(children=[child(upn=number)], concern=concern(None))
    await case.rated("amber", "section-17")
    await case.decided("statutory-assessment")
    if goes_back:
        passed = await case.fact(hub.PassedToHolder)
        assert (passed.requirement, passed.holders[0].holding.unit) == ("H-03", UNIT)
        await case.email("passed_on", to=WORKER)
    else:
        await case.never(hub.PassedToHolder)


async def test_H_03_not_where_the_hub_made_its_own_enquiry_first(door: Door):
    """MASH checks came between: the contact did not go straight to an assessment."""
    number = upn()
    closed = door.time.local().date() - timedelta(days=30)
    await door.case_system().says(held(number), spell(opened_on=date(2025, 1, 5), closed_on=closed))
    case = await door.refers(children=[child(upn=number)], concern=concern("N1"))
    await case.all_answer()
    await case.decided("statutory-assessment")
    await case.never(hub.PassedToHolder)


async def test_H_05_the_same_referral_sent_again_is_one_case_and_asks_nobody_twice(door: Door):
    """The school's system sends the very same under another key: it is linked to the first, and agencies are asked once."""
    body = {
        "children": [child(upn=upn(), date_of_birth="2016-04-01")],
        "concern": concern("N1", tried="Synthetic: once."),
    }
    first = await door.refers_exactly(**body)
    await first.fact(hub.CaseRouted)
    again = await door.refers_exactly(**body)
    link = await again.fact(hub.CaseLinked)
    assert (link.to, link.kind) == (first.id, LinkKind.DUPLICATE)
    await again.never(hub.CaseRouted, agency.InformationRequested)
    assert (await first.fact(hub.LaterCaseNoted)).later == again.id
    assert (await again.view())["state"] == "linked"


async def test_H_03_a_child_that_comes_again_is_linked_counted_and_triaged(door: Door):
    """Another worry about the same child three weeks later: linked to the first contact, and agencies are asked anew."""
    number = upn()
    first = await door.refers(children=[child(upn=number)], concern=concern("N1"))
    await first.fact(hub.CaseRouted)
    second = await door.refers(children=[child(upn=number)], concern=concern("N1"))
    link = await second.fact(hub.CaseLinked)
    assert (link.to, link.kind) == (first.id, LinkKind.RE_REFERRAL)
    assert (await second.fact(hub.CaseRouted)).requests


async def test_H_05_two_contacts_of_one_incident_are_linked_by_a_person(door: Door):
    """Two schools write about one evening: a practitioner links the second, which asks nobody."""
    first = await door.refers(concern=concern("N1"))
    await first.fact(hub.CaseRouted)
    second = await door.refers(concern=concern(None))
    await second.does("links", by="mash_practitioner", to=str(first.id), kind="same_incident", rationale="Synthetic.")
    await second.never(hub.CaseRouted, agency.InformationRequested)
    assert (await second.view())["state"] == "linked"


async def test_H_05_a_link_made_by_mistake_leaves_nobody_waiting(door: Door):
    """They were two evenings after all: a manager who knows of the link rates the second, and agencies are asked."""
    first = await door.refers(concern=concern("N1"))
    await first.fact(hub.CaseRouted)
    second = await door.refers(concern=concern(None))
    await second.does("links", by="mash_practitioner", to=str(first.id), kind="same_incident", rationale="Synthetic.")
    await second.rated("amber", "mash-checks")
    assert await second.asked()


async def test_H_05_a_case_passed_on_by_mistake_is_taken_up_again(door: Door):
    """The case system had it open by mistake and says so: a manager rates the contact, and agencies are asked."""
    number, system = upn(), door.case_system()
    await system.says(held(number), spell(opened_on=date(2026, 1, 5)))
    case = await door.refers(children=[child(upn=number)], concern=concern("N1"))
    await case.fact(hub.PassedToHolder)
    await case.refused("rating", rag="amber", pathways=["mash-checks"], rationale="Synthetic.")
    await system.says(held(number), spell(opened_on=date(2025, 1, 5), closed_on=date(2025, 6, 5)))
    await case.rated("amber", "mash-checks")
    assert await case.asked()
