"""Where what meets deadlines arrives: an organisation's own topic, or the hub's. Its lapses are asked about together.

One that cannot be seen keeps nobody else waiting.
"""

import asyncio
import time
from typing import NamedTuple

from mashbus.bus.casebook import Due


class Lapse(NamedTuple):
    """A due timer. Ordered by its instant."""

    due: Due
    partition: int

    @property
    def name(self) -> str:
        return self.due.name


class Source:
    def __init__(self, name: str) -> None:
        self.name = name
        self.asking: asyncio.Task[None] | None = None
        self.said: set[str] = set()
        """Names of timers that were acted on; the casebook will know once it has read them back."""
        self.put_off: dict[str, float] = {}
        """Lapses whose case has a decision that waits to be acted on; since when (monotonic) it was left lying."""
        self.blind = False
        self._since: float | None = None

    def is_asking(self) -> bool:
        """A question is under way. Raises what an ended one has met that nobody foresaw: it ends the service."""
        if self.asking is not None and self.asking.done():
            ended, self.asking = self.asking, None
            ended.result()
        return self.asking is not None

    def forget_but(self, due: set[str]) -> None:
        """What is not due any more was read back, met, or ended."""
        self.said &= due
        self.put_off = {name: since for name, since in self.put_off.items() if name in due}

    def waits_since(self) -> float:
        """When its answers could first not be seen (monotonic seconds): a question that fails does not start anew."""
        if self._since is None:
            self._since = time.monotonic()
        return self._since

    def seen(self) -> None:
        self._since = None
        self.blind = False
