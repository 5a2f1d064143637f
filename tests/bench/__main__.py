"""`python -m tests.bench`: measures on this machine, prints a table, writes `.mashbus/bench.json`. Loopback only."""

import gc
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

from tests.bench import figures, hop, whole
from tests.e2e.hub import running

OUT = Path(".mashbus/bench.json")


def main(
    *,
    hops: Annotated[int, typer.Option(help="Records of a hop's round; 0 leaves the hop out.")] = 20_000,
    rounds: Annotated[int, typer.Option(help="Rounds of the hop.")] = 5,
    referrals: Annotated[int, typer.Option(help="Referrals through the whole bus; 0 leaves it out.")] = 1500,
    seconds: Annotated[int, typer.Option(help="Length of each run at a steady rate.")] = 20,
    out: Annotated[Path, typer.Option(help="Where the figures are written.")] = OUT,
) -> None:
    """Measure one hop, the whole bus, memory and replay. About seven minutes."""
    console = Console()
    found = uvloop.run(_measured(hops, rounds, referrals, seconds, console))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=1))
    console.print(_table(found))
    console.print(f"Written to {out}.")


async def _measured(hops: int, rounds: int, referrals: int, seconds: int, console: Console) -> Mapping[str, Any]:
    found: dict[str, Any] = {"machine": {**figures.machine(), "load_before": os.getloadavg()}}
    with tempfile.TemporaryDirectory() as folder:
        if hops:
            console.print("One hop …")
            async with running(Path(folder) / "hop", services=(), follow=False) as hub:
                gc.freeze()
                found["hop"] = await hop.measured(hub, hops, rounds)
        if referrals:
            console.print("The door alone …")
            async with running(Path(folder) / "door", services=("intake",), follow=False) as hub:
                found["door_alone"] = await whole.door_alone(hub, whole.Load(hub), referrals * 2)
            console.print("The whole bus …")
            async with running(Path(folder) / "whole", follow=False) as hub:
                load = whole.Load(hub)
                await whole.sustained(hub, load, 100)
                found["at_5"] = await whole.latencies(hub, load, 5, 5 * seconds)
                found["at_20"] = await whole.latencies(hub, load, 20, 20 * seconds)
                found["at_50"] = await whole.latencies(hub, load, 50, 50 * seconds)
                found["sustained"] = await whole.sustained(hub, load, referrals)
                found["memory_mb"] = whole.memory(hub)
                hub.processes.end_all()
                found["replay"] = await whole.replay(hub)
    found["machine"]["load_after"] = os.getloadavg()
    return found


def _table(found: Mapping[str, Any]) -> Table:
    table = Table("figure", title="Mashbus on this machine")
    table.add_column("value", overflow="fold")
    table.columns[0].no_wrap = True
    for name, value in figures.lines(found):
        table.add_row(name, value)
    return table


if __name__ == "__main__":
    typer.run(main)
