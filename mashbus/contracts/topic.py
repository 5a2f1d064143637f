"""A topic as data: one entry of schemas/topics.toml. Agency topics are templates until an organisation is named."""

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter

from mashbus.contracts.record import View

ORGANISATION = "<id>"
"""What an organisation's id takes the place of in a template."""
ORGANISATION_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_FOR_EVER = "for ever"
_DAYS = re.compile(r"(\d+) days")


def _retention(said: object) -> object:
    """`for ever` or `N days`."""
    if said == _FOR_EVER:
        return None
    if isinstance(said, str) and (days := _DAYS.fullmatch(said)):
        return timedelta(days=int(days[1]))
    return said


class Topic(View):
    name: str
    description: str
    key: str
    owner: str
    records: tuple[str, ...]
    """Full names of the records it may hold."""
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    retention: Annotated[timedelta | None, BeforeValidator(_retention)]
    """None: for ever."""
    partitions: int
    config: Mapping[str, str | int]

    @property
    def is_template(self) -> bool:
        return ORGANISATION in self.name

    @property
    def max_bytes(self) -> int:
        """The largest batch the broker takes, and so the largest value that can come from it."""
        return int(self.config["max.message.bytes"])

    @property
    def broker_config(self) -> dict[str, str]:
        """The whole configuration as the broker writes it, retention included."""
        kept = -1 if self.retention is None else int(self.retention / timedelta(milliseconds=1))
        return {name: str(value) for name, value in self.config.items()} | {"retention.ms": str(kept)}

    def of(self, organisation: str) -> "Topic":
        """The template filled for one organisation."""
        named = {
            "name": self.name.replace(ORGANISATION, organisation),
            "writers": tuple(one.replace(ORGANISATION, organisation) for one in self.writers),
            "readers": tuple(one.replace(ORGANISATION, organisation) for one in self.readers),
        }
        return self.model_copy(update=named)


def load_topics(file: Path) -> tuple[Topic, ...]:
    """In the order of the file. Raises pydantic's ValidationError, which names every fault."""
    data: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    return TypeAdapter(tuple[Topic, ...]).validate_python(data["topic"])
