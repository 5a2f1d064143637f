"""Partners' topics are kept 35 days: a lost disk is rebuilt from what is left of them, also where nothing is left."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition

from mashbus.bus import rebuild
from mashbus.bus.casebook import Casebook
from mashbus.bus.rebuild import fold_to
from mashbus.bus.service import NOTHING
from mashbus.contracts import topics

NO_CODEC = SimpleNamespace()
"""Nothing is read, so nothing is decoded."""
RESPONSES = TopicPartition(topics.responses_of("met-police"), 3)


class Expired:
    """A consumer of a log that has been written up to 5, and keeps none of it."""

    def assign(self, _partitions: Sequence[TopicPartition]) -> None: ...

    def seek(self, _partition: TopicPartition, _offset: int) -> None: ...

    async def getmany(self, **_limits: int) -> dict[TopicPartition, list]:
        await asyncio.sleep(0.01)
        return {}

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {one: 5 if one == RESPONSES else 0 for one in partitions}

    beginning_offsets = end_offsets


async def test_P6_a_lost_casebook_is_rebuilt_though_the_topic_has_expired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def reader(_kafka: Sequence[str]) -> AsyncIterator[Expired]:
        yield Expired()

    monkeypatch.setattr(rebuild, "reader", reader)
    handler = SimpleNamespace(book=Casebook(tmp_path / "3.sqlite", 3, NOTHING))
    async with asyncio.timeout(2):
        assert await fold_to([], "intake", NO_CODEC, {3: handler}, {RESPONSES: 5}, lambda: True)
    assert handler.book.next(RESPONSES.topic) == 5
