"""Whose service an agency service is: one organisation of its own, or whichever it is bound to when it is started.

`agency_police` serves its own organisation, `agency_police@kent-police` that one. Several may share a process.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from mashbus.bus.settings import PREFIX, Settings

_WRITTEN = re.compile(r"(?P<service>[a-z_]+)(?:@(?P<organisation>[a-z0-9][a-z0-9-]*))?")


class NotBound(Exception):
    def __init__(self, service: str) -> None:
        super().__init__(f"{service} has no organisation of its own: start it as {service}@<organisation's id>")


@dataclass(frozen=True)
class Bound:
    """A service as it is written on the command line."""

    service: str
    organisation: str | None = None
    """None: no agency's service, or its own organisation."""

    @classmethod
    def read(cls, written: str) -> "Bound":
        """Raises ValueError for what is no name of a service."""
        found = _WRITTEN.fullmatch(written)
        if found is None:
            raise ValueError(f"'{written}' is no name of a service: write SERVICE, or SERVICE@ORGANISATION")
        return cls(**found.groupdict())

    def __str__(self) -> str:
        return f"{self.service}@{self.organisation}" if self.organisation else self.service


def organisation_of(service: str, default: str | None = None) -> str:
    """Of an unbound service: what `MASHBUS_<SERVICE>` names, such as MASHBUS_AGENCY_POLICE, else the default."""
    found = os.environ.get(f"{PREFIX}{service.upper()}") or default
    if not found:
        raise NotBound(service)
    return found


def folder(settings: Settings, organisation: str) -> Path:
    """Where an organisation's service keeps its own files: its desk, and what stands for its system of record."""
    return settings.home / "agencies" / organisation
