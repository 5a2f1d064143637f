"""`python -m tests.bench.directory`: what remembering children costs, as a table and `.mashbus/bench-directory.json`."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from rich.console import Console
from rich.table import Table

from mashbus.bus.settings import Settings
from tests.bench import figures
from tests.bench.directory.filling import fill
from tests.e2e.hub import running

AGAIN = ("seconds", "rss_grown_after_mb", "lookup", "fresh")
"""Of a process that finds its file."""
OUT = Path(".mashbus/bench-directory.json")


def main(
    *,
    children: Annotated[str, typer.Option(help="How many, with commas between: 100000,1000000.")] = "100000,1000000",
    out: Annotated[Path, typer.Option(help="Where the figures are written.")] = OUT,
) -> None:
    """Memory, disk and time of a process that reads the directory whole; how long lookups take. About ten minutes."""
    console = Console()
    found: dict[str, Any] = {"machine": {**figures.machine(), "load_before": _load()}}
    try:
        uvloop.run(_measured(found, sorted(int(one) for one in children.split(",")), console))
    finally:
        found["machine"]["load_after"] = _load()
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(found, indent=1))
        console.print(_table(found))
        console.print(f"Written to {out}.")


async def _measured(found: dict[str, Any], sizes: list[int], console: Console) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder) / "bus", services=(), follow=False) as hub:
            filled = 0
            for size in sizes:
                console.print(f"{size:,} children …")
                await fill(hub.settings, range(filled, size))
                filled = size
                home = Path(folder) / f"reader-{size}"
                found[f"first_{size}"] = await _reader(hub.settings, home, size)
                again = await _reader(hub.settings, home, size)
                found[f"again_{size}"] = {name: again[name] for name in AGAIN}


async def _reader(settings: Settings, home: Path, size: int) -> Any:
    """A process of its own, as a service is."""
    told = _told(settings, home)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.directory.reading", str(told), str(size), stdout=asyncio.subprocess.PIPE
    )
    written, _ = await process.communicate()
    assert process.returncode == 0
    return json.loads(written.decode().splitlines()[-1])


def _told(settings: Settings, home: Path) -> Path:
    home.mkdir(exist_ok=True)
    secret = settings.directory_key.get_secret_value() if settings.directory_key else ""
    said = {**settings.model_dump(mode="json"), "home": str(home), "directory_key": secret}
    told = home / "settings.json"
    told.write_text(json.dumps(said))
    return told


def _load() -> str:
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def _table(found: Mapping[str, Any]) -> Table:
    table = Table("figure", title="The directory on this machine")
    table.add_column("found", overflow="fold")
    table.columns[0].no_wrap = True
    for name, value in figures.lines(found):
        table.add_row(name, value)
    return table


if __name__ == "__main__":
    typer.run(main)
