"""The same small log on a real broker, through codec and producer: read back, judged, and told on the command line."""

import asyncio
import json
from pathlib import Path

import pytest
from log_writer import Writer, consume_all
from typer.testing import CliRunner
from verified_log import (
    CATALOGUE,
    HOUR,
    ORGANISATIONS,
    READS,
    REFERRER,
    T0,
    Log,
    breach,
    consistent,
    deadline_of,
    names,
    uid,
)

from mashbus.bus import topics as bus_topics
from mashbus.bus.settings import Settings
from mashbus.cli import app
from mashbus.contracts import topics
from mashbus.verify import LogUnreadable, verify


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
