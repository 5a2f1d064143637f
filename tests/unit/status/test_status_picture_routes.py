"""The picture's door: whom it lets in, and what it says while the log can't be read."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from status_story import CASE, opened, referral

from mashbus.bus.clock import Clock
from mashbus.bus.http.access import Access
from mashbus.bus.http.keys import ApiKeys, add_key
from mashbus.bus.http.pages import documented_app
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.profiles import load
from services.status.log_reading import LogReader, LogUnreadable
from services.status.picture_routes import picture_routes
from services.status.places import Places
from services.status.view import View, evolve, placed

HACKNEY = load("hackney", Path(__file__).parents[3] / "partnerships")
CONTACT = referral()


class OneCase:
    """Views that hold the one case, and the log that holds its records."""

    def __init__(self, *, log_is_there: bool = True) -> None:
        self.view_of_it = View(case=Case.of(CASE))
        for offset, record in enumerate((CONTACT, opened())):
            evolved = evolve(self.view_of_it, record, record.meta.occurred_at)
            self.view_of_it = placed(evolved, record, "mash.referrals", offset)
        self.log_is_there = log_is_there
        self.asked: list[Places] = []

    async def view(self, _case_id: UUID, _caller: object) -> View:
        return self.view_of_it

    async def narratives(self, _case_id: UUID, places: Places) -> Sequence[Record]:
        self.asked.append(places)
        if not self.log_is_there:
            raise LogUnreadable
        return (CONTACT,)


async def asked(one: OneCase, tmp_path: Path, role: str, *may: str, organisation: str | None = None) -> httpx.Response:
    keys = tmp_path / "keys.json"
    secret = add_key(keys, "desk", partnership="hackney", role=role, may=frozenset(may), organisation=organisation)
    app = documented_app("status", "", "1")
    access = Access(ApiKeys(keys), {"hackney": HACKNEY})
    app.include_router(picture_routes(one, one.narratives, None, access, Clock()))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://status") as client:
        return await client.get(f"/v1/cases/{CASE}/picture", headers={"Authorization": f"Bearer {secret}"})


async def test_it_is_read_from_where_the_view_says_that_the_narratives_lie(tmp_path: Path) -> None:
    one = OneCase()
    answer = await asked(one, tmp_path, "mash_manager", "picture")
    assert answer.status_code == 200
    assert answer.json()["reference"] == CONTACT.reference
    assert one.asked == [{"mash.referrals": (0,)}], "CaseOpened tells nothing that the view does not"


@pytest.mark.parametrize("role", sorted(HACKNEY.decides["rating"] | HACKNEY.decides["outcome"]))
async def test_every_role_that_rates_or_decides_may_read_it(tmp_path: Path, role: str) -> None:
    assert (await asked(OneCase(), tmp_path, role, "picture")).status_code == 200


@pytest.mark.parametrize(
    ("role", "may", "organisation"),
    [
        ("mash_manager", ("read", "rate", "decide"), None),
        ("referrer", ("refer", "read", "picture"), None),
        ("zebedee", ("picture",), None),
        ("mash_manager", ("picture",), "met-police"),
    ],
)
async def test_P5_permission_role_and_nobody_s_organisation_are_needed_all_three(
    tmp_path, role, may, organisation
) -> None:
    one = OneCase()
    refused = await asked(one, tmp_path, role, *may, organisation=organisation)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "application/problem+json")
    assert one.asked == [], "nothing is read for who may not"


async def test_P6_while_the_log_can_t_be_read_there_is_no_half_picture(tmp_path: Path) -> None:
    refused = await asked(OneCase(log_is_there=False), tmp_path, "mash_manager", "picture")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")


async def test_a_broker_that_is_not_there_is_a_log_that_can_t_be_read() -> None:
    reader = LogReader(["127.0.0.1:1"], None)
    with pytest.raises(LogUnreadable):
        await reader.of_case(CASE, {"mash.cases": (0,)})
