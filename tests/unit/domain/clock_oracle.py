"""A second reckoning of every deadline, slow and obvious: is the hub open in this minute? Then count it.

Written from the procedures' readings alone, without sight of `mashbus.domain.clocks`: it shares that package's plain values
(calendar, amounts, readings) and none of its reckoning. It walks minutes, so hours must open and close on whole minutes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from mashbus.domain.clocks import Amount, Calendar, Clock, Hours, Kind, NoAmount, School, WorkingTime
from mashbus.domain.vocabulary import Rag

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
LADDER = (Rag.RED, Rag.AMBER, Rag.GREEN)
"""From the most urgent down. Blue is not on it (reading 7)."""


class NotKnown(Exception):
    """The calendar or the terms say nothing about this day (readings 10 and 14)."""


def within(hours: Hours, wall: time) -> bool:
    """Closing at midnight is at the day's end."""
    return hours.opens <= wall and (hours.closes == time(0) or wall < hours.closes)


class Walker:
    """One partnership's local time, minute by minute."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._open: dict[date, list[datetime]] = {}

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.calendar.zone)

    def instant(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, self.calendar.zone).astimezone(UTC)

    def hours(self, day: date) -> Hours | None:
        if not self.calendar.known_from <= day <= self.calendar.known_until:
            raise NotKnown(day)
        if day in self.calendar.exceptions:
            return self.calendar.exceptions[day]
        if day in self.calendar.holidays:
            return None
        return self.calendar.week.get(day.weekday())

    def is_open(self, at: datetime) -> bool:
        """At exactly opening it is open, at exactly closing it is closed (reading 4)."""
        local = self.local(at)
        hours = self.hours(local.date())
        return hours is not None and within(hours, local.time())

    def open_minutes(self, day: date) -> list[datetime]:
        """Every minute of a local day in which the hub is open, by its beginning."""
        if day not in self._open:
            hours, zone = self.hours(day), self.calendar.zone
            minutes = self._minutes(day) if hours else ()
            self._open[day] = [minute for minute in minutes if within(hours, minute.astimezone(zone).time())]
        return self._open[day]

    def _minutes(self, day: date) -> Iterator[datetime]:
        minute, end = self.instant(day, time(0)), self.instant(day + DAY, time(0))
        while minute < end:
            yield minute
            minute += MINUTE

    def days_from(self, at: datetime) -> Iterator[list[datetime]]:
        """The open minutes that end after an instant, a day at a time, for as long as the calendar is known."""
        day = self.local(at).date()
        yield [minute for minute in self.open_minutes(day) if minute + MINUTE > at]
        while True:
            day += DAY
            yield self.open_minutes(day)

    def opening(self, at: datetime) -> datetime:
        """The instant itself where the hub is open, else the next opening (reading 3)."""
        return next(max(minutes[0], at) for minutes in self.days_from(at) if minutes)

    def open_time(self, first: datetime, last: datetime) -> timedelta:
        total, days = timedelta(0), self.days_from(first)
        while first < last:
            for minute in next(days):
                if minute < last:
                    total += min(minute + MINUTE, last) - max(minute, first)
            first = max(first, self.instant(self.local(first).date() + DAY, time(0)))
        return total

    def after(self, at: datetime, amount: timedelta) -> datetime:
        """The first instant at which so much open time has gone by (reading 5)."""
        left = amount
        for minutes in self.days_from(at):
            if len(minutes) * MINUTE < left and minutes[:1] > [at]:
                left -= len(minutes) * MINUTE  # a whole day that is not enough
                continue
            for minute in minutes:
                begins, ends = max(minute, at), minute + MINUTE
                if begins + left <= ends:
                    return begins + left
                left -= ends - begins
        raise AssertionError("an endless calendar ends only by raising")

    def working_day_after(self, day: date, days: int) -> date:
        while days:
            day += DAY
            days -= bool(self.open_minutes(day))
        return day

    def closing(self, day: date) -> datetime:
        return self.open_minutes(day)[-1] + MINUTE


@dataclass(frozen=True)
class Answer:
    """What an amount comes to: where it counts from, when it is due, whether it is open time that counts."""

    counted_from: datetime
    due: datetime
    working: bool


class Oracle:
    """All clocks of one partnership's working time."""

    def __init__(self, working_time: WorkingTime) -> None:
        self.time = working_time
        self.walker = Walker(working_time.calendar)

    def answer(self, amount: Amount, anchor: datetime) -> Answer:
        settings = self.time.readings
        elapsed = settings.hours_and_days == "elapsed"
        match amount.kind:
            case Kind.HOURS | Kind.DAYS if elapsed:
                return Answer(anchor, anchor + amount.length, working=False)
            case Kind.HOURS | Kind.WORKING_HOURS:
                return self._working_hours(anchor, amount.length)
            case Kind.DAYS:
                return self._working_days(anchor, amount.length // DAY)
            case Kind.WORKING_DAYS:
                return self._working_days(anchor, amount.days)
            case Kind.WORKS_ON:
                start = self.walker.opening(anchor) if settings.works_on_from == "next_opening" else anchor
                return Answer(start, start + amount.length, working=False)
            case Kind.SCHOOL:
                assert self.time.school
                return Answer(anchor, self._school_starts(self.time.school, anchor), working=False)

    def at_risk(self, answer: Answer, share: Fraction) -> datetime | None:
        """Reading 12. None where rounding up leaves nothing to warn of."""
        of_open_time = answer.working and self.time.readings.at_risk_of == "own_time"
        span = answer.due - answer.counted_from
        if of_open_time:
            span = self.walker.open_time(answer.counted_from, answer.due)
        warned_after = whole_seconds(span, share)
        if warned_after >= span:
            return None
        if of_open_time:
            return self.walker.after(answer.counted_from, warned_after)
        return answer.counted_from + warned_after

    def left(self, answer: Answer, at: datetime) -> timedelta:
        return self.walker.open_time(at, answer.due) if answer.working else answer.due - at

    def resumed(self, answer: Answer, left: timedelta, at: datetime) -> datetime:
        """What was left, run from here. A deadline that fell on an opening does so again, not on the closing before it.

        No open time lies between the two; else whoever suspends and resumes at once would make a deadline earlier by a night.
        """
        if not answer.working:
            return at + left
        due = self.walker.after(at, left)
        fell_on_opening = not self.walker.is_open(answer.due - MICROSECOND) and self.walker.is_open(answer.due)
        return self.walker.opening(due) if fell_on_opening else due

    def _counted_from(self, anchor: datetime) -> datetime:
        self.walker.hours(self.walker.local(anchor).date())  # the anchor's own day must be known, moved or not
        return self.walker.opening(anchor) if self.time.readings.outside_hours == "next_opening" else anchor

    def _working_hours(self, anchor: datetime, amount: timedelta) -> Answer:
        start = self._counted_from(anchor)
        due = self.walker.after(start, amount)
        if self.time.readings.working_hours_end == "next_opening":
            due = self.walker.opening(due)
        return Answer(start, due, working=True)

    def _working_days(self, anchor: datetime, days: int) -> Answer:
        start = self._counted_from(anchor)
        local = self.walker.local(start)
        day = self.walker.working_day_after(local.date(), days)
        opens, closes = self.walker.open_minutes(day)[0], self.walker.closing(day)
        due = min(max(self.walker.instant(day, local.time()), opens), closes)
        if self.time.readings.working_day_ends == "closing":
            due = closes
        return Answer(start, due, working=True)

    def _school_starts(self, school: School, anchor: datetime) -> datetime:
        """The first start of a school day strictly later than the anchor (reading 10)."""
        day = self.walker.local(anchor).date()
        if day < min(term.first for term in school.terms):
            raise NotKnown(day)
        while day <= max(term.last for term in school.terms):
            start = self.walker.instant(day, school.starts)
            if start > anchor and self._is_school_day(school, day):
                return start
            day += DAY
        raise NotKnown(day)

    def _is_school_day(self, school: School, day: date) -> bool:
        in_term = any(term.first <= day <= term.last for term in school.terms)
        return in_term and day.weekday() < 5 and day not in self.time.calendar.holidays


def whole_seconds(span: timedelta, share: Fraction) -> timedelta:
    """The share of a span, rounded up to a whole second."""
    exact = Fraction(span // MICROSECOND) * share / 1_000_000
    return timedelta(seconds=-(-exact.numerator // exact.denominator))


@dataclass(frozen=True)
class Running:
    """A deadline that runs: the colour it runs under, its instant and its warning."""

    rag: Rag | None
    due: datetime
    at_risk: datetime | None


def armed(oracle: Oracle, clock: Clock, rag: Rag | None, anchor: datetime) -> Running | None:
    amount = clock.amounts[rag]
    if isinstance(amount, NoAmount):
        return None
    answer = oracle.answer(amount, anchor)
    return Running(rag, answer.due, oracle.at_risk(answer, clock.at_risk_share))


def rerated(
    oracle: Oracle, clock: Clock, first: datetime, current: Running | None, rag: Rag, at: datetime
) -> Running | None:
    """One change of colour at an instant, by reading 7, a sentence at a time."""
    if isinstance(clock.amounts[rag], NoAmount):
        return None
    anew = armed(oracle, clock, rag, at)
    assert anew
    if current is None:
        return anew
    if current.rag == rag:
        return current
    if Rag.BLUE in {current.rag, rag}:
        return anew
    assert current.rag
    if LADDER.index(rag) < LADDER.index(current.rag):
        return anew if anew.due < current.due else _kept(current, rag, at)  # equal: what runs stays
    whole = armed(oracle, clock, rag, first)
    assert whole
    if whole.due <= at:
        return Running(rag, at, None)
    return _kept(whole, rag, at)


def _kept(running: Running, rag: Rag, at: datetime) -> Running:
    """The same instant under a new colour: warned as before, but never before the change (reading 12)."""
    warned = running.at_risk and max(running.at_risk, at)
    return replace(running, rag=rag, at_risk=warned if warned and warned < running.due else None)


def chain(
    oracle: Oracle, clock: Clock, rag: Rag, first: datetime, changes: Sequence[tuple[Rag, datetime]]
) -> list[Running | None]:
    """What runs at first and after each change of colour."""
    running = armed(oracle, clock, rag, first)
    story = [running]
    for new, at in changes:
        running = rerated(oracle, clock, first, running, new, at)
        story.append(running)
    return story
