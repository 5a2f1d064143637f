"""So many open deadlines: what the casebooks take, how long a rebuild from the log and a reopening last."""

import time
from collections.abc import Mapping
from typing import Any

from mashbus.bus.casebook import Casebook
from mashbus.contracts import topics
from services.deadlines.app import READS
from services.deadlines.app import service as deadlines
from tests.bench.deadlines import service
from tests.bench.deadlines.cases import REQUESTS, Standing
from tests.bench.deadlines.filling import commit_everything, fill
from tests.e2e.hub import Hub


class NotAllThere(Exception):
    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"{expected} deadlines were written and the service says that {found} are open")


async def measured(hub: Hub, count: int) -> Mapping[str, Any]:
    """Leaves the service running with `count` open deadlines, all due hours from now."""
    empty = await service.started(hub)
    await hub.processes.stop(service.NAME)
    service.forget_casebooks(hub)
    begun = time.perf_counter()
    await fill(hub.settings, Standing(count // REQUESTS, hub.clock.now()))
    filled = time.perf_counter() - begun
    await commit_everything(hub.settings, f"mashbus.{service.NAME}", (*READS, topics.QUARANTINE))
    by_two = await _by_two(hub)
    rebuilt = await service.started(hub)
    spent = service.processor_seconds(hub)
    peak = service.peak_mb(service.pid_of(hub))
    found = await service.open_deadlines(hub)
    if found != count // REQUESTS * REQUESTS:
        raise NotAllThere(count, found)
    memory = service.memory_mb(hub)
    await hub.processes.stop(service.NAME)
    reopened = _reopened(hub)
    kept = service.bytes_kept(hub)
    again = await service.started(hub)
    return {
        "deadlines": found,
        "filled_s": round(filled, 1),
        "start_empty_s": round(empty, 1),
        "rebuilt_s": round(rebuilt - empty, 1),
        "rebuilt_by_two_s": round(by_two - empty, 1),
        "rebuild_processor_s": round(spent, 1),
        "rebuild_per_second": round(found / (rebuilt - empty)),
        "rebuild_peak_mb": peak,
        "memory_mb": memory,
        "bytes_per_deadline": round(kept / found),
        "casebooks_opened_s": round(reopened, 2),
        "started_again_s": round(again, 1),
        "memory_reopened_mb": service.memory_mb(hub),
    }


async def _by_two(hub: Hub) -> float:
    """The same by two instances at once, each its share of the partitions."""
    taken = await service.started(hub, instances=2)
    for instance in ("1", "2"):
        await hub.processes.stop(service.NAME, instance=instance)
    service.forget_casebooks(hub)
    return taken


def _reopened(hub: Hub) -> float:
    """Seconds to open every casebook and to know the next timer, in this process, as an assignment does."""
    fold = deadlines().fold
    now, folder = hub.clock.now(), service.casebooks(hub)
    begun = time.perf_counter()
    books = [Casebook(folder / f"{number}.sqlite", number, fold) for number in range(topics.PARTITIONS)]
    for book in books:
        book.timers.next_due(now)
    seconds = time.perf_counter() - begun
    for book in books:
        book.close()
    return seconds
