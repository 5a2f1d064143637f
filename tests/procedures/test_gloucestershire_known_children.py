"""What Gloucestershire's front door knows already: open cases go to their workers, urgent calls straight through."""

from datetime import date

from mashbus.contracts import agency, hub
from mashbus.domain.referral import Child
from tests.procedures.contacts import child, concern
from tests.procedures.door import Door
from tests.procedures.memory import MANAGER, WORKER, spell, upn

SINCE = date(2026, 1, 8)


async def test_G_03_a_child_open_to_a_team_goes_to_the_allocated_worker_and_manager(door: Door):
    """Both have it at once, nobody is asked, and the first decision is taken with it: nothing of the hub's lapses."""
    number = upn()
    await door.case_system().says(Child(local_id=f"LA-{number}", upn=number), spell(opened_on=SINCE))
    case = await door.refers(children=[child(upn=number)])
    assert (await case.fact(hub.PassedToHolder)).instead
    for address in (WORKER, MANAGER):
        await case.email("passed_on", to=address)
    await case.never(hub.CaseRouted, agency.InformationRequested)
    first = await case.deadline("first-decision")
    await door.time.until(first.due)
    await case.never(hub.SlaBreached)


async def test_G_03_urgent_child_protection_on_a_child_open_to_early_help_goes_to_mash(door: Door):
    """The early help worker is told, and MASH is called all the same; what is not urgent goes to the worker alone."""
    number = upn()
    await door.case_system().says(Child(local_id=f"LA-{number}", upn=number), spell("early_help", opened_on=SINCE))
    urgent = await door.refers(children=[child(upn=number)], concern=concern("N1", immediate_harm=True))
    assert not (await urgent.fact(hub.PassedToHolder)).instead
    recommended = await urgent.fact(hub.RoutingRecommended)
    assert "strategy-discussion" in recommended.pathways
    ordinary = await door.refers(children=[child(upn=number)], concern=concern("N4"))
    assert (await ordinary.fact(hub.PassedToHolder)).instead
    await ordinary.never(hub.CaseRouted)


async def test_G_03_of_two_children_the_one_who_is_open_goes_to_its_worker_and_the_other_is_triaged(door: Door):
    """The worker has the one, a person decides on the other, and agencies are asked about that one alone."""
    number = upn()
    await door.case_system().says(Child(local_id=f"LA-{number}", upn=number), spell(opened_on=SINCE))
    case = await door.refers(children=[child(upn=number), child(given_name="Alder", age=4)], concern=concern("N1"))
    passed = await case.fact(hub.PassedToHolder)
    assert (passed.children, passed.instead) == ((0,), False)
    await case.rated("amber", "mash", by="social_work_manager")
    assert [one.given_name for one in (await case.agency("police").asked()).children] == ["Alder"]


async def test_G_18_an_urgent_call_goes_through_at_once_after_the_check_for_an_open_case(door: Door):
    """A nurse rings about immediate harm: the open case is found first, its worker is told, and triage is alerted."""
    number = upn()
    await door.case_system().says(Child(local_id=f"LA-{number}", upn=number), spell(opened_on=SINCE))
    case = await door.refers(
        channel="phone", source="3D", children=[child(upn=number)], concern=concern("N1", immediate_harm=True)
    )
    await case.fact(hub.AlertRaised, lambda one: one.alert == "urgent")
    await case.quiet()
    kinds = [type(one).__name__ for one in case.facts(hub.HubRecord)]
    assert kinds.index("ChildrenLookedUp") < kinds.index("AlertRaised")
    assert "PassedToHolder" in kinds
    await case.email("alert")
