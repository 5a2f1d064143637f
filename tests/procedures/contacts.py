"""Synthetic contacts. Each is complete for every partnership: a story changes what it is about and nothing else.

A field set to None is left out. Nobody in them is real.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

ADDRESS = {"lines": ["1 Synthetic Street"], "postcode": "ZZ99 9ZZ"}
"""A postcode of nowhere: no authority's (G-02). Stories about areas say another."""

DUE = -1
"""In place of an expected date of birth."""


def contact(**changes: Any) -> dict[str, Any]:
    """The body of POST /v1/referrals: a school is worried, the family was told and agrees, nobody else is involved."""
    return said(
        {
            "source": "2A",
            "channel": "online_form",
            "referrer": referrer(),
            "children": [child()],
            "adults": [adult()],
            "concern": concern(),
            "consent": consent(),
            **({} if "professionals" in changes else {"no_other_professionals": True}),
        },
        changes,
    )


def professional(name: str, **changes: Any) -> dict[str, Any]:
    """Somebody else who is involved with the family."""
    address = f"{name.split(maxsplit=1)[0].lower()}@involved.example"
    return said({"name": name, "role": "health visitor", "organisation": "Synthetic Clinic", "email": address}, changes)


def referrer(kind: str = "practitioner", **changes: Any) -> dict[str, Any]:
    person = {
        "kind": kind,
        "name": "Terry Referrer",
        "role": "teacher" if kind == "practitioner" else None,
        "organisation": "Synthetic School" if kind == "practitioner" else None,
        "email": "terry@school.example",
        "phone": "01632 960001",
    }
    return said(person, changes)


def child(*, age: int = 9, **changes: Any) -> dict[str, Any]:
    """`age` is turned into a date of birth when the contact is sent: bus time has moved by then."""
    person = {
        "given_name": "Synthia",
        "family_name": "Testchild",
        "date_of_birth": age,
        "sex": "F",
        "ethnicity": "WBRI",
        "language": "English",
        "phone": "01632 960002",
        "school": "Synthetic School",
        "address": ADDRESS,
    }
    return said(person, changes)


def unborn(**changes: Any) -> dict[str, Any]:
    """Expected in four months."""
    none = {"date_of_birth": None, "given_name": None, "school": None, "sex": None}
    return child(**{**none, "expected_date_of_birth": DUE, **changes})


def adult(**changes: Any) -> dict[str, Any]:
    person = {
        "given_name": "Petra",
        "family_name": "Testchild",
        "relationship": "parent",
        "date_of_birth": "1990-02-03",
    }
    return said(person, changes)


def concern(need: str | None = None, **changes: Any) -> dict[str, Any]:
    """`need`: category of need. Without one, no rule of thumb rates it."""
    worry = {
        "summary": "Synthetic: comes to school hungry.",
        "impact": "Synthetic: is tired and cannot learn.",
        "tried": "Synthetic: the school spoke with the family.",
        "category_of_need": need,
    }
    return said(worry, changes)


def consent(status: str = "given", **changes: Any) -> dict[str, Any]:
    """Given, it is complete; refused or not sought, a story says what else is recorded."""
    given = {"given_by": "mother", "lawful_basis": "public_task"} if status == "given" else {}
    return said({"status": status, "told": True, **given}, changes)


def dated(document: Mapping[str, Any], today: date) -> dict[str, Any]:
    """With dates for ages."""
    children = document.get("children", ())
    return {**document, "children": [{**one, **_dates(one, today)} for one in children]} if children else {**document}


def distinct(document: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """Told apart from any other, where it says what was tried."""
    concern = document.get("concern") or {}
    tried = concern.get("tried")
    return {**document, "concern": {**concern, "tried": f"{tried} ({mark})"}} if tried else {**document}


def _dates(one: Mapping[str, Any], today: date) -> dict[str, str]:
    dates = {}
    if isinstance(age := one.get("date_of_birth"), int):
        dates["date_of_birth"] = (today - timedelta(days=365 * age + 180)).isoformat()
    if one.get("expected_date_of_birth") == DUE:
        dates["expected_date_of_birth"] = (today + timedelta(days=120)).isoformat()
    return dates


def said(complete: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**complete, **changes}.items() if value is not None}
