"""Publishing what an import says: a batch at a time, each acknowledged before the next is read from the file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

import tenacity

from mashbus.bus.errors import TransientError
from mashbus.bus.producer import Outgoing, Producer

BATCH = 1000
"""Records in flight, at most: half a megabyte."""
PATIENCE = timedelta(minutes=2)
"""For one batch: a broker that restarts is back by then."""


@dataclass
class Sending:
    producer: Producer
    published: int = 0

    async def all(self, outgoing: Iterable[Outgoing], moved: Callable[[], None]) -> None:
        """Raises TransientError where the broker stays away; what was published stands, and again it is no other.

        An error of `outgoing` itself is raised after what came before it is published.
        """
        rest = iter(outgoing)
        failed: Exception | None = None
        while failed is None:
            batch: list[Outgoing] = []
            try:
                for one in islice(rest, BATCH):
                    batch.append(one)  # noqa: PERF402 - what came before an error is kept
            except Exception as fault:  # noqa: BLE001 - raised below, once what came before it is safe
                failed = fault
            if not batch and failed is None:
                return
            await self._one(batch)
            moved()
        raise failed

    async def _one(self, batch: Sequence[Outgoing]) -> None:
        async for attempt in tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            wait=tenacity.wait_random_exponential(0.2, max=5),
            stop=tenacity.stop_after_delay(PATIENCE),
            reraise=True,
        ):
            with attempt:
                await self.producer.publish(batch)
        self.published += len(batch)
