"""Synthetic contacts as their senders write them."""

import csv
import io
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from services.intake.police_rows import COLUMNS


def referral(**changes: Any) -> dict[str, Any]:
    """The body of POST /v1/referrals: abuse or neglect, which is amber and goes to police, health and education.

    No two are the same: the very same content under another key is one referral sent twice.
    """
    return {
        "source": "2A",
        "channel": "online_form",
        "referrer": {"kind": "practitioner", "name": "Terry Synthetic", "email": "terry@school.example"},
        "children": [{"given_name": "Synthia", "family_name": "Testchild", "date_of_birth": "2015-03-01"}],
        "concern": {"summary": "Synthetic: comes to school hungry.", "category_of_need": "N1", "tried": f"{uuid4()}"},
        "consent": {"status": "given"},
        **changes,
    }


def concern(need: str | None, *, immediate_harm: bool = False) -> dict[str, Any]:
    said: dict[str, Any] = {"summary": "Synthetic: a concern.", "tried": f"{uuid4()}", "immediate_harm": immediate_harm}
    return said | ({"category_of_need": need} if need else {})


def police_row(incident: str, **changes: str) -> Mapping[str, str]:
    return {
        "incident": incident,
        "form": "MERLIN",
        "nature": "domestic abuse",
        "incident_at": "2026-06-06T22:10:00+01:00",
        "assessment": "share",
        "person_reference": f"SYN-{incident}",
        "given_name": "Polly",
        "family_name": "Testchild",
        "date_of_birth": "2014-05-05",
        "sex": "F",
        "address_line": "1 Synthetic Street",
        "postcode": "E8 1ZZ",
        "category_of_need": "N1",
        "factors": "3A",
        "immediate_harm": "false",
        "summary": "Synthetic notification.",
        **changes,
    }


def batch(*rows: Mapping[str, str], columns: tuple[str, ...] = COLUMNS) -> dict[str, Any]:
    """For httpx."""
    to = io.StringIO(newline="")
    sheet = csv.DictWriter(to, columns, extrasaction="ignore")
    sheet.writeheader()
    sheet.writerows(rows)
    return {"content": to.getvalue().encode(), "headers": {"Content-Type": "text/csv"}}
