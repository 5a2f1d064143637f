"""What Jersey's hub knows already: a case closed within the last three months goes to MASH."""

from datetime import date, timedelta

import pytest

from mashbus.contracts import hub
from mashbus.domain.referral import Child
from tests.procedures.contacts import child, concern
from tests.procedures.door import Door
from tests.procedures.memory import spell, upn


@pytest.mark.parametrize(("longer", "to_mash"), [(0, True), (1, False)], ids=["three months", "a day longer"])
async def test_J_06_closed_within_the_last_three_months_goes_to_mash(door: Door, longer: int, to_mash: bool):
    """A family's need that would go to early help goes to MASH where social care closed the case so lately."""
    today, number = door.time.local().date(), upn()
    year, month = divmod(today.year * 12 + today.month - 1 - 3, 12)
    closed = date(year, month + 1, min(today.day, 28)) - timedelta(days=longer)
    await door.case_system().says(
        Child(local_id=f"LA-{number}", upn=number), spell(opened_on=date(2024, 1, 8), closed_on=closed)
    )
    case = await door.refers(children=[child(upn=number)], concern=concern("N4"))
    recommended = await case.fact(hub.RoutingRecommended)
    assert ("mash" in recommended.pathways) is to_mash
    if to_mash:
        assert "J-06" in recommended.reasons[0]


async def test_J_06_what_a_person_looked_up_counts_as_much(door: Door):
    """The directory knows nothing of the child; a worker finds the closed case by hand, and joint triage is called."""
    case = await door.refers(concern=concern("N4"))
    await case.does("involvement", involvement="recently_closed", closed_on=str(door.time.local().date()))
    await case.fact(hub.AlertRaised, lambda one: one.alert == "joint-triage-recently-closed")
