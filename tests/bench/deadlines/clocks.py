"""How many due instants a second one core computes: working hours, working days and hours that work on; no steps.

Anchors are spread over one year, so that every kind of day is met: open, closed, holidays, short days, both changes of
the clocks. The calendar's table is built before and timed apart.
"""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as local
from zoneinfo import ZoneInfo

from mashbus.domain.clocks import (
    Amount,
    Anchor,
    Calendar,
    Clock,
    Hours,
    Kind,
    Readings,
    WorkingTime,
    due,
)
from mashbus.domain.vocabulary import Rag

ANCHORS = 200_000
TURNS = 5
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
LONG, SHORT = Hours(local(8, 45), local(17, 20)), Hours(local(8, 45), local(16, 20))
CALENDAR = Calendar(
    zone=ZoneInfo("Europe/London"),
    week={**dict.fromkeys(range(4), LONG), 4: SHORT},
    holidays={
        date(2026, 1, 1): "New Year's Day", date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday",
        date(2026, 5, 4): "May Day", date(2026, 5, 25): "Spring Bank Holiday", date(2026, 8, 31): "Summer Bank Holiday",
        date(2026, 12, 25): "Christmas Day", date(2026, 12, 28): "Boxing Day (substitute)",
    },
    exceptions={date(2026, 12, 24): Hours(local(8, 45), local(12))},
    known_from=date(2023, 12, 1),
    known_until=date(2030, 12, 31),
)  # fmt: skip
KINDS = {
    "working_hours": Amount(Kind.WORKING_HOURS, timedelta(hours=24)),
    "working_days": Amount(Kind.WORKING_DAYS, days=5),
    "works_on": Amount(Kind.WORKS_ON, timedelta(hours=4)),
}


def measured(seed: int = 1) -> dict[str, float]:
    """Due instants a second, by kind and for all kinds in turn (`due_per_s`); the table's building in milliseconds."""
    working_time = WorkingTime(calendar=replace(CALENDAR), school=None, readings=Readings())
    table_s = _timed(lambda: working_time.calendar.timetable)
    drawn = random.Random(seed)
    anchors = [YEAR + timedelta(microseconds=drawn.randrange(365 * 86_400_000_000)) for _ in range(ANCHORS)]
    clocks = {kind: _clock(amount, working_time) for kind, amount in KINDS.items()}
    found = {f"{kind}_per_s": _rate([clock], anchors) for kind, clock in clocks.items()}
    return {"due_per_s": _rate(list(clocks.values()), anchors), **found, "table_ms": round(table_s * 1000, 1)}


def _rate(clocks: list[Clock], anchors: list[datetime]) -> float:
    """The best of some turns: what else the machine does is not the clocks' cost."""

    def all_due() -> None:
        for clock in clocks:
            for anchor in anchors:
                due(clock, Rag.RED, anchor)

    return round(len(clocks) * len(anchors) / min(_timed(all_due) for _ in range(TURNS)))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _clock(amount: Amount, working_time: WorkingTime) -> Clock:
    return Clock(
        name="measured", anchor=Anchor.RECEIPT, owner="hub", met_by=("OutcomeDecided",), started_by="CaseOpened",
        amounts={Rag.RED: amount}, requirement="design 6", time=working_time,
    )  # fmt: skip


if __name__ == "__main__":
    for name, value in measured().items():
        print(f"{name:20} {value:>12,}")
