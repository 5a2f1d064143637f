"""What holds for every clock, calendar and instant. Where a rule has an edge, the property says which."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hub_hours import CALENDAR, JERSEY, LONDON, SCHOOL, TICK, armed, chained, changed
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mashbus.domain.clocks import (
    Amount,
    Anchor,
    Calendar,
    CalendarEnds,
    Clock,
    Hours,
    Kind,
    Readings,
    WorkingTime,
    due,
    resumed,
    time_left,
)
from mashbus.domain.vocabulary import Rag

LADDER = (Rag.RED, Rag.AMBER, Rag.GREEN)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CHANGES = st.sampled_from([datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
INSTANTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.builds(lambda day, after: day + after, CHANGES, st.timedeltas(timedelta(0), timedelta(hours=4))),
)
LENGTHS = st.timedeltas(TICK, timedelta(hours=90))


@st.composite
def opening(draw: st.DrawFn) -> Hours:
    first, last = sorted(draw(st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True)))
    return Hours(time(*divmod(first * 15, 60)), time(*divmod(last % 96 * 15, 60)))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    return replace(
        CALENDAR,
        zone=draw(st.sampled_from([LONDON, JERSEY])),
        week=draw(st.dictionaries(st.integers(0, 6), opening(), min_size=1)),
        holidays=draw(st.dictionaries(DAYS, st.just("closed by chance"), max_size=5)),
        exceptions=draw(st.dictionaries(DAYS, opening(), max_size=5)),
        known_from=date(2025, 12, 1),
        known_until=date(2027, 6, 30),
    )


READINGS = st.builds(
    Readings,
    hours_and_days=st.just("elapsed"),
    working_day_ends=st.sampled_from(["same_time", "closing"]),
    outside_hours=st.just("next_opening"),
    working_hours_end=st.sampled_from(["closing", "next_opening"]),
    works_on_from=st.just("next_opening"),
    at_risk_of=st.sampled_from(["own_time", "elapsed"]),
)
WORKING_HOURS = st.builds(Amount, st.just(Kind.WORKING_HOURS), LENGTHS)
WORKING_DAYS = st.builds(Amount, st.just(Kind.WORKING_DAYS), days=st.integers(1, 9))
WORKS_ON = st.builds(Amount, st.just(Kind.WORKS_ON), LENGTHS)
ELAPSED = st.builds(Amount, st.sampled_from([Kind.HOURS, Kind.DAYS]), LENGTHS)
ROLLING = st.one_of(WORKING_HOURS, WORKING_DAYS, WORKS_ON)
ANY = st.one_of(ROLLING, ELAPSED, st.just(Amount(Kind.SCHOOL)))


def clock_of(amounts: Amount | Mapping[Rag | None, Amount], calendar: Calendar, readings: Readings) -> Clock:
    return Clock(
        name="first-decision", anchor=Anchor.RECEIPT, owner="hub", met_by=("CaseRouted",), started_by="CaseOpened",
        requirement="X-1", amounts={None: amounts} if isinstance(amounts, Amount) else amounts,
        time=WorkingTime(calendar=calendar, school=SCHOOL, readings=readings),
    )  # fmt: skip


def clocks(amounts: st.SearchStrategy[Amount]) -> st.SearchStrategy[Clock]:
    return st.builds(clock_of, amounts, calendars(), READINGS)


COLOURED = st.builds(
    clock_of, st.fixed_dictionaries(dict.fromkeys(LADDER, st.one_of(ROLLING, ELAPSED))), calendars(), READINGS
)


def known(one: Clock, anchor: datetime) -> datetime:
    try:
        instant = due(one, None, anchor)
    except CalendarEnds:
        assume(False)
    assert instant is not None
    return instant


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def openings(one: Clock) -> list[tuple[datetime, datetime]]:
    table = one.time.calendar.timetable.openings
    return [(EPOCH + timedelta(microseconds=each.opens), EPOCH + timedelta(microseconds=each.closes)) for each in table]


def open_time(one: Clock, first: datetime, last: datetime) -> timedelta:
    """Summed over the openings one by one."""
    shared = (min(closes, last) - max(opens, first) for opens, closes in openings(one))
    return sum((max(each, timedelta(0)) for each in shared), timedelta(0))


def start_of(one: Clock, anchor: datetime) -> datetime:
    first = armed(one, anchor).steps[0]
    return first.ends if first.kind == "rolled" else first.starts


def wall(one: Clock, instant: datetime) -> datetime:
    return instant.astimezone(one.time.calendar.zone).replace(tzinfo=None)


@given(clocks(ANY), INSTANTS)
def test_never_early_it_is_later_than_its_anchor(one: Clock, anchor: datetime) -> None:
    assert known(one, anchor) > anchor


@given(clocks(WORKING_HOURS), INSTANTS)
def test_never_early_working_hours_have_been_open_in_full_and_a_microsecond_before_they_had_not(
    one: Clock, anchor: datetime
) -> None:
    instant, amount = known(one, anchor), one.amounts[None]
    assert isinstance(amount, Amount)
    assert open_time(one, anchor, instant) == amount.length
    if one.time.readings.working_hours_end == "closing":
        assert open_time(one, anchor, instant - TICK) < amount.length


@given(clocks(WORKING_DAYS), INSTANTS)
def test_never_early_working_days_end_within_the_opening_of_the_nth_day_after_the_one_they_count_from(
    one: Clock, anchor: datetime
) -> None:
    instant, amount = known(one, anchor), one.amounts[None]
    assert isinstance(amount, Amount)
    opens, closes = [each for each in openings(one) if each[1] > anchor][amount.days]
    assert opens <= instant <= closes
    held = max(wall(one, opens), min(wall(one, closes), wall(one, instant)))
    assert wall(one, instant) == held


@given(clocks(st.one_of(WORKING_HOURS, WORKS_ON, ELAPSED)), INSTANTS, INSTANTS)
def test_monotone_a_later_anchor_is_never_due_earlier(one: Clock, first: datetime, second: datetime) -> None:
    first, second = sorted((first, second))
    assert known(one, first) <= known(one, second)


@given(clocks(WORKING_DAYS), INSTANTS, INSTANTS)
@example(
    clock_of(
        Amount(Kind.WORKING_DAYS, days=1),
        replace(CALENDAR, week=dict.fromkeys(range(7), Hours(time(0), time(0)))),
        Readings(),
    ),
    datetime(2026, 10, 25, 0, 59, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
)
def test_monotone_working_days_follow_the_clock_on_the_wall_which_goes_back_once_a_year(
    one: Clock, first: datetime, second: datetime
) -> None:
    """The same local time N days later: an hour that a hub is open for twice is due in the order it is shown in."""
    first, second = sorted((first, second))
    due_first, due_second = known(one, first), known(one, second)
    if wall(one, start_of(one, first)) <= wall(one, start_of(one, second)):
        assert due_first <= due_second
    else:
        assert due_first - due_second <= timedelta(hours=1)


@given(
    st.timedeltas(timedelta(0), timedelta(days=85)).map(lambda after: datetime(2026, 2, 24, tzinfo=UTC) + after),
    st.timedeltas(timedelta(0), timedelta(days=1)),
    calendars(),
)
def test_monotone_and_never_early_before_the_next_school_day(
    anchor: datetime, more: timedelta, calendar: Calendar
) -> None:
    one = clock_of(Amount(Kind.SCHOOL), calendar, Readings())
    instant = known(one, anchor)
    assert anchor < instant <= known(one, anchor + more)
    assert wall(one, instant).time() == SCHOOL.starts
    assert wall(one, instant).weekday() < 5


@given(clocks(ROLLING), INSTANTS, st.fractions(0, 1))
def test_moving_a_start_within_closed_time_changes_nothing_for_working_clocks(
    one: Clock, anchor: datetime, share: float
) -> None:
    known(one, anchor)
    start = start_of(one, anchor)
    assume(start != anchor)
    moved = anchor + timedelta(microseconds=int((start - anchor) / TICK * share))
    assert due(one, None, moved) == due(one, None, anchor) == due(one, None, start)
    assert armed(one, moved).at_risk == armed(one, start).at_risk


@given(clocks(st.one_of(ROLLING, st.just(Amount(Kind.SCHOOL)))), INSTANTS, st.integers(0, 20))
def test_another_whole_day_holiday_never_makes_a_deadline_earlier(one: Clock, anchor: datetime, later: int) -> None:
    instant = known(one, anchor)
    calendar = one.time.calendar
    day = wall(one, anchor).date() + timedelta(days=later)
    exceptions = {when: each for when, each in calendar.exceptions.items() if when != day}
    closed = replace(calendar, holidays={**calendar.holidays, day: "one more"}, exceptions=exceptions)
    more = replace(one, time=replace(one.time, calendar=closed))
    assert known(more, anchor) >= instant


@given(ELAPSED, calendars(), calendars(), READINGS, INSTANTS)
def test_elapsed_clocks_ignore_calendars(
    amount: Amount, one: Calendar, other: Calendar, readings: Readings, anchor: datetime
) -> None:
    assert due(clock_of(amount, one, readings), None, anchor) == anchor + amount.length
    assert due(clock_of(amount, other, readings), None, anchor) == anchor + amount.length


@given(clocks(ANY), INSTANTS)
def test_the_steps_lead_to_the_instant_that_is_computed_without_them(one: Clock, anchor: datetime) -> None:
    instant = known(one, anchor)
    deadline = armed(one, anchor)
    assert deadline.due == instant
    assert chained(deadline)
    assert deadline.steps[0].starts == deadline.anchor == anchor
    assert anchor + sum((step.ends - step.starts for step in deadline.steps), timedelta(0)) == instant


@given(clocks(ANY), INSTANTS)
def test_reading_12_at_risk_lies_between_anchor_and_instant_with_its_share_of_the_clocks_time_gone(
    one: Clock, anchor: datetime
) -> None:
    known(one, anchor)
    deadline, start = armed(one, anchor), start_of(one, anchor)
    amount = one.amounts[None]
    assert isinstance(amount, Amount)
    if deadline.at_risk is None:
        return
    assert start < deadline.at_risk < deadline.due
    if amount.kind in (Kind.WORKING_HOURS, Kind.WORKING_DAYS) and one.time.readings.at_risk_of == "own_time":
        gone, whole = (open_time(one, start, end) for end in (deadline.at_risk, deadline.due))
    else:
        gone, whole = deadline.at_risk - start, deadline.due - start
    assert gone % timedelta(seconds=1) == timedelta(0)
    assert timedelta(0) <= gone * 4 - whole * 3 < timedelta(seconds=4)


@given(clocks(ANY), INSTANTS, st.fractions(0, 1))
def test_suspended_and_resumed_at_the_same_instant_changes_nothing(one: Clock, anchor: datetime, share: float) -> None:
    known(one, anchor)
    deadline = armed(one, anchor)
    now = anchor + timedelta(microseconds=int((deadline.due - anchor) / TICK * share))
    again = resumed(one, deadline, time_left(one, deadline, now), now, revision=2)
    assert again.due == deadline.due
    assert chained(again)
    assert again.at_risk == (deadline.at_risk and max(deadline.at_risk, now)) or now == deadline.due


@given(
    clocks(st.one_of(ROLLING, ELAPSED)), INSTANTS, st.fractions(0, 1), st.timedeltas(timedelta(0), timedelta(days=20))
)
def test_a_suspension_never_makes_a_deadline_earlier_and_what_was_left_is_left_again(
    one: Clock, anchor: datetime, share: float, pause: timedelta
) -> None:
    known(one, anchor)
    deadline = armed(one, anchor)
    since = anchor + timedelta(microseconds=int((deadline.due - anchor) / TICK * share))
    left = time_left(one, deadline, since)
    again = resumed(one, deadline, left, since + pause, revision=2)
    assert again.due >= deadline.due
    assert time_left(one, again, since + pause) == left


@given(
    COLOURED,
    INSTANTS,
    st.lists(
        st.tuples(st.sampled_from(LADDER), st.timedeltas(timedelta(0), timedelta(days=6))), min_size=2, max_size=5
    ),
)
def test_reading_7_for_any_chain_of_changes(one: Clock, first: datetime, changes: list[tuple[Rag, timedelta]]) -> None:
    try:
        current = armed(one, first, changes[0][0])
        now = first
        for rag, after in changes[1:]:
            now += after
            before, current = current, changed(one, current, rag, now, first)
            assert current is not None
            fresh, anew = due(one, rag, now), due(one, rag, first)
            assert fresh
            assert anew
            if rag == before.rag:
                assert current is before
                continue
            urgent = LADDER.index(rag) < LADDER.index(before.rag)
            assert current.due == (min(before.due, fresh) if urgent else max(anew, now))
            assert chained(current)
            assert current.steps[0].starts == first
            assert [step.starts for step in current.steps if step.kind == "rerated"][-1] == now
            assert current.at_risk is None or now <= current.at_risk < current.due
    except CalendarEnds:
        assume(False)
