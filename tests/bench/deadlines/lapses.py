"""Deadlines that lapse while the service runs: many in one second, and at a steady rate, undisturbed and killed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from mashbus.bus.running import partnerships
from mashbus.contracts import topics
from tests.bench.deadlines import service
from tests.bench.deadlines.cases import Lapsing
from tests.bench.deadlines.filling import fill
from tests.bench.deadlines.said import Said, listening
from tests.bench.deadlines.troubles import Trouble
from tests.e2e.hub import Hub

LAPSES_WITHIN = 90.0
"""Real seconds after the last due instant that the last breach may take, and 40 more while breaches still come."""
QUIET = 40.0
SPARE = timedelta(seconds=8)
"""Between the last record written and the first instant, so that the service has armed everything."""
_FILLED_PER_SECOND = 2500
ON_TIME = timedelta(milliseconds=1)
"""The broker's append times are whole milliseconds, cut off."""


async def burst(hub: Hub, count: int) -> Mapping[str, Any]:
    """All due at random microseconds of one second."""
    first = _from(hub, count)
    due = [first + timedelta(microseconds=number * 1_000_000 // count) for number in range(count)]
    before = service.processor_seconds(hub)
    said, expected = await _heard(hub, Lapsing("burst", due))
    return {
        **lateness_of(said, expected, hub),
        "all_breached_s": round(seconds_after(first, said, hub), 2),
        "processor_s": round(service.processor_seconds(hub) - before, 1),
    }


async def steady(hub: Hub, per_second: int, seconds: int) -> Mapping[str, Any]:
    """So many lapses a second; and before it the same of warnings, which are said without any check of ends."""
    await _round(hub, "settling in", per_second, 5, warned=True)
    warned = await _round(hub, "warnings", per_second, max(5, seconds // 3), warned=True)
    lapsed = await _round(hub, "lapses", per_second, seconds)
    check = lapsed["mean_ms"] - warned["mean_ms"]
    return {
        "per_second": per_second,
        "lapses": lapsed,
        "warnings_without_check": warned,
        "check_ms": round(check, 1),
        "check_share_of_mean": round(check / lapsed["mean_ms"], 2),
    }


async def disturbed(hub: Hub, per_second: int, seconds: int, troubles: Sequence[Trouble]) -> Mapping[str, Any]:
    """The service killed at the same moments as the alternative, and Redis flushed."""
    acts = {"kill": lambda: _killed(hub), "flush": lambda: flushed(hub)}
    return {
        "troubles": [str(one) for one in troubles],
        **await _round(hub, f"disturbed-{len(troubles)}", per_second, seconds, troubles=troubles, acts=acts),
    }


async def flushed(hub: Hub) -> None:
    """Valkey forgets everything."""
    from redis.asyncio import Redis

    async with Redis.from_url(hub.settings.redis) as client:
        await client.flushall()


async def _killed(hub: Hub) -> None:
    hub.processes.kill(service.NAME)
    hub.processes.start(service.NAME)


async def _round(
    hub: Hub, name: str, per_second: int, seconds: int, *, warned: bool = False,
    troubles: Sequence[Trouble] = (), acts: Mapping[str, Callable[[], Awaitable[None]]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    count = per_second * seconds
    first = _from(hub, count)
    due = [first + timedelta(microseconds=number * 1_000_000 // per_second) for number in range(count)]

    async def disturb() -> None:
        for trouble in sorted(troubles, key=lambda one: one.after):
            await asyncio.sleep(hub.clock.real_seconds_until(first + trouble.after))
            await (acts or {})[trouble.kind]()

    disturbing = asyncio.create_task(disturb())
    try:
        said, expected = await _heard(hub, Lapsing(name, due, warned))
    finally:
        disturbing.cancel()
        await asyncio.gather(disturbing, return_exceptions=True)
    if troubles:
        await service.ready(hub)
    return lateness_of(said, expected, hub)


def _from(hub: Hub, count: int) -> datetime:
    """The first instant: once everything is in the log and armed."""
    return hub.clock.now() + SPARE + timedelta(seconds=3 + count / _FILLED_PER_SECOND)


async def _heard(hub: Hub, plan: Lapsing) -> tuple[Said, Mapping[str, datetime]]:
    profiles = partnerships(hub.settings)
    expected = plan.expected(profiles)
    async with listening(hub.settings.kafka_hosts, topics.BREACHES) as said:
        await fill(hub.settings, plan)
        filled = hub.clock.now()
        if filled > plan.due[0] - SPARE / 2:
            raise FilledTooLate(filled - plan.due[0])
        ends = max(0.0, hub.clock.real_seconds_until(plan.due[-1]))
        await said.all_of(expected, ends + LAPSES_WITHIN, QUIET)
        await asyncio.sleep(1)  # a double may follow
    return said, expected


class FilledTooLate(Exception):
    def __init__(self, late: timedelta) -> None:
        super().__init__(f"filling ended {late.total_seconds():.1f} s after the first due instant: too slow a machine")


def lateness_of(said: Said, expected: Mapping[str, datetime], hub: Hub) -> dict[str, Any]:
    """Real milliseconds between the instant and the broker's append; what was never said, said twice, or early."""
    pairs = [(expected[name], said.by_id[name]) for name in expected if name in said.by_id]
    late = sorted((hub.clock.at(_milliseconds(of[0].appended)) - due) / ON_TIME for due, of in pairs)
    stated = [(of[0].stated - due) / ON_TIME for due, of in pairs if of[0].stated]
    return {
        "due": len(expected),
        "never_said": len(expected) - len(pairs),
        "doubled_on_the_wire": sum(len(of) - 1 for _, of in pairs),
        "early": sum(one <= -1 for one in late),
        **({"p50_ms": _share(late, 0.5), "p99_ms": _share(late, 0.99), "max_ms": round(late[-1], 1)} if late else {}),
        **({"mean_ms": round(fmean(late), 1)} if late else {}),
        **({"mean_until_stated_ms": round(fmean(stated), 1)} if stated else {}),
    }


def seconds_after(first: datetime, said: Said, hub: Hub) -> float:
    """From the instant to the last new record."""
    last = max(of[0].appended for of in said.by_id.values())
    return (hub.clock.at(_milliseconds(last)) - first).total_seconds()


def _share(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)


def _milliseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
