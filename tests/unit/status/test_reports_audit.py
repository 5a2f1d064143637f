"""G-17: the sample is drawn again from its seed, whatever came later, and tells ids and dates only."""

import csv
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reported import OCTOBER, became, contact, several

from mashbus.bus.clock import Clock
from mashbus.bus.http.access import Access
from mashbus.bus.http.keys import ApiKeys, add_key
from mashbus.bus.http.pages import documented_app
from mashbus.domain.vocabulary import Channel, OpeningKind
from mashbus.profiles import load
from services.status.reports.audit import AuditSample, sample_of
from services.status.reports.contacts import Came, Contact
from services.status.reports.focus import focus_of
from services.status.reports.months import Month
from services.status.reports.routes import audit_routes

HACKNEY = load("hackney", Path(__file__).parents[3] / "partnerships")
MONTH = Month(2026, 10)
IN_NOVEMBER = datetime(2026, 11, 3, 12, tzinfo=UTC)
SOME = several(40)


def drawn(contacts: Collection[Contact], focus: str = "any", size: int = 20, seed: str = "s") -> AuditSample:
    return sample_of(contacts, HACKNEY, MONTH, focus_of(focus, HACKNEY), size, seed)


def ids_of(sample: AuditSample) -> Sequence[int]:
    return [one.case_id.int for one in sample.cases]


@given(st.text(min_size=1, max_size=20), st.integers(1, 40), st.integers(0, 40), st.permutations(SOME))
def test_G_17_the_same_seed_draws_the_same_and_a_smaller_sample_is_the_head_of_a_larger(
    seed: str, size: int, more: int, shuffled: list[Contact]
) -> None:
    sample = drawn(SOME, size=size, seed=seed)
    assert ids_of(drawn(shuffled, size=size + more, seed=seed))[:size] == ids_of(sample)
    assert (sample.contacts, len(sample.cases)) == (40, size)
    assert len(set(ids_of(sample))) == size


def test_G_17_another_seed_draws_others() -> None:
    assert ids_of(drawn(SOME, size=10, seed="1")) != ids_of(drawn(SOME, size=10, seed="2"))


def test_G_17_everybody_is_drawn_about_as_often() -> None:
    """Of 40 contacts, 10 at a time, 400 times: 100 times each; nobody less than 50 or more than 150."""
    times = [number for seed in range(400) for number in ids_of(drawn(SOME, size=10, seed=str(seed)))]
    often = [times.count(one.number) for one in SOME]
    assert min(often) > 50
    assert max(often) < 150


def test_G_17_what_came_after_the_month_changes_nothing() -> None:
    """A contact of October that is typed in later, a duplicate or an outcome found later, and November's own."""
    late = contact(recorded=int(IN_NOVEMBER.timestamp()))
    decided = contact(became=became(Came.OUTCOME, "no-further-action", at=IN_NOVEMBER))
    twice = contact(became=became(Came.LINKED, "duplicate", at=IN_NOVEMBER))
    before = drawn([*SOME, decided, twice], size=50)
    assert before.contacts == 42
    assert drawn([*SOME, decided, twice, late, contact(at=IN_NOVEMBER)], size=50) == before
    assert {one.outcome_on for one in before.cases} == {None}
    assert drawn([decided], f"outcome:{min(HACKNEY.outcomes)}").contacts == 0


def test_G_17_a_contact_is_of_the_month_in_which_the_hub_had_it_on_record() -> None:
    typed_in = contact(received=int((OCTOBER - timedelta(days=60)).timestamp()))
    assert [str(one.received_on) for one in drawn([typed_in]).cases] == ["2026-08-15"]


OUTCOME, PATHWAY = min(HACKNEY.outcomes), min(HACKNEY.pathways)


