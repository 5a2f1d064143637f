"""`mashbus quarantine list | show | release | discard`: what was set aside, and an operator's word on it, recorded.

Prints no personal data: sizes and names, never a record's bytes, keys or header values.
"""

import asyncio
import getpass
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.table import Table

from mashbus.bus.clock import Clock
from mashbus.bus.errors import BusError
from mashbus.bus.operator import Entry, entries, published
from mashbus.bus.settings import Settings
from mashbus.contracts import hub

app = typer.Typer(no_args_is_help=True, help="Records that were set aside, and what becomes of them.")

WAITING = "waiting"

Ids = Annotated[list[str] | None, typer.Argument(help="Ids of entries, or the beginnings of them.")]
OfService = Annotated[str | None, typer.Option("--service", help="Every waiting entry of that service.")]
OfClass = Annotated[str | None, typer.Option("--of", help="Every waiting entry of that class of fault.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for the record. No names.")]
Who = Annotated[str, typer.Option("--actor", default_factory=getpass.getuser, help="Who says so.")]


@app.command(name="list")
def list_(
    service: Annotated[str | None, typer.Option("--service", help="Only that service's.")] = None,
    of: Annotated[str | None, typer.Option("--of", help="Only that class of fault.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those released, discarded or tried again since.")] = False,
) -> None:
    """What was set aside, oldest first. Later records of its case wait behind each; how many only its service knows."""
    found = [one for one in _entries() if (every or one.state == WAITING) and _is(one, service, of)]
    table = Table("id", "service", "organisation", "place", "reason", "tries", "state")
    for one in found:
        record = one.record
        place = f"{record.original.topic}[{record.original.partition}] {record.original.offset}"
        organisation = record.organisation or ""
        table.add_row(str(one.id), record.service, organisation, place, record.reason, str(record.attempts), one.state)
    Console(width=None if os.isatty(1) else 200).print(table)
    typer.echo(f"{len(found)} entries")


@app.command()
def show(
    entry: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")],
    save: Annotated[
        Path | None, typer.Option("--bytes", help="Write the record's value to this new file, for you alone to read.")
    ] = None,
) -> None:
    """One entry: what is wrong and what to do. Its bytes may tell of a child: they are never printed."""
    one = _one(_entries(), entry)
    original = one.record.original
    typer.echo(
        f"{one.id} {one.state}, tried {one.record.attempts} times, set aside {one.record.meta.occurred_at:%F %T} UTC"
    )
    typer.echo(f"{one.record.service}: {one.record.reason}: {one.record.detail}")
    typer.echo(
        f"{original.topic}[{original.partition}] offset {original.offset}, case {one.record.meta.case_id or 'none'}"
    )
    typer.echo(f"key {_size(original.key)}, value {_size(original.value)}, {len(original.headers)} headers")
    if save is not None:
        _write(save, original.value or b"")


@app.command()
def release(why: Why, who: Who, ids: Ids = None, service: OfService = None, of: OfClass = None) -> None:
    """Have each tried again, and then what waits behind it, in order."""
    _say(hub.QuarantineReleased, _chosen(ids, service, of), why, who)


@app.command()
def discard(why: Why, who: Who, ids: Ids = None, service: OfService = None, of: OfClass = None) -> None:
    """Leave each for good: what waits behind it goes on without it."""
    _say(hub.QuarantineDiscarded, _chosen(ids, service, of), why, who)


def _chosen(ids: list[str] | None, service: str | None, of: str | None) -> list[Entry]:
    """Those named, or all that wait and match. A record that is no longer waiting is refused, not passed over."""
    if bool(ids) == bool(service or of):
        raise typer.BadParameter("name entries by id, or choose them with --service and --of")
    there = _entries()
    if not ids:
        return [one for one in there if one.state == WAITING and _is(one, service, of)]
    chosen = [_one(there, one) for one in ids]
    if over := [one for one in chosen if one.state != WAITING]:
        raise typer.BadParameter(f"not waiting: {', '.join(f'{one.id} ({one.state})' for one in over)}")
    return chosen


def _say(kind: type[hub.QuarantineReleased | hub.QuarantineDiscarded], chosen: list[Entry], why: str, who: str) -> None:
    if not why.strip() or not who.strip():
        raise typer.BadParameter("a reason and an actor are needed: they go on the record")
    settings = Settings()
    at = Clock(settings.home / "clock.json").now()
    try:
        asyncio.run(published(settings, [one.word(kind, who, why, at) for one in chosen]))
    except BusError as fault:
        typer.echo(f"mashbus: {fault.detail}", err=True)
        raise typer.Exit(2) from fault
    typer.echo(f"{len(chosen)} {'released' if kind is hub.QuarantineReleased else 'discarded'}")


def _entries() -> list[Entry]:
    try:
        return asyncio.run(entries(Settings()))
    except (BusError, KafkaError) as fault:
        typer.echo(f"mashbus: the quarantine can't be read ({type(fault).__name__})", err=True)
        raise typer.Exit(2) from fault


def _one(there: Iterable[Entry], said: str) -> Entry:
    found = [one for one in there if str(one.id).startswith(said.lower())]
    if len(found) != 1:
        raise typer.BadParameter(f"{len(found)} entries begin with '{said}'")
    return found[0]


def _is(one: Entry, service: str | None, of: str | None) -> bool:
    return (service is None or one.record.service == service) and (of is None or one.record.reason == of)


def _size(value: bytes | None) -> str:
    return "null" if value is None else f"{len(value)} bytes"


def _write(path: Path, value: bytes) -> None:
    """New, and readable for its owner alone from the first byte on."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise typer.BadParameter(f"{path}: {fault.strerror}") from fault
    with os.fdopen(file, "wb") as out:
        out.write(value)
    typer.echo(f"{len(value)} bytes in {path}")
