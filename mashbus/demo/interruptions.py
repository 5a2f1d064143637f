"""Ctrl-C, SIGTERM and SIGHUP at any moment: the first ends the demonstration, later ones don't disturb its tidying."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Iterator
from types import FrameType
from typing import TypeVar

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
R = TypeVar("R")


class Interruptions:
    def __init__(self) -> None:
        self.interrupted = False
        self._task: asyncio.Task[object] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextlib.contextmanager
    def heeded(self) -> Iterator[None]:
        """From here a first signal raises KeyboardInterrupt, and only the first."""
        before = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextlib.contextmanager
    def tidily(self) -> Iterator[contextlib.ExitStack]:
        """What is pushed on the stack is undone at the end, and no signal disturbs that."""
        with contextlib.ExitStack() as held:
            try:
                yield held
            finally:
                self.interrupted = True

    def run(self, work: Awaitable[R]) -> R:
        """`asyncio.run`, where a first signal cancels the work; KeyboardInterrupt when it has ended."""

        async def cancellable() -> R:
            self._task, self._loop = asyncio.current_task(), asyncio.get_running_loop()
            try:
                return await work
            finally:
                self._task = self._loop = None

        try:
            return asyncio.run(cancellable())
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.interrupted:
            with contextlib.suppress(Exception):
                sys.stderr.write("\nAlready stopping; everything is being ended.\n")
            return
        self.interrupted = True
        if self._task and self._loop:
            self._loop.call_soon_threadsafe(self._task.cancel)
        else:
            raise KeyboardInterrupt
