"""The whole bus: referrals in over HTTP, everything that follows from them, and what it takes.

Every referral is amber: three organisations are asked and answer from their databases, the enquiry is collated, a
manager decides over HTTP, two emails go to the mail catcher and three organisations are told: 31 records.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psutil
from aiokafka import TopicPartition

from mashbus.bus.casebook import Casebook
from mashbus.bus.cases import CaseHandler
from mashbus.bus.clock import Clock
from mashbus.bus.quarantine import Share
from mashbus.bus.rebuild import fold_to, reader
from mashbus.bus.running import partnerships
from mashbus.contracts.topics import PARTITIONS
from mashbus.demo.input import gathered
from mashbus.demo.week import PARTNERSHIP, Week
from services.outcomes.app import service as outcomes
from tests.bench.load import Doors, Tail, at_rate, spread
from tests.e2e.contacts import concern, referral
from tests.e2e.hub import Hub

CONNECTIONS = 16
ENDS_WITHIN = 120.0
"""Real seconds that a run may take after its last referral."""
OUTCOME = {"outcomes": ["early-help-assessment"], "rationale": "Decided. (synthetic)", "tell_referrer": True}


class Load:
    """Referrals without end, each under a key of its own: the families of the demonstration's week, then of another.

    About one in seven names a child who came before, as at a front door: who is known is looked up as there.
    """

    def __init__(self, hub: Hub) -> None:
        self._week = Week(partnerships(hub.settings)[PARTNERSHIP])
        self._folder = hub.settings.home
        self._families = itertools.chain.from_iterable(map(self._of_a_week, itertools.count(7)))
        self._number = itertools.count()

    def __iter__(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for number, family in zip(self._number, self._families, strict=False):
            people = {name: family[name] for name in ("children", "adults") if name in family}
            yield f"bench-{number}", referral(concern=concern("N1"), **people)

    def _of_a_week(self, seed: int) -> Iterator[dict[str, Any]]:
        given = gathered(self._week, census=None, own=None, folder=self._folder, seed=seed)
        for document in (dict(one.document) for one in given.arrivals):
            children = document.get("children", ())
            if _whole(children):
                yield document | {"children": [_of_seed(child, seed) for child in children]}


def _whole(children: Sequence[Mapping[str, Any]]) -> bool:
    born = ("date_of_birth", "expected_date_of_birth")
    return bool(children) and all("family_name" in one and any(name in one for name in born) for one in children)


def _of_seed(child: Mapping[str, Any], seed: int) -> Mapping[str, Any]:
    """Made-up local ids are counted from 1 each time: else every week's first child would be the same."""
    return child if "local_id" not in child else {**child, "local_id": f"{seed}-{child['local_id']}"}


@asynccontextmanager
async def doors(hub: Hub, key: str) -> AsyncIterator[Doors]:
    async with Doors(hub.processes.url("intake"), key, CONNECTIONS) as made:
        yield made


@asynccontextmanager
async def tailing(hub: Hub) -> AsyncIterator[Tail]:
    tail = Tail(hub.settings.kafka_hosts, hub.topics)
    following = asyncio.create_task(tail.follow())
    try:
        await tail.ready.wait()
        yield tail
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def door_alone(hub: Hub, load: Load, count: int) -> Mapping[str, object]:
    """As fast as the door takes them, with nobody behind it."""
    async with doors(hub, hub.outside.keys.form) as post:
        begun = time.perf_counter()
        await _all_at_once(post, itertools.islice(load, count))
        seconds = time.perf_counter() - begun
    return {"referrals": count, "per_second": round(count / seconds)}


async def _all_at_once(post: Doors, referrals: Iterator[tuple[str, Mapping[str, Any]]]) -> None:
    async def sender() -> None:
        for key, document in referrals:
            await post.post("/v1/referrals", key, document)

    await asyncio.gather(*(sender() for _ in range(CONNECTIONS)))


