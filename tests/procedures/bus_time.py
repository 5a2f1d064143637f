"""Bus time as stories move it: only forward, to a wanted weekday and local time, never by waiting.

All stories share one clock. Where a story begins is an ordinary day: no public holiday, closure or change of the clocks
falls on it or on the days after it, so that "the next working day" is what a reader of the story expects.
"""

import asyncio
from datetime import UTC, date, datetime, time, timedelta

from mashbus.bus.clock import read_segments, wall_microseconds
from mashbus.domain.clocks import Calendar
from tests.e2e.hub import Hub

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BEGINS = time(10)
BEGINS_BY = time(12)
"""A story that has not used up the morning leaves it to the next one."""
BEGINS_ON = DAYS[:3]
"""So that a working day or two later is still the same week."""
ORDINARY_FOR = timedelta(days=12)


class Past(AssertionError):
    def __init__(self, instant: datetime, now: datetime) -> None:
        super().__init__(f"bus time goes forward only: {instant:%a %d %b %Y %H:%M} is before {now:%a %d %b %Y %H:%M}")


class BusTime:
    """Of one partnership: weekday and time of day are those of its own zone and calendar."""

    def __init__(self, hub: Hub, calendar: Calendar) -> None:
        self._hub = hub
        self._calendar = calendar

    def now(self) -> datetime:
        return self._hub.clock.now()

    def local(self) -> datetime:
        return self.now().astimezone(self._calendar.zone)

    def wall(self, instant: datetime) -> str:
        """As a person of the hub reads it: `Friday 16:30`."""
        return f"{instant.astimezone(self._calendar.zone):%A %H:%M}"

    async def later(self, **amount: float) -> None:
        """Like `timedelta`: hours=4, minutes=1."""
        self._hub.clock_file.advance(timedelta(**amount))
        await self._every_record_is_later()

    async def until(self, instant: datetime) -> None:
        """Raises Past."""
        if instant < self.now():
            raise Past(instant, self.now())
        self._hub.clock_file.advance(instant - self.now())
        await self._every_record_is_later()

    async def next(self, weekday: str, wall: str, *, ordinary_for: timedelta = ORDINARY_FOR) -> datetime:
        """Moves to the next such weekday and local time with ordinary days after it; says the instant."""
        at = self._next((weekday,), time.fromisoformat(wall), ordinary_for)
        await self.until(at)
        return at

    async def morning(self) -> None:
        """An ordinary working morning; nothing moves where it is one."""
        now = self.local()
        fits = DAYS[now.weekday()] in BEGINS_ON and BEGINS <= now.time() < BEGINS_BY
        if not fits or not self._ordinary(now.date(), ORDINARY_FOR):
            await self.until(self._next(BEGINS_ON, BEGINS, ORDINARY_FOR))

    def _next(self, weekdays: tuple[str, ...], wall: time, ordinary_for: timedelta) -> datetime:
        day = self.local().date()
        while True:
            at = datetime.combine(day, wall, self._calendar.zone)
            if at > self.now() and DAYS[day.weekday()] in weekdays and self._ordinary(day, ordinary_for):
                return at.astimezone(UTC)
            day += timedelta(days=1)

    def _ordinary(self, day: date, span: timedelta) -> bool:
        days = [day + timedelta(days=number) for number in range(-1, span.days + 1)]
        offsets = {datetime.combine(one, time(12), self._calendar.zone).utcoffset() for one in days}
        odd = {*self._calendar.holidays, *self._calendar.exceptions}
        return len(offsets) == 1 and odd.isdisjoint(days)

    async def _every_record_is_later(self) -> None:
        """The broker stamps whole milliseconds: one of the step's own would still be read in the time before it."""
        step = read_segments(self._hub.settings.home / "clock.json")[-1].real // 1000
        while wall_microseconds() // 1000 <= step:
            await asyncio.sleep(0.001)
