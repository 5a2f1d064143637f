"""The clocks against a second reckoning that walks minute by minute: thousands of anchors, and not one instant apart.

Anchors are drawn around what goes wrong: openings and closings, half days, holidays, both clock changes, the year's end.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from clock_oracle import NotKnown, Oracle, Running, armed, rerated
from hypothesis import given, settings
from hypothesis import strategies as st

from mashbus.domain import clocks
from mashbus.domain.clocks import (
    Amount,
    Anchor,
    Calendar,
    CalendarEnds,
    Clock,
    Hours,
    Kind,
    NoAmount,
    Readings,
    School,
    Term,
    WorkingTime,
)
from mashbus.domain.deadline import Deadline
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Rag
from mashbus.profiles import find

PARTNERSHIPS = Path(__file__).parents[3] / "partnerships"
PROFILES = ("jersey", "hackney", "medway", "cambridgeshire", "gloucestershire", "luton", "surrey")
LONDON, JERSEY = ZoneInfo("Europe/London"), ZoneInfo("Europe/Jersey")
FIRST, LAST = date(2024, 1, 1), date(2029, 12, 31)
MINUTE, HOUR, DAY, TICK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
COLOURS = (Rag.RED, Rag.AMBER, Rag.GREEN, Rag.BLUE)
LADDER = COLOURS[:3]
SUBJECT = UUID(int=7)

# Bank holidays of England by month and day, substitutes included, written down by hand.
BANK_HOLIDAYS = {
    2023: "12-25 12-26",
    2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
    2029: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
    2030: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
}
CLOCK_CHANGES = "2024-03-31 2024-10-27 2025-03-30 2025-10-26 2026-03-29 2026-10-25 2027-03-28 2027-10-31 2028-03-26 2028-10-29 2029-03-25 2029-10-28"
ENGLAND = {
    date.fromisoformat(f"{year}-{day}"): "holiday" for year, days in BANK_HOLIDAYS.items() for day in days.split()
}
ISLAND = ENGLAND | {date(year, 5, 9): "Liberation Day" for year in range(2024, 2031)}
NOTABLE = sorted(
    {*ISLAND, *map(date.fromisoformat, CLOCK_CHANGES.split()), *(date(y, 12, 24) for y in range(2024, 2030))}
)


def hours(opens: str, closes: str) -> Hours:
    return Hours(time.fromisoformat(opens), time.fromisoformat(closes))


def weekdays(usual: Hours, friday: Hours) -> dict[int, Hours]:
    return {day: friday if day == 4 else usual for day in range(5)}


def calendar(
    zone: ZoneInfo, week: dict[int, Hours], holidays: dict[date, str], exceptions: dict[date, Hours]
) -> Calendar:
    return Calendar(
        zone=zone, week=week, holidays=holidays, exceptions=exceptions,
        known_from=date(2023, 12, 1), known_until=date(2030, 12, 31),
    )  # fmt: skip


def every_year(**days: Hours) -> dict[date, Hours]:
    """`d12_24=…`: other hours on that day of every year, whatever the day is otherwise."""
    return {date(year, int(day[1:3]), int(day[4:])): those for year in range(2024, 2030) for day, those in days.items()}


EARLY_FRIDAY = weekdays(hours("08:30", "17:00"), hours("08:30", "16:30"))
SPECIAL_DAYS = every_year(
    d12_24=hours("09:00", "12:00"), d12_31=hours("09:00", "15:30"), d06_10=hours("11:15", "17:00"),
    d08_26=hours("10:00", "14:00"), d11_15=hours("09:00", "13:00"), d05_09=hours("12:00", "12:01"),
)  # fmt: skip
CALENDARS = {
    "plain": calendar(LONDON, weekdays(hours("09:00", "17:00"), hours("09:00", "17:00")), ENGLAND, {}),
    "early Fridays": calendar(LONDON, EARLY_FRIDAY, ENGLAND, {}),
    "island": calendar(JERSEY, EARLY_FRIDAY, ISLAND, {}),
    "special days": calendar(JERSEY, EARLY_FRIDAY, ISLAND, SPECIAL_DAYS),
    "never shut": calendar(LONDON, {day: hours("00:00", "00:00") for day in range(7)}, {}, {}),
    "two long days": calendar(LONDON, {2: hours("00:00", "00:00"), 6: hours("06:00", "00:00")}, ENGLAND, SPECIAL_DAYS),
}
SCHOOL = School(
    starts=time(8, 45),
    terms=tuple(
        Term(date(y, a, 4), date(y, b, 20)) for y in range(2024, 2030) for a, b in ((1, 2), (3, 5), (6, 7), (9, 12))
    ),
)
CHOICES: dict[str, tuple[str, ...]] = {
    "hours_and_days": ("elapsed", "working"),
    "working_day_ends": ("same_time", "closing"),
    "outside_hours": ("next_opening", "as_is"),
    "working_hours_end": ("closing", "next_opening"),
    "works_on_from": ("next_opening", "anchor"),
    "at_risk_of": ("own_time", "elapsed"),
}
_oracles: dict[int, tuple[WorkingTime, Oracle]] = {}


def oracle_of(where: WorkingTime) -> Oracle:
    """One oracle for a calendar, so that what it walked of a day is walked once."""
    kept, oracle = _oracles.setdefault(id(where.calendar), (where, Oracle(where)))
    assert kept.calendar is where.calendar
    oracle.time = where
    return oracle


def some_readings(dice: random.Random) -> Readings:
    usual: Any = {name: words[dice.random() < 0.25] for name, words in CHOICES.items()}
    return Readings() if dice.random() < 0.5 else Readings(**usual)


def some_amount(dice: random.Random, kinds: Sequence[Kind] = tuple(Kind)) -> Amount:
    kind = dice.choice(kinds)
    length = dice.choice([4, 24, 72, dice.randint(1, 80)]) * HOUR + dice.choice([0, 0, dice.randint(0, 59)]) * MINUTE
    match kind:
        case Kind.WORKING_DAYS:
            return Amount(kind, days=dice.randint(1, 12))
        case Kind.DAYS:
            return Amount(kind, dice.randint(1, 20) * DAY)
        case Kind.SCHOOL:
            return Amount(kind)
        case _:
            return Amount(kind, length)


def some_instant(dice: random.Random, where: Calendar) -> datetime:
    """Any microsecond of six years, or one at, just before or just after what a day has of edges."""
    if dice.random() < 0.4:
        span = (LAST - FIRST).days * 86_400_000_000
        return datetime(2024, 1, 1, tzinfo=UTC) + dice.randrange(span) * TICK
    days = NOTABLE if dice.random() < 0.7 else [FIRST + dice.randrange((LAST - FIRST).days) * DAY]
    day = min(max(dice.choice(days) + dice.randint(-2, 2) * DAY, FIRST), LAST)
    that = where.exceptions.get(day) or where.week.get(day.weekday()) or hours("09:00", "17:00")
    wall = dice.choice([that.opens, that.closes, time(0), time(0, 59), time(1, 30), time(2), time(8, 45)])
    at = datetime.combine(day, wall, where.zone).astimezone(UTC)
    return at + dice.choice([0, 0, 1, -1, dice.randint(-90_000_000, 90_000_000)]) * TICK


def clock_of(amounts: dict[Rag, Amount | NoAmount], where: WorkingTime) -> Clock:
    return Clock(
        name="drawn", anchor=Anchor.RECEIPT, owner="hub", met_by=("CaseRouted",), started_by="CaseOpened",
        amounts=amounts, requirement="ours", time=where,
    )  # fmt: skip


def some_clock(dice: random.Random, where: Calendar) -> Clock:
    kinds = tuple(kind for kind in Kind if kind is not Kind.SCHOOL)
    nothing = NoAmount("drawn so")
    amounts = {rag: nothing if dice.random() < 0.1 else some_amount(dice, kinds) for rag in COLOURS}
    return clock_of(amounts, WorkingTime(calendar=where, school=None, readings=some_readings(dice)))


def computed(clock: Clock, rag: Rag, at: datetime) -> Deadline | None:
    return clocks.computed(clock, rag, at, subject=SUBJECT, owner="somebody", profile="1+x")


def changed(
    clock: Clock, rag: Rag, current: Deadline | None, at: datetime, first: datetime, revision: int
) -> Deadline | None:
    return clocks.rerated(
        clock, rag, current, at, first_anchor=first, subject=SUBJECT, owner="somebody", profile="1+x", revision=revision
    )


def seen(deadline: Deadline | Running | None) -> tuple[datetime, datetime | None] | None:
    return deadline and (deadline.due, deadline.at_risk)


@dataclass(frozen=True)
class Drawn:
    """A clock, a first anchor and a chain of changes of colour."""

    clock: Clock
    first: datetime
    colours: tuple[tuple[Rag, datetime], ...]

    def agrees(self) -> None:
        oracle, (rag, at) = oracle_of(self.clock.time), self.colours[0]
        theirs, ours = computed(self.clock, rag, at), armed(oracle, self.clock, rag, at)
        assert seen(theirs) == seen(ours)
        self.steps_lead_there(theirs)
        assert clocks.due(self.clock, rag, at) == (ours and ours.due)
        for revision, (new, then) in enumerate(self.colours[1:], start=2):
            theirs = changed(self.clock, new, theirs, then, self.first, revision)
            ours = rerated(oracle, self.clock, self.first, ours, new, then)
            assert seen(theirs) == seen(ours)
            self.steps_lead_there(theirs)

    def steps_lead_there(self, deadline: Deadline | None) -> None:
        """Reading 8: from the first anchor to the instant without a gap; a change of colour may begin anew."""
        if deadline:
            steps = deadline.steps
            assert (steps[0].starts, steps[-1].ends) == (self.first, deadline.due)
            assert all(step.starts == before.ends for before, step in pairwise(steps) if step.kind != "rerated")


def drawn(dice: random.Random, where: Calendar) -> Drawn:
    first = some_instant(dice, where)
    colours, at = [(dice.choice(COLOURS), first)], first
    for _ in range(dice.choice([0, 1, 1, 2, 5])):
        at += (
            dice.choice([0, 1, dice.randint(1, 60), dice.randint(60, 12_000)]) * MINUTE
            + dice.randint(0, 999_999) * TICK
        )
        colours.append((dice.choice(COLOURS), at))
    return Drawn(some_clock(dice, where), first, tuple(colours))


@pytest.mark.parametrize("name", CALENDARS)
def test_drawn_deadlines_and_their_changes_of_colour(name: str) -> None:
    dice = random.Random(f"oracle {name}")
    for _ in range(200):
        drawn(dice, CALENDARS[name]).agrees()


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(CALENDARS)))
def test_deadlines_and_changes_of_colour_that_hypothesis_looks_for(dice: random.Random, name: str) -> None:
    drawn(dice, CALENDARS[name]).agrees()


def some_calendar(dice: random.Random) -> Calendar:
    """Any hours at all; not between one and two at night, where a clock change makes "01:30" no instant or two."""

    def some_hours() -> Hours:
        opens = dice.randrange(2 * 60 + 1, 23 * 60)
        closes = dice.choice([24 * 60, dice.randint(opens + 1, 24 * 60)])
        return Hours(time(opens // 60, opens % 60), time(closes // 60 % 24, closes % 60))

    around = date(2024, 1, 1) + dice.randrange(2000) * DAY
    week = {day: some_hours() for day in range(7) if dice.random() < 0.7} or {0: some_hours()}
    holidays = {around + dice.randrange(60) * DAY: "holiday" for _ in range(dice.randrange(20))}
    exceptions = {around + dice.randrange(60) * DAY: some_hours() for _ in range(dice.randrange(20))}
    known = calendar(dice.choice([LONDON, JERSEY]), week, holidays, exceptions)
    return replace(known, known_from=around, known_until=around + 60 * DAY)


WORKING = (Kind.WORKING_HOURS, Kind.WORKING_DAYS)


def test_any_calendar_and_where_it_ends() -> None:
    dice, ends = random.Random("any calendar"), 0
    for _ in range(60):
        where = some_calendar(dice)
        clock = clock_of(
            {Rag.RED: some_amount(dice, WORKING)},
            WorkingTime(calendar=where, school=None, readings=some_readings(dice)),
        )
        oracle = Oracle(clock.time)
        for at in edges(dice, where):
            expected = attempt(armed, oracle, clock, Rag.RED, at)
            assert attempt(computed, clock, Rag.RED, at) == expected
            ends += expected is None
    assert ends > 20, "the calendars' ends were hardly met"


def edges(dice: random.Random, where: Calendar) -> Iterator[datetime]:
    """Openings, closings and odd instants of days from a little before the calendar begins to a little after it ends."""
    for _ in range(8):
        day = where.known_from + dice.randint(-1, 61) * DAY
        that = where.exceptions.get(day) or where.week.get(day.weekday()) or hours("09:00", "17:00")
        wall = dice.choice([that.opens, that.closes, time(dice.randrange(24), dice.randrange(60))])
        yield datetime.combine(day, wall, where.zone).astimezone(UTC) + dice.choice([0, 1, -1]) * TICK


def attempt(reckon: Callable[..., Deadline | Running | None], *of: Any) -> tuple[datetime, datetime | None] | None:
    """None where the calendar doesn't reach: either says so in its own words."""
    try:
        return seen(reckon(*of))
    except (NotKnown, CalendarEnds):
        return None


