"""Trap 53: a header name that is not UTF-8 makes aiokafka's poll raise for ever; one partner must not stop the door."""

import asyncio
import os
import sys
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka.admin import NewTopic

from mashbus.bus import topics
from mashbus.bus.polling import poll
from mashbus.bus.settings import Settings

POISON = """
import asyncio, sys
from aiokafka import AIOKafkaProducer

class NotText(str):
    def encode(self, *_):
        return bytes([0xFF, 0xFE])

async def send(kafka, topic):
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        await producer.send_and_wait(topic, b"before", partition=0)
        await producer.send_and_wait(topic, b"poison", partition=0, headers=[(NotText("x"), b"1")])
        await producer.send_and_wait(topic, b"behind", partition=0)
        await producer.send_and_wait(topic, b"beside", partition=1)

asyncio.run(send(*sys.argv[1:]))
"""
"""Only aiokafka's pure Python encoder lets such a name through."""


async def test_trap_53_an_unreadable_header_name_stops_nothing_and_loses_nothing(settings: Settings) -> None:
    topic = f"test.{uuid4().hex}"
    await asyncio.to_thread(_create, settings.kafka, topic)
    environment = {**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"}
    poison = await asyncio.create_subprocess_exec(sys.executable, "-c", POISON, settings.kafka, topic, env=environment)
    assert await poison.wait() == 0

    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka_hosts, auto_offset_reset="earliest")
    async with consumer, asyncio.timeout(30):
        partitions = [TopicPartition(topic, 0), TopicPartition(topic, 1)]
        consumer.assign(partitions)
        reached = dict.fromkeys(partitions, 0)
        came: dict[int, list[bytes | None]] = {0: [], 1: []}
        while len(came[0]) < 3 or len(came[1]) < 1:
            got = await poll(consumer, settings.kafka_hosts, reached.__getitem__, timeout_ms=200, max_records=100)
            for partition, records in got.items():
                reached[partition] = records[-1].offset + 1
                came[partition.partition] += [one.value for one in records]
    assert came == {0: [b"before", b"poison", b"behind"], 1: [b"beside"]}


def _create(kafka: str, topic: str) -> None:
    client = topics.admin(kafka)
    for made in client.create_topics([NewTopic(topic, 2, 1)]).values():
        made.result(15)
