"""Bus time: piecewise linear, read through the segment in force, standing still when stopped, and host clocks that step."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mashbus.bus.clock import EPOCH, BrokerTime, Clock, ClockFile

NINE = datetime(2026, 6, 8, 8, tzinfo=UTC)
SECOND = 1_000_000
HOUR = 3600 * SECOND


class Wall:
    def __init__(self, now: int = 1_800_000_000 * SECOND) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clock.json"


def test_without_a_file_bus_time_is_the_wall_clock(wall: Wall, path: Path) -> None:
    for clock in (Clock(wall=wall), Clock(path, wall)):
        assert clock.now() == EPOCH + timedelta(microseconds=wall.now)
        assert clock.at(wall.now // 1000) == clock.now()
        assert clock.real_seconds_until(clock.now() + timedelta(seconds=90)) == 90


def test_a_simulation_begins_where_it_is_told_and_runs_as_fast(wall: Wall, path: Path) -> None:
    ClockFile(path, wall).start(NINE, 1800)
    clock = Clock(path, wall)
    assert clock.now() == NINE
    wall.now += 160 * SECOND
    assert clock.now() == NINE + timedelta(hours=80)
    assert clock.real_seconds_until(NINE + timedelta(hours=81)) == pytest.approx(2)


def test_an_advance_is_seen_at_once_by_whoever_has_the_clock_open(wall: Wall, path: Path) -> None:
    file = ClockFile(path, wall)
    file.start(NINE, 1)
    clock = Clock(path, wall)
    wall.now += 10 * SECOND
    assert clock.now() == NINE + timedelta(seconds=10)
    file.advance(timedelta(hours=4))
    assert clock.now() == NINE + timedelta(hours=4, seconds=10)


def test_a_stopped_simulation_stands_still_and_goes_on_where_it_stood(wall: Wall, path: Path) -> None:
    file, clock = ClockFile(path, wall), Clock(path, wall)
    file.start(NINE, 60)
    wall.now += 60 * SECOND
    file.pace(0)
    wall.now += HOUR
    assert clock.now() == NINE + timedelta(hours=1)
    assert clock.real_seconds_until(NINE + timedelta(hours=2)) == float("inf")
    file.pace(60)
    wall.now += 60 * SECOND
    assert clock.now() == NINE + timedelta(hours=2)


def test_broker_time_is_read_through_the_segment_that_was_in_force(wall: Wall, path: Path) -> None:
    file, clock = ClockFile(path, wall), Clock(path, wall)
    file.start(NINE, 60)
    appended = (wall.now + 10 * SECOND) // 1000
    wall.now += 60 * SECOND
    file.advance(timedelta(days=2))
    file.pace(1)
    assert clock.at(appended) == NINE + timedelta(minutes=10)
    assert clock.at(wall.now // 1000) >= NINE + timedelta(days=2)


def test_the_change_of_a_segment_belongs_to_the_new_one(wall: Wall, path: Path) -> None:
    file, clock = ClockFile(path, wall), Clock(path, wall)
    file.start(NINE, 1)
    wall.now += SECOND
    file.advance(timedelta(hours=1))
    assert clock.at(wall.now // 1000) == NINE + timedelta(hours=1, seconds=1)
    assert clock.at(wall.now // 1000 - 1) == NINE + timedelta(microseconds=SECOND - 1000)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_in_production_a_host_clock_that_steps_takes_bus_time_along(wall: Wall, step: int) -> None:
    """It is the wall clock, no more and no less: whoever waits for an instant asks again (trap 33)."""
    clock = Clock(wall=wall)
    before, instant = clock.now(), clock.now() + timedelta(minutes=30)
    wall.now += step
    assert clock.now() - before == timedelta(microseconds=step)
    assert (clock.real_seconds_until(instant) <= 0) is (step > 0)


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_host_clock_that_steps_does_not_rewrite_what_lay_before(wall: Wall, path: Path, step: int) -> None:
    file, clock = ClockFile(path, wall), Clock(path, wall)
    file.start(NINE, 60)
    wall.now += 2 * HOUR
    appended = wall.now // 1000
    read = clock.at(appended)
    wall.now += step
    assert clock.at(appended) == read


def test_a_file_that_goes_leaves_the_last_time_known_in_force(wall: Wall, path: Path) -> None:
    file, clock = ClockFile(path, wall), Clock(path, wall)
    file.start(NINE, 1)
    assert clock.now() == NINE
    path.unlink()
    assert clock.now() == NINE


@given(
    st.lists(st.tuples(st.sampled_from(["pass", "advance", "pace"]), st.integers(0, 3600)), max_size=8),
    st.integers(0, 2000),
)
def test_bus_time_never_goes_back_while_the_host_clock_does_not(acts: list[tuple[str, int]], factor: int) -> None:
    import tempfile

    wall = Wall()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clock.json"
        file, clock = ClockFile(path, wall), Clock(path, wall)
        file.start(NINE, factor)
        before = clock.now()
        for act, amount in acts:
            match act:
                case "pass":
                    wall.now += amount * SECOND
                case "advance":
                    file.advance(timedelta(seconds=amount))
                case "pace":
                    file.pace(amount)
            assert clock.now() >= before
            before = clock.now()


# -- the broker's time -----------------------------------------------------------------------------------------------


class Host:
    """A host whose clock can be set, and a monotonic one that nobody sets."""

    def __init__(self) -> None:
        self.wall = 1_000_000_000_000
        self.ns = 5_000_000_000

    def pass_by(self, seconds: float) -> None:
        self.wall += int(seconds * 1_000_000)
        self.ns += int(seconds * 1_000_000_000)

    def time(self) -> BrokerTime:
        return BrokerTime(lambda: self.wall, lambda: self.ns)


@pytest.mark.parametrize("step", [-3600, 3600])
def test_a_step_of_the_host_s_clock_moves_the_broker_s_time_not_at_all(step: int) -> None:
    host = Host()
    time = host.time()
    assert time.stale
    time.saw(1_000_000_000, host.ns)
    host.pass_by(2)
    before = time.wall()
    assert before == 1_000_002_000_000
    host.wall += step * 1_000_000
    assert time.wall() == before
    assert time.stale, "the machine may have slept: ask again"
    time.saw(1_000_002_000, host.ns)
    assert (time.stale, time.wall()) == (False, before)


def test_the_broker_s_time_never_runs_ahead_of_the_broker_s_clock() -> None:
    """A record was appended before its acknowledgement came: what passed on the way is not known, and left out."""
    host = Host()
    time = host.time()
    sent = host.ns
    host.pass_by(0.2)
    time.saw(1_000_000_100, sent)
    assert time.wall() == 1_000_000_100_000


def test_an_acknowledgement_that_took_long_does_not_set_the_time_back() -> None:
    host = Host()
    time = host.time()
    time.saw(1_000_000_000, host.ns)
    sent = host.ns
    host.pass_by(10)
    time.saw(1_000_000_001, sent)
    assert time.wall() == 1_000_010_000_000


@pytest.mark.parametrize("took", [0.01, 0.9])
def test_what_the_broker_s_clock_said_is_not_believed_for_ever(took: float) -> None:
    """Its clock may be set, or another broker lead, and nothing on this host shows it: a slow answer tells it as well."""
    host = Host()
    time = host.time()
    time.saw(1_000_000_000, host.ns)
    assert not time.aged
    host.pass_by(6)
    assert (time.aged, time.stale) == (True, False)
    sent = host.ns
    host.pass_by(took)
    time.saw(999_000_000, sent)
    assert (time.aged, time.wall()) == (False, 999_000_000_000)


def test_where_time_stands_still_what_is_past_is_past_and_what_is_not_never_comes(tmp_path: Path) -> None:
    """The monitor waits past an instant: one that came just before time was stopped is not waited for for ever."""
    wall = Wall()
    ClockFile(tmp_path / "clock.json", lambda: wall.now).start(NINE, 0)
    clock = Clock(tmp_path / "clock.json", lambda: wall.now)
    assert clock.real_seconds_until(NINE - timedelta(seconds=1)) == 0
    assert clock.real_seconds_until(NINE) == 0
    assert clock.real_seconds_until(NINE + timedelta(seconds=1)) == float("inf")
