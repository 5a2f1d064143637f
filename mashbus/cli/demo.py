"""`mashbus demo`: a hub's week in minutes, with everything set up and taken down again."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mashbus.demo.week import PARTNERSHIP, SPEED


def demo(
    partnership: Annotated[str, typer.Option(help="Whose week: the name of a profile.")] = PARTNERSHIP,
    census: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A children-in-need census file.")
    ] = None,
    own: Annotated[
        Path | None,
        typer.Option(
            "--input", exists=True, dir_okay=False, help="Your own referrals: a JSON body of POST /v1/referrals a line."
        ),
    ] = None,
    speed: Annotated[float, typer.Option(min=60, max=20_000, help="Bus seconds in a real second.")] = SPEED,
    seed: Annotated[int, typer.Option(help="The same seed plays the same week.")] = 1,
) -> None:
    """Play a partnership's week on a stack of its own. Nothing is left running."""
    from mashbus.demo.demonstration import Options, perform  # noqa: PLC0415  a quarter second of every service's start

    if census and own:
        raise typer.BadParameter("choose one of --census and --input")
    raise typer.Exit(
        perform(Options(partnership=partnership, census=census, own=own, speed=speed, seed=seed), Console())
    )
