"""The directory read from the real log: whole, fresh, and from a file that is only a cache."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from core_story import MONDAY
from loop_field import TheBus

from mashbus.bus import topics as broker
from mashbus.bus.directory.file import FOLDER
from mashbus.bus.directory.memory import Memory, NoDirectoryKey, remembered
from mashbus.bus.errors import TransientError
from mashbus.bus.producer import Producer, addressed
from mashbus.bus.settings import Settings
from mashbus.contracts import hub, topics
from mashbus.contracts.record import Meta, Record
from mashbus.domain.known import Holder, Holding, Identifier
from mashbus.domain.referral import Child

LIMIT = 60
OPEN = Holding(service=Holder.SOCIAL_CARE, unit="Unit 4")
SECRET = "a secret of this test and of nobody"


def settings_of(bus: TheBus, home: Path, secret: str | None = SECRET) -> Settings:
    return Settings(home=home, kafka=bus.settings.kafka, registry=bus.settings.registry, directory_key=secret)


@asynccontextmanager
async def reading(bus: TheBus, home: Path, secret: str = SECRET) -> AsyncIterator[Memory]:
    async with remembered(settings_of(bus, home, secret), bus.catalogue) as memory:
        async with asyncio.timeout(LIMIT):
            await memory.read_whole(asyncio.Event())
        yield memory


@pytest.fixture
async def producer(the_bus: TheBus) -> AsyncIterator[Producer]:
    made = Producer(the_bus.settings.kafka_hosts, the_bus.codec, "/test")
    await made.start()
    yield made
    await made.stop()


def child(token: str, *holdings: Holding) -> hub.ChildHeld:
    return hub.ChildHeld(
        meta=Meta(event_id=uuid4(), partnership="hackney", case_id=None, occurred_at=MONDAY),
        child=token,
        organisation="hackney-csc",
        changed_at=MONDAY,
        holdings=holdings,
        person=Child(given_name="Robin") if holdings else None,
    )


def new_token() -> str:
    return uuid4().hex + uuid4().hex


async def publish(producer: Producer, *records: Record) -> None:
    await producer.publish([addressed(one) for one in records])


def holdings(memory: Memory, token: str) -> tuple[Holding, ...] | None:
    found = memory.child(token)
    return found.holdings if found else None


async def test_what_was_acknowledged_before_is_known_after_fresh(the_bus, producer, tmp_path: Path) -> None:
    async with reading(the_bus, tmp_path) as memory:
        for _ in range(5):
            token = new_token()
            await publish(producer, child(token, OPEN))
            await memory.fresh()
            assert holdings(memory, token) == (OPEN,)


async def test_a_second_start_reads_only_what_is_new(the_bus, producer, tmp_path, capsys) -> None:
    old, new = new_token(), new_token()
    await publish(producer, child(old, OPEN))
    async with reading(the_bus, tmp_path):
        pass
    file = tmp_path / FOLDER / "0.sqlite"
    await publish(producer, child(new, OPEN))
    async with reading(the_bus, tmp_path) as memory:
        assert holdings(memory, old) == holdings(memory, new) == (OPEN,)
    assert "made anew" not in capsys.readouterr().out
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("spoil", ["cut short", "rubbish", "another key"])
async def test_a_spoilt_or_foreign_file_is_made_anew_from_the_log(the_bus, producer, tmp_path, capsys, spoil) -> None:
    token = new_token()
    await publish(producer, child(token, OPEN))
    async with reading(the_bus, tmp_path):
        pass
    file = tmp_path / FOLDER / "0.sqlite"
    if spoil == "cut short":
        os.truncate(file, file.stat().st_size - 4096)
    elif spoil == "rubbish":
        file.write_bytes(b"no database" * 1000)
    secret = "another secret than the one before" if spoil == "another key" else SECRET
    async with reading(the_bus, tmp_path, secret) as memory:
        assert holdings(memory, token) == (OPEN,)
    assert capsys.readouterr().out.count("made anew") == 1


async def test_services_of_one_process_share_one_file_and_processes_do_not(the_bus, tmp_path: Path) -> None:
    async with reading(the_bus, tmp_path) as one, reading(the_bus, tmp_path) as other:
        assert one is other
        assert [file.name for file in (tmp_path / FOLDER).glob("*.sqlite")] == ["0.sqlite"]
        script = (
            "import asyncio, sys; from pathlib import Path; from mashbus.bus.directory.file import Slot;"
            f"print(Slot(Path({str(tmp_path / FOLDER)!r})).path.name)"
        )
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        assert said.decode().strip() == "1.sqlite"


async def test_a_topic_made_anew_is_noticed_and_read_anew(the_bus, producer, tmp_path: Path) -> None:
    """Longer than it was before, so that no offset shows it."""
    old, new = new_token(), new_token()
    await publish(producer, child(old, OPEN))
    async with reading(the_bus, tmp_path) as memory:
        assert holdings(memory, old)
    await remade(the_bus, topics.DIRECTORY)
    await published_again(producer, *(child(new_token(), OPEN) for _ in range(2000)), child(new, OPEN))
    async with reading(the_bus, tmp_path) as memory:
        assert holdings(memory, new) == (OPEN,)
        assert holdings(memory, old) is None


async def test_a_topic_made_anew_is_noticed_while_it_is_read(the_bus, producer, tmp_path: Path) -> None:
    old, new = new_token(), new_token()
    await published_again(producer, child(old, OPEN))
    async with reading(the_bus, tmp_path) as memory:
        assert holdings(memory, old)
        await remade(the_bus, topics.DIRECTORY)
        await published_again(producer, child(new, OPEN))
        assert await eventually(memory, new) == (OPEN,)
        assert holdings(memory, old) is None


async def test_without_a_key_nothing_starts(the_bus, tmp_path: Path) -> None:
    with pytest.raises(NoDirectoryKey, match="MASHBUS_DIRECTORY_KEY"):
        async with remembered(settings_of(the_bus, tmp_path, None), the_bus.catalogue):
            pass


async def test_many_who_ask_at_once_are_answered_soon(the_bus, producer, tmp_path: Path) -> None:
    async with reading(the_bus, tmp_path) as memory:
        await memory.fresh()
        began = time.monotonic()
        await asyncio.gather(*(memory.fresh() for _ in range(200)))
        assert time.monotonic() - began < 3


async def test_an_identifier_leads_to_its_child_until_it_is_withdrawn(the_bus, producer, tmp_path: Path) -> None:
    token, key = new_token(), new_token()

    def identified(to: str | None) -> Record:
        meta = child(token).meta.model_copy(update={"event_id": uuid4()})
        return hub.ChildIdentified(meta=meta, identifier=key, kind=Identifier.UPN, organisation="hackney-csc", child=to)

    async with reading(the_bus, tmp_path) as memory:
        await publish(producer, child(token, OPEN), identified(token))
        await memory.fresh()
        assert memory.asked(lambda table: table.child_of(key))
        await publish(producer, identified(None))
        await memory.fresh()
        assert not memory.asked(lambda table: table.child_of(key))


async def eventually(memory: Memory, token: str) -> tuple[Holding, ...] | None:
    async with asyncio.timeout(LIMIT):
        while True:
            try:
                await memory.fresh()
                if found := holdings(memory, token):
                    return found
            except TransientError:
                pass
            await asyncio.sleep(0.1)


async def published_again(producer: Producer, *records: Record) -> None:
    """A producer learns only by failing that a topic was made anew."""
    async with asyncio.timeout(LIMIT):
        while True:
            try:
                return await publish(producer, *records)
            except TransientError:
                await asyncio.sleep(0.2)


async def remade(bus: TheBus, name: str) -> None:
    def work() -> None:
        client = broker.admin(bus.settings.kafka)
        client.delete_topics([name])[name].result(30)
        until = time.monotonic() + LIMIT
        while name in client.list_topics(timeout=10).topics and time.monotonic() < until:
            time.sleep(0.1)
        broker.apply(client, [bus.catalogue.topic(name)])

    await asyncio.to_thread(work)
