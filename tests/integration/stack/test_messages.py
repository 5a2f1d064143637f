"""Each thing that can go wrong is said in a sentence that names what to do, and leaves nothing running."""

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from mashbus.stack import mail
from mashbus.stack.errors import DiskFullError, PartDiedError, PartSilentError, PortTakenError, WrongMachineError
from mashbus.stack.part import Part
from mashbus.stack.ports import free_ports
from mashbus.stack.process import strays
from mashbus.stack.starting import start_all
from mashbus.stack.state import Folders, Memory


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders(tmp_path)
    made.logs.mkdir(parents=True)
    return made


def part(folders: Folders, *command: str) -> Part:
    """The mail catcher's place in the stack with another program in it."""
    return replace(mail.part(free_ports(1)[0], folders), command=command)


def start(folders: Folders, *parts: Part) -> None:
    start_all(parts, folders, Memory(folders), lambda _: None)


def test_a_configured_port_that_is_taken_names_part_port_holder_and_setting(small) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        stack = small(stack_smtp_port=port)
        with pytest.raises(PortTakenError) as caught:
            stack.up()
    said = str(caught.value)
    assert f"Port {port}, wanted for Mail catcher, is taken" in said
    assert f"pid {os.getpid()}" in said
    assert "MASHBUS_STACK_SMTP_PORT" in said
    assert not list(strays(stack.home / "stack"))
    assert not (stack.home / "stack.env").exists()


def test_a_port_that_was_free_last_time_and_is_taken_now_is_replaced(small) -> None:
    stack = small()
    stack.up()
    before = stack.environment()["MASHBUS_SMTP"]
    stack.down()
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", int(before.rpartition(":")[2])))
        held.listen()
        stack.up()
        assert stack.environment()["MASHBUS_SMTP"] != before


def test_the_command_line_prints_the_sentence_and_no_traceback(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        named = {
            "MASHBUS_KAFKA": "k.invalid:1",
            "MASHBUS_REGISTRY": "http://r.invalid",
            "MASHBUS_STACK_SMTP_PORT": str(held.getsockname()[1]),
        }
        command = [sys.executable, "-c", "from mashbus.cli import main; main()", "stack", "up", "--home", str(tmp_path)]
        done = subprocess.run(command, check=False, env=os.environ | named, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "wanted for Mail catcher, is taken by" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_part_that_dies_at_its_start_gives_its_reason_and_its_log(folders: Folders) -> None:
    dying = part(
        folders, "sh", "-c", "echo starting; echo 'ERROR the store is locked'; echo '   at some.Frame'; exit 3"
    )
    folders.log("mail").write_text("ERROR of an older run\n")
    with pytest.raises(PartDiedError, match=r"ended while it was starting \(ERROR the store is locked\)") as caught:
        start(folders, dying)
    assert str(folders.log("mail")) in str(caught.value)


def test_a_part_that_dies_without_a_word_gives_its_exit_code(folders: Folders) -> None:
    with pytest.raises(PartDiedError, match="exit code 3"):
        start(folders, part(folders, "sh", "-c", "exit 3"))


def test_one_part_that_fails_ends_the_waiting_for_the_others(folders: Folders) -> None:
    waiting = replace(part(folders, "sleep", "60"), name="other")
    try:
        with pytest.raises(PartDiedError, match="exit code 3"):
            start(folders, waiting, part(folders, "sh", "-c", "exit 3"))
    finally:
        for identity in strays(folders.stack):
            identity.find().kill()


def test_a_part_that_never_answers_is_not_waited_for_for_ever(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mashbus.stack.starting.PATIENCE", patience := timedelta(seconds=1))
    try:
        with pytest.raises(PartSilentError, match=f"did not answer within {patience.total_seconds():.0f} s"):
            start(folders, part(folders, "sleep", "60"))
    finally:
        for identity in strays(folders.stack):
            identity.find().kill()


def test_a_program_for_another_processor_is_said_to_be_one(folders: Folders, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.write_bytes(b"\x7fELF of another machine")
    foreign.chmod(0o755)
    with pytest.raises(WrongMachineError, match="its program is for another processor"):
        start(folders, part(folders, str(foreign)))


def test_too_little_room_is_said_before_anything_starts(small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 50 * 1024 * 1024))
    stack = small()
    with pytest.raises(DiskFullError, match="has 50 MiB free and 300 MiB are needed: make room"):
        stack.up()
    assert not list(strays(stack.home / "stack"))
