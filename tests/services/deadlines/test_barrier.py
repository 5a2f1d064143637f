"""What the barrier makes of a loop that reopens its casebooks meanwhile, and of answers that tell nothing."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from mashbus.bus.clock import Clock, ClockFile
from services.deadlines.barrier import ENDS_DEADLINES, Barrier, Offsets

DUE = datetime.now(UTC) - timedelta(hours=1)
EPOCH = 7


class Unread:
    """A casebook that has read nothing yet."""

    def next(self, _topic: str) -> int:
        return 0


class Reopening:
    """The loop met a passing fault: its casebooks are closed, and open again in the same assignment a moment later."""

    def __init__(self) -> None:
        self.loop: Any = SimpleNamespace(epoch=EPOCH, ready=True, handlers={3: SimpleNamespace(book=Unread())})

    def close(self) -> None:
        self.loop.ready, self.loop.handlers = False, {}

    def open(self) -> None:
        self.loop.ready, self.loop.handlers = True, {3: SimpleNamespace(book=Unread())}


class Answers:
    """One record of the case was appended and not handled yet. `then` is what happens while the broker is asked."""

    def __init__(self, while_described: Callable[[], None], while_asked: Callable[[], None]) -> None:
        self._while_described = while_described
        self._while_asked = while_asked

    async def replicated(self, _topic: str) -> bool:
        self._while_described()
        return False

    async def ends(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        self._while_asked()
        return {one: int(one.topic in ENDS_DEADLINES) for one in partitions}

    async def committed(self, _group: str, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 10_000)


@pytest.mark.parametrize("source", ["met-police", "hub"])
async def test_P4_a_question_begun_while_the_casebooks_were_closed_is_not_answered_with_nothing_to_wait_for(
    source: str,
) -> None:
    loop = Reopening()
    barrier = Barrier(loop.loop, Clock(), Answers(loop.close, loop.open))  # type: ignore[arg-type]
    try:
        passed = await asyncio.wait_for(barrier.passed(source, DUE, EPOCH), 0.5)
    except TimeoutError:
        passed = False
    assert not passed, "what was appended before the ends were read is not handled yet"


@pytest.mark.parametrize("factor", [1, 0])
async def test_trap_33_a_clock_that_steps_back_ends_the_question_so_that_what_is_due_by_it_is_asked_alone(
    tmp_path: Path, factor: int
) -> None:
    """Asked together, what fell due long ago would wait for the hour to come again, or for time that stands still."""
    path = tmp_path / "clock.json"
    ClockFile(path).start(DUE - timedelta(hours=1), factor)
    loop = Reopening()
    barrier = Barrier(loop.loop, Clock(path), Answers(lambda: None, lambda: None))  # type: ignore[arg-type]
    assert await asyncio.wait_for(barrier.passed("met-police", DUE, EPOCH), 2) is False


async def test_a_topic_that_the_broker_cannot_describe_is_not_taken_for_one_without_replicas() -> None:
    """UnknownTopicOrPartition, as from a broker that still loads: its end offset may be a high watermark all the same."""

    async def described(topics: list[str]) -> list[dict[str, Any]]:
        return [{"error_code": 3, "topic": topics[0], "is_internal": False, "partitions": []}]

    offsets = Offsets([])
    offsets._admin = SimpleNamespace(describe_topics=described)
    with pytest.raises(KafkaError):
        await offsets.replicated("agency.met-police.responses")
