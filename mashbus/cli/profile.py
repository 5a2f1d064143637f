"""A profile that a command is asked about: found and sound, or a sentence and exit 2."""

from typing import NoReturn

import typer

from mashbus import profiles
from mashbus.bus.settings import Settings
from mashbus.domain.partnership import Partnership
from mashbus.profiles import ProfileRefused, UnknownPartnership


def found(said: str) -> Partnership:
    """By its name or its path."""
    try:
        return profiles.find(said, Settings().partnerships)
    except UnknownPartnership as fault:
        fail(str(fault))
    except ProfileRefused as refused:
        fail(f"the profile is refused: {refused}")
    except OSError as fault:
        unreadable(fault)


def unreadable(fault: OSError) -> NoReturn:
    fail(f"the profile cannot be read: {fault.strerror}")


def fail(said: str) -> NoReturn:
    typer.echo(f"mashbus: {said}", err=True)
    raise typer.Exit(2)
