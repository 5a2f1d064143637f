"""A hub to count by: Mon-Thu 08:30-17:00, Fri 08:30-16:30, England's days of 2026 that the stories need."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from mashbus.domain.clocks import (
    Amount,
    Anchor,
    Calendar,
    Clock,
    Hours,
    Kind,
    NoAmount,
    Readings,
    School,
    Term,
    WorkingTime,
    computed,
    rerated,
)
from mashbus.domain.deadline import Deadline
from mashbus.domain.vocabulary import Rag

LONDON, JERSEY = ZoneInfo("Europe/London"), ZoneInfo("Europe/Jersey")
SUBJECT = UUID(int=7)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)

CALENDAR = Calendar(
    zone=LONDON,
    week={**dict.fromkeys(range(4), Hours(time(8, 30), time(17))), 4: Hours(time(8, 30), time(16, 30))},
    holidays={
        date(2026, 4, 3): "Good Friday",
        date(2026, 4, 6): "Easter Monday",
        date(2026, 5, 4): "May Day",
        date(2026, 12, 25): "Christmas Day",
        date(2026, 12, 28): "Boxing Day (substitute)",
    },
    exceptions={
        date(2026, 12, 24): Hours(time(8, 30), time(12)),
        date(2026, 6, 10): Hours(time(10), time(17)),
    },
    known_from=date(2023, 12, 1),
    known_until=date(2027, 1, 8),
)
ALWAYS = replace(CALENDAR, week=dict.fromkeys(range(7), Hours(time(0), time(0))), holidays={}, exceptions={})
"""Never closed: the openings touch at midnight, and two of them a year span a change of the clocks."""
SCHOOL = School(
    starts=time(8, 45),
    terms=(Term(date(2026, 2, 23), date(2026, 3, 27)), Term(date(2026, 4, 13), date(2026, 5, 22))),
)


def hours(number: float) -> Amount:
    return Amount(Kind.HOURS, timedelta(hours=number))


def working_hours(number: float) -> Amount:
    return Amount(Kind.WORKING_HOURS, timedelta(hours=number))


def working_days(number: int) -> Amount:
    return Amount(Kind.WORKING_DAYS, days=number)


def works_on(number: float) -> Amount:
    return Amount(Kind.WORKS_ON, timedelta(hours=number))


SCHOOL_DAY = Amount(Kind.SCHOOL)


def clock(
    amounts: Amount | dict[Rag | None, Amount | NoAmount], calendar: Calendar = CALENDAR, **readings: Any
) -> Clock:
    return Clock(
        name="first-decision", anchor=Anchor.RECEIPT, owner="hub", met_by=("CaseRouted",), started_by="CaseOpened",
        requirement="X-1", amounts=amounts if isinstance(amounts, dict) else {None: amounts}, suspendable=True,
        time=WorkingTime(calendar=calendar, school=SCHOOL, readings=Readings(**readings)),
    )  # fmt: skip


def at(text: str, zone: ZoneInfo = LONDON, fold: int = 0) -> datetime:
    """`2026-06-08 09:00` on the wall, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)


def armed(one: Clock, anchor: datetime, rag: Rag | None = None) -> Deadline:
    deadline = computed(one, rag, anchor, subject=SUBJECT, owner="hub", profile="1+x")
    assert deadline is not None
    return deadline


def changed(one: Clock, current: Deadline | None, rag: Rag, when: datetime, first: datetime) -> Deadline | None:
    revision = current.revision + 1 if current else 2
    return rerated(
        one, rag, current, when, first_anchor=first, subject=SUBJECT, owner="hub", profile="1+x", revision=revision
    )


def chained(deadline: Deadline) -> bool:
    """From the first anchor to the instant, each step where the one before ended, but where a new count begins."""
    joined = all(
        one.ends == following.starts or following.kind in ("rerated", "resumed")
        for one, following in zip(deadline.steps, deadline.steps[1:], strict=False)
    )
    return joined and deadline.steps[-1].ends == deadline.due
