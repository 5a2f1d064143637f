"""Casebooks that a test plays for the projection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from mashbus.bus.producer import partition_of
from services.status.layout import Mark
from services.status.projection import AT_ONCE, Changes, Projection
from services.status.view import View

P = 5
"""The partition that is played."""


def of_partition() -> UUID:
    return next(one for one in iter(uuid4, None) if partition_of(str(one)) == P)


@dataclass
class FakeBooks:
    """One casebook: what changed in which order, and what happens while it is read."""

    generation: str = "one"
    changed: list[View] = field(default_factory=list)
    position: int = 0
    ours: bool = True

    def partitions(self) -> tuple[int, ...]:
        return (P,)

    async def changes(self, partition: int, mark: Mark | None) -> Changes | None:
        if not self.ours:
            return None
        here = mark is not None and mark.generation == self.generation and mark.revision <= len(self.changed)
        since = mark.revision if mark and here else 0
        newest: Mapping[UUID, tuple[int, View]] = {view.case_id: (at, view) for at, view in enumerate(self.changed, 1)}
        some = sorted((one for one in newest.values() if one[0] > since), key=lambda one: one[0])[:AT_ONCE]
        complete = len(some) < AT_ONCE
        revision = len(self.changed) if complete else some[-1][0]
        return Changes(self.generation, revision, complete, [view for _, view in some], {"t": self.position}, 0)

    def say(self, *views: View) -> None:
        self.changed += views
        self.position += len(views)


async def settle(projection: Projection) -> None:
    for _ in range(100):
        if not await projection.turn():
            return
    raise AssertionError("it never settles")
