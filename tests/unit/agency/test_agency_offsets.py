"""What may be committed, whatever order records finish in."""

from aiokafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from mashbus.bus.agency.offsets import Offsets

HERE = TopicPartition("agency.x.requests", 0)


@given(st.permutations(range(12)), st.integers(0, 12))
def test_no_commit_passes_an_open_record(order, finished):
    offsets = Offsets()
    for offset in range(12):
        assert offsets.begin(HERE, 100 + offset)
    for offset in order[:finished]:
        offsets.finish(HERE, 100 + offset)
    still_open = set(range(12)) - set(order[:finished])
    assert offsets.moved()[HERE] == 100 + min(still_open, default=12)
    assert offsets.open == len(still_open)


def test_a_repeat_is_not_begun_again():
    offsets = Offsets()
    assert offsets.begin(HERE, 5)
    assert not offsets.begin(HERE, 5)
    assert not offsets.begin(HERE, 4)
    assert offsets.expected(HERE) == 6


def test_a_position_is_committed_once_and_again_when_it_moved():
    offsets = Offsets()
    offsets.begin(HERE, 5)
    offsets.finish(HERE, 5)
    offsets.mark(offsets.moved())
    assert offsets.moved() == {}
    offsets.begin(HERE, 6)
    assert offsets.moved() == {}
    offsets.finish(HERE, 6)
    assert offsets.moved() == {HERE: 7}


def test_nothing_is_known_of_partitions_that_were_taken_away():
    offsets = Offsets()
    offsets.begin(HERE, 5)
    offsets.forget()
    offsets.finish(HERE, 5)
    assert (offsets.moved(), offsets.expected(HERE), offsets.open) == ({}, None, 0)
