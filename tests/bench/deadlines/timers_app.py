"""The same lapses through faststream-redis-timers, used as its documentation shows. Imports nothing of Mashbus.

Runs in a virtual environment of its own (requirements/bench.lock).
`arm FILE`: schedules the timers of a file of JSON lines (id, due, value). `work`: fires them until it is ended: each
is published to Kafka under its id, acknowledged by all replicas, and only then done with.
"""

import argparse
import asyncio
import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import uvloop
from aiokafka import AIOKafkaProducer
from faststream_redis_timers import TimersBroker
from redis.asyncio import Redis

TOPIC = "lapses"
CONCURRENT = 50
"""Its default of 5 leaves too little for 200 lapses a second."""
POLLING = 0.02
"""Seconds between looks, busy or idle: its defaults (0.05, up to 5 when idle) wait longer."""


async def arm(redis: str, file: Path) -> None:
    async with Redis.from_url(redis) as client:
        broker = TimersBroker(client, logger=None)
        await broker.connect()
        timers = _timers(file)
        while some := list(islice(timers, CONCURRENT)):
            await asyncio.gather(*(_scheduled(broker, one) for one in some))


async def _scheduled(broker: TimersBroker, timer: dict[str, Any]) -> None:
    due = datetime.fromtimestamp(timer["due"], UTC)
    await broker.publish({"value": timer["value"], "id": timer["id"]}, TOPIC, timer_id=timer["id"], activate_at=due)


def _timers(file: Path) -> Iterator[dict[str, Any]]:
    with file.open() as lines:
        yield from map(json.loads, lines)


async def work(redis: str, kafka: str, topic: str) -> None:
    async with (
        Redis.from_url(redis) as client,
        AIOKafkaProducer(bootstrap_servers=kafka.split(","), acks="all", enable_idempotence=True) as producer,
    ):
        broker = TimersBroker(client, logger=None)

        @broker.subscriber(TOPIC, max_concurrent=CONCURRENT, polling_interval=POLLING, max_polling_interval=POLLING)
        async def lapsed(timer: dict[str, Any]) -> None:
            await producer.send_and_wait(topic, base64.b64decode(timer["value"]), key=timer["id"].encode())

        await broker.start()
        print("working", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--redis", required=True)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("arm").add_argument("file", type=Path)
    working = commands.add_parser("work")
    working.add_argument("--kafka", required=True)
    working.add_argument("--topic", required=True)
    chosen = parser.parse_args()
    if chosen.command == "arm":
        uvloop.run(arm(chosen.redis, chosen.file))
    else:
        uvloop.run(work(chosen.redis, chosen.kafka, chosen.topic))
