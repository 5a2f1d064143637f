"""`mashbus verify`: did the promises hold? Ends with 0, or 1 and every violation, or 2 where it could not look."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mashbus.bus.settings import Settings, default_home
from mashbus.profiles import ProfileRefused
from mashbus.verify import BadReceipts, LogUnreadable, Report
from mashbus.verify import verify as verified

SHOWN = 20
"""Findings of a check on the screen; --json has them all."""

Home = Annotated[Path, typer.Option("--home", default_factory=default_home, help="The stack's folder.")]
Receipts = Annotated[
    Path | None, typer.Option(help="JSON lines of every 202 a client got.", exists=True, dir_okay=False)
]
Settled = Annotated[bool, typer.Option("--settled/--live", help="Is everything finished, or is the bus running?")]
At = Annotated[str | None, typer.Option(help="Judge as of this instant of bus time (ISO 8601 with offset), not now.")]
Within = Annotated[
    float | None, typer.Option(help="Real seconds that a running service may take; 5, or 90 with --live.")
]
Planted = Annotated[
    list[str] | None, typer.Option(help="A word of something that must not be recorded: searched for in every record.")
]
Json = Annotated[bool, typer.Option("--json", help="The whole report as JSON on standard output.")]


def verify(
    home: Home,
    receipts: Receipts = None,
    *,
    settled: Settled = True,
    at: At = None,
    within: Within = None,
    planted: Planted = None,
    as_json: Json = False,
) -> None:
    """Prove from the log, the offsets, the mail folder and the receipts that the promises held."""
    allowance = timedelta(seconds=within) if within is not None else None
    try:
        report = asyncio.run(
            verified(
                Settings(home=home),
                receipts=receipts,
                settled=settled,
                at=_instant(at),
                within=allowance,
                planted=planted or (),
            )
        )
    except (LogUnreadable, BadReceipts, ProfileRefused) as fault:
        Console(stderr=True).print(f"[red]{fault}[/red]", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(report.to_json())
    else:
        _show(report, Console())
    raise typer.Exit(0 if report.ok else 1)


def _instant(said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        instant = datetime.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter("--at wants an instant such as 2026-06-08T09:00:00Z") from None
    if instant.tzinfo is None:
        raise typer.BadParameter("--at wants an offset or Z")
    return instant


def _show(report: Report, console: Console) -> None:
    table = Table("check", "promise", "looked at", "pending", "broken")
    for one in report.verdicts:
        looked = ", ".join(f"{count} {what}" for what, count in one.looked.items() if count)
        colour = "green" if one.ok else "red"
        counts = str(len(one.pending)), str(len(one.broken))
        table.add_row(f"[{colour}]{one.check}[/{colour}]", one.promise, looked or "nothing", *counts)
    console.print(table)
    for one in report.verdicts:
        _list(console, f"[red]broken[/red] {one.check}", [str(finding) for finding in one.broken])
        _list(console, f"pending {one.check}", [str(finding) for finding in one.pending])
    for note in report.notes:
        console.print(f"Note: {note}.", highlight=False, soft_wrap=True)
    word = "[green]The promises held[/green]" if report.ok else "[red]A promise was broken[/red]"
    said = f"{word}: {report.records} records, as of {report.judged_at.isoformat()}."
    console.print(said, highlight=False, soft_wrap=True)


def _list(console: Console, head: str, findings: list[str]) -> None:
    for finding in findings[:SHOWN]:
        console.print(f"{head}: ", end="")
        console.print(finding, markup=False, highlight=False, soft_wrap=True)
    if len(findings) > SHOWN:
        console.print(f"{head}: {len(findings) - SHOWN} more; --json shows all")
