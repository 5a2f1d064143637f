"""The same lapses through what a team would otherwise pick: faststream-redis-timers on Valkey, its worker a process.

It promises at-least-once by a lease of 30 s; it has no end-offset check, folds no log and writes a record that was made
beforehand. So it does less for each lapse than the monitor does.
"""

import asyncio
import base64
import json
import time
from collections.abc import Iterator, Mapping, Sequence
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
from tests.bench.deadlines.lapses import PATIENCE, SECOND, FilledTooLate, flushed, lateness_of, spaced
from tests.bench.deadlines.said import listening
from tests.bench.deadlines.troubles import Trouble, happening
from tests.e2e.hub import Hub

PYTHON = Path(".venv-bench/bin/python")
APP = Path(__file__).with_name("timers_app.py")
TOPIC = "bench.lapses"
SPARE = timedelta(seconds=3)
ARMED_PER_SECOND = 1000
STARTS_WITHIN = 30
BREACH_BYTES = 500
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
        self._arming: set[Identity] = set()

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
        self._arming.add(arming)
        while arming.find():
            await asyncio.sleep(0.05)

    def kill(self) -> None:
        kill([self._identity])

    def end(self) -> None:
        end({self._identity, *self._arming})

    def processor_seconds(self) -> float:
        times = psutil.Process(self._identity.pid).cpu_times()
        return times.user + times.system

    def memory_mb(self) -> int:
        """Proportional set size, as for ours."""
        return round(psutil.Process(self._identity.pid).memory_full_info().pss / 1e6)


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
            "burst": await _run(hub, worker, "burst", burst, SECOND),
            "steady": await _run(hub, worker, "steady", per_second * seconds, seconds * SECOND),
            "killed": await _run(hub, worker, "killed", slowly * how_long, how_long * SECOND, kills),
            "flushed": await _run(hub, worker, "flushed", slowly * how_long, how_long * SECOND, flush),
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


async def _run(
    hub: Hub, worker: Worker, name: str, count: int, over: timedelta, troubles: Sequence[Trouble] = ()
) -> dict[str, Any]:
    for patience in PATIENCE:
        lead = patience * (SPARE + count / ARMED_PER_SECOND * SECOND)
        due = spaced(hub.clock.now() + lead, count, over)
        names = (str(ids.derived("bench", name, patience, number)) for number in range(count))
        try:
            return await _lived_through(hub, worker, dict(zip(names, due, strict=True)), troubles)
        except FilledTooLate:
            if patience == PATIENCE[-1]:
                raise
            await flushed(hub)
    raise AssertionError


async def _lived_through(
    hub: Hub, worker: Worker, expected: Mapping[str, datetime], troubles: Sequence[Trouble]
) -> dict[str, Any]:
    first, last = min(expected.values()), max(expected.values())
    file = hub.settings.home / "timers.jsonl"
    _write(hub, file, expected)
    acts = {"kill": lambda: _killed(worker), "flush": lambda: flushed(hub)}
    async with listening(hub.settings.kafka_hosts, TOPIC) as said:
        armed, used = await _armed(hub, worker, file)
        if (late := hub.clock.now() - first) > timedelta(0):
            raise FilledTooLate(late)
        before = worker.processor_seconds()
        async with happening(hub.clock, first, troubles, acts):
            await said.all_of(expected, max(0.0, hub.clock.real_seconds_until(last)) + 5, LEASE_OUT)
            await asyncio.sleep(1)  # a double may follow
    return {
        **({"troubles": ", ".join(map(str, troubles))} if troubles else {}),
        **lateness_of(said, expected, hub),
        **({} if troubles else {"processor_s": round(worker.processor_seconds() - before, 1)}),
        "memory_mb": worker.memory_mb(),
        "armed_per_second": round(len(expected) / armed),
        "redis_bytes_per_timer": round(used / len(expected)),
    }


async def _armed(hub: Hub, worker: Worker, file: Path) -> tuple[float, int]:
    """Seconds that it took, and by how many bytes Valkey has grown."""
    async with Redis.from_url(hub.settings.redis) as client:
        before, begun = await _used(client), time.perf_counter()
        await worker.armed(file)
        return time.perf_counter() - begun, await _used(client) - before


async def _killed(worker: Worker) -> None:
    worker.kill()
    worker.start()


async def _used(client: "Redis") -> int:
    return int((await client.info("memory"))["used_memory"])


def _write(hub: Hub, file: Path, expected: Mapping[str, datetime]) -> None:
    """Timers at real instants, each with as many bytes as a breach has, which it is to publish."""
    shift = time.time() - hub.clock.now().timestamp()
    value = base64.b64encode(b"x" * BREACH_BYTES).decode()
    with file.open("w") as lines:
        for name, due in expected.items():
            lines.write(json.dumps({"id": name, "due": due.timestamp() + shift, "value": value}) + "\n")
