"""A census is imported as a data officer does it, and what it says of a child decides what becomes of the next contact."""

import asyncio
import sys
from datetime import date, timedelta
from pathlib import Path

from mashbus.contracts import agency
from mashbus.contracts import hub as said
from mashbus.contracts.topics import submissions_of
from mashbus.stack.process import module_path
from mashbus.synthetic.census_file import Held, write
from tests.e2e.contacts import referral
from tests.e2e.hub import Hub

HOLDER = "hackney-csc"
LIMIT = 90


def census(path: Path, today: date) -> Path:
    days = timedelta(days=1)
    known = (
        Held(
            local_id="CIN-OPEN", upn="Z200000000001", birth_date=date(2016, 3, 4), spells=((today - 90 * days, None),)
        ),
        Held(local_id="CIN-AGO", upn="Z200000000002", spells=((date(2019, 1, 1), date(2020, 1, 1)),)),
    )
    with path.open("wb") as to:
        write(to, children=60, seed="e2e", known=known, prefix="CINE")
    return path


async def imported(hub: Hub, path: Path) -> str:
    words = ("import", "cin", str(path), "--partnership", "hackney", "--organisation", HOLDER)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mashbus.cli", *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={**module_path(), **hub.environment, "PATH": "/usr/bin"},
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), LIMIT)
    assert process.returncode == 0, (out + err).decode()
    return out.decode()


async def contact_about(hub: Hub, **child: str) -> str:
    document = referral()
    document["children"] = [{**document["children"][0], **child}]
    answer = await hub.outside.post("/v1/referrals", json=document)
    assert answer.status_code == 202, answer.text
    return answer.json()["case_id"]


async def test_H_05_a_child_of_the_imported_census_is_honoured_and_the_same_file_again_changes_nothing(
    hub: Hub, tmp_path: Path
):
    path = census(tmp_path / "census.xml", hub.clock.now().date())
    first = await imported(hub, path)
    assert "62  children read" in first
    assert "The door has taken everything in." in first
    held = await hub.log.until(
        lambda: [one for one in hub.log.of(said.ChildHeld) if one.organisation == HOLDER], "held", None
    )
    assert all(hub.log.place(one).topic == submissions_of(HOLDER) for one in hub.log.of(agency.CaseHoldingChanged))

    by_upn, by_id, ago = [
        await contact_about(hub, **child)
        for child in ({"upn": "z200000000001"}, {"local_id": "cin-open"}, {"upn": "Z200000000002"})
    ]
    for case_id in (by_upn, by_id):
        passed = await hub.log.one(said.PassedToHolder, case_id)
        assert (passed.requirement, passed.instead, passed.holders[0].organisation) == ("H-05", True, HOLDER)
    await hub.log.one(said.ChildrenLookedUp, ago)
    await hub.log.some(agency.InformationRequested, ago, 3)
    assert not hub.log.of(said.PassedToHolder, ago)
    assert not [one for case_id in (by_upn, by_id) for one in hub.log.of(agency.InformationRequested, case_id)]

    again = await imported(hub, path)
    assert "The door has taken everything in." in again
    opened = [one for one in hub.log.of(said.ChildHeld) if one.organisation == HOLDER and one.holdings]
    assert {one.meta.event_id for one in opened} == {one.meta.event_id for one in held if one.holdings}
