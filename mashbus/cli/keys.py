"""`mashbus keys add | list | revoke`: who may come through the door. A key is shown once; only its SHA-256 is kept."""

from pathlib import Path
from typing import Annotated, NoReturn, cast, get_args

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from mashbus.bus.http.keys import KeyFileRefused, LabelTaken, NoSuchKey, Permission, add_key, read_keys, revoke_key
from mashbus.bus.settings import Settings, default_home

app = typer.Typer(no_args_is_help=True, help="API keys of the HTTP services, which read them again when they change.")

Home = Annotated[Path, typer.Option("--home", default_factory=default_home, help="Folder with api-keys.json.")]
May = Annotated[list[str], typer.Option("--may", help=f"Once for each permission: {', '.join(get_args(Permission))}.")]


@app.command()
def add(
    label: Annotated[str, typer.Argument(help="The key's own name, as it stands in records; no personal name.")],
    *,
    home: Home,
    partnership: Annotated[str, typer.Option(help="Such as hackney.")],
    role: Annotated[str, typer.Option(help="As the profile's table `decides` names it, such as mash_manager.")],
    may: May,
    organisation: Annotated[str | None, typer.Option(help="Whose batches it sends; with `police`.")] = None,
) -> None:
    """Make a key and print it: the only time anybody sees it."""
    path = Settings(home=home).api_keys
    permissions = cast("frozenset[Permission]", frozenset(may))
    try:
        secret = add_key(path, label, partnership=partnership, role=role, may=permissions, organisation=organisation)
    except ValidationError as refused:
        _fail("; ".join(f"{'.'.join(map(str, one['loc'])) or 'key'}: {one['msg']}" for one in refused.errors()))
    except (LabelTaken, KeyFileRefused) as fault:
        _fail(str(fault))
    typer.echo(secret)


@app.command("list")
def list_keys(home: Home) -> None:
    """Who may do what. The keys themselves are not kept anywhere."""
    table = Table("label", "partnership", "role", "may", "organisation")
    try:
        for key in read_keys(Settings(home=home).api_keys):
            table.add_row(key.label, key.partnership, key.role, " ".join(sorted(key.may)), key.organisation or "")
    except KeyFileRefused as fault:
        _fail(str(fault))
    Console().print(table)


@app.command()
def revoke(label: str, home: Home) -> None:
    """Running services refuse the key from the next request on."""
    try:
        revoke_key(Settings(home=home).api_keys, label)
    except (NoSuchKey, KeyFileRefused) as fault:
        _fail(str(fault))
    typer.echo(f"{label} is revoked")


def _fail(said: str) -> NoReturn:
    typer.echo(said, err=True)
    raise typer.Exit(1)
