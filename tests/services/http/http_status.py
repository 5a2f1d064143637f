"""What the tests of status say to the log, and the service itself, run in the test's own process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
from http_bus import address_of

from mashbus.bus.clock import Clock
from mashbus.bus.settings import Settings
from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.contracts.reference import reference_of
from mashbus.domain.referral import Concern, Consent, Referrer
from mashbus.domain.vocabulary import Channel, OpeningKind
from services.status.app import serve


def referral(case_id: UUID, partnership: str = "hackney") -> hub.ReferralReceived:
    at = datetime.now(UTC)
    return hub.ReferralReceived(
        meta=Meta(event_id=uuid4(), partnership=partnership, case_id=case_id, occurred_at=at),
        reference=reference_of(partnership, case_id), content_hash="0" * 64, client=f"{partnership}/form",
        received_at=at, channel=Channel.ONLINE_FORM, source="2A", referrer=Referrer(), children=(), adults=(),
        concern=Concern(), consent=Consent(),
    )  # fmt: skip


def opened(case_id: UUID) -> hub.CaseOpened:
    at = datetime.now(UTC)
    return hub.CaseOpened(
        meta=Meta(event_id=uuid4(), partnership="hackney", case_id=case_id, occurred_at=at),
        opening=OpeningKind.REFERRAL, reference=reference_of("hackney", case_id), received_at=at,
        channel=Channel.ONLINE_FORM, source="2A", immediate_harm=False, deadlines=(),
    )  # fmt: skip


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[str]:
    stop = asyncio.Event()
    task = asyncio.create_task(serve(settings, Clock(), stop, 0))
    try:
        yield await address_of(settings, "status")
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)


async def answered(
    client: httpx.AsyncClient, path: str, status: int, never: int | None = None
) -> httpx.Response | None:
    answer = await client.get(path)
    assert answer.status_code != never, answer.text
    return answer if answer.status_code == status else None
