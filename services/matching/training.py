"""`python -m services.matching.training`: the model's weights from a synthetic population with known truth, by Splink.

How often a field agrees between strangers (u) is counted on random pairs; how often it agrees for one child (m) on
contacts whose truth is known, mixed as `MIX` says. No part of the running service, which never learns from people.
"""

import json
import math
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker

from mashbus.domain.referral import Child
from mashbus.synthetic.population import Arrival, Hard, Population
from services.matching.features import features
from services.matching.model import EXPECTED, FIELDS, SWAPPED, untrained
from services.matching.records import COLUMNS, record_of

MODEL = Path(__file__).with_name("model.json")
SEED = "matching 1"
FAMILIES = 60_000
"""A council's area: about 100,000 children."""
CONTACTS = 60_000
PAIRS = 3e7
MIX = {
    Hard.PLAIN: 0.510,
    Hard.OTHER_LINE: 0.050,
    Hard.MOVED: 0.120,
    Hard.CHANGED_FAMILY: 0.050,
    Hard.CHANGED_AND_MOVED: 0.015,
    Hard.MISSPELT: 0.070,
    Hard.SHORT_FORM: 0.050,
    Hard.SLIP: 0.030,
    Hard.TRANSPOSED: 0.015,
    Hard.SLIP_AND_MISSPELT: 0.005,
    Hard.FIRST_OF_JANUARY: 0.005,
    Hard.SWAPPED: 0.010,
    Hard.SPARSE: 0.025,
    Hard.RENAMED: 0.005,
    Hard.TWIN: 0.020,
    Hard.BORN_SINCE: 0.015,
    Hard.UNBORN_TWICE: 0.005,
}
"""Ours: no source counts what is wrong with the contacts of a front door. The weights say how rare each slip is."""
LEAST = 0.002
"""A level that was never seen among true pairs is not impossible: so rare at least."""
IMPOSSIBLE = 0.0002
"""But nobody expects a child years after its birth: without this, a born sibling would look like the unborn child."""


def train(families: int = FAMILIES, contacts: int = CONTACTS, pairs: float = PAIRS) -> dict[str, Any]:
    """Splink's saved model, with a note of how it came to be. Some minutes, some gigabytes."""
    population = Population(SEED, families)
    connection = duckdb.connect()
    held = ((one.number, one.number, one.child) for one in population.people())
    _table(connection, "held", held)
    _table(
        connection,
        "contacts",
        ((-n, one.truth or -n, one.child) for n, one in enumerate(_mixed(population, contacts), 1)),
    )
    api = DuckDBAPI(connection)
    tables = [api.register(name, table_name=f"{name}_", dataset_display_name=name) for name in ("contacts", "held")]
    linker = Linker(tables, untrained())
    linker.training.estimate_u_using_random_sampling(max_pairs=pairs, seed=1, min_count_per_level=None)
    linker.training.estimate_m_from_label_column("truth")
    model = linker.misc.save_model_to_json()
    return _completed(model, families, contacts, pairs)


def _mixed(population: Population, contacts: int) -> Iterator[Arrival]:
    for hard, share in MIX.items():
        yield from population.arrivals(hard, round(contacts * share))


def _table(connection: duckdb.DuckDBPyConnection, name: str, rows: Iterable[tuple[int, int, Child]]) -> None:
    """Through a file, as a million rows one by one would take DuckDB minutes."""
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as file:
        for number, truth, child in rows:
            file.write(json.dumps({**record_of(number, features(child)), "truth": truth}) + "\n")
        file.flush()
        columns = {**COLUMNS, "truth": "BIGINT"}
        connection.read_json(file.name, columns=columns, format="newline_delimited").create(name)


def _completed(model: dict[str, Any], families: int, contacts: int, pairs: float) -> dict[str, Any]:
    """What was never seen gets the least; swapped names weigh what both names weigh, once."""
    by_name = {one["output_column_name"]: one["comparison_levels"] for one in model["comparisons"]}
    for name, levels in by_name.items():
        least = IMPOSSIBLE if name == EXPECTED else LEAST
        for one in levels:
            if not one.get("is_null_level"):
                one["m_probability"] = max(one.get("m_probability") or 0, least)
                one["u_probability"] = max(one.get("u_probability") or 0, 1 / pairs)
    given, family = (by_name[name] for name in FIELDS[:2])
    _labelled(given, SWAPPED)["u_probability"] = given[1]["u_probability"] * family[1]["u_probability"]
    _labelled(family, SWAPPED).update(m_probability=LEAST, u_probability=LEAST)
    model["linker_uid"] = "mashbus"  # else another one with every run, and nothing else differs
    model["link_type"] = "dedupe_only"  # one row against a few: no names of data sets are needed any more
    model["blocking_rules_to_generate_predictions"] = []
    model["mashbus"] = {
        "made_by": "python -m services.matching.training",
        "population": f"synthetic, seed '{SEED}', {families} families, {contacts} contacts, {pairs:.0e} random pairs",
        "mix": {hard.value: share for hard, share in MIX.items()},
    }
    return model


def _labelled(levels: list[dict[str, Any]], label: str) -> dict[str, Any]:
    return next(one for one in levels if one["label_for_charts"] == label)


def table(model: dict[str, Any]) -> Iterator[str]:
    """The weights, a line a level."""
    for one in model["comparisons"]:
        for level in one["comparison_levels"]:
            if not level.get("is_null_level"):
                m, u = level["m_probability"], level["u_probability"]
                said = f"{one['output_column_name']:22} {level['label_for_charts']:75}"
                yield f"{said} {m:.4f} {u:.2e} {math.log2(m / u):+6.1f}"


if __name__ == "__main__":
    trained = train()
    MODEL.write_text(json.dumps(trained, indent=1) + "\n")
    print("\n".join(table(trained)))  # noqa: T201
