"""The loop on a real broker: whatever is taken from it, every id is as in an undisturbed run and none is extra."""

import asyncio
import shutil
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from core_story import PERSONAL, rating
from loop_field import Field, failing, until

from mashbus.bus import loop as loop_module
from mashbus.bus.clock import wall_microseconds
from mashbus.bus.loop import NoStartingPoint
from mashbus.bus.producer import NotAcknowledged, NotSent
from mashbus.bus.rebuild import LogCutShort
from mashbus.contracts import hub, topics
from mashbus.contracts.topics import requests_of
from mashbus.domain.vocabulary import Rag
from mashbus.stack import Stack


def repeats(field: Field) -> int:
    return sum(field.said.values()) - len(field.said)


async def test_records_in_facts_out_each_on_its_topic_once(field: Field) -> None:
    await field.begin()
    running = await (await field.run()).ready()
    await field.refer(20)
    await field.all_said()
    assert repeats(field) == 0
    asked = {(topic, record.organisation) for topic, record in field.heard if topic.startswith("agency.")}
    assert asked == {(requests_of(one), one) for _, one in asked}
    await running.end()


async def test_an_acknowledgement_tells_the_broker_s_time(field: Field) -> None:
    """The stack's broker has this machine's clock."""
    assert field.producer.broker_time.stale
    await field.refer(1)
    assert not field.producer.broker_time.stale
    assert wall_microseconds() - field.producer.broker_time.wall() in range(2_000_000)


async def test_design_10_everything_handled_is_committed_when_it_leaves(field: Field) -> None:
    await field.begin()
    before = await field.committed()
    running = await (await field.run()).ready()
    await field.refer(12)
    await field.all_said()
    ends = await field.ends()
    await until(lambda: _positions(running) == ends)
    await running.end()
    after = await field.committed()
    assert after == ends
    assert sum(after.values()) > sum(before.values())


def _positions(running: object) -> dict[TopicPartition, int]:
    return {
        TopicPartition(topic, partition): handler.book.next(topic)
        for partition, handler in running.loop.handlers.items()
        for topic in running.loop._reads
    }


@pytest.mark.parametrize("loss", ["none", "deleted", "truncated"])
async def test_P6_restarted_from_its_casebook_or_without_it_it_says_nothing_twice_under_another_id(
    field: Field, loss: str
) -> None:
    await field.begin()
    running = await (await field.run()).ready()
    cases = await field.refer(10)
    await field.all_said()
    await running.end()
    if loss == "deleted":
        shutil.rmtree(field.books())
    for path in field.books().glob("*.sqlite") if loss == "truncated" else ():
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)
    before = repeats(field)

    running = await (await field.run()).ready()
    given = rating(cases[0], Rag.RED)
    await field.put(given)
    await until(lambda: any(isinstance(record, hub.CaseRerated) for _, record in field.heard))
    assert repeats(field) == before
    (again,) = [record for _, record in field.heard if isinstance(record, hub.CaseRerated)]
    assert len(again.rerated) == 3, "the rebuilt case knows its requests"
    await running.end()


async def test_two_instances_share_the_partitions_and_a_rebalance_in_the_middle_loses_nothing(field: Field) -> None:
    await field.begin()
    first = await (await field.run("1")).ready()
    feeding = asyncio.create_task(_feed(field, 15))
    await until(lambda: len(field.said) > 20)
    second = await (await field.run("2")).ready()
    await until(lambda: first.loop.ready and len(first.loop.handlers) == len(second.loop.handlers) == 6)
    await feeding
    await field.all_said()
    await first.end()
    await field.refer(10)
    await field.all_said()
    await second.end()


async def _feed(field: Field, batches: int, *, remembering: bool = False) -> None:
    for _ in range(batches):
        await field.refer(10, remembering=remembering)


