"""The suite of both channels is run once with each."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from channels import ENDS, FarEnd

from services.mailer.channel import Channel
from services.mailer.sending import Sender

sys.path.append(str(Path(__file__).parents[1] / "http"))  # a hand on the log: what those tests have serves here too


@pytest.fixture(params=sorted(ENDS))
async def ends(request: pytest.FixtureRequest) -> AsyncIterator[tuple[FarEnd, Channel]]:
    async with ENDS[request.param]() as both:
        yield both


@pytest.fixture
def far(ends: tuple[FarEnd, Channel]) -> FarEnd:
    return ends[0]


@pytest.fixture
def channel(ends: tuple[FarEnd, Channel]) -> Channel:
    return ends[1]


@pytest.fixture
def sender(channel: Channel) -> Sender:
    return Sender(channel)
