"""One hub for all stories; each story has cases of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.e2e.hub import Hub, running


@pytest.fixture(scope="session")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    async with running(tmp_path_factory.mktemp("hub")) as made:
        yield made


@pytest.fixture(autouse=True)
def every_service_lives(hub: Hub):
    """No story may end a service unnoticed."""
    yield
    hub.processes.check()
