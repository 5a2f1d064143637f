"""`mashbus deadlines list | show | reconcile` on a real log: what is owed, what became of it, what the monitor missed."""

import asyncio
import json

import pytest
from log_writer import Writer, consume_all
from typer.testing import CliRunner, Result
from verified_log import (
    CATALOGUE,
    CHILD,
    HEALTH,
    HOUR,
    MANAGER,
    ORGANISATIONS,
    POLICE,
    REFERRER,
    SECOND,
    T0,
    Entry,
    Log,
    breach,
    consistent,
    deadline,
    deadline_of,
    meta,
    names,
    quarantine,
    uid,
)

from mashbus.bus import topics as bus_topics
from mashbus.bus.settings import Settings
from mashbus.cli import app
from mashbus.contracts import hub, topics

MORNING = T0 + 2 * HOUR
END = T0 + 80 * HOUR
PERSONAL = (str(CHILD.family_name), str(REFERRER.name), str(REFERRER.email), "Synthetic worry", MANAGER.label)


class Operator:
    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MASHBUS_HOME", str(settings.home))

    async def does(self, *words: str) -> Result:
        done = await asyncio.to_thread(CliRunner().invoke, app, ["deadlines", *words])
        assert not [word for word in PERSONAL if word in done.output]
        return done

    async def lists(self, *words: str) -> list[dict]:
        done = await self.does("list", "--json", *words)
        assert done.exit_code == 0, done.output
        return [json.loads(line) for line in done.output.splitlines()]

    async def reconciles(self, *words: str) -> tuple[int, dict[str, list[dict]]]:
        done = await self.does("reconcile", "--json", *words)
        told: dict[str, list[dict]] = {"partnership": [], "finding": [], "note": []}
        for line in done.output.splitlines():
            said = json.loads(line)
            told[said["kind"]].append(said)
        return done.exit_code, told


def canary(log: Log, hours: int, late: float = 2) -> None:
    """One that fired so many hours in."""
    name, due = f"canary.{hours}", T0 + hours * HOUR
    owed = deadline(uid(name), "hub", due - HOUR, HOUR, rag=None, clock="canary", met_by=())
    armed = hub.CanaryArmed(meta=meta(f"{name}.armed", uid(name), due - HOUR), deadline=owed)
    log.put(f"{name}.armed", topics.HUB, armed, due - HOUR)
    fired = hub.CanaryFired(meta=meta(f"{name}.fired", uid(name), due + late * SECOND), deadline=owed)
    log.put(f"{name}.fired", topics.HUB, fired, due + late * SECOND)


def between(log: Log, after, until) -> list[Entry]:
    return [one for one in log.entries if after < one.at <= until]


