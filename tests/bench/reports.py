"""`python -m tests.bench.reports`: what the register of reports costs, a contact: bytes in memory, and time to read it.

Each contact has what a decided one has in the log: four records that the register reads, and as many again that it only
passes by as the whole bus writes of it on these topics.
"""

import asyncio
import gc
import random
import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID, uuid4

import typer
import uvloop

from mashbus.bus.clock import Clock
from mashbus.bus.producer import Outgoing, Producer
from mashbus.contracts import codes, hub
from mashbus.contracts.addressing import key_of, topic_of
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.reference import reference_of
from mashbus.domain import ids
from mashbus.domain.enquiry import Actor, Request
from mashbus.domain.referral import Address, Child, Concern, Consent, Referrer
from mashbus.domain.vocabulary import Channel, Collation, LawfulBasis, OpeningKind, Rag, ReferrerKind
from mashbus.profiles import load
from services.status.log_reading import LogReader, LogUnreadable
from services.status.reports.contacts import Contact
from services.status.reports.counting import counted
from services.status.reports.register import Register
from tests.e2e.hub import Hub, running

ASKED = ("met-police", "homerton-health", "hackney-education")
PASSED_BY = 10
"""Further records of a case on mash.cases: answers, disclosures, what was seen."""
NAME = "hackney"


def main(contacts: Annotated[int, typer.Option(help="Contacts in the log.")] = 20_000) -> None:
    uvloop.run(_measured(contacts))


async def _measured(contacts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with running(Path(folder) / "hub", services=(), follow=False) as hub_:
            await _fill(hub_, contacts)
            took, register = await _read(hub_)
            found = await register.of(NAME)
            print(
                f"read: {contacts / took:,.0f} contacts a second, {contacts * (4 + PASSED_BY) / took:,.0f} records a second"
            )
            print(f"asked again: {await _again(register) * 1000:.0f} ms")
            print(f"themes of one month with all {len(found):,}: {_counting(found) * 1000:.0f} ms")
            del found, register
            gc.collect()
            tracemalloc.start()
            _, again = await _read(hub_)
            gc.collect()
            print(f"memory: {tracemalloc.get_traced_memory()[0] / len(await again.of(NAME)):,.0f} bytes a contact")


async def _read(hub_: Hub) -> tuple[float, Register]:
    register = Register(LogReader(hub_.settings.kafka_hosts, hub_.codec), Clock())
    began = time.perf_counter()
    while True:
        try:
            await register.of(NAME)
        except LogUnreadable:
            continue
        return time.perf_counter() - began, register


async def _again(register: Register) -> float:
    began = time.perf_counter()
    await register.of(NAME)
    return time.perf_counter() - began


def _counting(found: Sequence[Contact]) -> float:
    began = time.perf_counter()
    counted(found, load(NAME, Path("partnerships")).suppress_below)
    return time.perf_counter() - began


async def _fill(hub_: Hub, contacts: int) -> None:
    producer = Producer(hub_.settings.kafka_hosts, hub_.codec, "/bench")
    for _ in range(0, contacts, 250):
        records = [record for _ in range(250) for record in _records(uuid4())]
        await producer.publish([Outgoing(topic_of(one), one, key_of(one)) for one in records])
        await asyncio.sleep(0)
    await producer.stop()


def _records(case_id: UUID) -> Iterator[Record]:
    at = datetime(2026, 10, random.randint(1, 31), 12, tzinfo=UTC)

    def meta() -> Meta:
        return Meta(event_id=uuid4(), partnership=NAME, case_id=case_id, occurred_at=at)

    reference, source = reference_of(NAME, case_id), random.choice(list(codes.SOURCES))
    yield hub.ReferralReceived(
        meta=meta(), reference=reference, content_hash="0" * 64, client="form", received_at=at,
        channel=Channel.ONLINE_FORM, source=source, referrer=Referrer(kind=ReferrerKind.PRACTITIONER), adults=(),
        children=(Child(given_name="Nell", family_name="Sampleton", date_of_birth=date(2019, 4, 1), ethnicity="WBRI",
                        address=Address(postcode=f"E{random.randint(1, 18)} 1AA")),),
        concern=Concern(summary="An invented worry. " * 20, category_of_need=random.choice(list(codes.NEEDS)),
                        factors=tuple(random.sample(list(codes.FACTORS), 2))),
        consent=Consent(),
    )  # fmt: skip
    yield hub.CaseOpened(
        meta=meta(), opening=OpeningKind.REFERRAL, reference=reference, received_at=at, channel=Channel.ONLINE_FORM,
        source=source, immediate_harm=False, deadlines=(),
    )  # fmt: skip
    requests = tuple(
        Request(request_id=ids.request_of(case_id, one), organisation=one, role="role", rag=Rag.AMBER, purpose="To know.",
                asked_at=at, deadline=None)
        for one in ASKED
    )  # fmt: skip
    yield hub.CaseRouted(
        meta=meta(), rag=Rag.AMBER, pathways=("mash-checks",), rule="rule", reasons=("A reason.",), decided_by=None,
        requests=requests, not_asked=(), deadlines=(),
    )  # fmt: skip
    for _ in range(PASSED_BY - 1):
        yield hub.DisclosureMade(
            meta=meta(), request_id=requests[0].request_id, organisation=ASKED[0], purpose="To know.",
            disclosed=("child.given_name",), lawful_basis=LawfulBasis.PUBLIC_TASK,
        )  # fmt: skip
    yield hub.EnquiryCollated(meta=meta(), collation=Collation.ALL, answered=(), declined=(), lapsed=(), outstanding=())
    yield hub.OutcomeDecided(
        meta=meta(), outcomes=("no-further-action",), rationale="Invented.", decided_by=Actor(label="desk", role="manager"),
        decided_at=at, tell_referrer=True, not_told_reason=None, answered=(), withdrawn=(),
    )  # fmt: skip


if __name__ == "__main__":
    typer.run(main)
