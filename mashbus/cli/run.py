"""`mashbus run SERVICE…`: one or several services in one process, until SIGTERM or Ctrl-C."""

import asyncio
import gc
import importlib
import os
import signal
from typing import Annotated

import typer
import uvloop

from mashbus.bus import logs
from mashbus.bus.binding import Bound
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
    "matching",
)
"""What `all` runs: a small hub with Hackney's agencies."""
CASEWORK = "agency_casework"
NOBODY_WAITS_FOR = "matching"
"""Alone in its process it leaves the processor to the others: in a rush, offers come later and requests do not."""
AGENCIES = ("agency_police", "agency_health", "agency_education", CASEWORK)
"""Those that can be bound to an organisation; the last one must be."""


def run(
    services: Annotated[
        list[str],
        typer.Argument(
            help=f"One or more of: {', '.join(SERVICES)}; or `all`. An agency's, {CASEWORK} too, can be bound to an "
            "organisation: agency_police@kent-police."
        ),
    ],
    port: Annotated[int, typer.Option(help="The first service's port, the next ones follow; 0 takes free ones.")] = 0,
    from_start: Annotated[
        bool, typer.Option(help="After a loss of offsets and casebooks: read the log from its beginning.")
    ] = False,
) -> None:
    """Run services. Leaves with 0 when asked to stop, with 1 on any fault: let a supervisor start it again."""
    bound = [named(name) for name in (SERVICES if services == ["all"] else services)]
    logs.configure("+".join(map(str, bound)))
    if [one.service for one in bound] == [NOBODY_WAITS_FOR]:
        os.nice(10)
    settings = Settings(from_start=True) if from_start else Settings()
    uvloop.run(_run(bound, settings, port))


def named(name: str) -> Bound:
    """A service as it is named on the command line, bound or not."""
    try:
        bound = Bound.read(name)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None
    if bound.service not in {*SERVICES, *AGENCIES}:
        raise typer.BadParameter(f"no service {bound.service}; there are: {', '.join((*SERVICES, CASEWORK))}")
    if bound.organisation and bound.service not in AGENCIES:
        raise typer.BadParameter(
            f"{bound.service} is the hub's own; bound to an organisation are: {', '.join(AGENCIES)}"
        )
    return bound


async def _run(names: list[Bound], settings: Settings, port: int) -> None:
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    clock = Clock(settings.home / "clock.json")
    modules = [importlib.import_module(f"services.{name.service}.app") for name in names]
    gc.freeze()  # what was imported stays: no collection need walk it again and hold records up
    ports = [port + index if port else 0 for index in range(len(names))]
    serving = [
        module.serve(settings, clock, stop, one, *((name.organisation,) if name.organisation else ()))
        for name, module, one in zip(names, modules, ports, strict=True)
    ]
    await together(stop, *serving)