@pytest.mark.parametrize("sent", [False, True])
async def test_a_publish_that_fails_is_done_again_under_the_same_ids(field: Field, sent: bool) -> None:
    await field.begin()
    producer = field.new_producer()
    fault = (
        (lambda: NotAcknowledged("no_acknowledgement", "x")) if sent else (lambda: NotSent("broker_unreachable", "x"))
    )
    with failing(producer, fault, 3, sent=sent) as failed:
        running = await (await field.run(producer=producer)).ready()
        await field.refer(10)
        await field.all_said()
    assert failed == [3]
    assert (repeats(field) > 0) is sent
    await running.end()


async def test_the_broker_is_killed_in_the_middle_and_comes_back(field: Field, stack: Stack) -> None:
    await field.begin()
    running = await (await field.run()).ready()
    await field.refer(10)
    await until(lambda: len(field.said) > 10)
    await asyncio.to_thread(stack.kill, "kafka")
    await asyncio.to_thread(stack.start, "kafka")
    for _ in range(5):
        try:
            await field.refer(5)
        except NotAcknowledged:
            field.expected = {one for one in field.expected if one in field.said}
    await field.all_said(90)
    await running.end()


# -- it refuses ------------------------------------------------------------------------------------------------------


async def test_design_9_no_offsets_and_no_casebook_is_refused_with_what_to_do(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_module, "OFFSETS_WITHIN", timedelta(seconds=1))
    running = await field.run()
    with pytest.raises(NoStartingPoint, match=r"mashbus topics apply.*--from-start"):
        await asyncio.wait_for(running.task, 40)


async def test_trap_50_waiting_for_offsets_stalls_neither_a_stop_nor_a_rebalance(field: Field) -> None:
    running = await field.run()
    await until(running.loop.lock.locked)
    async with asyncio.timeout(10):
        await running.end()


@pytest.mark.parametrize("casebook", ["kept", "lost"])
async def test_a_log_that_was_cut_short_is_refused(field: Field, casebook: str) -> None:
    """Without its casebook it would fold for ever towards an end that isn't there."""
    await field.begin()
    if casebook == "kept":
        running = await (await field.run()).ready()
        await running.end()
    await field.begin(beyond=5)
    running = await field.run()
    with pytest.raises(LogCutShort, match=r"ends at \d+, but was read up to \d+"):
        await asyncio.wait_for(running.task, 40)


# -- as a process ----------------------------------------------------------------------------------------------------


async def test_killed_in_the_middle_and_started_again_every_id_is_as_undisturbed(field: Field) -> None:
    await field.begin("mashbus.triage")
    process = field.process("triage")
    feeding = asyncio.create_task(_feed(field, 20, remembering=True))
    await until(lambda: len(field.said) > 300)
    await field.ended(process, signal.SIGKILL)
    shutil.rmtree(Path(field.folder) / "home" / "casebooks", ignore_errors=True)
    await feeding
    assert not field.complete()
    process = field.process("triage")
    await field.all_said()
    await until((field.folder / "home" / "run" / "triage.json").exists)
    assert await field.ended(process) == 0


async def test_a_graceful_stop_loses_nothing_leaves_with_0_and_P7_no_log_names_anybody(field: Field) -> None:
    await field.begin("mashbus.triage")
    process = field.process("triage")
    await field.refer(30, remembering=True)
    await until(lambda: len(field.said) > 60)
    poison = field.bus.codec.encode(
        topics.REFERRALS, next(r for _, r in field.heard if isinstance(r, hub.ReferralReceived))
    )
    producer = field.producer._producer
    await producer.send_and_wait(topics.REFERRALS, poison + b"Tamsin", key=b"Tamsin Sampleton", partition=0)
    await until(lambda: "record quarantined" in field.log_text())
    assert await field.ended(process) == 0
    process = field.process("triage")
    await field.all_said()
    await until((field.folder / "home" / "run" / "triage.json").exists)
    assert await field.ended(process) == 0
    assert not [word for word in PERSONAL if word in field.log_text()]
