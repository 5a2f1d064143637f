"""Small stacks: Valkey and the mail catcher alone come up in a fifth of a second and behave as the large ones do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mashbus.stack import Stack, StackSettings

ELSEWHERE = {"kafka": "elsewhere.invalid:9092", "registry": "http://elsewhere.invalid/apis/ccompat/v7"}

MakeStack = Callable[..., Stack]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[MakeStack]:
    """Makes stacks without Kafka and registry, or with what the settings say, and takes each down at the end."""
    made: list[Stack] = []

    def make(home: Path | None = None, brokers: int = 1, owner_pid: int | None = None, **settings: object) -> Stack:
        chosen = StackSettings.model_validate(ELSEWHERE | settings)
        made.append(Stack(home or tmp_path / "home", brokers, owner_pid=owner_pid, settings=chosen))
        return made[-1]

    yield make
    for stack in made:
        stack.down()