async def test_what_is_owed_what_became_of_it_and_what_the_monitor_missed(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus_topics.apply(bus_topics.admin(own.kafka), CATALOGUE.topics_for(ORGANISATIONS))
    operator, log, writer = Operator(own, monkeypatch), consistent(), Writer(own)
    nothing = await operator.does("list")
    assert nothing.exit_code == 0
    names(nothing.output, "0 listed; 0 open")

    await writer.write(between(log, T0 - HOUR, MORNING))
    writer.pass_until(MORNING)
    await _the_morning(operator, log)

    # a lapse that nobody said, a breach of a timely answer, a warning's case held by a quarantined record
    log.drop("a.breach", "a.resolved")
    breach(log, "false", deadline_of(log, "a", POLICE), "a", T0 + 10 * HOUR)
    canary(log, 79)
    await writer.write(between(log, MORNING, END))
    writer.pass_until(END)
    await _the_end(operator, log, own)

    quarantine(log, "held", "a.routed", "deadlines")
    held = log.record("held")
    assert isinstance(held, hub.RecordQuarantined)
    log.edit("held", positions=(hub.ReadUpTo(topic=topics.CASES, next=1),))
    log.place("held", at=END)
    await writer.write([log.get("held")])
    await writer.stop()
    code, told = await operator.reconciles("--allowance", "0s")
    assert code == 1, "the false breach is one all the same"
    (miss,) = [one for one in told["finding"] if one["fault"] == "held"]
    names(miss["why"], "its case waits in the monitor behind quarantined record", uid("held"))


async def _the_morning(operator: Operator, log: Log) -> None:
    """Ten o'clock: nothing has lapsed, a canary has fired."""
    owed = deadline_of(log, "a", HEALTH)
    found = await operator.lists()
    deadlines = [one for one in found if one["kind"] == "deadline"]
    assert [one["due"] for one in deadlines] == sorted(one["due"] for one in deadlines)
    assert {one["state"] for one in deadlines} == {"running"}
    assert "canary" not in {one["clock"] for one in deadlines}
    assert str(deadline_of(log, "a", POLICE).deadline_id) not in {one["deadline_id"] for one in deadlines}, "answered"
    (mine,) = [
        one
        for one in await operator.lists("--organisation", HEALTH, "--within", "3h", "--partnership", "hackney")
        if one["kind"] == "deadline"
    ]
    assert (mine["deadline_id"], mine["due_local"]) == (str(owed.deadline_id), "2026-06-08T13:00:05+01:00")
    assert (mine["at_risk"], mine["rag"], mine["seconds_left"]) == (False, "red", pytest.approx(7205, abs=2))
    summary = next(
        one for one in found if one["kind"] == "summary" and (one["organisation"], one["rag"]) == (HEALTH, "red")
    )
    assert (summary["open"], summary["at_risk"], summary["lapsed"]) == (1, 0, 0)
    every = [one for one in await operator.lists("--state", "all") if one["kind"] == "deadline"]
    assert {"met", "running"} <= {one["state"] for one in every}

    text = await operator.does("list", "--organisation", HEALTH)
    names(text.output, f"hackney: {HEALTH}", "Mon 2026-06-08 13:00:05 BST", "in 2h", owed.deadline_id)
    assert (await operator.does("list", "--state", "asleep")).exit_code == 2

    code, told = await operator.reconciles("--allowance", "0s")
    assert (code, told["finding"]) == (0, [])
    (hackney,) = told["partnership"]
    assert hackney["canary"]["late_seconds"] == 1


async def _the_end(operator: Operator, log: Log, own: Settings) -> None:
    owed, answered = deadline_of(log, "a", HEALTH), deadline_of(log, "a", POLICE)
    code, told = await operator.reconciles("--allowance", "0s")
    assert code == 1
    by_fault = {one["fault"]: one for one in told["finding"]}
    assert set(by_fault) == {"pending", "false"}
    names(by_fault["pending"]["why"], "intake has", "the monitor waits for it")

    await consume_all(own)
    code, told = await operator.reconciles("--allowance", "0s")
    by_fault = {one["fault"]: one for one in told["finding"]}
    assert (code, set(by_fault)) == (1, {"missed", "false"})
    assert by_fault["missed"]["deadline_id"] == str(owed.deadline_id)
    assert by_fault["false"]["deadline_id"] == str(answered.deadline_id)
    names(by_fault["false"]["why"], "met at 2026-06-08T09:06:00")
    assert told["partnership"][0]["canary"]["stale"] is False
    _, told = await operator.reconciles()
    assert {one["fault"] for one in told["finding"]} == {"pending", "false"}, "all of it is a few real seconds old"

    text = await operator.does("reconcile", "--allowance", "0s")
    assert text.exit_code == 1
    names(
        text.output,
        "hackney",
        "59m 58s ago, 2s late",
        "2 faults of the monitor",
        owed.deadline_id,
        answered.deadline_id,
    )
    await _shown(operator, log)


async def _shown(operator: Operator, log: Log) -> None:
    """Every revision of what case e asked of health, by any of its ids or the beginning of one."""
    running = deadline_of(log, "e", HEALTH)
    resumed = log.record("e.resumed")
    assert isinstance(resumed, hub.DeadlineResumed)
    for said in (str(running.subject), str(resumed.deadline.deadline_id), str(running.deadline_id)[:13]):
        done = await operator.does("show", said)
        assert done.exit_code == 0, done.output
        names(done.output, uid("e"), "revision 1: superseded", "revision 2: met", running.deadline_id)
        names(done.output, "21h", "of its clock's own time left", "by InformationReturned", "step       resumed")
    whole = await operator.does("show", str(uid("a")))
    names(whole.output, "csc-screening, revision 1: met", "by OutcomeDecided", uid("false"), "SlaBreached", "SlaAtRisk")
    late = await operator.does("show", str(deadline_of(log, "a", HEALTH).deadline_id))
    names(late.output, "revision 1: lapsed_then_met", "late", uid("a.at-risk"))
    assert (await operator.does("show", "nosuch")).exit_code == 2
    assert (await operator.does("show", "")).exit_code == 2


async def test_without_a_canary_for_two_intervals_the_monitor_is_said_not_to_fire(
    own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canary at seventy-nine was the last."""
    operator, writer = Operator(own, monkeypatch), Writer(own)
    writer.pass_until(T0 + 81 * HOUR + 3 * SECOND)
    await writer.stop()
    done = await operator.does("reconcile", "--allowance", "0s")
    assert done.exit_code == 1
    names(done.output, "STALE", "hackney: no canary for two intervals of 1h")


async def test_without_a_broker_it_says_that_it_could_not_look(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASHBUS_KAFKA", "127.0.0.1:1")
    monkeypatch.setenv("MASHBUS_HOME", str(tmp_path))
    for command in (("list",), ("show", "abc"), ("reconcile",)):
        done = await asyncio.to_thread(CliRunner().invoke, app, ["deadlines", *command])
        assert done.exit_code == 2
        assert "is the broker up" in done.output
