"""A police force's batch of notifications as CSV: a row for each child and incident; some faulty, some not kept."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from mashbus.domain.referral import Child
from mashbus.synthetic.chance import chance
from mashbus.synthetic.town import born_on
from mashbus.synthetic.words import GIRLS

COLUMNS = ("incident", "form", "nature", "incident_at", "assessment", "person_reference", "given_name", "family_name",
           "date_of_birth", "sex", "address_line", "postcode", "category_of_need", "factors", "immediate_harm",
           "summary")  # fmt: skip
NATURES = (
    ("domestic abuse", "N1", "3A 3B", 45),
    ("missing", "N8", "10A", 15),
    ("exploitation", "N1", "24A", 8),
    ("antisocial behaviour", "N6", "14A", 14),
    ("concern for welfare", "N0", "", 18),
)
"""The force's words, with the need and the factors it names, and how often in a hundred."""
NO_CONCERN = 0.1
NOT_KEPT = "Neverkept"
"""Stands in every such row and nowhere else: `mashbus verify --planted` looks for it in every record of the bus."""
IMMEDIATE_HARM = 0.08
SEVERAL_CHILDREN = 7
"""Every seventh incident has two or three children."""
BROKEN = ("incident_at", "date_of_birth", "assessment", "incident")
"""One row each with a value in this column that cannot be read."""
Row = dict[str, str]


def batch(rows: int, *, monday: date, zone: ZoneInfo, seed: object) -> bytes:
    """So many rows about the weekend before `monday`, UTF-8 with a header; rows of one incident stand together."""
    draw = chance("police", seed)
    written = list(_rows(draw, rows, monday, zone))
    _break(draw, written)
    to = io.StringIO(newline="")
    sheet = csv.DictWriter(to, COLUMNS)
    sheet.writeheader()
    sheet.writerows(written)
    return to.getvalue().encode()


def _rows(draw: Random, wanted: int, monday: date, zone: ZoneInfo) -> Iterator[Row]:
    number = written = 0
    while written < wanted:
        number += 1
        incident = _incident(draw, number, monday, zone)
        at_least = draw.choice((2, 3)) if number % SEVERAL_CHILDREN == 0 else 1
        for child in _household(draw, monday, at_least)[: wanted - written]:
            written += 1
            row = {**incident, **_person(child, written)}
            yield _marked(row) if row["assessment"] == "no_concern" else row


def _household(draw: Random, monday: date, at_least: int) -> tuple[Child, ...]:
    """The children of a family of the town, the first under 17; where they are too few, with a younger half-sibling."""
    family = None
    while family is None:
        family = born_on(monday - timedelta(days=draw.randrange(3 * 365, 17 * 365)), draw.choice("MF"))
    found = family.children
    while len(found) < at_least:
        born = (found[0].date_of_birth or monday) + timedelta(days=400 * len(found))
        found = (*found, replace(found[0], given_name=draw.choice(GIRLS), sex="F", date_of_birth=born))
    return found


def _incident(draw: Random, number: int, monday: date, zone: ZoneInfo) -> Row:
    nature, need, factors, _ = draw.choices(NATURES, [weight for *_, weight in NATURES])[0]
    if number <= len(NATURES):
        nature, need, factors, _ = NATURES[number - 1]
    happened = datetime.combine(monday - timedelta(days=3), time(17), zone) + timedelta(minutes=draw.randrange(60 * 60))
    no_concern = number > len(NATURES) and draw.random() < NO_CONCERN
    return {
        "incident": _number(number),
        "form": draw.choice(("MERLIN", "MERLIN", "PPN")),
        "nature": nature,
        "incident_at": happened.isoformat(),
        "assessment": "no_concern" if no_concern else "share",
        "category_of_need": need,
        "factors": factors,
        "immediate_harm": "true" if nature == "domestic abuse" and draw.random() < IMMEDIATE_HARM else "false",
        "summary": f"Synthetic notification: {nature}, attended by officers, a child of the household seen.",
    }


def _number(number: int) -> str:
    return f"SYN/{number:04}/26"


def _person(child: Child, number: int) -> Row:
    address = child.address
    return {
        "person_reference": f"SYN-P{number:05}",
        "given_name": child.given_name or "",
        "family_name": child.family_name or "",
        "date_of_birth": child.date_of_birth.isoformat() if child.date_of_birth else "",
        "sex": child.sex or "",
        "address_line": ", ".join(address.lines) if address else "",
        "postcode": (address.postcode or "") if address else "",
    }


def _marked(row: Row) -> Row:
    return {
        **row,
        "person_reference": f"{row['person_reference']}-{NOT_KEPT}",
        "family_name": f"{row['family_name']}-{NOT_KEPT}",
        "address_line": f"{NOT_KEPT} Cottage, {row['address_line']}",
        "summary": f"{row['summary']} {NOT_KEPT}.",
    }


def _break(draw: Random, rows: list[Row]) -> None:
    """Spoils single-child incidents only, so that a fault costs its own row and no sibling's."""
    incidents = [row["incident"] for row in rows]
    alone = [row for row in rows if row["incident"] > _number(len(NATURES)) and incidents.count(row["incident"]) == 1]
    for column, row in zip(BROKEN, draw.sample(alone, min(len(BROKEN), len(alone))), strict=False):
        row[column] = "" if column == "incident" else "not readable"
