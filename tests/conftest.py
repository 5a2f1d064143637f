"""One stack for the whole test session, started when the first test asks for it and gone with the session."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mashbus.bus.settings import Settings
from mashbus.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The native stack; whoever stops, kills or pauses a part starts or resumes it again before the test ends."""
    made = Stack(tmp_path_factory.mktemp("stack"), owner_pid=os.getpid())
    made.up()
    yield made
    made.down()


@pytest.fixture(scope="session")
def settings(stack: Stack) -> Settings:
    return Settings(home=Path(stack.home))
