"""One process that reads the directory whole and looks children up, as triage does: what it takes, as one line of JSON."""

import asyncio
import json
import random
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import uvloop

from mashbus.bus.directory.file import FOLDER
from mashbus.bus.directory.memory import Memory, remembered
from mashbus.bus.settings import Settings
from mashbus.contracts.catalogue import Catalogue
from mashbus.domain.contact import Contact
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Child, Concern
from mashbus.domain.vocabulary import Channel, OpeningKind
from mashbus.profiles import load
from tests.bench.directory.filling import HOLDER, PARTNERSHIP, WHEN, upn

LOOKUPS = 5000
FRESH = 300


async def measured(settings: Settings, children: int) -> dict[str, Any]:
    process = psutil.Process()
    catalogue = Catalogue.load(settings.schemas)
    profile = load(PARTNERSHIP, settings.partnerships)
    profile = replace(profile, known=replace(profile.known, holders=(HOLDER,)))
    before, began, peak = process.memory_info().rss, time.monotonic(), 0
    async with remembered(settings, catalogue) as memory:
        reading = asyncio.create_task(memory.read_whole(asyncio.Event()))
        while not reading.done():
            peak = max(peak, process.memory_info().rss)
            await asyncio.wait([reading], timeout=0.1)
        await reading
        seconds, processor = time.monotonic() - began, sum(process.cpu_times()[:2])
        looked = _lookups(memory, profile, children)
        fresh = [await _fresh(memory) for _ in range(FRESH)]
        records = sum(memory.asked(lambda table: table.positions()).values())
        after = process.memory_info().rss
    size = sum(one.stat().st_size for one in (settings.home / FOLDER).glob("*.sqlite*"))
    return {
        "children": children,
        "records": records,
        "seconds": round(seconds, 2),
        "records_a_second": round(records / seconds),
        "processor_s": round(processor, 1),
        "rss_before_mb": _mb(before),
        "rss_grown_peak_mb": _mb(peak - before),
        "rss_grown_after_mb": _mb(after - before),
        "disk_mb": _mb(size),
        "disk_mb_per_100000": round(_mb(size) / children * 100_000, 1),
        "lookup": _shares(looked),
        "fresh": _shares(fresh),
    }


def _lookups(memory: Memory, profile: Partnership, children: int) -> list[float]:
    """Contacts with one child each by its UPN; every fifth of nobody's."""
    draw, taken = random.Random(7), []
    for _ in range(LOOKUPS):
        number = draw.randrange(children * 5 // 4)
        contact = _contact(Child(given_name="Given", upn=upn(number)))
        began = time.perf_counter()
        looked = memory.look(profile, uuid4(), contact, {})
        taken.append(time.perf_counter() - began)
        assert bool(looked.known) == (number < children)
    return taken


def _contact(child: Child) -> Contact:
    return Contact(
        kind=OpeningKind.REFERRAL, event_id=uuid4(), partnership=PARTNERSHIP, received_at=WHEN + timedelta(days=1),
        channel=Channel.ONLINE_FORM, source="2A", children=(child,), adults=(), concern=Concern(), content_hash="none",
    )  # fmt: skip


async def _fresh(memory: Memory) -> float:
    began = time.perf_counter()
    await memory.fresh()
    return time.perf_counter() - began


def _shares(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    p50, p99 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
    return {"p50_ms": round(p50 * 1000, 3), "p99_ms": round(p99 * 1000, 3), "max_ms": round(ordered[-1] * 1000, 3)}


def _mb(size: int) -> float:
    return round(size / 1e6, 1)


if __name__ == "__main__":
    settings = Settings.model_validate_json(Path(sys.argv[1]).read_text())
    print(json.dumps(uvloop.run(measured(settings, int(sys.argv[2])))))
