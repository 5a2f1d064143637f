"""A person as a row that Splink compares."""

from collections.abc import Mapping
from typing import Any

from services.matching.features import Features, spoken

COLUMNS = {
    "unique_id": "BIGINT",
    "given": "VARCHAR",
    "spoken": "VARCHAR[]",
    "family": "VARCHAR",
    "family_parts": "VARCHAR[]",
    "born": "VARCHAR",
    "expected": "VARCHAR",
    "sex": "VARCHAR",
    "postcode": "VARCHAR",
    "house": "VARCHAR",
}
"""Types as DuckDB names them: of a column that is empty throughout it could not tell."""


def record_of(number: int, one: Features) -> Mapping[str, Any]:
    return {
        "unique_id": number,
        "given": one.given,
        "spoken": spoken(one.given),
        "family": one.family,
        "family_parts": list(one.family_parts),
        "born": one.born.isoformat() if one.born else None,
        "expected": one.expected.isoformat() if one.expected else None,
        "sex": one.sex,
        "postcode": one.postcode,
        "house": one.house,
    }
