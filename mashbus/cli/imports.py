"""`mashbus import cin`: seed the hub's directory of known children from a children-in-need census (docs/census.md)."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from mashbus.bus.clock import Clock
from mashbus.bus.directory.memory import NoDirectoryKey, keys_of
from mashbus.bus.errors import BusError
from mashbus.bus.settings import Settings
from mashbus.census.faults import CensusRefused
from mashbus.census.reading import Census
from mashbus.cli.census_said import door_said, header_said, tally_said
from mashbus.cli.profile import fail, found
from mashbus.domain.partnership import Partnership
from mashbus.imports.census import Import, Published
from mashbus.imports.holdings import Origin
from mashbus.imports.report import report
from mashbus.imports.sorting import Sorting

app = typer.Typer(no_args_is_help=True, help="Put on the bus what other systems export.")

SHOWN_EVERY = 1000
"""Children."""


@app.callback()
def imports() -> None:
    """Put on the bus what other systems export."""


@app.command()
def cin(
    file: Annotated[Path, typer.Argument(help="The census as the case system exports it: XML.")],
    partnership: Annotated[str, typer.Option(help="Whose directory is seeded, by its profile.")],
    organisation: Annotated[str, typer.Option(help="Who keeps these cases: one of the holders its profile names.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read, check and count; publish nothing.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day at whose end the file was true, where its header is wrong."),
    ] = None,
    report_to: Annotated[
        Path | None, typer.Option("--report", help="Write every fault with its line here, as CSV.")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Wait until the door has taken everything in.")] = True,
) -> None:
    """Tell the hub which children have an open or recently closed case, from a children-in-need census.

    Ends with 0; with 1 where the door has not taken everything in; with 2 where the file is damaged or no census, or
    the bus cannot be reached. The same file again changes nothing.
    """
    profile = _holder(partnership, organisation)
    if report_to and report_to.resolve() == file.resolve():
        fail("--report names the census itself, which would be written over: name another file")
    asked = _Asked(file, profile, organisation, as_of, Settings(), dry_run=dry_run, wait=wait)
    try:
        with file.open("rb") as source, report(report_to) as tell:
            done, sorting = asked.work(source, tell)
    except CensusRefused as refused:
        fail(f"{file}: {refused}")
    except NoDirectoryKey as fault:
        fail(str(fault))
    except OSError as fault:
        fail(f"{fault.filename or file}: {fault.strerror or type(fault).__name__}")
    except BusError as fault:
        fail(f"{fault.detail}; what was published stands: import the file again once the bus is there")
    except (KafkaError, TimeoutError) as fault:
        fail(f"the topics of {organisation} do not answer ({type(fault).__name__}): mashbus topics apply")
    typer.echo("\n".join((*tally_said(sorting.tally, done, dry_run=dry_run), *door_said(done))))
    if sorting.tally.faults and report_to is None:
        typer.echo("Each fault with its line: --report FILE")
    if done.damage is not None:
        fail(f"{file}: {done.damage}")
    if not done.complete:
        raise typer.Exit(1)


def _holder(partnership: str, organisation: str) -> Partnership:
    profile = found(partnership)
    if organisation not in profile.known.holders:
        there_are = ", ".join(profile.known.holders) or "none"
        fail(f"{organisation} keeps no cases in {partnership}: the holders of its profile's [known] are: {there_are}")
    return profile


@dataclass(frozen=True)
class _Asked:
    """One import as it was asked for."""

    file: Path
    profile: Partnership
    organisation: str
    as_of: datetime | None
    settings: Settings
    dry_run: bool
    wait: bool

    def work(self, source: BinaryIO, tell: Callable[..., None]) -> tuple[Published, Sorting]:
        census, day = Census(source), self.as_of.date() if self.as_of else None
        clock = Clock(self.settings.home / "clock.json")
        true_at = census.header.true_at(self.profile.zone, day)
        typer.echo(header_said(census.header, true_at.astimezone(self.profile.zone)))
        sorting = Sorting(
            windows=(self.profile.known.recently, self.profile.known.re_referral),
            today=clock.now().astimezone(self.profile.zone).date(),
            made_on=census.header.made_on(self.profile.zone, day),
            tell=tell,
        )
        with _bars(source, self.file.stat().st_size, sorting) as (moved, waiting):
            if self.dry_run:
                return Published(damage=_only_read(census, sorting, moved)), sorting
            origin = Origin(
                partnership=self.profile.name,
                organisation=self.organisation,
                serial="/".join(map(str, (census.header.year, census.header.serial, census.header.made_at))),
                true_at=true_at,
            )
            errand = Import(self.settings, census, sorting, origin, keys_of(self.settings), clock)
            return asyncio.run(errand.publish(moved, waiting if self.wait else None)), sorting


def _only_read(census: Census, sorting: Sorting, moved: Callable[[], None]) -> CensusRefused | None:
    try:
        for place, _ in enumerate(sorting.children(census)):
            if place % SHOWN_EVERY == 0:
                moved()
    except CensusRefused as damage:
        return damage
    return None


@contextmanager
def _bars(
    source: BinaryIO, size: int, sorting: Sorting
) -> Iterator[tuple[Callable[[], None], Callable[[int, int], None]]]:
    """One for the file, one for the door; none where nobody watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        reading = bars.add_task("reading", total=size or None)
        door = bars.add_task("taken in by the door", total=None, visible=False)

        def moved() -> None:
            bars.update(reading, completed=source.tell(), description=f"{sorting.tally.children:,} children")

        def waiting(done: int, whole: int) -> None:
            bars.update(door, completed=done, total=whole, visible=True)

        yield moved, waiting
