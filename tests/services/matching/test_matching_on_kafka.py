"""Matching on a real broker: offered, decided by a person, and only then known."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from mashbus.bus.running import partnerships
from mashbus.contracts import agency, hub
from mashbus.domain.known import Identifier, Says
from mashbus.domain.referral import Address, Child
from mashbus.domain.vocabulary import EmailKind
from services.deadlines.barrier import Offsets
from tests.e2e.hub import running
from tests.procedures.contacts import child, concern
from tests.procedures.door import Door
from tests.procedures.letters import MailFolder
from tests.procedures.memory import UNIT, WORKER, spell, upn
from tests.procedures.profiles import everybody_connected
from tests.procedures.quiet import Quiet

SERVICES = ("intake", "triage", "matching")
HOME = Address(lines=("7 Nowhere Road", "Exampleton"), postcode="ZZ99 3AB")


@pytest.fixture(scope="module")
async def door(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Door]:
    home: Path = tmp_path_factory.mktemp("matching")
    folder = str(everybody_connected(home))
    async with running(home / "hub", services=SERVICES, together=True, MASHBUS_PARTNERSHIPS=folder) as whole:
        profile = partnerships(whole.settings)["hackney"]
        async with Offsets(whole.settings.kafka_hosts) as offsets:
            door = Door(whole, profile, Quiet(whole, offsets), MailFolder(lambda: whole.settings.mail_dir))
            await door.time.morning()
            yield door
            whole.processes.check()


def held(**more: object) -> Child:
    known = {
        "given_name": "Ebony",
        "family_name": "Fableworth",
        "date_of_birth": date(2017, 3, 2),
        "sex": "F",
        "address": HOME,
    }
    return Child(local_id=f"LA-{upn()}", upn=upn(), **{**known, **more})


def named(**more: object) -> dict[str, object]:
    """As a school names the same child: by another family name, and no identifier."""
    home = {"lines": list(HOME.lines), "postcode": HOME.postcode}
    known = {
        "given_name": "Ebony",
        "family_name": "Mockshaw",
        "date_of_birth": "2017-03-02",
        "sex": "F",
        "address": home,
    }
    return child(**{**known, "upn": None, "nhs_number": None, "local_id": None, **more})


async def test_H_05_another_family_name_is_offered_and_a_person_says_it_is_the_open_cases_child(door: Door):
    """Nothing follows from the offer; from the person's word the case is known and goes to its unit."""
    system = door.case_system()
    kept = held()
    await system.says(kept, spell(opened_on=date(2026, 1, 5)))
    case = await door.refers(children=[named()], concern=concern("N1"))
    offer = await case.fact(hub.MatchOffered)
    (candidate,) = (one for one in offer.candidates if one.local_id == kept.local_id)
    said = {one.field: one for one in candidate.evidence}
    assert said["family_name"].says is Says.DIFFERENT
    assert said["date_of_birth"].says is said["given_name"].says is said["address"].says is Says.SAME
    assert 0.3 <= candidate.probability < 1
    await case.never(hub.PassedToHolder, agency.CasePassedOn)

    answer = await case.does("matches", candidate_id=str(candidate.candidate_id), same=True, rationale="Has married.")
    assert isinstance(answer, hub.ChildrenLookedUp)
    assert answer.known[0].matched_on == (Identifier.MATCH,)
    passed = await case.fact(hub.PassedToHolder)
    assert (passed.requirement, passed.children) == ("H-05", (0,))
    assert passed.holders[0].holding.unit == UNIT
    await case.fact(hub.EmailRequested, lambda one: (one.kind, one.to) == (EmailKind.PASSED_ON, WORKER))


async def test_of_somebody_who_was_never_offered_nothing_follows(door: Door):
    case = await door.refers(children=[named(given_name="Nobody", family_name="Elsewhere", date_of_birth="2011-11-11")])
    nobody = "00000000-0000-5000-8000-000000000000"
    refused = await case.refused("matches", candidate_id=nobody, same=True, rationale="A slip.")
    assert "offered" in refused.reason