@pytest.mark.parametrize(
    ("focus", "change"),
    [
        ("source:6", {"source": "6"}),
        ("unborn", {"unborn": True}),
        ("need:N4", {"need": "N4"}),
        ("factor:3A", {"factors": ("16A", "3A")}),
        ("channel:phone", {"channel": Channel.PHONE}),
        ("re-referral", {"became": became(Came.LINKED, "re_referral")}),
        ("advice", {"call_reference": "HAC-CALL-0"}),
        (f"outcome:{OUTCOME}", {"became": became(Came.OUTCOME, OUTCOME)}),
        (f"pathway:{PATHWAY}", {"became": became(Came.ROUTED, PATHWAY)}),
        (f"pathway:{PATHWAY}", {"became": became(Came.RERATED, PATHWAY)}),
    ],
)
def test_G_17_a_focus_chooses_among_the_contacts(focus: str, change: dict) -> None:
    one = contact(**change)
    assert ids_of(drawn([*SOME, one], focus)) == [one.number]


def test_G_17_a_notification_has_no_reference_and_a_referral_has_its_own() -> None:
    sample = drawn([contact(opening=OpeningKind.POLICE_NOTIFICATION)])
    assert [one.reference for one in sample.cases] == [None]
    assert all(one.reference and one.reference.startswith("HAC-") for one in drawn(SOME).cases)


# -- the door --------------------------------------------------------------------------------------------------------


async def asked(
    tmp_path: Path,
    query: str = "",
    *,
    role: str = "mash_manager",
    may: str = "picture",
    organisation: str | None = None,
) -> httpx.Response:
    async def known(_partnership: str) -> Collection[Contact]:
        return SOME

    keys = tmp_path / "keys.json"
    keys.unlink(missing_ok=True)
    secret = add_key(keys, "desk", partnership="hackney", role=role, may=frozenset({may}), organisation=organisation)
    app = documented_app("status", "", "1")
    clock = Clock(wall=lambda: int(IN_NOVEMBER.timestamp() * 1_000_000))
    app.include_router(audit_routes(known, Access(ApiKeys(keys), {"hackney": HACKNEY}), clock))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://status") as client:
        return await client.get(f"/v1/reports/audit-sample{query}", headers={"Authorization": f"Bearer {secret}"})


async def test_G_17_without_a_seed_one_is_made_and_stated_so_that_it_is_drawn_again(tmp_path: Path) -> None:
    first = (await asked(tmp_path)).json()
    assert (first["month"], first["size"], len(first["cases"])) == ("2026-10", 20, 20)
    other = (await asked(tmp_path)).json()
    assert other["seed"] != first["seed"]
    again = (await asked(tmp_path, f"?seed={first['seed']}&month=2026-10")).json()
    assert again == first


async def test_G_17_it_tells_case_ids_references_and_dates_only(tmp_path: Path) -> None:
    case = (await asked(tmp_path)).json()["cases"][0]
    assert set(case) == {"case_id", "reference", "received_at", "received_on", "outcome_on"}


async def test_G_17_as_csv_and_as_a_page_with_boxes_to_tick(tmp_path: Path) -> None:
    lines = list(csv.DictReader(StringIO((await asked(tmp_path, "?seed=s&format=csv")).text)))
    assert [one["case_id"] for one in lines] == [str(one.case_id) for one in drawn(SOME).cases]
    page = (await asked(tmp_path, "?seed=s&format=html")).text
    assert page.count("\N{BALLOT BOX}") == 20
    assert "Seed s, month 2026-10, focus any" in page


@pytest.mark.parametrize(
    "query",
    ["?month=2026-11", "?month=october", "?month=2026-13", "?focus=source", "?focus=source:2Z", "?focus=nothing",
     "?focus=outcome:marriage", "?size=0", "?size=1000", "?seed=", "?seed=%3D1%2B1"],
)  # fmt: skip
async def test_G_17_what_cannot_be_drawn_is_refused_with_what_can(tmp_path: Path, query: str) -> None:
    answer = await asked(tmp_path, query)
    assert answer.status_code == 400, answer.text
    assert answer.json()["faults"][0]["remedy"]


async def test_G_17_only_those_who_rate_or_decide_draw_it(tmp_path: Path) -> None:
    assert (await asked(tmp_path)).status_code == 200
    assert (await asked(tmp_path, role="trainee")).status_code == 403
    assert (await asked(tmp_path, may="read")).status_code == 403
    assert (await asked(tmp_path, organisation="met-police")).status_code == 403
