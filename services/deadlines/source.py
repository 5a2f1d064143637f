"""Where what meets deadlines arrives: an organisation's own topic, or the hub's. Its lapses are asked about together.

One that cannot be seen keeps nobody else waiting.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mashbus.bus.casebook import Due
from mashbus.domain.deadline import HUB


class Lapse(NamedTuple):
    """A due timer. Ordered by its instant."""

    due: Due
    partition: int

    @property
    def name(self) -> str:
        return self.due.name


class Source:
    """One of them, and the question about it that is under way."""

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


class Sources:
    """All of which something was due in this assignment."""

    def __init__(self) -> None:
        self._by_name: dict[str, Source] = {}

    def __iter__(self) -> Iterator[Source]:
        return iter(tuple(self._by_name.values()))

    def at(self, name: str) -> Source:
        return self._by_name.setdefault(name, Source(name))

    def clear(self) -> None:
        self._by_name.clear()

    def blind(self) -> frozenset[str]:
        """Those whose answers cannot be seen, or whose lapses are asked with the hub's while those cannot."""
        hub_is = self.at(HUB).blind
        return frozenset(one.name for one in self if one.blind or (hub_is and one.put_off))

    def leave_to_the_hub(self, unsaid: dict[Source, list[Lapse]]) -> None:
        """What was put off is asked with the hub's own lapses, or waits until they can be asked again."""
        hub, put_off = self.at(HUB), list[Lapse]()
        for source, due in unsaid.items():
            if source is not hub and source.put_off:
                put_off += [one for one in due if one.name in source.put_off]
                unsaid[source] = [one for one in due if one.name not in source.put_off]
        if put_off and not hub.is_asking():
            unsaid[hub] = sorted([*unsaid.get(hub, ()), *put_off])

    def rest(self, unsaid: Mapping[Source, list[Lapse]]) -> None:
        """Who has nothing to be asked about waits for nobody, however the last question ended."""
        for source in self:
            if not source.is_asking() and not unsaid.get(source):
                source.seen()
