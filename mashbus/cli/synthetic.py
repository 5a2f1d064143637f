"""`mashbus synthetic census | referrals | police | agency`: synthetic input as files, and agencies' own databases."""

import importlib
import json
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from mashbus.bus.settings import Settings
from mashbus.cli.run import AGENCIES, named
from mashbus.synthetic import census_file, police_batch
from mashbus.synthetic.census import CensusFault, CensusRow, read
from mashbus.synthetic.referrals import referrals as made_of

app = typer.Typer(no_args_is_help=True, help="Synthetic input, plainly so: nobody in it is real.")

Out = Annotated[Path, typer.Option("--out", help="The file to write.")]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same file.")]
Monday = Annotated[str, typer.Option("--monday", help="The first day of the week, YYYY-MM-DD.")]
Zone = Annotated[str, typer.Option("--zone", help="The hub's time zone.")]
A_PLAIN_MONDAY = "2026-06-08"


@app.command()
def census(
    out: Out = Path("census.xml"),
    children: int = 320,
    seed: Seed = 1,
    form: Annotated[census_file.Form, typer.Option(help="As older or newer years have it.")] = census_file.Form.NEWER,
) -> None:
    """A children-in-need census file, as a council's case system exports it: for `referrals`, or for `import cin`."""
    with out.open("wb") as to:
        census_file.write(to, children=children, seed=seed, form=form)
    typer.echo(f"{out}: {children} synthetic children")


@app.command()
def referrals(
    census_xml: Annotated[Path, typer.Argument(metavar="CENSUS", exists=True, dir_okay=False)],
    *,
    out: Out = Path("referrals.jsonl"),
    at_most: int = 300,
    seed: Seed = 1,
    monday: Monday = A_PLAIN_MONDAY,
    zone: Zone = "Europe/London",
) -> None:
    """Referrals made of a census file, one JSON body of POST /v1/referrals a line; faults go to standard error."""
    rows = []
    for one in read(census_xml):
        if isinstance(one, CensusRow):
            rows.append(one)
        if isinstance(one, CensusFault):
            typer.echo(f"{census_xml}: {one}", err=True)
    arrivals = made_of(rows, monday=date.fromisoformat(monday), zone=ZoneInfo(zone), seed=seed, at_most=at_most)
    out.write_text("".join(json.dumps(one.document) + "\n" for one in arrivals))
    typer.echo(f"{out}: {len(arrivals)} referrals")
    if not rows:
        raise typer.Exit(1)


@app.command()
def police(
    out: Out = Path("police.csv"),
    rows: int = 60,
    seed: Seed = 1,
    monday: Monday = A_PLAIN_MONDAY,
    zone: Zone = "Europe/London",
) -> None:
    """A force's batch of notifications, the body of POST /v1/police/notifications."""
    out.write_bytes(police_batch.batch(rows, monday=date.fromisoformat(monday), zone=ZoneInfo(zone), seed=seed))
    typer.echo(f"{out}: {rows} rows")


@app.command()
def agency(
    services: Annotated[
        list[str],
        typer.Argument(help=f"One or more of: {', '.join(AGENCIES)}; as they are run: agency_police@kent-police."),
    ],
) -> None:
    """Fill agencies' databases with synthetic people: a run of its own, sharing no key with any referral."""
    bound = [named(name) for name in services]
    if unknown := [one.service for one in bound if one.service not in AGENCIES]:
        raise typer.BadParameter(f"no agency service {', '.join(unknown)}; there are: {', '.join(AGENCIES)}")
    settings = Settings()
    for one in bound:
        people: int = importlib.import_module(f"services.{one.service}.app").seed(settings, one.organisation)
        typer.echo(f"{one}: {people} synthetic people")
