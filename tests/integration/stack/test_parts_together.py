"""The stack as a whole: what comes up answers, what goes down leaves nothing but data."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from mashbus.bus.settings import Settings
from mashbus.stack import Stack, StackError, StackSettings
from mashbus.stack.errors import BusyError, OtherBrokersError, UnknownPartError
from mashbus.stack.process import Identity, strays
from mashbus.stack.state import Folders, Memory, exclusive


def pids(stack: Stack) -> list[int]:
    return [part.pid for part in stack.status() if part.pid]


def ping(url: str) -> bool:
    host, _, port = url.removeprefix("redis://").removesuffix("/0").partition(":")
    with socket.create_connection((host, int(port)), timeout=2) as opened:
        opened.sendall(b"PING\r\n")
        return opened.recv(16) == b"+PONG\r\n"


def test_every_part_of_the_native_stack_answers(stack: Stack) -> None:
    assert {part.part: part.state for part in stack.status()} == {
        "kafka-1": "running",
        "registry": "running",
        "valkey": "running",
        "mail": "running",
    }


def test_settings_read_what_the_stack_announces(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASHBUS_HOME", str(stack.home))
    settings, said = Settings(), stack.environment()
    assert (settings.kafka, settings.registry) == (said["MASHBUS_KAFKA"], said["MASHBUS_REGISTRY"])
    assert (settings.redis, settings.smtp) == (said["MASHBUS_REDIS"], said["MASHBUS_SMTP"])
    assert settings.mail_dir == stack.home / "mail"


def test_down_leaves_no_process_and_up_again_keeps_the_addresses(small) -> None:
    stack = small()
    stack.up()
    first, ran = stack.environment(), pids(stack)
    stack.down()
    assert not any(psutil.pid_exists(pid) for pid in ran)
    assert not list(strays(stack.home / "stack"))
    assert not (stack.home / "stack.env").exists()
    stack.up()
    assert stack.environment() == first


def test_up_on_a_running_stack_changes_nothing(small) -> None:
    stack = small()
    stack.up()
    before = pids(stack)
    stack.up()
    assert pids(stack) == before


def test_up_starts_only_the_part_that_is_missing(small) -> None:
    stack = small()
    stack.up()
    before = {part.part: part.pid for part in stack.status()}
    stack.kill("mail")
    stack.up()
    after = {part.part: part.pid for part in stack.status()}
    assert after["valkey"] == before["valkey"]
    assert after["mail"] not in {None, before["mail"]}


def test_a_paused_part_is_silent_then_answers_and_goes_down_when_paused(small) -> None:
    stack = small()
    stack.up()
    stack.pause("valkey")
    assert [part.state for part in stack.status() if part.part == "valkey"] == ["paused"]
    stack.resume("valkey")
    assert ping(stack.environment()["MASHBUS_REDIS"])
    stack.pause("valkey")
    before = time.monotonic()
    stack.down()
    assert not list(strays(stack.home / "stack"))
    assert time.monotonic() - before < 8, "a paused process was waited for in vain"


def test_a_named_real_part_is_announced_and_not_started(small) -> None:
    stack = small(redis="redis://views.invalid:6379/0")
    stack.up()
    assert {part.part: part.state for part in stack.status()} == {
        "mail": "running",
        "kafka": "replaced",
        "registry": "replaced",
        "valkey": "replaced",
    }
    assert stack.environment()["MASHBUS_REDIS"] == "redis://views.invalid:6379/0"
    with pytest.raises(UnknownPartError, match="no part called valkey"):
        stack.kill("valkey")


def test_a_recycled_pid_is_never_ended(small) -> None:
    stack = small()
    stack.up()
    stack.kill("mail")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent:
        real = Identity.of(innocent.pid)
        Memory(Folders(stack.home)).set_process("mail", Identity(real.pid, real.created - 60))
        stack.down()
        assert innocent.poll() is None
        innocent.kill()


def test_two_commands_at_once_are_told_apart(small) -> None:
    stack = small()
    with exclusive(Folders(stack.home)), pytest.raises(BusyError, match="wait until it has ended"):
        stack.up()


def test_data_of_one_broker_is_not_taken_for_three(small) -> None:
    stack = small()
    stack.up()
    stack.down()
    Folders(stack.home).data("kafka-1").mkdir()
    with pytest.raises(OtherBrokersError, match="holds the data of 1 broker"):
        small(brokers=3).up()


def test_environment_before_the_first_up_says_what_to_do(small) -> None:
    with pytest.raises(StackError, match="mashbus stack up"):
        small().environment()


def test_stack_up_from_the_shell_outlives_its_command(small, tmp_path: Path) -> None:
    home = tmp_path / "home"
    named = {
        f"MASHBUS_{name.upper()}": value for name, value in {"kafka": "k.invalid:1", "registry": "http://r"}.items()
    }
    command = [sys.executable, "-c", "from mashbus.cli import main; main()", "stack", "up", "--home", str(home)]
    done = subprocess.run(command, check=False, env=os.environ | named, capture_output=True, text=True, timeout=60)
    stack = small(home)
    assert done.returncode == 0, done.stderr
    assert ping(stack.environment()["MASHBUS_REDIS"])
    assert {process.pid for process in map(Identity.find, strays(home / "stack")) if process} == set(pids(stack))
    stack.down()


async def test_a_killed_broker_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    named = {"registry": "http://r.invalid", "redis": "redis://v.invalid:1/0", "smtp": "m.invalid:25"}
    stack = Stack(tmp_path, owner_pid=os.getpid(), settings=StackSettings.model_validate(named))
    stack.up()
    try:
        broker = stack.environment()["MASHBUS_KAFKA"]
        await _create_topic(broker, "kept")
        async with AIOKafkaProducer(bootstrap_servers=broker, acks="all") as producer:
            await producer.send_and_wait("kept", b"acknowledged")
        stack.kill("kafka")
        stack.start("kafka")
        assert stack.environment()["MASHBUS_KAFKA"] == broker
        async with AIOKafkaConsumer("kept", bootstrap_servers=broker, auto_offset_reset="earliest") as consumer:
            record = await consumer.getone()
        assert record.value == b"acknowledged"
    finally:
        stack.down()


async def _create_topic(broker: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()
