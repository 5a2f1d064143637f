"""Writes the small hand-made log to a real broker, through codec and producer, and commits what services would."""

import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from verified_log import CODEC, HOUR, READS, T0, Entry

from mashbus.bus.clock import ClockFile
from mashbus.bus.producer import Outgoing, Producer
from mashbus.bus.settings import Settings
from mashbus.contracts import topics
from mashbus.verify.partition import partition_of


class Writer:
    """Writes a log with bus time standing still at each record's own instant, so that the broker's time reads as it."""

    def __init__(self, settings: Settings) -> None:
        self._kafka = settings.kafka_hosts
        self._producer = Producer(self._kafka, CODEC, "/mashbus/test")
        self._clock = ClockFile(settings.home / "clock.json")
        self._at = T0 - HOUR
        self._clock.start(self._at, 0)

    async def write(self, entries: list[Entry]) -> None:
        for one in sorted(entries, key=lambda one: one.at):
            self.pass_until(one.at)
            if one.record is None:
                await self._raw(one)
            else:
                key = str(one.record.meta.case_id or one.record.meta.event_id)
                await self._producer.publish([Outgoing(one.topic, one.record, key)])

    def pass_until(self, at) -> None:
        if at > self._at:
            self._clock.advance(at - self._at)
            self._at = at
            time.sleep(0.003)  # the broker's milliseconds are cut: they must not fall before the instant of the advance

    async def _raw(self, one: Entry) -> None:
        assert one.key is not None
        producer = AIOKafkaProducer(bootstrap_servers=self._kafka)
        await producer.start()
        await producer.send_and_wait(one.topic, one.value, key=one.key, partition=partition_of(one.key.decode()))
        await producer.stop()

    async def stop(self) -> None:
        await self._producer.stop()


async def consume_all(settings: Settings) -> None:
    """Commit the end of everything for every service, as settled services have."""
    for service, reads in READS.items():
        consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka_hosts, group_id=f"mashbus.{service}", enable_auto_commit=False
        )
        await consumer.start()
        partitions = [TopicPartition(topic, number) for topic in reads for number in range(topics.PARTITIONS)]
        consumer.assign(partitions)
        await consumer.commit(dict(await consumer.end_offsets(partitions)))
        await consumer.stop()
