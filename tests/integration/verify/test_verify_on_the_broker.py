"""The same small log on a real broker, through codec and producer: read back, judged, and told on the command line.

The broker is this test's own: what is written here would be taken for work by the services of other tests.
"""

import asyncio
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from typer.testing import CliRunner
from verified_log import (
    CATALOGUE,
    CODEC,
    HOUR,
    ORGANISATIONS,
    READS,
    REFERRER,
    T0,
    Entry,
    Log,
    breach,
    consistent,
    deadline_of,
    names,
    uid,
)

from mashbus.bus import topics as bus_topics
from mashbus.bus.clock import ClockFile
from mashbus.bus.producer import Outgoing, Producer
from mashbus.bus.settings import Settings
from mashbus.cli import app
from mashbus.contracts import topics
from mashbus.stack import Stack, StackSettings
from mashbus.verify import LogUnreadable, verify
from mashbus.verify.partition import partition_of


@pytest.fixture(scope="module")
def own(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A Kafka of its own; the other parts are the session's."""
    home = tmp_path_factory.mktemp("verify")
    replaced = StackSettings(
        home=home, registry=settings.registry, redis=settings.redis, smtp=settings.smtp, mail_dir=home / "mail"
    )
    stack = Stack(home, owner_pid=os.getpid(), settings=replaced)
    stack.up()
    try:
        yield Settings(home=home, mail_dir=home / "mail")
    finally:
        stack.down()


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


def write_mails(log: Log, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for mail in log.mails:
        head = f"X-RcptTo: {REFERRER.email}\r\nMessage-ID: {mail.message_id}\r\n\r\nbody"
        (folder / mail.file).write_bytes(head.encode())


def write_receipts(log: Log, file: Path) -> None:
    lines = [
        {
            "at": T0.isoformat(),
            "path": one.path,
            "idempotency_key": one.idempotency_key,
            "status": 202,
            "body": one.body,
        }
        for one in log.receipts
    ]
    refused = {"at": T0.isoformat(), "path": "/v1/referrals", "idempotency_key": "k", "status": 503, "body": {}}
    file.write_text("".join(json.dumps(one) + "\n" for one in [*lines, refused]))


def told(settings: Settings, *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["verify", "--home", str(settings.home), *more])
    return done.exit_code, done.output


async def test_a_log_on_the_broker_is_proved_and_each_planted_fault_is_found(own: Settings) -> None:
    bus_topics.apply(bus_topics.admin(own.kafka), CATALOGUE.topics_for(ORGANISATIONS))
    log, writer, receipts = consistent(), Writer(own), own.home / "receipts.jsonl"
    await writer.write(log.entries)
    writer.pass_until(T0 + 80 * HOUR)
    await consume_all(own)
    write_mails(log, own.mail_dir)
    write_receipts(log, receipts)

    report = await verify(own, receipts=receipts)
    assert report.ok, [str(finding) for one in report.verdicts for finding in one.broken]
    assert report.records == len(log.entries)
    assert report.notes == ()
    assert report.verdict("accounts").looked["positions"] == sum(map(len, READS.values())) * topics.PARTITIONS

    code, said = await asyncio.to_thread(told, own, "--receipts", str(receipts))
    assert code == 0, said
    names(said, "The promises held")

    # an early second breach, a receipt for a lost referral, an email that nobody asked for, an unconsumed record
    planted = Log()
    breach(planted, "early", deadline_of(log, "a", ORGANISATIONS[0]), "a", T0 + 80 * HOUR)
    await writer.write(planted.entries)
    await writer.stop()
    with receipts.open("a") as file:
        lost = {
            "at": "",
            "path": "/v1/referrals",
            "idempotency_key": "k",
            "status": 202,
            "body": {"case_id": str(uid("lost"))},
        }
        file.write(json.dumps(lost) + "\n")
    (own.mail_dir / "stranger.eml").write_bytes(b"Message-ID: <stranger@example.invalid>\r\n\r\n")

    code, said = await asyncio.to_thread(told, own, "--receipts", str(receipts), "--json")
    report_read = json.loads(said)
    broken = {one["check"]: one["violations"] for one in report_read["checks"] if not one["ok"]}
    assert code == 1
    assert set(broken) == {"accepted", "breaches", "emails", "accounts"}
    names(json.dumps(broken), uid("early"), uid("lost"), "stranger.eml", "mashbus.outcomes")

    code, said = await asyncio.to_thread(told, own, "--live")
    assert code == 1
    names(
        said,
        "A promise was broken",
        uid("early"),
        "mashbus.outcomes has 1 records to consume",
        "no receipts were given",
    )


async def test_without_a_broker_verify_says_so(tmp_path: Path) -> None:
    nowhere = Settings(home=tmp_path, kafka="127.0.0.1:1")
    with pytest.raises(LogUnreadable, match="is the broker up"):
        await verify(nowhere)


def test_receipts_that_are_none_end_with_2(tmp_path: Path) -> None:
    file = tmp_path / "receipts.jsonl"
    file.write_text("not a receipt\n")
    code, said = told(Settings(home=tmp_path), "--receipts", str(file))
    assert code == 2
    names(said, "receipts.jsonl:1")


def test_an_instant_without_an_offset_is_refused(tmp_path: Path) -> None:
    code, said = told(Settings(home=tmp_path), "--at", "2026-06-08T09:00:00")
    assert code == 2
    names(said, "offset")
