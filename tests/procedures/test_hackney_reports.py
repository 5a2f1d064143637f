"""What Hackney reports of its contacts (H-16), as whoever reads the report sees it."""

import csv
from collections.abc import Mapping
from io import StringIO
from typing import Any

from tests.procedures.contacts import ADDRESS, child, concern
from tests.procedures.door import Door

MONTH = {"since": "2025-03-01", "until": "2025-03-31"}
"""One in which no other story's contact came."""


async def come(door: Door, number: int, day: int, source: str, postcode: str, ethnicity: str, **worry: Any) -> None:
    """So many contacts by phone on a day of that month, typed in today, each about a child of its own."""
    for one in range(number):
        at = f"2025-03-{day:02}T10:00:00+00:00"
        home = {**ADDRESS, "postcode": postcode}
        person = child(given_name=f"Nell {source} {one}", family_name="Themeless", ethnicity=ethnicity, address=home)
        await door.refers(channel="phone", received_at=at, source=source, children=[person], concern=concern(**worry))


def counts(themes: Mapping[str, Any], table: str) -> dict[str, int | None]:
    (found,) = (one for one in themes["tables"] if one["name"] == table)
    return {row["code"]: row["count"] for row in found["rows"] if row["count"] != 0}


async def test_H_16_contacts_are_told_by_source_concern_area_and_ethnicity_and_small_numbers_are_not(door: Door):
    """Eight from schools, six from a hospital, two from housing: the two are withheld, and so is what would tell them."""
    before = (await door.get("/v1/reports/themes", **MONTH)).json()
    assert before["contacts"]["count"] == 0
    await come(door, 8, 3, "2A", "E8 1AA", "WBRI", need="N1", factors=["16A"])
    await come(door, 6, 10, "3A", "N16 0AA", "BCRB", need="N4")
    await come(door, 2, 31, "4", "N16 0AA", "BCRB", need="N4")
    answer = await door.get("/v1/reports/themes", **MONTH)
    assert answer.status_code == 200, answer.text
    themes = answer.json()
    assert themes["contacts"]["count"] == 16
    assert counts(themes, "source") == {"2A": 8, "3A": None, "4": None}
    assert counts(themes, "need") == {"N1": 8, "N4": 8}
    assert counts(themes, "factor") == {"16A": 8}
    assert counts(themes, "area") == {"E8": 8, "N16": 8}
    assert counts(themes, "ethnicity") == {"WBRI": 8, "BCRB": 8}
    (crossed,) = (one for one in themes["tables"] if one["name"] == "need_by_ethnicity")
    shares = {(row["code"], row["ethnicity"]): row["percent_of_ethnicity"] for row in crossed["rows"]}
    assert (shares["N4", "BCRB"], shares["N4", "WBRI"]) == (100.0, 0.0)
    page = await door.get("/v1/reports/themes", **MONTH, format="html")
    table = await door.get("/v1/reports/themes", **MONTH, format="csv")
    assert "<svg" in page.text
    lines = list(csv.DictReader(StringIO(table.text)))
    assert {one["code"]: one["contacts"] for one in lines if one["table"] == "source" and one["contacts"] != "0"} == {
        "2A": "8", "3A": "c", "4": "c",
    }  # fmt: skip
    for told in (answer.text, page.text, table.text):
        assert not [word for word in ("Themeless", "Nell", "Terry", "hungry") if word in told]


async def test_H_16_a_month_that_is_not_over_is_not_told(door: Door):
    """Else the difference of two days' answers would tell of one child."""
    today = door.time.local().date()
    answer = await door.get("/v1/reports/themes", since=today.replace(day=1).isoformat())
    assert answer.status_code == 400, answer.text
    assert "month" in answer.json()["faults"][0]["problem"]
