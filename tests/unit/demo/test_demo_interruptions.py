"""Ctrl-C at any moment, and again: everything that was begun is undone, once."""

import asyncio
import os
import signal
from collections.abc import Callable

import pytest

from mashbus.demo.interruptions import Interruptions
from mashbus.demo.play import _beside


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def set_up(
    undone: list[str], interrupted: Callable[[], None], while_tidying: Callable[[], None] = lambda: None
) -> None:
    interruptions = Interruptions()
    with interruptions.heeded(), interruptions.tidily() as held:
        held.callback(undone.append, "first")
        held.callback(while_tidying)
        held.callback(undone.append, "second")
        held.callback(while_tidying)
        interrupted()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_during_set_up_ends_it_and_everything_is_undone(number: signal.Signals) -> None:
    undone: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        set_up(undone, lambda: os.kill(os.getpid(), number))
    assert undone == ["second", "first"]


def test_further_signals_do_not_disturb_the_tidying(capsys: pytest.CaptureFixture[str]) -> None:
    undone: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        set_up(undone, press, while_tidying=press)
    assert undone == ["second", "first"]
    assert "Already stopping" in capsys.readouterr().err


def test_a_signal_during_an_ordinary_end_does_not_disturb_it_either() -> None:
    undone = []
    interruptions = Interruptions()
    with interruptions.heeded(), interruptions.tidily() as held:
        held.callback(undone.append, "stack")
        held.callback(press)
    assert undone == ["stack"]


def test_a_signal_during_the_play_lets_every_part_of_it_end() -> None:
    ended = []

    async def part() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("part")

    async def play() -> None:
        async with _beside(part()):
            asyncio.get_running_loop().call_soon(press)
            await asyncio.Event().wait()

    interruptions = Interruptions()
    with interruptions.heeded(), pytest.raises(KeyboardInterrupt):
        interruptions.run(play())
    assert ended == ["part"]


def test_signals_mean_afterwards_what_they_meant_before() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Interruptions().heeded():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


async def test_a_part_that_fails_ends_the_play_with_its_fault() -> None:
    async def failing() -> None:
        await asyncio.sleep(0)
        raise LookupError("why")

    with pytest.raises(LookupError, match="why"):
        async with _beside(failing(), asyncio.Event().wait()):
            await asyncio.Event().wait()
