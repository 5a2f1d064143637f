"""Which offsets may be committed: an offset counts only when every record before it in its partition is finished.

Requests are answered side by side, so they finish in any order; a commit must never pass one that is still open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aiokafka import TopicPartition


@dataclass
class _Partition:
    next: int
    """The offset expected next."""
    open: dict[int, None] = field(default_factory=dict)
    """Begun and not finished, in the order of the log (a dict keeps it)."""
    said: int = -1
    """The last position that was handed out for committing."""

    def position(self) -> int:
        return next(iter(self.open), self.next)


class Offsets:
    """One instance an assignment: `forget` when partitions are taken away."""

    def __init__(self) -> None:
        self._partitions: dict[TopicPartition, _Partition] = {}

    def expected(self, partition: TopicPartition) -> int | None:
        """The offset that should come next; None where nothing was begun yet."""
        known = self._partitions.get(partition)
        return known.next if known else None

    def begin(self, partition: TopicPartition, offset: int) -> bool:
        """False where it was begun before: a repeat."""
        known = self._partitions.setdefault(partition, _Partition(offset))
        if offset < known.next:
            return False
        known.open[offset] = None
        known.next = offset + 1
        return True

    def finish(self, partition: TopicPartition, offset: int) -> None:
        if known := self._partitions.get(partition):
            known.open.pop(offset, None)

    def moved(self) -> Mapping[TopicPartition, int]:
        """Positions to commit (the next offset to read), of partitions that moved since they were last marked."""
        return {
            partition: known.position()
            for partition, known in self._partitions.items()
            if known.position() not in (known.said, -1)
        }

    def mark(self, committed: Mapping[TopicPartition, int]) -> None:
        for partition, position in committed.items():
            if known := self._partitions.get(partition):
                known.said = position

    def forget(self) -> None:
        self._partitions.clear()

    @property
    def open(self) -> int:
        return sum(len(known.open) for known in self._partitions.values())
