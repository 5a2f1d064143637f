"""What Splink found field by field, in words that a person can weigh: the model's labels, and never a value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mashbus.domain.known import Evidence, Says

_DECIMALS = 2


@dataclass(frozen=True)
class Levels:
    """The model's labels by field and by Splink's number of the level (`gamma`): -1 is missing, the best is highest."""

    labels: Mapping[str, Mapping[int, str]]
    models: Mapping[str, Mapping[int, float]]
    """How often strangers agree so far."""

    @classmethod
    def of(cls, model: Mapping[str, Any]) -> "Levels":
        labels, shares = {}, {}
        for one in model["comparisons"]:
            said = [level for level in one["comparison_levels"] if not level.get("is_null_level")]
            numbered = {len(said) - 1 - at: level for at, level in enumerate(said)}
            name = one["output_column_name"]
            labels[name] = {number: level["label_for_charts"] for number, level in numbered.items()}
            shares[name] = {number: level["u_probability"] for number, level in numbered.items()}
        return cls(labels, shares)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.labels)

    def usual(self, field: str) -> float:
        """How often strangers have the very same value."""
        return self.models[field][max(self.models[field])]


def evidence_of(row: Mapping[str, Any], levels: Levels) -> Iterator[Evidence]:
    """Of one compared pair, in the order of the model. Of what applies to no pair of this kind nothing is said."""
    born = int(row["gamma_date_of_birth"]) >= 0
    for field in levels.fields:
        gamma = int(row[f"gamma_{field}"])
        if gamma < 0:
            if field != "expected_date_of_birth" and not (field == "date_of_birth" and not born and _unborn(row)):
                yield Evidence(field=field, says=Says.MISSING, weight=0.0)
            continue
        says, _, detail = levels.labels[field][gamma].partition(": ")
        bits = float(row[f"mw_{field}"]) + float(row.get(f"mw_tf_adj_{field}") or 0.0)
        yield Evidence(field=field, says=Says(says), weight=round(bits, _DECIMALS), detail=detail or None)


def _unborn(row: Mapping[str, Any]) -> bool:
    return int(row["gamma_expected_date_of_birth"]) >= 0
