"""`mashbus clock show | start | advance | pace`: bus time of a simulation. In production there is no clock file."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from mashbus.bus.clock import Clock, ClockFile
from mashbus.bus.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Bus time of a simulation.")

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


@app.command()
def show() -> None:
    """Bus time now, in UTC."""
    typer.echo(Clock(_file()).now().isoformat())


@app.command()
def start(
    at: Annotated[str, typer.Argument(help="Where bus time begins, ISO 8601 with offset.")],
    pace: Annotated[float, typer.Option(help="Bus seconds a real second; 0 stands still.")] = 1.0,
) -> None:
    """Begin a simulation: for a new, empty log only."""
    instant = datetime.fromisoformat(at)
    if instant.tzinfo is None:
        raise typer.BadParameter("the instant needs an offset or Z")
    ClockFile(_file()).start(instant, pace)
    show()


@app.command()
def advance(amount: Annotated[str, typer.Argument(help="Such as 4h, 30m, 1d12h.")]) -> None:
    """Make bus time jump ahead: what falls due meanwhile is due now."""
    ClockFile(_file()).advance(amount_of(amount))
    show()


@app.command()
def pace(factor: Annotated[float, typer.Argument(help="Bus seconds a real second; 0 stands still.")]) -> None:
    """Run on at another speed."""
    ClockFile(_file()).pace(factor)
    show()


def amount_of(text: str) -> timedelta:
    """`1d12h` as a span. Raises BadParameter for anything else."""
    parts = re.findall(r"(\d+)([dhms])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise typer.BadParameter(f"'{text}' is no amount of time; write 4h, 30m or 1d12h")
    return timedelta(**{_UNITS[unit]: int(number) for number, unit in parts})


def _file() -> Path:
    return Settings().home / "clock.json"
