"""Reports on the real bus: what they count is in the log, up to its end at every question."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest
from http_bus import Keys, Log, client_of, until
from http_pictured import meta, routed
from http_status import answered, opened, referral, running

from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.http.keys import add_key
from mashbus.bus.settings import Settings
from mashbus.contracts import hub
from mashbus.domain.known import LinkKind
from mashbus.domain.referral import Child
from services.status.log_reading import LogReader
from services.status.reports.contacts import Came, Contact
from services.status.reports.register import Register


@pytest.fixture
def register(settings: Settings, a_bus: Codec) -> Register:
    return Register(LogReader(settings.kafka_hosts, a_bus), Clock())


async def found(register: Register, case_id: UUID) -> Contact | None:
    return next((one for one in await register.of("hackney") if one.number == case_id.int), None)


async def test_H_16_a_contact_is_there_as_soon_as_it_is_in_the_log(register: Register, log: Log) -> None:
    first, second = uuid4(), uuid4()
    await log.say(referral(first))
    contact = await found(register, first)
    assert contact is not None
    assert contact.reference is not None
    assert contact.reference.startswith("HAC-")
    assert await found(register, second) is None
    await log.say(referral(second), referral(second))
    assert len([one for one in await register.of("hackney") if one.number == second.int]) == 1


async def test_G_17_what_became_of_a_contact_is_kept_up(register: Register, log: Log) -> None:
    case_id = uuid4()
    await log.say(referral(case_id).model_copy(update={"children": (Child(ethnicity="BCRB"),)}))
    assert (await found(register, case_id)).became == ()
    received = datetime(2026, 3, 1, 9, tzinfo=UTC)
    await log.say(opened(case_id).model_copy(update={"received_at": received}), routed(case_id))
    await log.say(hub.CaseLinked(meta=meta(case_id), to=uuid4(), kind=LinkKind.DUPLICATE))
    contact = await found(register, case_id)
    assert [(one.came, one.said) for one in contact.became] == [
        (Came.ROUTED, ("mash-checks",)),
        (Came.LINKED, ("duplicate",)),
    ]
    assert (contact.received_at, contact.ethnicity, contact.is_duplicate()) == (received, "BCRB", True)


async def test_P5_what_another_partnership_says_of_a_case_is_none_of_it(register: Register, log: Log) -> None:
    case_id = uuid4()
    await log.say(referral(case_id))
    linked = hub.CaseLinked(meta=meta(case_id), to=uuid4(), kind=LinkKind.DUPLICATE)
    await log.say(linked.model_copy(update={"meta": linked.meta.model_copy(update={"partnership": "jersey"})}))
    assert (await found(register, case_id)).became == ()
    theirs = uuid4()
    await log.say(referral(theirs, partnership="jersey"))
    numbers = {name: {one.number for one in await register.of(name)} for name in ("hackney", "jersey")}
    assert (case_id.int in numbers["jersey"], theirs.int in numbers["jersey"]) == (False, True)
    assert theirs.int not in numbers["hackney"]


async def test_what_is_read_of_a_case_before_its_contact_is_not_lost(register: Register, log: Log) -> None:
    """The topics are read one after the other, and the hub works on meanwhile."""
    case_id = uuid4()
    await log.say(routed(case_id))
    assert await found(register, case_id) is None
    await log.say(referral(case_id))
    assert [one.came for one in (await found(register, case_id)).became] == [Came.ROUTED]


# -- the service -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def status(mine: Settings, log: Log, keys: Keys) -> AsyncIterator[httpx.AsyncClient]:
    desk = add_key(keys.path, "auditor", partnership="hackney", role="mash_manager", may=frozenset({"read", "picture"}))
    async with running(mine) as base, client_of(base, desk) as client:
        await until(lambda: answered(client, f"/v1/cases/{uuid4()}", 404), 60)
        yield client


async def test_G_15_G_17_H_16_each_report_has_its_route_and_names_its_requirement(status: httpx.AsyncClient) -> None:
    paths = (await status.get("/openapi.json")).json()["paths"]
    reports = {path: one["get"]["summary"] for path, one in paths.items() if path.startswith("/v1/reports/")}
    assert {path.rpartition("/")[2] for path in reports} == {"themes", "audit-sample", "advice-line"}
    for requirement in ("H-16", "G-17", "G-15"):
        assert any(requirement in summary for summary in reports.values())
    for path in reports:
        for form in ("json", "csv", "html"):
            answer = await status.get(path, params={"format": form})
            assert answer.status_code == 200, answer.text
            assert form in answer.headers["content-type"]
