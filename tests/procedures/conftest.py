"""One small hub for all stories, all five partnerships on it. A file's stories stand at its partnership's door."""

from collections.abc import AsyncIterator

import pytest

from mashbus.bus.running import partnerships
from mashbus.contracts import hub as said
from services.deadlines.barrier import Offsets
from tests.e2e.hub import Hub, running
from tests.procedures.door import Door
from tests.procedures.letters import MailFolder
from tests.procedures.profiles import everybody_connected
from tests.procedures.quiet import Quiet
from tests.procedures.requirements import partnership_of
from tests.served import FIVE

SERVICES = ("intake", "triage", "outcomes", "deadlines", "mailer", "status", "matching")
"""The organisations' own are played by the stories."""


@pytest.fixture(scope="session")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    home = tmp_path_factory.mktemp("procedures")
    folder = str(everybody_connected(home))
    async with running(home / "hub", services=SERVICES, together=True, MASHBUS_PARTNERSHIPS=folder) as hub:
        yield hub


@pytest.fixture(scope="session")
async def doors(hub: Hub) -> AsyncIterator[dict[str, Door]]:
    profiles = partnerships(hub.settings)
    mail = MailFolder(lambda: hub.settings.mail_dir)
    async with Offsets(hub.settings.kafka_hosts) as offsets:
        quiet = Quiet(hub, offsets)
        yield {name: Door(hub, profiles[name], quiet, mail) for name in FIVE}


@pytest.fixture
async def door(request: pytest.FixtureRequest, hub: Hub, doors: dict[str, Door]) -> AsyncIterator[Door]:
    """Of the partnership that the story's file is named after (`test_hackney_known_children` is Hackney's), on an ordinary working morning.

    No story may end a service or leave a record in quarantine unnoticed.
    """
    mine = doors[partnership_of(request.module.__name__)]
    await mine.time.morning()
    before = len(hub.log.of(said.RecordQuarantined))
    yield mine
    hub.processes.check()
    spoilt = [f"{one.service}: {one.reason}: {one.detail}" for one in hub.log.of(said.RecordQuarantined)[before:]]
    assert not spoilt, spoilt
