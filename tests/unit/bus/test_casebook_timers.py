"""Timers are counted and asked for by label: what is kept in memory of them is what lies in the file."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from core_story import HOUR, MONDAY
from hypothesis import given, settings
from hypothesis import strategies as st

from mashbus.bus.casebook.file import BookFile
from mashbus.bus.casebook.timers import TABLE, Timer, Timers

CASES = [UUID(int=number) for number in range(4)]
LABELS = ("lapse of met-police", "lapse of the hub", "warning")
NAMES = ("a", "b", "c")


def opened(folder: Path) -> BookFile:
    return BookFile(folder / "3.sqlite", TABLE, 1)


wanted = st.lists(
    st.builds(
        Timer,
        st.integers(0, 5).map(lambda hours: MONDAY + hours * HOUR),
        st.sampled_from(NAMES),
        st.sampled_from(LABELS),
    ),
    unique_by=lambda timer: timer.name,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(CASES), wanted), max_size=12), st.integers(-1, 6))
def test_whatever_is_set_and_taken_away_counts_and_earliest_are_right(changes: list, hours: int) -> None:
    with TemporaryDirectory() as folder:
        file = opened(Path(folder))
        timers, model, at = Timers(file), {}, MONDAY + hours * HOUR
        for case, timers_of_case in changes:
            timers.set({case: timers_of_case}, {case} - model.keys())
            model[case] = timers_of_case
        for looked_at in (timers, Timers(file)):
            agrees(looked_at, [timer for one in model.values() for timer in one], at)
        file.close()


def agrees(timers: Timers, model: list[Timer], at: datetime) -> None:
    by_label = {label: [one.due for one in model if one.label == label] for label in LABELS}
    assert sorted(timers.running()) == sorted((label, len(all_), min(all_)) for label, all_ in by_label.items() if all_)
    assert set(timers.labels_due(at)) == {label for label, all_ in by_label.items() if all_ and min(all_) <= at}
    assert timers.next_due(at) == min((one.due for one in model if one.due > at), default=None)
    for label, all_ in by_label.items():
        assert [one.due for one in timers.due(label, at, 99)] == sorted(due for due in all_ if due <= at)


def test_many_that_are_due_of_one_label_keep_no_other_waiting(tmp_path: Path) -> None:
    """An organisation whose answers can't be seen has thousands due; another's one lapse is found at once."""
    timers = Timers(opened(tmp_path))
    for number in range(50):
        timers.set({UUID(int=number): [Timer(MONDAY, "lapse", "blind")]})
    timers.set({UUID(int=99): [Timer(MONDAY + HOUR, "lapse", "seen")]})
    assert timers.labels_due(MONDAY + HOUR) == ["blind", "seen"]
    assert len(timers.due("blind", MONDAY + HOUR, 10)) == 10
    assert [one.case_id for one in timers.due("seen", MONDAY + HOUR, 10)] == [UUID(int=99)]
    assert timers.next_due(MONDAY - timedelta(seconds=1)) == MONDAY
