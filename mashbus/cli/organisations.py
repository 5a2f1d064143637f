"""Whose topics a command is about: of the partnerships named those that have any, and whoever is named one by one."""

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
    """Their ids. Organisations that a profile names as not connected have no topics yet, but for holders of cases."""
    names = partnerships or profiles.known(settings.partnerships)
    ids = {one for name in names for one in profiles.load(name, settings.partnerships).with_topics}
    return tuple(sorted(ids | set(more or ())))
