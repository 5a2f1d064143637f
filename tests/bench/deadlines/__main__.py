"""`python -m tests.bench.deadlines`: runs the parts, prints a table, writes `.mashbus/bench-deadlines.json`."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from rich.console import Console
from rich.table import Table

from tests.bench import figures
from tests.bench.deadlines import alternative, clocks, lapses, rebuild, service
from tests.bench.deadlines.troubles import drawn
from tests.e2e.hub import running
from tests.served import FIVE

OUT = Path(".mashbus/bench-deadlines.json")
PARTS = ("clocks", "rebuild", "burst", "steady", "kills", "alternative")


def main(
    *,
    only: Annotated[str, typer.Option(help=f"Parts, with commas between: {', '.join(PARTS)}.")] = ",".join(PARTS),
    deadlines: Annotated[int, typer.Option(help="Open deadlines that are rebuilt, and stay.")] = 1_000_000,
    burst: Annotated[int, typer.Option(help="Deadlines that are due in one second.")] = 10_000,
    per_second: Annotated[int, typer.Option(help="Lapses a second of the steady run.")] = 200,
    seconds: Annotated[int, typer.Option(help="Length of the steady run.")] = 60,
    seed: Annotated[int, typer.Option(help="Of the moments at which things are killed.")] = 7,
    out: Annotated[Path, typer.Option(help="Where the figures are written.")] = OUT,
) -> None:
    """Measure deadlines, ours and a public alternative's. About twelve minutes with everything."""
    parts = only.split(",")
    if unknown := set(parts) - set(PARTS):
        raise typer.BadParameter(f"no part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    if "alternative" in parts and not alternative.PYTHON.exists():
        raise alternative.NotInstalled
    console = Console()
    found: dict[str, Any] = {"machine": {**figures.machine(), "load_before": _load()}}
    try:
        uvloop.run(_measured(found, parts, console, deadlines, burst, per_second, seconds, seed))
    finally:  # what was measured before a fault is measured
        found["machine"]["load_after"] = _load()
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(found, indent=1))
        console.print(_table(found))
        console.print(f"Written to {out}.")


async def _measured(
    found: dict[str, Any], parts: list[str], console: Console, deadlines: int, burst: int, per_second: int,
    seconds: int, seed: int,
) -> None:  # fmt: skip
    if "clocks" in parts:
        console.print("Pure clocks …")
        found["clocks"] = clocks.measured()
    if set(parts) <= {"clocks"}:
        return
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder) / "bus", services=("intake",), partnerships=FIVE, follow=False) as hub:
            if "rebuild" in parts:
                console.print(f"{deadlines:,} open deadlines …")
                found["rebuild"] = await rebuild.measured(hub, deadlines)
            elif {"burst", "steady", "kills"} & set(parts):
                await service.started(hub)
            if "burst" in parts:
                console.print(f"{burst:,} in one second …")
                found["burst"] = await lapses.burst(hub, burst)
            if "steady" in parts:
                console.print(f"{per_second} a second …")
                found["steady"] = await lapses.steady(hub, per_second, seconds)
            slowly, shorter = per_second // 2, max(10, seconds * 2 // 3)
            kills, flush = drawn(seed, shorter, ("kill",) * KILLS), drawn(seed, shorter, ("flush",))
            if "kills" in parts:
                console.print("Killed and flushed …")
                found["killed_and_flushed"] = await lapses.disturbed(hub, slowly, shorter, kills + flush)
            if "alternative" in parts:
                console.print("The alternative …")
                hub.processes.end_all()
                found["alternative"] = await alternative.measured(
                    hub, burst=burst, per_second=per_second, seconds=seconds, disturbed=(slowly, shorter),
                    kills=kills, flush=flush,
                )  # fmt: skip


KILLS = 3
AIMS = {
    "clocks.due_per_s": ">= 200,000",
    "rebuild.rebuilt_s": "< 60",
    "rebuild.casebooks_opened_s": "< 2",
    "burst.all_breached_s": "< 10",
    "steady.lapses.p99_ms": "< 1000",
}


def _load() -> str:
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def _table(found: Mapping[str, Any]) -> Table:
    table = Table("figure", title="Deadlines on this machine")
    table.add_column("found", overflow="fold")
    table.add_column("aim")
    table.columns[0].no_wrap = True
    for name, value in figures.lines(found):
        table.add_row(name, value, AIMS.get(name, ""))
    return table


if __name__ == "__main__":
    typer.run(main)
