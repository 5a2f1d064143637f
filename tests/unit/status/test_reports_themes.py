"""H-16: what themes count, what a longer period says of its months, and the three forms of the answer."""

import csv
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from reported import became, contact, several
from status_story import referral

from mashbus.bus.clock import Clock
from mashbus.bus.http.access import Access
from mashbus.bus.http.keys import ApiKeys, add_key
from mashbus.bus.http.pages import documented_app
from mashbus.domain.referral import Address, Child
from mashbus.profiles import load
from services.status.log_reading import LogUnreadable
from services.status.reports.contacts import Came, Contact, area_of, ethnicity_of, of_referral
from services.status.reports.months import Month
from services.status.reports.routes import themes_routes
from services.status.reports.themes import Number, Themes, themes_of

HACKNEY = load("hackney", Path(__file__).parents[3] / "partnerships")
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
IN_NOVEMBER = datetime(2026, 11, 3, 12, tzinfo=UTC)


def number(themes: Themes, table: str, code: str) -> Number:
    (found,) = (row for one in themes.tables if one.name == table for row in one.rows if row.code == code)
    return found


def test_H_16_contacts_are_counted_by_source_concern_area_and_ethnicity() -> None:
    contacts = [*several(6), *several(7, source="6", need="N4", factors=("3A",), area="N16", ethnicity="BCRB")]
    themes = themes_of(contacts, HACKNEY, OCTOBER, OCTOBER)
    assert themes.contacts.count == 13
    assert (number(themes, "source", "2A").count, number(themes, "source", "6").count) == (6, 7)
    assert (number(themes, "need", "N1").count, number(themes, "factor", "3A").count) == (6, 7)
    assert (number(themes, "area", "N16").count, number(themes, "ethnicity", "BCRB").count) == (7, 7)


def test_H_16_concern_by_ethnicity_is_told_with_its_share_of_each() -> None:
    contacts = [*several(10), *several(10, need="N4"), *several(30, need="N4", ethnicity="BCRB")]
    themes = themes_of(contacts, HACKNEY, OCTOBER, OCTOBER)
    (table,) = (one for one in themes.tables if one.name == "need_by_ethnicity")
    shares = {(row.code, row.ethnicity): (row.count, row.percent_of_ethnicity) for row in table.rows}
    assert shares[("N4", "BCRB")] == (30, 100.0)
    assert shares[("N4", "WBRI")] == (10, 50.0)
    assert {row.percent_of_all for row in table.rows if row.code == "N4"} == {80.0}


def test_H_16_the_same_referral_sent_twice_is_counted_once() -> None:
    contacts = [*several(6), contact(became=became(Came.LINKED, "duplicate"))]
    assert themes_of(contacts, HACKNEY, OCTOBER, OCTOBER).contacts.count == 6
    again = [*several(6), contact(became=became(Came.LINKED, "re_referral"))]
    assert themes_of(again, HACKNEY, OCTOBER, OCTOBER).contacts.count == 7


def test_H_16_a_longer_period_says_nothing_that_its_months_do_not() -> None:
    """Three in October are withheld there; with November's twenty the sum would tell them."""
    october = [*several(20), *several(9, source="6"), *several(3, source="9")]
    november = [*several(20, at=IN_NOVEMBER), *several(20, at=IN_NOVEMBER, source="9")]
    themes = themes_of([*october, *november], HACKNEY, OCTOBER, NOVEMBER)
    assert number(themes, "source", "2A").by_month == (20, 20)
    assert number(themes, "source", "2A").count == 40
    rare = number(themes, "source", "9")
    assert (rare.count, rare.at_least, rare.by_month) == (None, 20, (None, 20))


def test_H_16_a_code_of_which_no_month_tells_anything_is_not_named() -> None:
    contacts = [*several(20), *several(9, area="N16"), *several(1, area="E5")]
    (table,) = (one for one in themes_of(contacts, HACKNEY, OCTOBER, OCTOBER).tables if one.name == "area")
    assert [row.code for row in table.rows] == ["E8"]


def test_H_16_a_month_is_the_partnership_s_own() -> None:
    """Half past midnight in London on 1 October is still September in UTC."""
    contacts = several(6, at=datetime(2026, 9, 30, 23, 30, tzinfo=UTC))
    assert themes_of(contacts, HACKNEY, OCTOBER, OCTOBER).contacts.count == 6