async def sustained(hub: Hub, load: Load, count: int) -> Mapping[str, object]:
    """From the first POST until the last record that follows from it was appended, the manager deciding meanwhile."""
    async with (
        tailing(hub) as tail,
        doors(hub, hub.outside.keys.form) as form,
        doors(hub, hub.outside.keys.manager) as manager,
    ):
        before = _spent(hub)
        deciding = asyncio.create_task(_decide(manager, tail, count))
        begun = time.time()
        await _all_at_once(form, itertools.islice(load, count))
        accepted = time.time() - begun
        await deciding
        await hub.settled(within=ENDS_WITHIN)
        after = _spent(hub)
        return {
            "referrals": count,
            "accepted_per_second_at_the_door": round(count / accepted),
            "complete_per_second": round(count / (tail.last / 1000 - begun), 1),
            "records_a_referral": round(tail.records / count, 1),
            "processor_ms_a_referral": {name: round((after[name] - before[name]) / count * 1000, 2) for name in before},
        }


def _spent(hub: Hub) -> Mapping[str, float]:
    """Processor seconds of the services, of the stack's parts and of this sender; all share the machine."""
    parts = {one.part: sum(psutil.Process(one.pid).cpu_times()[:2]) for one in hub.stack.status() if one.pid}
    return {**hub.processes.seconds(), **parts, "this sender": time.process_time()}


async def _decide(post: Doors, tail: Tail, count: int) -> None:
    """Managers side by side; returns when so many cases are decided."""
    places = asyncio.Semaphore(CONNECTIONS)

    async def decide(case_id: str) -> None:
        async with places:
            await post.post(f"/v1/cases/{case_id}/outcome", f"outcome-{case_id}", OUTCOME)

    async with asyncio.timeout(ENDS_WITHIN), asyncio.TaskGroup() as deciding:
        for _ in range(count):
            deciding.create_task(decide(await tail.collated.get()))


async def latencies(hub: Hub, load: Load, per_second: float, count: int) -> Mapping[str, object]:
    """At a steady rate, through the whole bus: to the 202, and between appends in the log."""
    sent = list(itertools.islice(load, count))
    cases: list[str] = []
    async with tailing(hub) as tail, doors(hub, hub.outside.keys.form) as post:

        async def send(number: int) -> None:
            cases.append((await post.post("/v1/referrals", *sent[number]))["case_id"])

        acknowledged = await at_rate(per_second, count, send)
        await hub.settled(within=ENDS_WITHIN)
        return {
            "per_second": per_second,
            "http_to_202_ms": spread(acknowledged),
            "referral_to_last_request_ms": spread(tail.times("ReferralReceived", "InformationRequested", cases)),
            "referral_to_collated_ms": spread(tail.times("ReferralReceived", "EnquiryCollated", cases)),
        }


async def replay(hub: Hub) -> Mapping[str, object]:
    """The casebooks of `outcomes` from nothing, folded in this process with no service running."""
    service = outcomes(partnerships(hub.settings))
    folder = hub.settings.home / "replayed"
    clock, share = Clock(hub.settings.home / "clock.json"), Share(service.name)
    books = {number: Casebook(folder / f"{number}.sqlite", number, service.fold) for number in range(PARTITIONS)}
    handlers = {number: CaseHandler(service, book, hub.codec, clock, share) for number, book in books.items()}
    async with reader(hub.settings.kafka_hosts) as consumer:
        wanted = [TopicPartition(topic, number) for topic in service.reads for number in range(PARTITIONS)]
        ends = await consumer.end_offsets(wanted)
    begun = time.perf_counter()
    await fold_to(hub.settings.kafka_hosts, service.name, hub.codec, handlers, ends, lambda: True)
    seconds = time.perf_counter() - begun
    for book in books.values():
        book.close()
    return {"records": sum(ends.values()), "per_second": round(sum(ends.values()) / seconds)}


def memory(hub: Hub) -> Mapping[str, object]:
    """MB, shared pages counted once."""
    return {name: round(used / 1e6) for name, used in hub.processes.memory().items()}
