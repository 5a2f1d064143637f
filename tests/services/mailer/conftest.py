"""The suite of both channels is run once with each."""

from collections.abc import AsyncIterator

import pytest
from channels import ENDS, FarEnd

from services.mailer.channel import Channel
from services.mailer.sending import Sender


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
