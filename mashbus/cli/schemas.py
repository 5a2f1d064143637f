"""`mashbus schemas check | seal | publish`: the contract on disk, and in the registry."""

import asyncio

import typer

from mashbus.bus import registry
from mashbus.bus.errors import RegistryDown, RegistryRefused
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import Settings
from mashbus.cli.organisations import Organisations, Partnerships, named
from mashbus.contracts import check as soundness
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.check.seal import seal as seal_new

app = typer.Typer(no_args_is_help=True, help="The contract: schemas, examples, topics as data.")


@app.command()
def check() -> None:
    """Every fault of the contract on disk, at once; needs no broker. Ends with 1 when there is one."""
    schemas = Settings().schemas
    faults = soundness.faults(schemas)
    for fault in faults:
        typer.echo(fault)
    if faults:
        typer.echo(f"{len(faults)} faults in {schemas}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{schemas}: sound, {len(Catalogue.load(schemas).dataschemas)} schemas")


@app.command()
def seal() -> None:
    """Declare the new schema files final: their sums go to SUMS, and they never change again."""
    for name in seal_new(Settings().schemas / "avro"):
        typer.echo(f"sealed {name}")


@app.command()
def publish(partnership: Partnerships = None, organisation: Organisations = None) -> None:
    """Register every version of every record, oldest first, FULL_TRANSITIVE. Again: finds all of it there."""
    settings = Settings()
    catalogue = Catalogue.load(settings.schemas)
    topics = [topic.name for topic in catalogue.topics_for(named(settings, partnership, organisation))]
    try:
        ids = asyncio.run(_published(settings.registry, catalogue, topics))
    except (RegistryDown, RegistryRefused) as fault:
        typer.echo(f"mashbus: {fault.detail}", err=True)
        raise typer.Exit(2) from fault
    SchemaIds(settings.home).keep(ids)
    typer.echo(f"{len(ids)} schemas under {len(topics)} topics, {len(set(ids.values()))} ids")


async def _published(url: str, catalogue: Catalogue, topics: list[str]) -> dict[tuple[str, str], int]:
    async with registry.Registry(url) as client:
        return await registry.publish(client, catalogue, topics)