def test_school_days() -> None:
    dice, ends = random.Random("school"), 0
    where = WorkingTime(calendar=CALENDARS["special days"], school=SCHOOL, readings=Readings())
    clock, oracle = clock_of({Rag.RED: Amount(Kind.SCHOOL)}, where), Oracle(where)
    for _ in range(1500):
        at = some_instant(dice, where.calendar)
        expected = attempt(armed, oracle, clock, Rag.RED, at)
        assert attempt(computed, clock, Rag.RED, at) == expected
        ends += expected is None
    assert ends > 10


@pytest.mark.parametrize("name", CALENDARS)
def test_what_is_left_at_suspension_runs_from_resumption(name: str) -> None:
    dice, where = random.Random(f"suspension {name}"), CALENDARS[name]
    for _ in range(150):
        amount = some_amount(dice, (Kind.HOURS, Kind.DAYS, *WORKING))
        clock = clock_of({Rag.RED: amount}, WorkingTime(calendar=where, school=None, readings=Readings()))
        oracle, anchor = oracle_of(clock.time), some_instant(dice, where)
        answer, deadline = oracle.answer(amount, anchor), computed(clock, Rag.RED, anchor)
        assert deadline
        at = answer.counted_from + (answer.due - answer.counted_from) * dice.random()
        left = oracle.left(answer, at)
        assert clocks.time_left(clock, deadline, at) == left
        if left:
            again = at + dice.randrange(20_000) * MINUTE
            expected = oracle.resumed(answer, left, again)
            assert clocks.resumed(clock, deadline, left, again, revision=2).due == expected


