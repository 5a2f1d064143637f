"""Whose topics a command is about: the connected organisations of the partnerships named, and any named one by one."""

from collections.abc import Sequence
from typing import Annotated

import typer

from mashbus import profiles
from mashbus.bus.settings import Settings

Partnerships = Annotated[
    list[str] | None,
    typer.Option("--partnership", help="A partnership, by its profile. Default: every profile there is."),
]
Organisations = Annotated[list[str] | None, typer.Option("--organisation", help="One more organisation, by id.")]


def named(settings: Settings, partnerships: Sequence[str] | None, more: Sequence[str] | None) -> tuple[str, ...]:
    """Their ids. Organisations that a profile names as not connected have no topics yet."""
    names = partnerships or profiles.known(settings.partnerships)
    ids = {
        organisation.id
        for name in names
        for organisation in profiles.load(name, settings.partnerships).organisations
        if organisation.connected
    }
    return tuple(sorted(ids | set(more or ())))
