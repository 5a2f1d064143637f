"""Waiting for the door: what its group has committed counts, silence does not, and a door that stands still is said."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from mashbus.contracts.topics import PARTITIONS
from mashbus.imports import taking_in
from mashbus.imports.taking_in import Before

SUBMISSIONS = [TopicPartition("agency.csc.submissions", one) for one in range(PARTITIONS)]


class Played:
    """A broker whose answers about the group come in this order; the last one for ever."""

    def __init__(self, end: int, *committed: int | None) -> None:
        self._end = end
        self._answers = list(committed)

    async def ends(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, self._end)

    async def committed(self, group: str, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        assert group == "mashbus.intake"
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer is None:
            raise KafkaConnectionError
        return dict.fromkeys(partitions, answer)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking_in, "LOOKS_EVERY", 0.001)
    monkeypatch.setattr(taking_in, "STALLED", timedelta(seconds=0.2))


async def waited(offsets: Played, start: int = 10) -> tuple[int, list[tuple[int, int]]]:
    shown: list[tuple[int, int]] = []
    since = Before(dict.fromkeys(SUBMISSIONS, start), {})
    left = await taking_in.taken_in(offsets, "csc", since, lambda done, whole: shown.append((done, whole)))  # type: ignore[arg-type]
    return left, shown


async def test_it_waits_until_the_door_has_committed_past_what_was_published() -> None:
    left, shown = await waited(Played(15, 10, 12, 15))
    assert left == 0
    assert shown == [(2 * PARTITIONS, 5 * PARTITIONS), (5 * PARTITIONS, 5 * PARTITIONS)]


async def test_an_empty_answer_and_a_broker_that_is_away_are_no_progress_and_no_end() -> None:
    left, shown = await waited(Played(15, -1, None, -1, 15))
    assert left == 0
    assert shown == [(5 * PARTITIONS, 5 * PARTITIONS)]


async def test_a_door_that_stands_still_is_not_waited_for_for_ever() -> None:
    left, _ = await waited(Played(15, 12))
    assert left == 3 * PARTITIONS


async def test_nothing_published_is_nothing_to_wait_for() -> None:
    assert await waited(Played(10, -1)) == (0, [])


def test_somebody_can_be_forgotten_only_where_something_was_ever_said() -> None:
    assert not Before(dict.fromkeys(SUBMISSIONS, 0), {}).anything
    assert Before({**dict.fromkeys(SUBMISSIONS, 0), SUBMISSIONS[3]: 1}, {}).anything
