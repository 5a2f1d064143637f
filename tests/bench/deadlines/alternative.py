"""The same lapses through what a team would otherwise pick: faststream-redis-timers on Valkey, its worker a process.

It promises at-least-once by a lease of 30 s; it has no end-offset check, folds no log and writes a record that was made
beforehand. So it does less for each lapse than the monitor does.
"""

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from confluent_kafka.admin import NewTopic
from redis.asyncio import Redis

from mashbus.bus import topics as administration
from mashbus.contracts import topics
from mashbus.domain import ids
from mashbus.stack.process import Identity, end, kill, spawn
from tests.bench.deadlines.lapses import flushed, lateness_of, seconds_after
from tests.bench.deadlines.said import listening
from tests.bench.deadlines.troubles import Trouble
from tests.e2e.hub import Hub

PYTHON = Path(".venv-bench/bin/python")
APP = Path(__file__).with_name("timers_app.py")
TOPIC = "bench.lapses"
SPARE = timedelta(seconds=3)
ARMED_PER_SECOND = 1000
STARTS_WITHIN = 30
LEASE_OUT = 45.0
"""Seconds without anything new after which nothing more comes: its lease lasts 30."""


class NotInstalled(Exception):
    def __init__(self) -> None:
        super().__init__(f"{PYTHON} is missing: `make bench-deadlines` makes it; or leave `alternative` out")


class Worker:
    """Its one process; killed and started again like the service."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._log = hub.settings.home / "logs" / "alternative.log"
        self._identity: Identity

    def start(self) -> None:
        offset = self._log.stat().st_size if self._log.exists() else 0
        self._identity = self._spawned("work", "--kafka", self._hub.settings.kafka, "--topic", TOPIC)
        self._begins = offset

    def _spawned(self, *arguments: str) -> Identity:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        return spawn(
            [str(PYTHON.absolute()), str(APP), "--redis", self._hub.settings.redis, *arguments],
            folder=Path.cwd(), log=self._log, mark=self._hub.settings.home / "stack", extra={},
        )  # fmt: skip

    async def ready(self) -> None:
        async with asyncio.timeout(STARTS_WITHIN):
            while "working" not in self._log.read_text()[self._begins :]:
                await asyncio.sleep(0.05)

    async def armed(self, file: Path) -> None:
        arming = self._spawned("arm", str(file))
        while arming.find():
            await asyncio.sleep(0.05)

    def kill(self) -> None:
        kill([self._identity])

    def end(self) -> None:
        end({self._identity})

    @property
    def process(self) -> psutil.Process:
        return psutil.Process(self._identity.pid)


async def measured(
    hub: Hub, *, burst: int, per_second: int, seconds: int, disturbed: tuple[int, int], kills: Sequence[Trouble],
    flush: Sequence[Trouble],
) -> Mapping[str, Any]:  # fmt: skip
    """The three runs of ours, and the two kinds of trouble each by itself."""
    _topic(hub)
    with _working(hub) as worker:
        await worker.ready()
        slowly, how_long = disturbed
        return {
            "name": "faststream-redis-timers",
            "burst": await _burst(hub, worker, burst),
            "steady": {"per_second": per_second, **await _steady(hub, worker, per_second, seconds)},
            "killed": await _steady(hub, worker, slowly, how_long, kills),
            "flushed": await _steady(hub, worker, slowly, how_long, flush),
        }


def _topic(hub: Hub) -> None:
    client = administration.admin(hub.settings.kafka)
    wanted = NewTopic(TOPIC, topics.PARTITIONS, 1, config={"message.timestamp.type": "LogAppendTime"})
    for future in client.create_topics([wanted]).values():
        future.result(30)


@contextmanager
def _working(hub: Hub) -> Iterator[Worker]:
    worker = Worker(hub)
    worker.start()
    try:
        yield worker
    finally:
        worker.end()


async def _burst(hub: Hub, worker: Worker, count: int) -> dict[str, Any]:
    def due(first: datetime) -> list[datetime]:
        return [first + timedelta(microseconds=number * 1_000_000 // count) for number in range(count)]

    return await _run(hub, worker, "burst", count, due)


async def _steady(
    hub: Hub, worker: Worker, per_second: int, seconds: int, troubles: Sequence[Trouble] = ()
) -> dict[str, Any]:
    def due(first: datetime) -> list[datetime]:
        return [first + timedelta(microseconds=one * 1_000_000 // per_second) for one in range(per_second * seconds)]

    return await _run(hub, worker, f"steady-{len(troubles)}", per_second * seconds, due, troubles)


async def _run(
    hub: Hub, worker: Worker, name: str, count: int, due: Callable[[datetime], list[datetime]],
    troubles: Sequence[Trouble] = (),
) -> dict[str, Any]:  # fmt: skip
    first = hub.clock.now() + SPARE + timedelta(seconds=count / ARMED_PER_SECOND)
    expected = dict(zip((str(ids.derived("bench", name, one)) for one in range(count)), due(first), strict=True))
    file = hub.settings.home / f"{name}.jsonl"
    _write(hub, file, expected)
    async with Redis.from_url(hub.settings.redis) as client, listening(hub.settings.kafka_hosts, TOPIC) as said:
        before, begun = await _used(client), time.perf_counter()
        await worker.armed(file)
        armed = time.perf_counter() - begun
        used = await _used(client) - before
        spent = worker.process.cpu_times()
        acts = {"kill": lambda: _killed(worker), "flush": lambda: flushed(hub)}
        disturbing = asyncio.create_task(_disturb(hub, first, troubles, acts))
        ends = max(0.0, hub.clock.real_seconds_until(max(expected.values())))
        await said.all_of(expected, ends + 5, LEASE_OUT)
        await asyncio.sleep(1)
        await disturbing
    now = worker.process.cpu_times()
    return {
        **({"troubles": [str(one) for one in troubles]} if troubles else {}),
        **lateness_of(said, expected, hub),
        "all_breached_s": round(seconds_after(first, said, hub), 2),
        "redis_bytes_per_timer": round(used / count),
        "armed_per_second": round(count / armed),
        "memory_mb": round(worker.process.memory_full_info().pss / 1e6),
        **({} if troubles else {"processor_s": round(now.user + now.system - spent.user - spent.system, 1)}),
    }


async def _disturb(
    hub: Hub, first: datetime, troubles: Sequence[Trouble], acts: Mapping[str, Callable[[], Awaitable[None]]]
) -> None:
    for trouble in troubles:
        await asyncio.sleep(hub.clock.real_seconds_until(first + trouble.after))
        await acts[trouble.kind]()


async def _killed(worker: Worker) -> None:
    worker.kill()
    worker.start()


async def _used(client: "Redis") -> int:
    return int((await client.info("memory"))["used_memory"])


def _write(hub: Hub, file: Path, expected: Mapping[str, datetime]) -> None:
    """Timers as bus instants turned into real ones, each with the bytes that it is to publish."""
    shift = time.time() - hub.clock.now().timestamp()
    with file.open("w") as lines:
        for name, due in expected.items():
            value = base64.b64encode(b"x" * 900).decode()
            lines.write(json.dumps({"id": name, "due": due.timestamp() + shift, "value": value}) + "\n")
