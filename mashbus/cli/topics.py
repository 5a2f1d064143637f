"""`mashbus topics apply | diff`: the broker's topics against schemas/topics.toml."""

from collections.abc import Iterable
from typing import Annotated, NoReturn

import typer

from mashbus.bus import topics
from mashbus.bus.errors import BrokerRefused
from mashbus.bus.settings import Settings
from mashbus.cli.organisations import Organisations, Partnerships, named
from mashbus.contracts.catalogue import Catalogue

app = typer.Typer(no_args_is_help=True, help="Topics as data: what the broker should have, and has.")

Groups = Annotated[
    list[str] | None,
    typer.Option("--group", help="GROUP=TOPIC,TOPIC: one more group whose start is committed."),
]


@app.command()
def diff(partnership: Partnerships = None, organisation: Organisations = None) -> None:
    """Show what differs and change nothing; ends with 1 when something does."""
    settings = Settings()
    try:
        wanted = Catalogue.load(settings.schemas).topics_for(named(settings, partnership, organisation))
        found = topics.diff(topics.admin(settings.kafka), wanted)
    except BrokerRefused as fault:
        _fail(fault)
    _show(found, "Nothing differs.")
    if any(one.wanted is not None for one in found):
        raise typer.Exit(1)


@app.command()
def apply(partnership: Partnerships = None, organisation: Organisations = None, group: Groups = None) -> None:
    """Create what is missing, set what differs, commit offset 0 where a service has no offset; never delete.

    Again: nothing to do.
    """
    from mashbus.cli.groups import groups  # noqa: PLC0415 - loads every service; only this command needs them

    settings = Settings()
    client = topics.admin(settings.kafka)
    organisations = named(settings, partnership, organisation)
    reads = {**groups(organisations), **dict(_group(one) for one in group or ())}
    try:
        found = topics.apply(client, Catalogue.load(settings.schemas).topics_for(organisations))
        started = topics.commit_start(client, reads)
    except BrokerRefused as fault:
        _fail(fault)
    _show(found, "Nothing to do.")
    for name, partitions in started.items():
        typer.echo(f"+ {name}: offset 0 committed for {partitions} partitions")


def _group(said: str) -> tuple[str, list[str]]:
    name, is_there, names = said.partition("=")
    if not is_there or not all((name, *names.split(","))):
        raise typer.BadParameter(f"{said!r} is not GROUP=TOPIC,TOPIC")
    return name, names.split(",")


def _show(found: Iterable[topics.Difference], otherwise: str) -> None:
    lines = [str(one) for one in found]
    typer.echo("\n".join(lines) or otherwise)


def _fail(fault: BrokerRefused) -> NoReturn:
    typer.echo(f"mashbus: {fault.detail}", err=True)
    raise typer.Exit(2) from fault
