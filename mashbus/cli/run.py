"""`mashbus run SERVICE…`: one or several services in one process, until SIGTERM or Ctrl-C."""

import asyncio
import gc
import importlib
import signal
from typing import Annotated

import typer
import uvloop

from mashbus.bus import logs
from mashbus.bus.clock import Clock
from mashbus.bus.running import together
from mashbus.bus.settings import Settings

SERVICES = (
    "intake",
    "triage",
    "agency_police",
    "agency_health",
    "agency_education",
    "outcomes",
    "deadlines",
    "mailer",
    "status",
)


def run(
    services: Annotated[list[str], typer.Argument(help=f"One or more of: {', '.join(SERVICES)}; or `all`.")],
    port: Annotated[int, typer.Option(help="The first service's port, the next ones follow; 0 takes free ones.")] = 0,
    from_start: Annotated[
        bool, typer.Option(help="After a loss of offsets and casebooks: read the log from its beginning.")
    ] = False,
) -> None:
    """Run services. Leaves with 0 when asked to stop, with 1 on any fault: let a supervisor start it again."""
    names = list(SERVICES) if services == ["all"] else services
    if unknown := [name for name in names if name not in SERVICES]:
        raise typer.BadParameter(f"no service {', '.join(unknown)}; there are: {', '.join(SERVICES)}")
    logs.configure("+".join(names))
    settings = Settings(from_start=True) if from_start else Settings()
    uvloop.run(_run(names, settings, port))


async def _run(names: list[str], settings: Settings, port: int) -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    clock = Clock(settings.home / "clock.json")
    modules = [importlib.import_module(f"services.{name}.app") for name in names]
    gc.freeze()  # what was imported stays: no collection need walk it again and hold records up
    ports = [port + index if port else 0 for index in range(len(names))]
    serving = [module.serve(settings, clock, stop, one) for module, one in zip(modules, ports, strict=True)]
    await together(stop, *serving)