@pytest.mark.parametrize(
    ("postcodes", "area"),
    [(["e8 1aa"], "E8"), (["E8 1AA", "E81ab"], "E8"), (["E8 1AA", None], "E8"), (["E8 1AA", "N16 0AA"], "several"),
     (["ZZ99 3VZ"], "not_known"), (["Ask Nell"], "not_known"), ([], "not_known")],
)  # fmt: skip
def test_H_16_an_area_is_a_postcode_s_district_and_never_somebody_s_words(
    postcodes: Sequence[str | None], area: str
) -> None:
    assert area_of([Child(address=Address(postcode=one)) for one in postcodes]) == area


def test_H_16_an_ethnicity_is_a_code_and_never_somebody_s_words() -> None:
    assert ethnicity_of([Child(ethnicity="wbri"), Child()]) == "WBRI"
    assert ethnicity_of([Child(ethnicity="WBRI"), Child(ethnicity="BCRB")]) == "several"
    assert ethnicity_of([Child(ethnicity="Nell's mother is Welsh")]) == "not_known"


def test_H_16_nobody_s_name_or_words_are_kept_of_a_contact() -> None:
    told = referral()
    kept = repr(of_referral(told, told.meta.occurred_at))
    said = [one.given_name for one in told.children] + [told.concern.summary, told.referrer.name]
    assert any(said)
    assert not [one for one in said if one and one in kept]


# -- the door --------------------------------------------------------------------------------------------------------


async def asked(
    tmp_path: Path, contacts: Collection[Contact] | None, query: str = "", **headers: str
) -> httpx.Response:
    keys = tmp_path / "keys.json"
    secret = add_key(keys, "desk", partnership="hackney", role="analyst", may=frozenset({"read"}))

    async def known(_partnership: str) -> Collection[Contact]:
        if contacts is None:
            raise LogUnreadable
        return contacts

    app = documented_app("status", "", "1")
    app.include_router(themes_routes(known, Access(ApiKeys(keys), {"hackney": HACKNEY}), Clock(wall=_in_december)))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://status") as client:
        return await client.get(f"/v1/reports/themes{query}", headers={"Authorization": f"Bearer {secret}", **headers})


def _in_december() -> int:
    return int(datetime(2026, 12, 10, 12, tzinfo=UTC).timestamp() * 1_000_000)


async def test_H_16_without_a_period_it_is_the_last_month_that_is_over(tmp_path: Path) -> None:
    answer = await asked(tmp_path, several(6, at=IN_NOVEMBER))
    assert answer.status_code == 200, answer.text
    assert (answer.json()["months"], answer.json()["contacts"]["count"]) == (["2026-11"], 6)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "query",
    ["?since=2026-10-02&until=2026-10-31", "?since=2026-10-01&until=2026-10-30", "?since=2026-11-01&until=2026-10-31",
     "?since=2026-12-01&until=2026-12-31", "?since=2020-01-01&until=2026-10-31", "?format=pdf",
     "?until=9999-12-31"],
)  # fmt: skip
async def test_H_16_only_whole_months_that_are_over_are_told(tmp_path: Path, query: str) -> None:
    answer = await asked(tmp_path, [], query)
    assert answer.status_code == 400, answer.text
    assert answer.json()["faults"][0]["remedy"]


async def test_H_16_as_csv_no_cell_is_a_formula(tmp_path: Path) -> None:
    contacts = [*several(9, ethnicity="-1+1"), *several(8)]
    answer = await asked(tmp_path, contacts, "?since=2026-10-01&until=2026-10-31", Accept="text/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.DictReader(StringIO(answer.text)))
    assert {one["contacts"] for one in lines if (one["table"], one["code"]) == ("source", "2A")} == {"17"}
    cells: list[Any] = [cell for one in lines for cell in one.values()]
    assert "'-1+1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


async def test_H_16_as_a_page_it_has_charts_and_loads_nothing(tmp_path: Path) -> None:
    contacts = [*several(9), *several(8, source="6")]
    answer = await asked(tmp_path, contacts, "?since=2026-10-01&until=2026-11-30&format=html")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = answer.text.replace('xmlns="http://www.w3.org/2000/svg"', "").replace("http://www.w3.org/1999/xlink", "")
    assert page.count("<svg") == 4
    assert not [one for one in ("<script", "http:", "https:", "src=", "url(", "@import") if one in page]


async def test_H_16_while_the_log_cannot_be_read_the_reader_comes_again(tmp_path: Path) -> None:
    answer = await asked(tmp_path, None)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
