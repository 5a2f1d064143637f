"""The monitor between a casebook and what the broker says: no breach before all was seen, none forgotten, none early."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from core_story import CASE_ONE, HACKNEY, HOUR, MONDAY, Story, answered, opened, outcome, referral, suspension
from one_partition import NOW, PARTITION, Instance, Log

from mashbus.bus.casebook import CasebookDamaged
from mashbus.bus.clock import Clock
from mashbus.bus.metrics import MONITOR_BLIND
from mashbus.bus.producer import Outgoing, partition_of
from mashbus.contracts import hub, topics
from mashbus.contracts.addressing import topic_of
from mashbus.contracts.record import Record
from services.deadlines import monitor as monitor_module
from services.deadlines.app import service
from services.deadlines.barrier import answers_of, committed_past
from services.deadlines.canary import Canaries, canary_of, slot_of
from services.deadlines.monitor import Monitor

CANARIES = (hub.CanaryArmed, hub.CanaryFired)
SLOT = slot_of(MONDAY, HACKNEY.canary_every)


class Broker:
    """What the monitor may ask. `behind`: the service that restates answers has not come to their end."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.behind = False
        self.fails: Callable[[], Exception | None] = lambda: None
        self.asked = 0

    def _ask(self) -> None:
        self.asked += 1
        if fault := self.fails():
            raise fault

    async def ends(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        self._ask()
        return {one: len(self.log.topics[one.topic]) if one.partition == PARTITION else 0 for one in partitions}

    async def committed(self, _group: str, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        self._ask()
        return dict.fromkeys(partitions, -1 if self.behind else 10_000)

    async def replicated(self, _topic: str) -> bool:
        return False


class Watch:
    """A monitor on one partition, and a wall clock that the test moves."""

    def __init__(self, tmp_path: Path, story: Story) -> None:
        self.wall = int(NOW) * 1000
        self.log = Log()
        self.book = Instance(self.log, tmp_path, service())
        self.broker = Broker(self.log)
        self.story = story
        self.loop = SimpleNamespace(
            lock=asyncio.Lock(),
            ready=True,
            epoch=1,
            handlers={PARTITION: self.book.handler},
            service=service(),
            damaged=None,
        )
        self.clock = Clock(wall=lambda: self.wall)
        self.broker_time = SimpleNamespace(stale=False, aged=False)
        producer = SimpleNamespace(publish=self.publish)
        canaries = Canaries({"hackney": HACKNEY})
        self.monitor = Monitor(self.loop, producer, self.clock, self.broker, canaries, self.broker_time)
        self.said: list[Record] = []
        self.canaries: list[Record] = []
        self.stop = asyncio.Event()

    async def publish(self, outgoing: list[Outgoing]) -> None:
        self.said += [one.record for one in outgoing if not isinstance(one.record, CANARIES)]
        self.canaries += [one.record for one in outgoing if isinstance(one.record, CANARIES)]
        self.log.take(one for one in outgoing if one.partition == PARTITION)

    async def knows(self) -> None:
        """Everything of the story is in the log and folded."""
        self.log.put(*(record for record, _ in self.story.heard if topic_of(record) == topics.CASES))
        await self.book.run()

    def at(self, hours: float) -> None:
        self.wall = int(NOW) * 1000 + int(hours * 3_600_000_000)

    def breaches(self) -> list[hub.SlaBreached]:
        return [one for one in self.said if isinstance(one, hub.SlaBreached)]


@pytest.fixture
async def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watch]:
    monkeypatch.setattr(monitor_module, "BLIND_AFTER", timedelta(seconds=0.4))
    made = Watch(tmp_path, opened())
    await made.knows()
    running = asyncio.create_task(made.monitor.run(made.stop))
    made.running = running
    yield made
    made.stop.set()
    await asyncio.gather(running, return_exceptions=True)
    MONITOR_BLIND.set(0)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


async def turns(watch: Watch) -> None:
    """The monitor has looked again, twice at least."""
    await until(lambda: watch.monitor._epoch == watch.loop.epoch)
    for _ in range(30):
        await asyncio.sleep(0.01)


async def test_warnings_come_before_the_instant_and_breaches_after_each_once(watch: Watch) -> None:
    watch.at(19)
    await until(lambda: len(watch.said) == 4)
    assert {type(one) for one in watch.said} == {hub.SlaAtRisk}
    watch.at(25)
    await until(lambda: len(watch.breaches()) == 4)
    await turns(watch)
    assert len(watch.said) == 8
    assert all(one.meta.occurred_at > one.deadline.due and not one.blind for one in watch.breaches())


async def test_P4_it_never_fires_while_the_answers_have_not_all_been_seen(watch: Watch) -> None:
    watch.broker.behind = True
    watch.log.put(*(record for record, _ in watch.story.heard if isinstance(record, hub.DisclosureMade)))
    watch.broker.ends = _one_answer(watch)  # type: ignore[method-assign]
    watch.at(25)
    await until(lambda: watch.broker.asked > 5)
    assert watch.breaches() == []
    await until(lambda: MONITOR_BLIND._value.get() == 1)
    watch.broker.behind = False
    await until(lambda: len(watch.breaches()) == 4)
    assert all(one.blind for one in watch.breaches())
    await until(lambda: MONITOR_BLIND._value.get() == 0)


def _one_answer(watch: Watch) -> Callable:
    async def ends(partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return {one: 1 if topics.organisation_of(one.topic) else len(watch.log.topics[one.topic]) for one in partitions}

    return ends


async def test_questions_that_fail_for_so_long_raise_the_alarm_though_each_failed_at_once(watch: Watch) -> None:
    watch.broker.fails = lambda: KafkaError("coordinator is loading")
    watch.at(25)
    await until(lambda: MONITOR_BLIND._value.get() == 1)
    assert watch.breaches() == []
    watch.broker.fails = lambda: None
    await until(lambda: len(watch.breaches()) == 4)


async def test_anything_unforeseen_ends_the_service_instead_of_being_asked_for_ever(watch: Watch) -> None:
    watch.broker.fails = lambda: ValueError("unforeseen")
    watch.at(25)
    with pytest.raises(ValueError, match="unforeseen"):
        await asyncio.wait_for(asyncio.shield(watch.running), 10)


async def test_a_damaged_casebook_is_mended_once_and_not_again_and_again(watch: Watch) -> None:
    """The question that met the damage is over: asked again on the new book, not answered from memory for ever."""
    met = []

    async def damaged(damage: CasebookDamaged) -> None:
        met.append(damage)
        await asyncio.sleep(0.01)
        watch.broker.fails = lambda: None

    watch.loop.damaged = damaged
    watch.broker.fails = lambda: CasebookDamaged(Path("3.sqlite"), ValueError())
    watch.at(25)
    await until(lambda: len(watch.breaches()) == 4)
    assert met


async def test_an_answer_that_is_seen_in_time_is_no_breach(watch: Watch) -> None:
    watch.broker.behind = True
    watch.broker.ends = _one_answer(watch)  # type: ignore[method-assign]
    watch.at(25)
    await until(lambda: watch.broker.asked > 3)
    police = watch.story.request("met-police")
    watch.log.put(answered(CASE_ONE, police, police.deadline.due))
    await watch.book.run()
    watch.broker.behind = False
    await until(lambda: len(watch.breaches()) == 3)
    await turns(watch)
    assert police.request_id not in {one.deadline.subject for one in watch.breaches()}


async def test_H_06_a_decision_given_in_time_and_not_acted_on_yet_is_no_breach(tmp_path: Path, watch: Watch) -> None:
    """Outcomes has committed past it, and what it made of it is still on its way back."""
    watch.log.put(outcome(CASE_ONE))
    await watch.book.run()
    watch.at(25)
    await until(lambda: len(watch.breaches()) == 3)
    watch.story.hear(outcome(CASE_ONE), at=MONDAY)
    watch.log.put(*watch.story.outcomes(MONDAY + 25 * HOUR))
    await watch.book.run()
    await turns(watch)
    assert "hub" not in {one.deadline.owner for one in watch.breaches()}


async def test_a_decision_that_nobody_acts_on_holds_a_breach_back_for_a_while_only(watch: Watch) -> None:
    watch.log.put(outcome(CASE_ONE))
    await watch.book.run()
    watch.at(25)
    await until(lambda: len(watch.breaches()) == 4)


async def test_what_was_found_in_an_earlier_assignment_is_somebody_else_s_to_say(watch: Watch) -> None:
    watch.broker.behind = True
    watch.broker.ends = _one_answer(watch)  # type: ignore[method-assign]
    watch.at(25)
    await until(lambda: watch.broker.asked > 3)
    watch.loop.epoch += 1
    watch.loop.handlers = {}
    watch.broker.behind = False
    await turns(watch)
    assert watch.breaches() == []
    assert not watch.running.done()


async def test_trap_33_a_clock_that_steps_back_takes_no_breach_with_it(watch: Watch) -> None:
    watch.broker.behind = True
    watch.broker.ends = _one_answer(watch)  # type: ignore[method-assign]
    watch.at(25)
    await until(lambda: watch.broker.asked > 3)
    watch.at(23.5)
    watch.broker.behind = False
    await turns(watch)
    assert watch.breaches() == [], "its time has not come by the clock as it is now"
    watch.at(25)
    await until(lambda: len(watch.breaches()) == 4)


async def test_a_group_that_never_committed_has_nothing_to_catch_up_with_where_nothing_lies(tmp_path: Path) -> None:
    broker = Broker(Log())
    broker.behind = True
    empty = {TopicPartition("agency.met-police.responses", one): 0 for one in range(12)}
    async with asyncio.timeout(2):
        await committed_past(broker, "mashbus.intake", empty)


async def test_an_organisation_that_cannot_be_seen_keeps_no_other_waiting(watch: Watch) -> None:
    blind = answers_of("met-police")

    async def committed(_group: str, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, -1 if partitions[0] in blind else 10_000)

    watch.broker.committed = committed  # type: ignore[method-assign]
    watch.broker.ends = _one_answer(watch)  # type: ignore[method-assign]
    watch.at(25)
    await until(lambda: len(watch.breaches()) == 3)
    await until(lambda: MONITOR_BLIND._value.get() == 1)
    assert "met-police" not in {one.deadline.owner for one in watch.breaches()}


async def test_a_monitor_that_was_down_says_what_lapsed_meanwhile_in_order_of_due_with_the_true_instants(
    tmp_path: Path,
) -> None:
    watch = Watch(tmp_path, opened())
    await watch.knows()
    for number in range(4):
        other = opened(referral(f"other-{number}", received_at=MONDAY - (30 - number) * HOUR), at=MONDAY)
        watch.log.put(*(one for one, _ in reversed(other.heard) if topic_of(one) == topics.CASES))
    await watch.book.run()
    watch.at(80)
    running = asyncio.create_task(watch.monitor.run(watch.stop))
    await until(lambda: len(watch.breaches()) == 20)
    watch.stop.set()
    await running
    hubs = [one.deadline.due for one in watch.breaches() if one.deadline.owner == "hub"]
    assert hubs == sorted(hubs)
    assert hubs[0] == MONDAY - 6 * HOUR


async def test_a_canary_is_armed_for_every_slot_and_lapses_as_any_other_deadline(watch: Watch) -> None:
    every = HACKNEY.canary_every
    slots = [at for at in range(60) if partition_of(str(canary_of("hackney", every, SLOT + at))) == PARTITION]
    for at in slots[:2]:
        watch.at(at * every / HOUR)
        await until(lambda: len(watch.canaries) % 2 == 1)
        await watch.book.run()
        watch.at((at + 1) * every / HOUR)
        await until(lambda: len(watch.canaries) % 2 == 0)
        await watch.book.run()
    assert [type(one) for one in watch.canaries] == [hub.CanaryArmed, hub.CanaryFired] * 2
    assert all(one.meta.occurred_at >= one.deadline.due for one in watch.canaries if isinstance(one, hub.CanaryFired))
    assert len({one.meta.event_id for one in watch.canaries}) == 4


async def test_while_the_broker_s_time_is_in_doubt_nothing_is_judged_and_a_canary_asks_for_it(watch: Watch) -> None:
    watch.broker_time.stale = True
    watch.at(25)
    await until(lambda: bool(watch.canaries))
    assert watch.breaches() == []
    watch.broker_time.stale = False
    await until(lambda: len(watch.breaches()) == 4)


async def test_a_suspension_given_in_time_is_waited_for_as_long_as_triage_has_not_come_to_it(watch: Watch) -> None:
    """It stands still from when the word was given, however late triage is: said before, the breach would be false."""
    triage_is_away = True

    async def committed(group: str, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, -1 if group == "mashbus.triage" and triage_is_away else 10_000)

    watch.broker.committed = committed  # type: ignore[method-assign]
    watch.log.put(suspension(CASE_ONE, "agency-response", "met-police"))
    await watch.book.run()
    watch.at(25)
    await until(lambda: MONITOR_BLIND._value.get() == 1)
    await asyncio.sleep(3 * monitor_module.BLIND_AFTER.total_seconds())
    assert watch.breaches() == []
    triage_is_away = False
    await until(lambda: len(watch.breaches()) == 4)


async def test_questions_that_fail_at_once_are_not_asked_without_rest_and_the_alarm_is_told_once(
    watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    watch.broker.fails = lambda: KafkaError("coordinator is loading")
    watch.at(25)
    await until(lambda: MONITOR_BLIND._value.get() == 1)
    capsys.readouterr()
    before = watch.broker.asked
    await asyncio.sleep(0.5)
    assert watch.broker.asked - before <= 6 * 4, "three agencies and the hub, ten times a second"
    assert capsys.readouterr().out.count("monitor blind") <= len(watch.monitor.blind())


async def test_a_question_that_failed_leaves_no_blindness_behind_once_nothing_is_due(watch: Watch) -> None:
    """The answers were in time after all: the next lapse of the same organisation is asked with patience of its own."""
    watch.broker.fails = lambda: KafkaError("coordinator is loading")
    watch.at(25)
    await until(lambda: MONITOR_BLIND._value.get() == 1)
    watch.log.put(outcome(CASE_ONE), *_all_answered(watch))
    watch.story.hear(outcome(CASE_ONE), at=MONDAY)
    watch.log.put(*watch.story.outcomes(MONDAY))
    await watch.book.run()
    await until(lambda: MONITOR_BLIND._value.get() == 0)
    watch.broker.fails = lambda: None
    late = opened(referral("late"))
    watch.log.put(*(record for record, _ in late.heard if topic_of(record) == topics.CASES))
    await watch.book.run()
    await until(lambda: len(watch.breaches()) == 4)
    assert not any(one.blind for one in watch.breaches())


def _all_answered(watch: Watch) -> list[Record]:
    return [answered(CASE_ONE, one, MONDAY) for one in watch.story.case.requests.values()]


async def test_a_decision_that_lies_in_quarantine_is_not_asked_after_without_rest(watch: Watch) -> None:
    watch.log.put(outcome(CASE_ONE))
    await watch.book.run()
    watch.at(25)
    await until(lambda: len(watch.breaches()) == 3)
    before = watch.broker.asked
    await asyncio.sleep(0.2)
    assert watch.broker.asked - before <= 4 * 12, "four questions each time"
    await until(lambda: len(watch.breaches()) == 4)


async def test_P4_an_old_word_of_the_broker_s_time_is_asked_anew_before_anything_is_judged_by_it(watch: Watch) -> None:
    """The broker's clock was set back an hour, or a broker leads whose clock is: answers count from that clock."""
    said = watch.monitor._producer.publish

    async def acknowledged(outgoing: list[Outgoing]) -> None:
        await said(outgoing)
        if outgoing and watch.broker_time.aged:
            watch.broker_time.aged = False
            watch.at(23.5)

    watch.monitor._producer.publish = acknowledged
    watch.broker_time.aged = True
    watch.at(25.5)
    await until(lambda: not watch.broker_time.aged)
    await until(lambda: len(watch.said) == 4)
    await turns(watch)
    assert watch.breaches() == [], "at half past the hour before by the broker that counts"
    watch.at(25.5)
    await until(lambda: len(watch.breaches()) == 4)
