"""Who reads a case's story: it says who holds a child, and which others were asked. Whoever referred reads less."""

from pathlib import Path

import httpx
import pytest
from status_story import CASE, opened, referral

from mashbus.bus.http.access import Access
from mashbus.bus.http.keys import ApiKeys, add_key
from mashbus.bus.http.pages import documented_app
from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership
from mashbus.profiles import load
from services.status.answers import CaseAnswer, CasesAnswer, ReferralAnswer, whole_case
from services.status.answers import referral as referral_answer
from services.status.reading import case_routes
from services.status.view import View, evolve

HACKNEY: Partnership = load("hackney", Path(__file__).parents[3] / "partnerships")
REFERENCE = referral().reference


class OneCase:
    def __init__(self) -> None:
        self.view = View(case=Case.of(CASE))
        for record in (referral(), opened()):
            self.view = evolve(self.view, record, record.meta.occurred_at)

    async def referral(self, _text: str, _caller: object) -> ReferralAnswer:
        return referral_answer(REFERENCE, self.view, HACKNEY)

    async def case(self, _case_id: object, _caller: object) -> CaseAnswer:
        return whole_case(self.view, HACKNEY)

    async def cases(self, *_asked: object) -> CasesAnswer:
        return CasesAnswer(cases=(), next=None)


async def statuses(tmp_path: Path, *may: str, organisation: str | None = None) -> dict[str, int]:
    keys = tmp_path / "keys.json"
    secret = add_key(keys, "one", partnership="hackney", role="any", may=frozenset(may), organisation=organisation)
    app = documented_app("status", "", "1")
    app.include_router(case_routes(OneCase(), Access(ApiKeys(keys), {"hackney": HACKNEY})))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://status") as client:
        said = {"Authorization": f"Bearer {secret}"}
        paths = {"referral": f"/v1/referrals/{REFERENCE}", "cases": "/v1/cases", "case": f"/v1/cases/{CASE}"}
        return {name: (await client.get(path, headers=said)).status_code for name, path in paths.items()}


@pytest.mark.parametrize(
    ("may", "organisation"),
    [(("refer", "read"), None), (("holdings", "read"), "hackney-csc"), (("police", "read"), "met-police"),
     (("read",), "met-police")],
)  # fmt: skip
async def test_P5_whoever_referred_or_tells_of_children_reads_what_became_of_a_referral_and_nothing_more(
    tmp_path: Path, may: tuple[str, ...], organisation: str | None
) -> None:
    found = await statuses(tmp_path, *may, organisation=organisation)
    assert found == {"referral": 200, "cases": 403, "case": 403}


@pytest.mark.parametrize("may", [("read",), ("read", "rate"), ("read", "refer", "record")])
async def test_the_hubs_own_people_read_cases(tmp_path: Path, may: tuple[str, ...]) -> None:
    assert await statuses(tmp_path, *may) == {"referral": 200, "cases": 200, "case": 200}
