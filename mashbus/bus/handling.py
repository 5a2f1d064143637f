"""What the loop asks of whoever handles a partition's records: case by case, or, at the door, one by one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from aiokafka import TopicPartition

from mashbus.bus.casebook import Casebook
from mashbus.bus.errors import TransientError
from mashbus.bus.producer import Outgoing
from mashbus.bus.received import Received


def case_of(key: bytes | None) -> UUID | None:
    """The case a key names, if it names one."""
    try:
        return UUID((key or b"").decode())
    except ValueError:
        return None


@dataclass
class Turn:
    """What a batch calls for."""

    outgoing: list[Outgoing] = field(default_factory=list)
    stopped: TransientError | None = None
    """A passing fault ended it early; what came before still counts."""
    halted: set[TopicPartition] = field(default_factory=set)
    """Partitions that nothing more is taken from until somebody has looked."""
    put_off: dict[TopicPartition, timedelta] = field(default_factory=dict)
    """Partitions whose next record can't be taken now, and when to try again; nothing else waits for them."""


@dataclass
class Fate:
    """What became of a quarantined record: held until somebody released or discarded it."""

    quarantine_id: UUID
    received: Received
    positions: Mapping[str, int]
    """What had been read when it began to wait: what lies beyond waits behind it. None: nothing waits."""
    released: bool = False
    discarded: bool = False

    @property
    def waits(self) -> bool:
        return bool(self.positions) and not self.released and not self.discarded

    @property
    def line(self) -> UUID:
        """The case whose later records wait behind it."""
        return case_of(self.received.key) or self.quarantine_id


Fates = Mapping[tuple[str, int], Fate]
"""By topic and offset, for one partition."""


class Handler(Protocol):
    @property
    def book(self) -> Casebook[Any]: ...

    async def handle(self, records: Iterable[Received], turn: Turn) -> None:
        """Every record once, in order; positions advance in the book."""

    async def fold(self, records: Iterable[Received], fates: Fates) -> None:
        """Rebuild: know what they said, say nothing."""
