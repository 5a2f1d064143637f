"""What lapsed and what was said of it, counted straight from the log; then `mashbus verify` and the reconciler."""

import asyncio
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from mashbus.cli.groups import groups
from mashbus.contracts import agency, hub, topics
from services.deadlines.barrier import Offsets, committed_past
from tests.e2e.hub import Hub
from tests.e2e.log import Seen

SAID_WITHIN = 120.0
"""Real seconds after the last instant; what was not said then is missing."""
HANDLED_WITHIN = 60.0
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Account:
    lapsed: Mapping[UUID, datetime]
    """Deadlines that nothing met or withdrew in time, and when they were due."""
    breached: Mapping[UUID, frozenset[UUID]]
    """By deadline: the ids of its breaches; one each is right."""
    early: tuple[UUID, ...]
    delays: tuple[float, ...]
    """Milliseconds between the instant and the broker's taking the breach, in order."""
    left: tuple[float, ...]
    """Milliseconds that organisations' answers had left when the broker took them; below 0 they were late."""

    def answered(self, least: float, most: float) -> int:
        """With so many milliseconds left: [least, most)."""
        return sum(least <= one < most for one in self.left)

    def __str__(self) -> str:
        share = {name: self.delays[int(len(self.delays) * of)] for name, of in (("p50", 0.5), ("p99", 0.99))}
        delays = ", ".join(f"{name} {round(one)}" for name, one in share.items())
        return (
            f"{len(self.lapsed)} lapsed, {len(self.breached)} breached, {len(self.early)} early; after the instant in ms: "
            f"{delays}, max {round(self.delays[-1])}; answers: {self.answered(0, float('inf'))} in time, "
            f"{self.answered(0, 5)} of them in the last 5 ms, {self.answered(-5, 0)} up to 5 ms late, "
            f"{self.answered(float('-inf'), -5)} later"
        )


def account(of: Hub) -> Account:
    """As the log is now. An answer counts when the broker took it on the organisation's own topic, to the millisecond."""
    due: dict[UUID, datetime] = {}
    subjects: dict[UUID, UUID] = {}
    ended: dict[UUID, list[datetime]] = defaultdict(list)
    breaches: dict[UUID, list[Seen]] = defaultdict(list)
    given = {one.record.meta.event_id: one for one in of.log.seen if isinstance(one.record, hub.OutcomeGiven)}
    for one in of.log.seen:
        record, at = one.record, of.clock.at(one.timestamp)
        match record:
            case hub.CaseRouted() | hub.CanaryArmed():
                for deadline in _stated(record):
                    due[deadline.deadline_id], subjects[deadline.deadline_id] = deadline.due, deadline.subject
            case agency.InformationReturned() | agency.RequestDeclined():
                ended[record.request_id].append(at)
            case hub.OutcomeDecided():
                ended[record.meta.case_id].append(of.clock.at(given[record.meta.cause_id].timestamp))
                for request in record.withdrawn:
                    ended[request.request_id].append(at)
            case hub.SlaBreached() | hub.CanaryFired():
                breaches[record.deadline.deadline_id].append(one)
    now = of.clock.now()
    lapsed = {
        key: instant
        for key, instant in due.items()
        if instant <= now and all(at > instant for at in ended[subjects[key]])
    }
    first = {key: min(one.timestamp for one in said) for key, said in breaches.items()}
    return Account(
        lapsed=lapsed,
        breached={key: frozenset(one.record.meta.event_id for one in said) for key, said in breaches.items()},
        early=tuple(_early(of, breaches)),
        delays=tuple(sorted((of.clock.at(ms) - due[key]) / MILLISECOND for key, ms in first.items() if key in due)),
        left=tuple(_left(of, {subjects[key]: instant for key, instant in due.items()})),
    )


def _stated(record: hub.CaseRouted | hub.CanaryArmed) -> Iterator:
    if isinstance(record, hub.CanaryArmed):
        yield record.deadline
        return
    yield from record.deadlines
    yield from (one.deadline for one in record.requests if one.deadline)


def _early(of: Hub, breaches: Mapping[UUID, Iterable[Seen]]) -> Iterator[UUID]:
    """By its writer's clock or by the end of the broker's millisecond."""
    for key, said in breaches.items():
        for one in said:
            if min(one.record.meta.occurred_at, of.clock.at(one.timestamp + 1)) < one.record.deadline.due:
                yield key


def _left(of: Hub, dues: Mapping[UUID, datetime]) -> Iterator[float]:
    for one in of.log.facts.values():
        if isinstance(one.record, agency.InformationReturned | agency.RequestDeclined):
            yield (dues[one.record.request_id] - of.clock.at(one.timestamp)) / MILLISECOND


async def proven(of: Hub) -> Account:
    """Waits for everything to be said, then: one breach id a lapse, none without, none early; by three accounts."""
    await _said(of)
    await _handled(of)
    found = account(of)
    print(found, flush=True)
    assert found.breached.keys() == found.lapsed.keys(), _differences(found)
    assert [key for key, said in found.breached.items() if len(said) > 1] == []
    assert found.early == ()
    report = await of.verify()
    assert report.ok, {one.check: [str(broken) for broken in one.broken][:20] for one in report.verdicts if not one.ok}
    assert report.verdict("breaches").pending == []
    for line in await reconciled(of):
        counts = {name: line[name] for name in ("missed", "false", "early", "doubled", "pending", "held")}
        assert not any(counts.values()), line
    assert of.processes.deaths == [], "a service gave up by itself"
    return found


def _differences(found: Account) -> Mapping[str, int]:
    return {
        "never said": len(found.lapsed.keys() - found.breached.keys()),
        "without a lapse": len(found.breached.keys() - found.lapsed.keys()),
        "lapsed": len(found.lapsed),
    }


async def _said(of: Hub) -> None:
    """Or time is up: what is missing then is told by those who count it."""
    until = asyncio.get_running_loop().time() + SAID_WITHIN
    while (found := account(of)).lapsed.keys() - found.breached.keys():
        if asyncio.get_running_loop().time() > until:
            return
        await asyncio.sleep(0.5)


async def _handled(of: Hub) -> None:
    """Every group of the hub's own has handled everything, and twice in a row there was nothing new."""
    async with asyncio.timeout(HANDLED_WITHIN):
        while True:
            try:
                return await _twice_the_same(of)
            except KafkaError:
                await asyncio.sleep(0.5)


async def _twice_the_same(of: Hub) -> None:
    before: object = None
    read = groups(of.organisations)
    everything = [TopicPartition(name, one) for name in of.topics for one in range(topics.PARTITIONS)]
    async with Offsets(of.settings.kafka_hosts) as offsets:
        while (ends := await offsets.ends(everything)) != before:
            before = ends
            for group, names in read.items():
                await committed_past(offsets, group, {one: end for one, end in ends.items() if one.topic in names})
            await asyncio.sleep(0.3)


async def reconciled(of: Hub) -> list[dict]:
    """What `mashbus deadlines reconcile` says of each partnership."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "mashbus.cli", "deadlines", "reconcile", "--json", "--allowance", "1s",
        env={**os.environ, **of.environment}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate()
    lines = [json.loads(line) for line in said.decode().splitlines()]
    assert process.returncode == 0, lines
    return [one for one in lines if one["kind"] == "partnership"]
