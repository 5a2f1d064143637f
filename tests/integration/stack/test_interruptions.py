"""Whoever starts a stack may be killed at any moment: nothing may be left running."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from mashbus.stack.process import strays
from mashbus.stack.state import Folders, Memory

OWNER = """
import os, pathlib, sys, time
from mashbus.stack import Stack
stack = Stack(pathlib.Path(sys.argv[1]), owner_pid=os.getpid() if sys.argv[2] == "owned" else None)
print("starting", flush=True)
stack.up()
print("up", flush=True)
time.sleep(60)
"""
NAMED = {"MASHBUS_KAFKA": "k.invalid:1", "MASHBUS_REGISTRY": "http://r.invalid"}


def starter(home: Path, owned: str, *, whole: bool = False) -> "subprocess.Popen[str]":
    environment = os.environ | ({} if whole else NAMED)
    return subprocess.Popen(
        [sys.executable, "-c", OWNER, str(home), owned], env=environment, stdout=subprocess.PIPE, text=True
    )


def left(home: Path) -> list[int]:
    recorded = [identity for identity in Memory(Folders(home)).state.processes.values() if identity.find()]
    return [identity.pid for identity in {*recorded, *strays(home / "stack")}]


def wait_until_nothing_is_left(home: Path) -> None:
    deadline = monotonic() + 20
    while left(home):
        assert monotonic() < deadline, f"still running: {left(home)}"
        sleep(0.05)


def test_parts_end_when_their_owner_is_killed(tmp_path: Path) -> None:
    with starter(tmp_path, "owned") as owner:
        assert [owner.stdout.readline(), owner.stdout.readline()] == ["starting\n", "up\n"]
        assert len(left(tmp_path)) == 3, "two parts and the guard"
        owner.kill()
        owner.wait()
        wait_until_nothing_is_left(tmp_path)
        assert not (tmp_path / "stack.env").exists()


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.1, 0.2, 0.6, 1.5])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_of_an_up_that_was_interrupted(tmp_path: Path, number: signal.Signals, delay: float) -> None:
    with starter(tmp_path, "to stay", whole=True) as owner:
        assert owner.stdout.readline() == "starting\n"
        sleep(delay)  # the moment is the test's parameter, nothing is hoped for
        owner.send_signal(number)
        owner.wait(30)
        wait_until_nothing_is_left(tmp_path)


def test_a_stack_whose_owner_and_guard_both_died_is_begun_anew(small, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with starter(home, "owned") as owner:
        assert [owner.stdout.readline(), owner.stdout.readline()] == ["starting\n", "up\n"]
        before = {identity.pid for identity in strays(home / "stack")}
        Memory(Folders(home)).state.processes["guard"].find().kill()
        owner.kill()
        owner.wait()
    stack = small(home)
    stack.up()
    after = {part.pid for part in stack.status() if part.pid}
    assert len(after) == 2
    assert not after & before
