"""`python -m tests.bench.matching`: precision and recall of matching, case by case, with what it costs."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from services.matching.offers import offers
from tests.bench import figures

OUT = Path(".mashbus/bench-matching.json")


def main(
    *,
    people: Annotated[str, typer.Option(help="How many are held, with commas between.")] = "100000,1000000",
    each: Annotated[int, typer.Option(help="Contacts of each hard case.")] = 200,
    out: Annotated[Path, typer.Option(help="Where the figures are written.")] = OUT,
) -> None:
    """Precision, recall, twins, latency and memory on a synthetic population with known truth. About ten minutes."""
    console = Console()
    found: dict[str, Any] = {"machine": {**figures.machine(), "load_before": _load()}, "least": offers().least}
    for size in sorted(int(one) for one in people.split(",")):
        console.print(f"{size:,} people …")
        found[str(size)] = _measured(size, each)
        console.print(_cases(size, found[str(size)]), _thresholds(found[str(size)]), _costs(found[str(size)]))
    found["machine"]["load_after"] = _load()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=1))
    console.print(f"Written to {out}.")


def _measured(size: int, each: int) -> Any:
    command = [sys.executable, "-m", "tests.bench.matching.measuring", str(size), str(each)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.decode().splitlines()[-1])


def _cases(size: int, found: Mapping[str, Any]) -> Table:
    title = f"Contacts, {size:,} people held, offered from {offers().least:.2f} on"
    table = Table("contact", "n", "found", "another offered", "another certain", title=title)
    for name, said in found["cases"].items():
        right = f"{said['found']:.1%}" if "found" in said else "nobody to find"
        table.add_row(
            name, str(said["contacts"]), right, f"{said['another_offered']:.1%}", str(said["another_certain"])
        )
    return table


def _thresholds(found: Mapping[str, Any]) -> Table:
    """`alike`: every hard case as often as every other; `mixed`: as services/matching/training.py mixes them."""
    table = Table("least", "precision mixed", "recall mixed", "precision alike", "recall alike")
    for least, said in found["at"].items():
        names = ("precision_mixed", "recall_mixed", "precision_alike", "recall_alike")
        table.add_row(least, *(f"{said[name]:.1%}" for name in names))
    return table


def _costs(found: Mapping[str, Any]) -> Table:
    table = Table("cost", "found")
    for name in ("people", "reading_seconds", "file_mb", "memory_mb", "lookup_ms", "lookup_processor_ms"):
        table.add_row(name, json.dumps(found[name]).replace('"', ""))
    return table


def _load() -> str:
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


if __name__ == "__main__":
    typer.run(main)
