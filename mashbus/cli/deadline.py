"""`mashbus deadline explain`: when something is due by a partnership's profile, and why, step by step."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, BinaryIO, NoReturn

import typer
from rich.console import Console

from mashbus import profiles
from mashbus.bus.settings import Settings
from mashbus.cli import explain_page
from mashbus.cli.explain_batch import answered
from mashbus.cli.explanation import Answer, Question, Unanswerable, answer
from mashbus.domain.partnership import Partnership

app = typer.Typer(no_args_is_help=True, help="Deadlines by the partnerships' profiles.")

Partnership_ = Annotated[str | None, typer.Option("--partnership", help="A profile's name, or the path of one.")]
Clock_ = Annotated[str | None, typer.Option("--clock", help="The clock's name in the profile.")]
Rag_ = Annotated[str | None, typer.Option("--rag", help="The colour, where the clock has colours.")]
From_ = Annotated[str | None, typer.Option("--from", help="What it counts from: ISO 8601 with an offset or Z.")]
Rerate_ = Annotated[
    list[str] | None, typer.Option("--rerate", help="COLOUR@INSTANT: a re-rating; again for another, in order of time.")
]
Json_ = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Batch_ = Annotated[
    typer.FileBinaryRead | None,
    typer.Option("--batch", help="A JSON question a line, from this file or - for standard input; an answer a line."),
]


@app.callback()
def deadline() -> None:
    """Deadlines by the partnerships' profiles."""


@app.command()
def explain(
    partnership: Partnership_ = None,
    clock: Clock_ = None,
    rag: Rag_ = None,
    anchor: From_ = None,
    rerate: Rerate_ = None,
    *,
    as_json: Json_ = False,
    batch: Batch_ = None,
) -> None:
    """Say when something is due, and the steps that lead there. Ends with 2 and a sentence where there is no answer."""
    if batch is not None:
        if any((partnership, clock, rag, anchor, rerate)):
            _fail("with --batch every question is a line of its own: leave the other options out")
        _answer_all(batch)
        return
    if not (partnership and clock and anchor):
        _fail("a question needs --partnership, --clock and --from")
    try:
        question = Question(partnership, clock, rag, anchor, [_rerating(one) for one in rerate or ()])
        found = answer(question, _finder())
    except Unanswerable as fault:
        _fail(str(fault))
    _warner()(found)
    if as_json:
        typer.echo(json.dumps(found.document()))
    else:
        explain_page.show(found, Console(highlight=False))


def _answer_all(lines: BinaryIO) -> None:
    """Each answer leaves as soon as it is known: another program may be waiting for it."""
    for line in answered(lines, _finder(), _warner()):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _finder() -> Callable[[str], Partnership]:
    """Each profile is read once."""
    folder = Settings().partnerships
    return cache(lambda said: profiles.find(said, folder))


def _warner() -> Callable[[Answer], None]:
    """Each warning is said once."""
    told: set[str] = set()
    today = datetime.now(UTC).date()

    def warn(found: Answer) -> None:
        said = found.warning(today)
        if said and said not in told:
            told.add(said)
            typer.echo(f"mashbus: {said}", err=True)

    return warn


def _rerating(said: str) -> tuple[str, str]:
    colour, at, instant = said.partition("@")
    if not at:
        raise Unanswerable(f"'{said}' is no re-rating; write amber@2026-06-08T09:00:00Z")
    return colour, instant


def _fail(said: str) -> NoReturn:
    typer.echo(f"mashbus: {said}", err=True)
    raise typer.Exit(2)
