"""Splink's score of one sought child against those who are near: probability, and what every field said.

The SQL that Splink makes of the model is made once and kept; each question then costs DuckDB some tens of milliseconds.
Not shared between threads.
"""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI
from splink.internals.realtime import compare_records

from services.matching.evidence import Levels, evidence_of
from services.matching.features import Features
from services.matching.records import COLUMNS, record_of
from services.matching.scores import Frequencies, Scored

MODEL = Path(__file__).with_name("model.json")
KNOWN_ALREADY = 0.3
"""Share of the children of contacts whom the directory holds although no exact identifier found them. Ours."""
BEST = 40
"""So many are told of, with their evidence: more than are ever offered, twins and those already decided included."""
STEP = 4
"""The prior is taken in such steps of the number of people, as each has its own SQL."""
_MEMORY = "256MB"
_KEPT_IN: dict[str, str | int | float | list[str]] = {
    "temp_directory": "",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""Nobody's name is written to a folder of temporary files, and nothing is fetched."""
_TYPES = {
    "BIGINT": pa.int64(),
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
    "DOUBLE": pa.float64(),
}
_SCHEMA = pa.schema(
    [(name, _TYPES[kind]) for name, kind in COLUMNS.items()] + [("tf_given", pa.float64()), ("tf_family", pa.float64())]
)


class Scoring:
    def __init__(self, model: Path = MODEL) -> None:
        self._model: dict[str, Any] = json.loads(model.read_text())
        self._model.pop("mashbus")
        self._levels = Levels.of(self._model)
        self._connection = duckdb.connect(config={"threads": 1, "memory_limit": _MEMORY, **_KEPT_IN})
        self._api = DuckDBAPI(self._connection)

    def close(self) -> None:
        self._connection.close()

    def usual(self) -> Frequencies:
        """How common a name is on average, by the model: what counts where little is known."""
        return Frequencies(*(self._levels.usual(name) for name in ("given_name", "family_name")))

    def scored(
        self, sought: Features, frequencies: Frequencies, near: Sequence[Features], among: int
    ) -> Sequence[Scored]:
        """The `BEST`, best first. `among`: how many people are held in all."""
        if not near:
            return ()
        step = max(1, round(math.log(max(among, 1), STEP)))
        left = [{**record_of(0, sought), "tf_given": frequencies.given, "tf_family": frequencies.family}]
        right = [dict(record_of(place, one)) for place, one in enumerate(near)]
        compared = compare_records(
            pa.Table.from_pylist(left, schema=_SCHEMA),
            pa.Table.from_pylist(right, schema=_SCHEMA),
            {**self._model, "probability_two_random_records_match": _prior(STEP**step)},
            self._api,
            sql_cache_key=f"mashbus matching {step}",
        )
        try:
            best = compared.as_duckdbpyrelation().order("match_weight DESC, unique_id_r").limit(BEST)
            rows = [dict(zip(best.columns, row, strict=True)) for row in best.fetchall()]
        finally:
            self._forget()
        return [self._scored(row) for row in rows]

    def _scored(self, row: Mapping[str, Any]) -> Scored:
        return Scored(int(row["unique_id_r"]), float(row["match_weight"]), tuple(evidence_of(row, self._levels)))

    def _forget(self) -> None:
        """Splink keeps its tables until told, and they hold people."""
        for (name,) in self._connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            self._connection.execute(f'DROP TABLE "{name}"')
        for (name,) in self._connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
            self._connection.execute(f'DROP VIEW "{name}"')
        self._api._created_tables.clear()  # noqa: SLF001
        self._api._intermediate_table_cache.executed_queries.clear()  # noqa: SLF001


def _prior(among: int) -> float:
    return min(KNOWN_ALREADY / among, 0.05)
