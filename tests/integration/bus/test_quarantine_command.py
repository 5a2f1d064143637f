"""An operator's words: seen in the list, said on the record, acted on by the service; nobody's data is printed."""

import asyncio
import stat
from uuid import UUID

import pytest
from core_story import CHILD, PERSONAL, rating
from loop_field import Field, Running, until
from typer.testing import CliRunner, Result

from mashbus.bus.producer import partition_of
from mashbus.cli import app
from mashbus.contracts import hub, topics
from mashbus.domain.vocabulary import Rag


class Operator:
    def __init__(self, field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MASHBUS_HOME", str(field.bus.settings.home))
        self.field = field

    async def does(self, *words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["quarantine", *words])

    async def listed(self, *more: str) -> list[str]:
        said = await self.does("list", "--service", self.field.name, *more)
        assert said.exit_code == 0, said.output
        return [line for line in said.output.splitlines() if self.field.name in line]


@pytest.fixture
def operator(field: Field, monkeypatch: pytest.MonkeyPatch) -> Operator:
    return Operator(field, monkeypatch)


def held(running: Running) -> int:
    """What waits, what earlier tests left in the log included."""
    return sum(len(handler.book.waiting) for handler in running.loop.handlers.values())


async def poison(field: Field, case: UUID, tail: bytes) -> None:
    """The bytes of a rating with something after them, under the case's key."""
    value = field.bus.codec.encode(topics.CASES, rating(case, Rag.RED)) + tail
    await field.producer._producer.send_and_wait(
        topics.CASES, value, key=str(case).encode(), partition=partition_of(str(case))
    )


async def test_listed_shown_released_and_discarded_on_the_record(field: Field, operator: Operator) -> None:
    await field.begin()
    running = await (await field.run()).ready()
    one, two = await field.refer(2)
    await field.all_said()
    before = held(running)
    secret = CHILD.family_name.encode()
    for case in (one, two):
        await poison(field, case, secret)
        await field.put(rating(case, Rag.RED, "behind"))
    await until(lambda: held(running) == before + 4)

    lines = await operator.listed()
    assert len(lines) == 2
    assert all("bytes_differ" in line and "waiting" in line for line in lines)
    first, second = (next(part for part in line.split() if part.count("-") == 4) for line in lines)

    shown = await operator.does("show", first)
    assert "bytes" in shown.output
    assert not [word for word in PERSONAL if word in shown.output]
    file = field.folder / "value.bin"
    assert (await operator.does("show", first, "--bytes", str(file))).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret in file.read_bytes()
    assert (await operator.does("show", first, "--bytes", str(file))).exit_code != 0, "never over a file"

    assert (await operator.does("release", first, "--reason", "try it", "--actor", "nightshift")).exit_code == 0
    await until(lambda: any(isinstance(r, hub.RecordQuarantined) and r.attempts == 2 for _, r in field.heard))
    assert (
        await operator.does("discard", "--service", field.name, "--of", "bytes_differ", "--reason", "spoilt")
    ).exit_code == 0
    await until(lambda: held(running) == before)
    await until(lambda: len({r.meta.case_id for _, r in field.heard if isinstance(r, hub.CaseRerated)}) == 2)

    (released,) = [r for _, r in field.heard if isinstance(r, hub.QuarantineReleased)]
    assert (released.actor, released.reason, released.meta.cause_id) == ("nightshift", "try it", UUID(first))
    assert await operator.listed() == []
    every = await operator.listed("--all")
    assert len(every) == 3
    assert next("discarded" in line for line in every if second in line)
    assert next("tried again" in line for line in every if first in line)
    await running.end()


async def test_a_word_lies_where_its_entry_lies_whatever_the_key(field: Field, operator: Operator) -> None:
    """A record without a case is quarantined in its own partition; its service reads the word there."""
    await field.begin()
    running = await (await field.run()).ready()
    before = held(running)
    await field.producer._producer.send_and_wait(topics.CASES, b"rubbish", key=b"nobody", partition=7)
    await until(lambda: held(running) == before + 1)
    assert len(await operator.listed()) == 1
    said = await operator.does("discard", "--service", field.name, "--reason", "rubbish")
    assert "1 discarded" in said.output
    await until(lambda: held(running) == before)
    await running.end()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["release", "--reason", "x"], "name entries by id"),
        (["release", "abc", "--service", "triage", "--reason", "x"], "name entries by id"),
        (["release", "ffffffff-none", "--reason", "x"], "0 entries begin with"),
        (["discard", "--service", "nosuch", "--reason", "  "], "a reason and an actor"),
        (["discard", "abc"], "--reason"),
    ],
)
async def test_a_word_that_is_not_clear_is_refused(operator: Operator, words: list[str], says: str) -> None:
    said = await operator.does(*words)
    assert said.exit_code == 2
    assert says in said.output.replace("\n", " ")


async def test_what_is_no_longer_waiting_can_t_be_released_again(field: Field, operator: Operator) -> None:
    await field.begin()
    running = await (await field.run()).ready()
    before = held(running)
    await field.producer._producer.send_and_wait(topics.CASES, b"rubbish", key=b"nobody", partition=2)
    await until(lambda: held(running) == before + 1)
    (line,) = await operator.listed()
    entry = next(part for part in line.split() if part.count("-") == 4)
    assert (await operator.does("discard", entry[:12], "--reason", "rubbish")).exit_code == 0
    again = await operator.does("release", entry, "--reason", "second thoughts")
    assert again.exit_code == 2
    assert "discarded" in again.output
    await running.end()
