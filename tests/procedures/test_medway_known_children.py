"""What Medway's front door knows already: the social worker of the past twelve weeks re-engages."""

from datetime import date, timedelta

import pytest

from mashbus.contracts import agency, hub
from mashbus.domain.referral import Child
from tests.procedures.contacts import child
from tests.procedures.door import Door
from tests.procedures.memory import WORKER, spell, upn


@pytest.mark.parametrize(("days", "re_engages"), [(84, True), (85, False)], ids=["twelve weeks", "a day longer"])
async def test_M_08_the_social_worker_of_the_past_twelve_weeks_re_engages(door: Door, days: int, re_engages: bool):
    """Involved until twelve weeks ago to the day, the worker is told at once; until a day earlier, nobody is."""
    number, today = upn(), door.time.local().date()
    await door.case_system().says(
        Child(local_id=f"LA-{number}", upn=number),
        spell(opened_on=date(2024, 1, 8), closed_on=today - timedelta(days=days)),
    )
    case = await door.refers(children=[child(upn=number)])
    await case.fact(hub.ChildrenLookedUp)
    if re_engages:
        assert not (await case.fact(hub.PassedToHolder)).instead
        await case.email("passed_on", to=WORKER)
        assert (await case.agency("social_care").receives(agency.CasePassedOn)).requirement == "M-08"
    else:
        await case.never(hub.PassedToHolder)


async def test_M_08_the_decision_goes_on_beside(door: Door):
    """The worker re-engages; a manager still decides on the contact within the hub's own time."""
    number = upn()
    await door.case_system().says(Child(local_id=f"LA-{number}", upn=number), spell(opened_on=date(2026, 1, 8)))
    case = await door.refers(children=[child(upn=number)])
    await case.fact(hub.PassedToHolder)
    routed = await case.rated(None, "section-17")
    assert isinstance(routed, hub.CaseRouted)
