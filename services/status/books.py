"""The loop's casebooks as the projection reads them: a few cases at a time, between two batches."""

from collections.abc import Iterable
from itertools import islice

from mashbus.bus.loop import Loop
from services.status.layout import Mark
from services.status.projection import AT_ONCE, Changes
from services.status.view import View


class LoopBooks:
    def __init__(self, loop: Loop[View]) -> None:
        self._loop = loop

    def partitions(self) -> Iterable[int]:
        return tuple(self._loop.handlers)

    async def changes(self, partition: int, mark: Mark | None) -> Changes | None:
        """Under the loop's lock: between two batches cases, positions and revision agree."""
        async with self._loop.lock:
            handler = self._loop.handlers.get(partition)
            if handler is None or not self._loop.ready:
                return None
            book = handler.book
            ours = mark is not None and mark.generation == book.generation and mark.revision <= book.revision
            since = mark.revision if mark and ours else 0
            found = list(islice(book.changed_since(since, AT_ONCE), AT_ONCE)) if since < book.revision else []
            complete = len(found) < AT_ONCE
            return Changes(
                generation=book.generation,
                revision=book.revision if complete else found[-1][0],
                complete=complete,
                views=[view for _, view in found],
                positions=dict(book.positions),
                held=len(book.waiting),
            )
