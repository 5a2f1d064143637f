"""`mashbus partnership`: whether a profile is sound, and the page that a hub's manager reads and signs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from mashbus import profiles
from mashbus.cli.partnership_page import page
from mashbus.cli.profile import fail, found, unreadable
from mashbus.domain.partnership import Partnership
from mashbus.profiles import ProfileRefused

app = typer.Typer(no_args_is_help=True, help="The partnerships' profiles.")

File_ = Annotated[Path, typer.Argument(metavar="FILE", help="A profile, such as partnerships/hackney.toml.")]
Name_ = Annotated[str, typer.Argument(metavar="NAME", help="A profile's name, or the path of one.")]
Markdown_ = Annotated[bool, typer.Option("--markdown", help="As Markdown, to be kept or printed.")]


@app.callback()
def partnerships() -> None:
    """The partnerships' profiles."""


@app.command()
def check(file: File_) -> None:
    """Name every fault of a profile with its line (exit 2), or say that it is sound."""
    if not file.is_file():
        fail(f"no such file: {file}")
    try:
        sound = profiles.load(file.stem, file.parent)
    except ProfileRefused as refused:
        for fault in refused.faults:
            typer.echo(fault)
        raise typer.Exit(2) from None
    except OSError as fault:
        unreadable(fault)
    typer.echo(f"{file.name}: sound. {_summary(sound)}")


@app.command()
def show(name: Name_, markdown: Markdown_ = False) -> None:
    """Print a profile as a page that a manager can read and sign."""
    written = page(found(name))
    if markdown:
        typer.echo(written)
    else:
        Console(highlight=False).print(Markdown(written))


def _summary(found: Partnership) -> str:
    connected = sum(one.connected for one in found.organisations)
    counted = {
        "pathways": found.pathways, "clocks": found.clocks, "rules": found.rules, "guards": found.guards,
        "alerts": found.alerts, "outcomes": found.outcomes, "messages": found.messages,
    }  # fmt: skip
    counts = ", ".join(f"{len(things)} {what}" for what, things in counted.items())
    organisations = f"{len(found.organisations)} organisations ({connected} connected)"
    return f"{found.title}, version {found.version}: {counts}, {organisations}."
