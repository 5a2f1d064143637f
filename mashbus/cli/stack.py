"""`mashbus stack up | status | down | fetch`: the local stack from the command line."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from mashbus.bus.settings import default_home
from mashbus.stack import PartStatus, Stack, StackError

app = typer.Typer(no_args_is_help=True, help="Kafka, schema registry, Valkey and a mail catcher, run on this machine.")

Home = Annotated[
    Path, typer.Option("--home", default_factory=default_home, help="Folder for data, logs and stack.env.")
]
Brokers = Annotated[int, typer.Option("--brokers", min=1, max=3, help="1, or 3 for a replicated cluster.")]

MEBIBYTE = 1024 * 1024
GOOD = {"running", "replaced"}


@app.command()
def up(home: Home, brokers: Brokers = 1) -> None:
    """Start what does not run yet; return when every part answers."""
    if brokers not in {1, 3}:
        raise typer.BadParameter("two brokers have no majority without each other: choose 1 or 3")
    stack = Stack(home, brokers, report=_say)
    try:
        stack.up()
    except StackError as error:
        _fail(error)
    _show(stack.status())
    _say(f"Settings for every program: {stack.home / 'stack.env'}")


@app.command()
def status(home: Home) -> None:
    """Show each part; ends with 1 when one does not run."""
    parts = Stack(home).status()
    _show(parts)
    if any(part.state not in GOOD for part in parts):
        raise typer.Exit(1)


@app.command()
def down(home: Home) -> None:
    """End every process of the stack; data and logs stay."""
    try:
        Stack(home).down()
    except StackError as error:
        _fail(error)
    _say(f"Nothing of the stack in {home} is running.")


@app.command()
def fetch(home: Home) -> None:
    """Fetch and check the jars only, so that a later `up` needs no network."""
    try:
        Stack(home, report=_say).fetch()
    except StackError as error:
        _fail(error)


def _show(parts: list[PartStatus]) -> None:
    table = Table("part", "state", "address", "pid", "MiB", "log")
    for part in parts:
        memory = str(part.memory_bytes // MEBIBYTE) if part.memory_bytes else ""
        table.add_row(part.part, part.state, part.address, str(part.pid or ""), memory, str(part.log or ""))
    Console().print(table)


def _say(sentence: str) -> None:
    Console().print(sentence, highlight=False, soft_wrap=True)


def _fail(error: StackError) -> NoReturn:
    Console(stderr=True).print(f"[red]{error}[/red]", highlight=False, soft_wrap=True)
    raise typer.Exit(1) from error
