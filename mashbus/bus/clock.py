"""Bus time: piecewise linear in real time, read by every service through one Clock.

Segments (real, bus, factor) lie in a file beside the stack. None, or one with factor 1, in production: bus time is the
wall clock. A simulation appends segments; broker timestamps are read through the segment that was then in force.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_PROMPT = 500_000_000
"""Nanoseconds: an acknowledgement that took longer says too little about now."""
_FRESH = 5_000_000_000
"""Nanoseconds for which what an acknowledgement told is believed: meanwhile the broker's own clock may be set, or
another broker lead the partitions."""
_STEP = 500_000
"""Microseconds between two looks by which the host's clock and the monotonic one may part before one is believed."""


def wall_microseconds() -> int:
    """Real time since the epoch, in whole microseconds."""
    return time.time_ns() // 1000


@dataclass(frozen=True)
class Segment:
    """From the real instant on, bus time runs from `bus` at `factor`. Both in microseconds since the epoch."""

    real: int
    bus: int
    factor: float

    def at(self, real: int) -> int:
        return self.bus + round((real - self.real) * self.factor)


REAL_TIME = Segment(0, 0, 1.0)


class Clock:
    """Bus time, from a segments file that may grow while it is read. Without a file: the wall clock."""

    def __init__(self, path: Path | None = None, wall: Callable[[], int] = wall_microseconds) -> None:
        self._path = path
        self._wall = wall
        self._stamp: tuple[int, int] | None = None
        self._segments: Sequence[Segment] = (REAL_TIME,)

    def by(self, wall: Callable[[], int]) -> "Clock":
        """The same bus time, read by another clock than the host's."""
        return Clock(self._path, wall)

    def now(self) -> datetime:
        """Bus time, aware, UTC, whole microseconds."""
        return self._read(self._wall())

    def at(self, broker_milliseconds: int) -> datetime:
        """The bus time at which the broker appended a record (its LogAppendTime)."""
        return self._read(broker_milliseconds * 1000)

    def some_time_ago(self, real: timedelta) -> datetime:
        """Bus time so much real time ago."""
        return self._read(self._wall() - real // _MICROSECOND)

    def reading(self) -> "Clock":
        """The clock as it is now, for many broker times: looking at the file for each costs more than reading it."""
        still = Clock(None, self._wall)
        still._segments = self._current()
        return still

    def real_seconds_until(self, instant: datetime) -> float:
        """Real seconds until bus time reaches `instant`, below 0 once it has; infinite where time stands before it."""
        segment = self._segment(self._wall())
        left = (instant - self.now()).total_seconds()
        if segment.factor:
            return left / segment.factor
        return float("inf") if left > 0 else 0.0

    def _read(self, real: int) -> datetime:
        return EPOCH + self._segment(real).at(real) * _MICROSECOND

    def _segment(self, real: int) -> Segment:
        segments = self._current()
        return next((one for one in reversed(segments) if one.real <= real), segments[0])

    def _current(self) -> Sequence[Segment]:
        if self._path is not None:
            try:
                stat = self._path.stat()
            except FileNotFoundError:
                return self._segments
            if (stamp := (stat.st_mtime_ns, stat.st_size)) != self._stamp:
                self._segments, self._stamp = read_segments(self._path), stamp
        return self._segments


def read_segments(path: Path) -> Sequence[Segment]:
    return tuple(Segment(**one) for one in json.loads(path.read_text()))


class BrokerTime:
    """The broker's clock, from the append times it acknowledges and a local clock that nobody sets.

    Answers count from the broker's clock, so deadlines are judged by it as well: a step of the host's own clock
    neither fires one early nor misses it. It runs behind the broker's, by no more than an acknowledgement takes.
    """

    def __init__(
        self, wall: Callable[[], int] = wall_microseconds, monotonic: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._host = wall
        self._monotonic = monotonic
        self._ahead: int | None = None
        """Microseconds that the broker's clock is ahead of the monotonic one."""
        self._drift = 0
        """The host's clock against the monotonic one when last compared."""
        self._learnt = 0
        """When (monotonic) it was learnt."""

    def saw(self, appended: int, began: int) -> None:
        """A record sent at `began` (monotonic, ns) was appended at `appended` (broker's milliseconds)."""
        now = self._monotonic()
        if self.stale or began - self._learnt > _FRESH or now - began < _PROMPT:
            self._ahead, self._learnt = appended * 1000 - now // 1000, now
            self._drift = self._host() - now // 1000

    @property
    def stale(self) -> bool:
        """Nothing is known yet; or the host's clock has stepped, or the machine slept: ask the broker again."""
        if self._ahead is None:
            return True
        return abs(self._host() - self._monotonic() // 1000 - self._drift) > _STEP

    @property
    def aged(self) -> bool:
        """What is known was learnt a while ago: before anything is judged by it, ask the broker again."""
        return self._monotonic() - self._learnt > _FRESH

    def wall(self) -> int:
        """Microseconds since the epoch by the broker's clock; by the host's until something is known."""
        return self._host() if self._ahead is None else self._ahead + self._monotonic() // 1000


class ClockFile:
    """Writes the segments of a simulation: started, advanced, stopped, started again."""

    def __init__(self, path: Path, wall: Callable[[], int] = wall_microseconds) -> None:
        self._path = path
        self._wall = wall

    def start(self, bus: datetime, factor: float) -> None:
        """A new simulation: bus time begins at `bus` now and runs `factor` times as fast as real time."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._write((Segment(self._wall(), (bus - EPOCH) // _MICROSECOND, factor),))

    def advance(self, amount: timedelta) -> None:
        """Make bus time jump ahead."""
        self._append(lambda bus, factor: (bus + amount // _MICROSECOND, factor))

    def pace(self, factor: float) -> None:
        """Run on at another speed; 0 stands still."""
        self._append(lambda bus, _: (bus, factor))

    def _append(self, change: Callable[[int, float], tuple[int, float]]) -> None:
        segments = read_segments(self._path) if self._path.exists() else (REAL_TIME,)
        now = self._wall()
        self._write((*segments, Segment(now, *change(segments[-1].at(now), segments[-1].factor))))

    def _write(self, segments: Sequence[Segment]) -> None:
        whole = self._path.with_suffix(".new")
        whole.write_text(json.dumps([asdict(one) for one in segments], indent=1))
        whole.replace(self._path)
