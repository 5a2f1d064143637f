"""Which acknowledgements tell the broker's time: those that carry its own timestamp."""

import asyncio
from types import SimpleNamespace

import pytest
from core_story import CASE_ONE, rating
from one_partition import CODEC

from mashbus.bus.producer import Producer, addressed
from mashbus.domain.vocabulary import Rag

HOST_AN_HOUR_FAST = 1_800_003_600_000
BROKER = 1_800_000_000_000
CREATE_TIME, LOG_APPEND_TIME = 0, 1


@pytest.mark.parametrize(("kind", "timestamp"), [(CREATE_TIME, HOST_AN_HOUR_FAST), (LOG_APPEND_TIME, BROKER)])
async def test_a_record_taken_for_a_repeat_comes_back_with_our_own_time_which_tells_nothing(
    kind: int, timestamp: int
) -> None:
    async def send(*_: object, **__: object) -> "asyncio.Future[SimpleNamespace]":
        acknowledged = asyncio.get_running_loop().create_future()
        acknowledged.set_result(SimpleNamespace(timestamp=timestamp, timestamp_type=kind))
        return acknowledged

    producer = Producer(["nowhere"], CODEC, "/test")
    producer._producer = SimpleNamespace(send=send)  # type: ignore[assignment]
    await producer.publish([addressed(rating(CASE_ONE, Rag.RED))])
    assert producer.broker_time.stale is (kind == CREATE_TIME)
    assert (producer.broker_time.wall() // 1000 in range(BROKER, BROKER + 60_000)) is (kind == LOG_APPEND_TIME)
