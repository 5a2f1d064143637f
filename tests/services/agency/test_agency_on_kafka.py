"""An agency service on a real broker: what it is asked it answers, and nothing that comes or breaks makes it skip."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from agency_hub import Hub
from faststream import AckPolicy

from mashbus.bus.agency import Finding, Known, NotKnown, Risk, TransientError
from mashbus.bus.agency.app import AgencyApp
from mashbus.bus.clock import Clock
from mashbus.bus.headers import cloudevent
from mashbus.contracts.agency import InformationRequested, InformationReturned, OutcomeShared, RequestSeen, RiskFlagged
from mashbus.contracts.topics import requests_of
from mashbus.domain.vocabulary import Rag
from mashbus.stack import Stack
from mashbus.testing import asked, withdrawn
from mashbus.testing.requests import told
from services.agency_casework import app as casework
from services.agency_police import app as police


class Records:
    """A system of record that knows everybody; `gate` closed, it takes its time."""

    def __init__(self, *, risk: Risk | None = None, open_: bool = True) -> None:
        self._risk = risk
        self.gate = asyncio.Event()
        self.asked: list[InformationRequested] = []
        self.faults: list[Exception] = []
        if open_:
            self.gate.set()

    async def risk(self, request: InformationRequested) -> Risk | None:
        return self._risk

    async def look_up(self, request: InformationRequested) -> Finding:
        self.asked.append(request)
        if self.faults:
            raise self.faults.pop()
        if request.rag is not Rag.RED:
            await self.gate.wait()
        return Known(summary="Known (synthetic).")

    async def close(self) -> None: ...


@asynccontextmanager
async def running(*apps: AgencyApp) -> AsyncIterator[None]:
    for app in apps:
        await app.start()
    try:
        yield
    finally:
        for app in apps:
            await app.stop()


async def test_a_request_is_seen_then_flagged_then_answered_H_09(hub: Hub) -> None:
    request = asked(hub.organisation, "one")
    risk = Risk(information="A marker (synthetic).", suggested_rag=Rag.RED)
    async with running(hub.app(Records(risk=risk))):
        await hub.ask(request, partition=3)
        await hub.until(lambda: len(hub.said) == 3)
        await hub.until_committed({3: 1})
    assert [type(one) for one in hub.said] == [RequestSeen, RiskFlagged, InformationReturned]
    assert {one.key for one in hub.raw} == {str(request.meta.case_id).encode()}


async def test_a_risk_does_not_wait_for_the_answer_H_09(hub: Hub) -> None:
    records = Records(risk=Risk(information="A marker (synthetic)."), open_=False)
    async with running(hub.app(records)):
        await hub.ask(asked(hub.organisation, "slow", rag=Rag.GREEN))
        await hub.until(lambda: len(hub.said) == 2)
        assert isinstance(hub.said[-1], RiskFlagged)
        records.gate.set()
        await hub.until(lambda: len(hub.said) == 3)


async def test_poison_stops_and_skips_nothing(hub: Hub) -> None:
    first, last = asked(hub.organisation, "first"), asked(hub.organisation, "last")
    good = hub.codec.encode(requests_of(hub.organisation), last)
    await hub.ask(first)
    await hub.send(os.urandom(200))
    await hub.send(b"\x00\x7f\xff\xff\xff" + b"\x02" * 30)
    await hub.send(None)
    await hub.send(b"\x00\x00", [("x", None), ("y", b"\xff\xfe")])
    await hub.send(good, [("x", None), ("y", b"\xff\xfe"), ("reply_to", b"mash.cases"), *cloudevent(last, "test")])
    async with running(hub.app(Records())):
        await hub.until(lambda: hub.answered().keys() == {first.request_id, last.request_id})
        await hub.until_committed({0: 6})
    reasons = [one.reason for one in hub.desk.parked()]
    assert len(reasons) == 4
    assert {"no_value", "unknown_schema", "not_framed"} <= set(reasons)


async def test_an_answer_that_takes_long_delays_no_other_and_is_not_skipped(hub: Hub) -> None:
    slow, quick = asked(hub.organisation, "slow", rag=Rag.GREEN), asked(hub.organisation, "quick", rag=Rag.RED)
    records = Records(open_=False)
    async with running(hub.app(records)):
        await hub.ask(slow, quick)
        await hub.until(lambda: hub.answered().keys() == {quick.request_id})
        assert await hub.committed() == {0: 0}, "the slow one is open: nothing may be committed past it"
        records.gate.set()
        await hub.until(lambda: hub.answered().keys() == {slow.request_id, quick.request_id})
        await hub.until_committed({0: 2})


async def test_a_request_withdrawn_meanwhile_is_not_answered(hub: Hub) -> None:
    request = asked(hub.organisation, "withdrawn", rag=Rag.GREEN)
    records = Records(open_=False)
    async with running(hub.app(records)):
        await hub.ask(request)
        await hub.until(lambda: len(records.asked) == 1)
        await hub.ask(withdrawn(request))
        await hub.until(lambda: hub.desk.withdrawn(request.request_id))
        records.gate.set()
        await hub.until_committed({0: 2})
    assert hub.answered() == {}


async def test_a_passing_fault_is_tried_again_and_an_unforeseen_one_parked(hub: Hub) -> None:
    records = Records()
    records.faults = [TransientError("database_down", "it comes back")]
    request, broken = asked(hub.organisation, "passing"), asked(hub.organisation, "broken")
    async with running(hub.app(records)):
        await hub.ask(request)
        await hub.until(lambda: hub.answered().keys() == {request.request_id})
        records.faults = [ValueError(f"{one}: Tess Fableworth") for one in range(3)]
        await hub.ask(broken)
        await hub.until_committed({0: 2})
    (parked,) = hub.desk.parked()
    assert (parked.reason, parked.attempts) == ("adapter_failed", 3)
    assert "Tess" not in parked.detail
    async with running(hub.app(records)):  # the adapter is mended: what was parked is tried at the next start
        await hub.until(lambda: broken.request_id in hub.answered())
        await hub.until(lambda: not hub.desk.parked())


async def test_outcomes_reach_a_person(hub: Hub) -> None:
    outcome = next(one for one in told(asked(hub.organisation, "told")) if isinstance(one, OutcomeShared))
    async with running(hub.app(Records())):
        await hub.ask(outcome)
        await hub.until(lambda: hub.desk.notes(OutcomeShared) == (outcome.model_dump_json(),))


async def test_instances_share_the_work_and_skip_nothing_when_one_joins_and_one_leaves(hub: Hub) -> None:
    requests = [asked(hub.organisation, f"{number}") for number in range(240)]
    one, two = hub.app(Records()), hub.app(Records())
    await one.start()
    for number, request in enumerate(requests[:80]):
        await hub.ask(request, partition=number % 12)
    await two.start()
    for number, request in enumerate(requests[80:160]):
        await hub.ask(request, partition=number % 12)
    await hub.until(lambda: two.ready and one.ready)
    await one.stop()
    for number, request in enumerate(requests[160:]):
        await hub.ask(request, partition=number % 12)
    await hub.until(lambda: hub.answered().keys() == {request.request_id for request in requests})
    await hub.until_committed({number: sum(1 for each in range(80) if each % 12 == number) * 3 for number in range(12)})
    await two.stop()
    assert all(len(set(ids)) == 1 for ids in hub.answered().values()), "repeated answers have one id"


async def test_killed_between_answer_and_commit_it_says_the_same_again(hub: Hub) -> None:
    slow, quick = asked(hub.organisation, "slow", rag=Rag.GREEN), asked(hub.organisation, "quick", rag=Rag.RED)
    environment = os.environ | {
        "MASHBUS_HOME": str(hub.settings.home),
        "MASHBUS_AGENCY_POLICE": hub.organisation,
        "MASHBUS_AGENCY_RECORDS": f"{hub.organisation}={__name__}:never_done",
        "PYTHONPATH": str(Path(__file__).parent),
    }
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVE, env=environment)
    try:
        await hub.ask(slow, quick)
        await hub.until(lambda: quick.request_id in hub.answered())
    finally:
        killed.send_signal(signal.SIGKILL)
        await killed.wait()
    async with running(hub.app(Records())):
        await hub.until(lambda: slow.request_id in hub.answered() and len(hub.answered()[quick.request_id]) == 2)
        await hub.until_committed({0: 2})
    assert len(set(hub.answered()[quick.request_id])) == 1


async def test_a_broker_that_dies_and_comes_back_costs_no_request(hub: Hub, stack: Stack) -> None:
    requests = [asked(hub.organisation, f"{number}") for number in range(40)]
    async with running(hub.app(Records())):
        await hub.ask(*requests[:20])
        await asyncio.to_thread(stack.kill, "kafka")
        await asyncio.to_thread(stack.start, "kafka")
        await hub.ask(*requests[20:])
        await hub.until(lambda: hub.answered().keys() == {request.request_id for request in requests})
        await hub.until_committed({0: 40})
    assert all(len(set(ids)) == 1 for ids in hub.answered().values())


async def test_sigterm_ends_a_process_of_its_own_with_everything_committed(hub: Hub) -> None:
    environment = os.environ | {"MASHBUS_HOME": str(hub.settings.home), "PYTHONPATH": str(Path(__file__).parent)}
    environment |= {"ORGANISATION": hub.organisation}
    request = asked(hub.organisation, "one")
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", RUN, env=environment)
    try:
        await hub.ask(request)
        await hub.until(lambda: request.request_id in hub.answered())
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert await hub.committed() == {0: 1}
    finally:
        if process.returncode is None:
            process.kill()


async def test_served_with_probes_until_it_is_told_to_stop(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASHBUS_AGENCY_POLICE", hub.organisation)
    monkeypatch.setenv("MASHBUS_AGENCY_RECORDS", f"{__name__}:nobody_known")
    stop = asyncio.Event()
    served = asyncio.create_task(police.serve(hub.settings, Clock(), stop, 0))
    request = asked(hub.organisation, "served")
    await hub.ask(request)
    await hub.until(lambda: request.request_id in hub.answered() or served.done())
    note = json.loads((hub.settings.home / "run" / "agency_police.json").read_text())
    assert note["pid"] == os.getpid()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{note['port']}") as probe:
        assert (await probe.get("/livez")).status_code == 200
        assert (await probe.get("/readyz")).status_code == 200
        assert (
            f'mash_agency_answers_total{{knowledge="not_known",organisation="{hub.organisation}"}} 1.0'
            in (await probe.get("/metrics")).text
        )
    stop.set()
    await asyncio.wait_for(served, 20)
    await hub.until_committed({0: 1})


async def test_a_service_without_an_organisation_of_its_own_answers_for_the_one_it_is_bound_to(hub: Hub) -> None:
    assert casework.seed(hub.settings, hub.organisation) > 0
    stop = asyncio.Event()
    served = asyncio.create_task(casework.serve(hub.settings, Clock(), stop, 0, hub.organisation))
    request = asked(hub.organisation, "bound")
    await hub.ask(request)
    await hub.until(lambda: request.request_id in hub.answered() or served.done())
    assert (hub.settings.home / "run" / f"agency_casework@{hub.organisation}.json").exists()
    stop.set()
    await asyncio.wait_for(served, 20)
    await hub.until_committed({0: 1})


async def test_every_subscriber_acknowledges_by_hand_and_replies_to_nobody(hub: Hub) -> None:
    broker = hub.app(Records()).reading.broker
    assert broker.subscribers
    for subscriber in broker.subscribers:
        assert subscriber.ack_policy is AckPolicy.MANUAL
        assert subscriber._no_reply
        assert subscriber.batch_timeout_ms == 10
        assert not subscriber._connection_args["enable_auto_commit"]
        assert [one.name for one in subscriber._connection_args["partition_assignment_strategy"]] == ["range"]
        assert subscriber._connection_args["auto_offset_reset"] == "earliest"
    assert not broker.config.allow_auto_create_topics


SERVE = """
import asyncio
from mashbus.bus.clock import Clock
from mashbus.bus.settings import Settings
from services.agency_police.app import serve
asyncio.run(serve(Settings(), Clock(), asyncio.Event(), 0))
"""


RUN = """
import os
from mashbus.bus.agency import run_agency
from test_agency_on_kafka import nobody_known
run_agency(os.environ["ORGANISATION"], nobody_known, 0)
"""


def never_done(organisation, settings, clock):
    return Records(open_=False)


def nobody_known(organisation, settings, clock):
    class Nobody(Records):
        async def look_up(self, request: InformationRequested) -> Finding:
            return NotKnown()

    return Nobody()
