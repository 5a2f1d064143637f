"""Deadlines that lapse while the service runs: many in one second, and at a steady rate, undisturbed and killed."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from redis.asyncio import Redis

from mashbus.bus.running import partnerships
from mashbus.contracts import topics
from tests.bench.deadlines import service
from tests.bench.deadlines.cases import Lapsing
from tests.bench.deadlines.filling import fill
from tests.bench.deadlines.said import Said, listening
from tests.bench.deadlines.troubles import Acts, Trouble, happening
from tests.e2e.hub import Hub

LAPSES_WITHIN = 90.0
"""Real seconds after the last due instant that the last breach may take; longer while breaches still come."""
QUIET = 40.0
"""Seconds without any breach after which no more is waited for."""
SECOND = timedelta(seconds=1)
ARMED_WITHIN = 4 * SECOND
"""Between the last record written and the first instant, so that the service has armed everything."""
FILLING_STARTS = 4 * SECOND
FILLED_PER_SECOND = 2500
"""What a quiet machine does; on a slower one the run is begun anew with more time."""
PATIENCE = (1, 3, 8)
ON_TIME = timedelta(milliseconds=1)
"""The broker's append times are whole milliseconds, cut off."""


class FilledTooLate(Exception):
    def __init__(self, late: timedelta) -> None:
        super().__init__(f"everything was in place {late.total_seconds():.1f} s too late: the machine is too busy")


async def burst(hub: Hub, count: int) -> Mapping[str, Any]:
    """All due within one second, at microseconds of their own."""
    return await _run(hub, "burst", count, SECOND)


async def steady(hub: Hub, per_second: int, seconds: int) -> Mapping[str, Any]:
    """So many lapses a second; and before it the same of warnings, which are said without any check of ends."""
    await _run(hub, "settling-in", per_second * 5, 5 * SECOND, warned=True)
    shorter = max(5, seconds // 3)
    warned = await _run(hub, "warnings", per_second * shorter, shorter * SECOND, warned=True)
    lapsed = await _run(hub, "lapses", per_second * seconds, seconds * SECOND)
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

    async def kill() -> None:
        hub.processes.kill(service.NAME)
        hub.processes.start(service.NAME)

    acts = {"kill": kill, "flush": lambda: flushed(hub)}
    return {
        "troubles": ", ".join(map(str, troubles)),
        **await _run(hub, "disturbed", per_second * seconds, seconds * SECOND, troubles=troubles, acts=acts),
    }


async def flushed(hub: Hub) -> None:
    """Valkey forgets everything."""
    async with Redis.from_url(hub.settings.redis) as client:
        await client.flushall()


async def _run(
    hub: Hub, name: str, count: int, over: timedelta, *, warned: bool = False, troubles: Sequence[Trouble] = (),
    acts: Acts | None = None,
) -> dict[str, Any]:  # fmt: skip
    for patience in PATIENCE:
        lead = ARMED_WITHIN + patience * (FILLING_STARTS + count / FILLED_PER_SECOND * SECOND)
        plan = Lapsing(f"{name}-{patience}", spaced(hub.clock.now() + lead, count, over), warned)
        try:
            return await _lived_through(hub, plan, troubles, acts or {})
        except FilledTooLate:
            if patience == PATIENCE[-1]:
                raise
    raise AssertionError


async def _lived_through(hub: Hub, plan: Lapsing, troubles: Sequence[Trouble], acts: Acts) -> dict[str, Any]:
    expected, first = plan.expected(partnerships(hub.settings)), plan.due[0]
    async with listening(hub.settings.kafka_hosts, topics.BREACHES) as said:
        await fill(hub.settings, plan)
        if (late := hub.clock.now() + ARMED_WITHIN - first) > timedelta(0):
            raise FilledTooLate(late)
        before = service.processor_seconds(hub)
        async with happening(hub.clock, first, troubles, acts):
            ends = max(0.0, hub.clock.real_seconds_until(plan.due[-1]))
            await said.all_of(expected, ends + LAPSES_WITHIN, QUIET)
            await asyncio.sleep(1)  # a double may follow
    if troubles:
        await service.ready(hub)
        return lateness_of(said, expected, hub)
    return {
        **lateness_of(said, expected, hub), "processor_s": round(service.processor_seconds(hub) - before, 1)
    }  # fmt: skip


def spaced(first: datetime, count: int, over: timedelta) -> list[datetime]:
    """Instants at equal distances, whole microseconds."""
    return [first + over * number // count for number in range(count)]


def lateness_of(said: Said, expected: Mapping[str, datetime], hub: Hub) -> dict[str, Any]:
    """Real milliseconds between the instant and the broker's append; what was never said, said twice, or early."""
    pairs = [(expected[name], said.by_id[name]) for name in expected if name in said.by_id]
    found: dict[str, Any] = {
        "due": len(expected),
        "never_said": len(expected) - len(pairs),
        "doubled_on_the_wire": sum(len(of) - 1 for _, of in pairs),
    }
    if not pairs:
        return found
    appended = [_bus_time(of[0].appended, hub) for _, of in pairs]
    late = sorted((at - due) / ON_TIME for at, (due, _) in zip(appended, pairs, strict=True))
    stated = [(of[0].stated - due) / ON_TIME for due, of in pairs if of[0].stated]
    return {
        **found,
        "early": sum(one <= -1 for one in late),
        "p50_ms": _share(late, 0.5),
        "p99_ms": _share(late, 0.99),
        "max_ms": round(late[-1], 1),
        "mean_ms": round(fmean(late), 1),
        **({"mean_until_stated_ms": round(fmean(stated), 1)} if stated else {}),
        "all_breached_s": round((max(appended) - min(expected.values())).total_seconds(), 2),
    }


def _share(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)


def _bus_time(appended: datetime, hub: Hub) -> datetime:
    return hub.clock.at(round(appended.timestamp() * 1000))
