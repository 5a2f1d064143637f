"""A broker of each module's own: what is written here would be taken for work by the services of other tests."""

import os
from collections.abc import Iterator

import pytest

from mashbus.bus.settings import Settings
from mashbus.stack import Stack, StackSettings


@pytest.fixture(scope="module")
def own(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A Kafka of its own; the other parts are the session's."""
    home = tmp_path_factory.mktemp("verify")
    replaced = StackSettings(
        home=home, registry=settings.registry, redis=settings.redis, smtp=settings.smtp, mail_dir=home / "mail"
    )
    stack = Stack(home, owner_pid=os.getpid(), settings=replaced)
    stack.up()
    try:
        yield Settings(home=home, mail_dir=home / "mail")
    finally:
        stack.down()
