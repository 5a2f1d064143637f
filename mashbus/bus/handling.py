"""What the loop asks of whoever handles a partition's records: case by case, or, at the door, one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from aiokafka import TopicPartition

from mashbus.bus.casebook import Casebook
from mashbus.bus.errors import TransientError
from mashbus.bus.producer import Outgoing
from mashbus.bus.received import Received


@dataclass
class Turn:
    """What a batch calls for."""

    outgoing: list[Outgoing] = field(default_factory=list)
    stopped: TransientError | None = None
    """A passing fault ended it early; what came before still counts."""
    halted: set[TopicPartition] = field(default_factory=set)
    """Partitions that nothing more is taken from until somebody has looked."""


@dataclass
class Fate:
    """What became of a quarantined record: held until somebody released or discarded it."""

    quarantine_id: UUID
    released: bool = False
    discarded: bool = False


Fates = Mapping[tuple[str, int], Fate]
"""By topic and offset, for one partition."""


class Handler(Protocol):
    @property
    def book(self) -> Casebook[Any]: ...

    async def handle(self, records: Iterable[Received], turn: Turn) -> None:
        """Every record once, in order; positions advance in the book."""

    async def fold(self, records: Iterable[Received], fates: Fates) -> None:
        """Rebuild: know what they said, say nothing."""