@pytest.fixture(params=PROFILES)
def partnership(request: pytest.FixtureRequest) -> Partnership:
    return find(request.param, PARTNERSHIPS)


def test_the_holidays_a_profile_is_given_are_those_written_by_hand(partnership: Partnership) -> None:
    visit_of_the_king = {date(2024, 7, 15)}
    expected = {*ISLAND, *visit_of_the_king} if partnership.name == "jersey" else {*ENGLAND}
    given = partnership.time.calendar.holidays
    assert {day for day in given if _a_weekday(day)} == {day for day in expected if _a_weekday(day)}


def _a_weekday(day: date) -> bool:
    return day.weekday() < 5 and FIRST <= day <= date(2030, 12, 31)


def test_every_clock_of_a_profile_for_anchors_of_six_years(partnership: Partnership) -> None:
    dice = random.Random(f"profile {partnership.name}")
    ends = [datetime(2024, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC) - TICK]
    for clock in partnership.clocks.values():
        anchors = ends + [some_instant(dice, partnership.time.calendar) for _ in range(25)]
        for rag in clock.amounts:
            for at in anchors:
                assert attempt(computed, clock, rag, at) == attempt(armed, oracle_of(clock.time), clock, rag, at)
                if clock.amounts[rag] != Amount(Kind.SCHOOL):
                    computed(clock, rag, at)  # no anchor of these years is refused


def test_every_change_of_colour_that_a_profile_allows(partnership: Partnership) -> None:
    dice = random.Random(f"profile colours {partnership.name}")
    for clock in partnership.clocks.values():
        ratings = [rag for rag in clock.amounts if rag]
        for _ in range(60 if ratings else 0):
            first = at = some_instant(dice, partnership.time.calendar)
            colours = [(dice.choice(ratings), first)]
            for _change in range(dice.randint(1, 4)):
                at += dice.randrange(8_000) * MINUTE
                colours.append((dice.choice(ratings), at))
            Drawn(clock, first, tuple(colours)).agrees()
