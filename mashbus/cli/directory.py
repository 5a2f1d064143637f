"""`mashbus directory status`: how many children the hub knows, how far behind the log it is, and what it costs.

Read from the files of the services on this machine, and the ends of the log; nothing is written, nobody is named.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from mashbus.bus.directory.ends import Asker, Ends
from mashbus.bus.directory.file import FOLDER, TableDamaged, files, looker
from mashbus.bus.directory.lookups import Counts, Lookups, Source
from mashbus.bus.errors import TransientError
from mashbus.bus.settings import Settings, default_home

app = typer.Typer(no_args_is_help=True, help="What the hub knows of children already.")

WITHIN = 10
"""Seconds for the broker's answer."""
MEBIBYTE = 1024 * 1024


@app.callback()
def directory() -> None:
    """What the hub knows of children already."""


@app.command()
def status(
    home: Annotated[Path, typer.Option("--home", default_factory=default_home, help="Folder of the services' files.")],
) -> None:
    """Children by organisation, identifiers, contacts, lag and size. Ends with 1 where no service has read anything."""
    settings = Settings(home=home)
    sheets = [sheet for path in files(settings.home / FOLDER) if (sheet := read(path))]
    if not sheets:
        typer.echo(
            f"No service has read the directory into {settings.home / FOLDER}: start triage or intake.", err=True
        )
        raise typer.Exit(1)
    ends = asyncio.run(_ends(settings))
    console = Console()
    for sheet in sheets:
        console.print(table(sheet, ends))


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One process's file."""

    path: Path
    counts: Counts
    children: Mapping[Source, int]
    positions: Mapping[tuple[str, int], int]

    @property
    def size(self) -> int:
        """Bytes on disk, with what is written ahead."""
        return sum(one.stat().st_size for one in self.path.parent.glob(f"{self.path.name}*"))


def read(path: Path) -> Sheet | None:
    """None: it is being made anew."""
    try:
        db = looker(path)
        try:
            lookups = Lookups(path, db)
            return Sheet(
                path=path,
                counts=lookups.counts(),
                children=lookups.children_by_source(),
                positions=lookups.positions(),
            )
        finally:
            db.close()
    except (TableDamaged, TransientError):
        return None


def table(sheet: Sheet, ends: Ends | None) -> Table:
    made = Table("what", title=sheet.path.name)
    made.add_column("how many", justify="right")
    for (partnership, organisation), children in sorted(sheet.children.items()):
        made.add_row(f"children: {partnership}, {organisation}", f"{children:,}")
    made.add_row("other identifiers that lead to them", f"{sheet.counts.identifiers:,}")
    made.add_row("claims of contacts", f"{sheet.counts.contacts:,}")
    made.add_row("records not read yet", "the broker does not answer" if ends is None else f"{lag(sheet, ends):,}")
    made.add_row("MiB on disk", f"{sheet.size / MEBIBYTE:,.1f}")
    return made


def lag(sheet: Sheet, ends: Ends) -> int:
    """Offsets; some of them compaction may have taken away."""
    return sum(max(0, end - sheet.positions.get((one.topic, one.partition), 0)) for one, end in ends.items())


async def _ends(settings: Settings) -> Ends | None:
    asker = Asker(settings.kafka_hosts)
    try:
        async with asyncio.timeout(WITHIN):
            return await asker.ends()
    except (KafkaError, TimeoutError, OSError):
        return None
    finally:
        await asker.stop()
