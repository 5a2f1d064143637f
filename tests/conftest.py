"""One stack for the whole test session, started when the first test asks for it and gone with the session."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from mashbus.bus.settings import Settings
from mashbus.stack import Stack
from tests.served import served

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell's background job inherits "ignore": Ctrl-C would do nothing to what the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)

hypothesis.settings.register_profile(
    "mashbus", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)  # a machine that is busy with something else breaks no rule
hypothesis.settings.load_profile("mashbus")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The native stack, or with MASHBUS_TEST_STACK=docker that of deploy/compose.yaml.

    Whoever stops, kills or pauses a part starts or resumes it again before the test ends.
    """
    home = tmp_path_factory.mktemp("stack")
    made = _in_containers(home) if os.environ.get("MASHBUS_TEST_STACK") == "docker" else _native(home)
    try:
        made.up()
        yield made
    finally:
        made.down()


def _native(home: Path) -> Stack:
    return Stack(home, owner_pid=os.getpid())


def _in_containers(home: Path) -> Stack:
    from mashbus.stack.containers import ContainerStack

    return ContainerStack(home)


@pytest.fixture(scope="session")
def settings(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of a bus that serves Hackney only: see `tests.served`."""
    return Settings(home=Path(stack.home), partnerships=served(tmp_path_factory.mktemp("served")))
