"""Runs `mashbus` commands side by side and waits for all: the same ones that an operator types for a new bus."""

import re
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from mashbus.stack.process import end, exit_code, module_path, spawn

LOOK_EVERY = timedelta(seconds=0.05)
WITHIN = timedelta(seconds=120)
LONGEST_NAME = 200


class ErrandFailed(Exception):
    def __init__(self, command: str, why: str, log: Path) -> None:
        super().__init__(f"`mashbus {command}` {why}; it said: {_end_of(log)}")


def run(commands: Sequence[Sequence[str]], home: Path, environment: Mapping[str, str]) -> None:
    """Raises ErrandFailed for the first that fails; the others are ended then."""
    logs = home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    running = {}
    try:
        for words in commands:
            running[" ".join(words)] = spawn(
                mashbus(*words),
                folder=Path.cwd(),
                log=_log(logs, " ".join(words)),
                mark=home / "stack",
                extra={**module_path(), **environment},
            )
        give_up = time.monotonic() + WITHIN.total_seconds()
        while running:
            for command, identity in list(running.items()):
                code = exit_code(identity)
                if code:
                    raise ErrandFailed(command, f"ended with {code}", _log(logs, command))
                if code == 0:
                    del running[command]
            if time.monotonic() > give_up:
                command = next(iter(running))
                raise ErrandFailed(command, f"took more than {WITHIN.total_seconds():.0f} s", _log(logs, command))
            time.sleep(LOOK_EVERY.total_seconds())
    finally:
        end(running.values())


def mashbus(*arguments: str) -> list[str]:
    """The command in this Python, from any folder."""
    return [sys.executable, "-m", "mashbus.cli", *arguments]


def _log(logs: Path, command: str) -> Path:
    return logs / f"{re.sub('[ /]+', '-', command)[:LONGEST_NAME]}.log"


def _end_of(log: Path) -> str:
    try:
        return log.read_text(errors="replace").strip()[-600:] or "nothing"
    except OSError:
        return "nothing"
