"""The deadlines service as a process of its own: how long it takes to be ready, what it holds, and its killing."""

import json
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

from mashbus.bus.hosting import note_of
from tests.e2e.hub import Hub

NAME = "deadlines"
READY_WITHIN = 900.0
"""Real seconds that a rebuild may take."""


class NotReady(Exception):
    def __init__(self, log: str) -> None:
        super().__init__(f"{NAME} is not ready after {READY_WITHIN:.0f} s: {log[-2000:]}")


async def started(hub: Hub, instances: int = 1) -> float:
    """Seconds from nothing to a service that acts, its partitions shared by so many instances."""
    begun, names = time.perf_counter(), [str(number) for number in range(1, instances + 1)]
    for instance in names:
        hub.processes.start(NAME, instance=instance)
    for instance in names:
        await ready(hub, instance)
    return time.perf_counter() - begun


async def ready(hub: Hub, instance: str = "1") -> None:
    """Raises Died where it ended by itself, NotReady."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        with suppress(TimeoutError):  # of the end-to-end tests, which rebuild little
            await hub.processes.ready(NAME, instance=instance)
            return
    raise NotReady((hub.settings.home / "logs" / f"{NAME}-1.log").read_text())


def casebooks(hub: Hub) -> Path:
    return hub.settings.home / "casebooks" / "1" / NAME


def forget_casebooks(hub: Hub) -> None:
    """Every instance's."""
    for folder in (hub.settings.home / "casebooks").glob(f"*/{NAME}"):
        shutil.rmtree(folder)


def bytes_kept(hub: Hub) -> int:
    return sum(one.stat().st_size for one in casebooks(hub).iterdir())


def memory_mb(hub: Hub) -> int:
    return round(hub.processes.memory()[NAME] / 1e6)


def processor_seconds(hub: Hub) -> float:
    return hub.processes.seconds()[NAME]


async def open_deadlines(hub: Hub) -> int:
    """As its own metric says, its canaries left out; it counts every few seconds."""
    found = await metric(hub, "mash_sla_open")
    return round(sum(count for labels, count in found.items() if "canary" not in labels))


async def metric(hub: Hub, name: str) -> Mapping[str, float]:
    async with httpx.AsyncClient(timeout=30) as client:
        text = (await client.get(f"{hub.processes.url(NAME)}/metrics")).text
    families = text_string_to_metric_families(text)
    return {
        json.dumps(sample.labels, sort_keys=True): sample.value
        for family in families
        for sample in family.samples
        if sample.name == name
    }


def pid_of(hub: Hub) -> int:
    """As the running service notes it."""
    return int(json.loads(note_of(hub.settings.home, NAME).read_text())["pid"])


def peak_mb(pid: int) -> int:
    """The most it ever held, as the kernel counts it."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines() if Path("/proc").exists() else []
    kept = next((line.split()[1] for line in lines if line.startswith("VmHWM")), None)
    return round(int(kept) / 1e3) if kept else round(psutil.Process(pid).memory_info().rss / 1e6)
