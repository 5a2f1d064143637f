"""The mailer on a real broker, once with each channel: asked in the log, said in the log, and what comes back restated."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from channels import ENDS, FarEnd, Notify, Relay, email, serving
from http_bus import Log, until

from mashbus.bus import registry, topics
from mashbus.bus.clock import Clock
from mashbus.bus.codec import Codec
from mashbus.bus.http.keys import ApiKeys, add_key
from mashbus.bus.producer import Producer
from mashbus.bus.running import connected, partnerships
from mashbus.bus.schema_ids import SchemaIds
from mashbus.bus.settings import NotifyAccount, Settings
from mashbus.cli.groups import groups
from mashbus.contracts import hub
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.email_reference import reference_of
from mashbus.contracts.record import Record
from mashbus.contracts.topics import EMAILS
from mashbus.stack.notify_double import KEY, TEMPLATE, Callback
from services.intake.door import create_app
from services.mailer import app as mailer
from services.mailer.channel import Channel


@pytest.fixture(scope="module")
async def log(settings: Settings) -> AsyncIterator[Log]:
    """Topics applied, groups begun, schemas published."""
    catalogue = Catalogue.load(settings.schemas)
    organisations = connected(partnerships(settings).values())
    wanted = catalogue.topics_for(organisations)
    client = topics.admin(settings.kafka)
    await asyncio.to_thread(topics.apply, client, wanted)
    await asyncio.to_thread(topics.commit_start, client, groups(organisations))
    ids = SchemaIds(settings.home)
    async with registry.Registry(settings.registry) as published:
        ids.keep(await registry.publish(published, catalogue, [one.name for one in wanted]))
    codec = Codec(catalogue, ids)
    producer = Producer(settings.kafka_hosts, codec, "/test")
    yield Log(settings, codec, producer)
    await producer.stop()


@pytest.fixture
def mine(settings: Settings, channel: Channel, tmp_path: Path) -> AsyncIterator[Settings]:
    """Settings of the shared stack with this test's far end behind them."""
    instance = f"mailer-{uuid4().hex[:8]}"
    own = {"instance": instance, "api_keys": tmp_path / "api-keys.json", "mail_from": "door@hub.example"}
    if channel.name == "notify":
        own |= {"notify": {"hackney": NotifyAccount(api_key=KEY, template=TEMPLATE)}, "notify_url": _where(channel)}
    else:
        own |= {"smtp": _where(channel)}
    yield settings.model_copy(update=own)
    shutil.rmtree(settings.home / "casebooks" / instance, ignore_errors=True)


def _where(channel: object) -> str:
    if hasattr(channel, "_client"):
        return channel._client.base_url
    host, port = channel._address
    return f"{host}:{port}"


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(mailer.serve(settings, Clock(), stop, 0))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 60)


def asked(name: str = "e") -> hub.EmailRequested:
    """Of a case of its own."""
    made = email(name)
    return made.model_copy(update={"meta": made.meta.model_copy(update={"event_id": uuid4(), "case_id": uuid4()})})


async def said_of(log: Log, email: hub.EmailRequested, kind: type[Record]) -> list[Record]:
    """Once there is one."""

    async def there() -> list[Record] | None:
        records = await log.records(EMAILS, str(email.meta.case_id))
        return records if any(isinstance(one, kind) for one in records) else None

    return await until(there)


def mine_at(far: FarEnd, email: hub.EmailRequested) -> list:
    return [one for one in far.arrived if str(email.meta.event_id) in one.named]


async def test_what_is_asked_in_the_log_is_sent_and_said_there(
    log: Log, mine: Settings, far: FarEnd, channel: Channel
) -> None:
    one = asked()
    async with running(mine):
        await log.say(one)
        records = await said_of(log, one, hub.EmailSent)
    (sent,) = [record for record in records if isinstance(record, hub.EmailSent)]
    (arrived,) = mine_at(far, one)
    assert (sent.channel, sent.message_id, sent.repeats) == (channel.name, arrived.named, 0)
    async with running(mine):
        later = asked()
        await log.say(later)
        await said_of(log, later, hub.EmailSent)
    assert len(mine_at(far, one)) == 1, "a mailer that is started again sends nothing twice"


async def test_a_channel_that_is_away_or_refuses_us_holds_emails_up_and_loses_none(
    log: Log, mine: Settings, far: FarEnd
) -> None:
    emails = [asked(f"{number}") for number in range(3)]
    far.be_away()
    far.refuse_us()
    far.be_away()
    async with running(mine):
        await log.say(*emails)
        for one in emails:
            sent = [said for said in await said_of(log, one, hub.EmailSent) if not isinstance(said, hub.EmailRequested)]
            assert [(type(said), said.attempts, said.repeats) for said in sent] == [(hub.EmailSent, 1, 0)]
    assert all(len(mine_at(far, one)) == 1 for one in emails)


async def test_an_email_that_comes_back_is_a_fact_of_its_case(log: Log, mine: Settings, far: FarEnd) -> None:
    one = asked()
    async with running(mine):
        await log.say(one)
        await said_of(log, one, hub.EmailSent)
    secret = add_key(mine.api_keys, "cb", partnership="hackney", role="channel", may=frozenset({"receipts"}))
    producer = Producer(mine.kafka_hosts, log.codec, "/mashbus/intake")
    profiles = partnerships(mine)
    app = create_app(publish=producer.publish, clock=Clock(), keys=ApiKeys(mine.api_keys), partnerships=profiles)
    async with serving(app) as url:
        for _ in range(2):
            assert await _comes_back(far, one, url, secret) == 202
    await producer.stop()
    records = await said_of(log, one, hub.EmailBounced)
    (bounced,) = {said.meta.event_id: said for said in records if isinstance(said, hub.EmailBounced)}.values()
    assert bounced.meta.cause_id == one.meta.event_id
    assert bounced.reason in {"5.1.1", "permanent-failure"}


async def _comes_back(far: FarEnd, one: hub.EmailRequested, url: str, secret: str) -> int:
    if isinstance(far, Notify):
        far.double.callback = Callback(url=f"{url}/v1/emails/receipts", bearer_token=secret)
        (taken,) = [two for two in far.double.taken if two.email.reference == str(reference_of(one))]
        return await far.double.say(taken, "permanent-failure")
    assert isinstance(far, Relay)
    (message,) = [two for two in far.messages if str(one.meta.event_id) in two["Message-ID"]]
    async with httpx.AsyncClient() as client:
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "message/rfc822"}
        answer = await client.post(f"{url}/v1/emails/bounces", content=_notice(message), headers=headers)
    return answer.status_code


def _notice(message: EmailMessage) -> bytes:
    """Of a mail system that could not deliver it (RFC 3464)."""
    of_all, of_one = EmailMessage(), EmailMessage()
    of_all["Reporting-MTA"] = "dns; relay.example"
    of_one["Final-Recipient"], of_one["Action"], of_one["Status"] = f"rfc822; {message['To']}", "failed", "5.1.1"
    fields = MIMEMessage(EmailMessage(), "delivery-status")
    fields.set_payload([of_all, of_one])
    report = MIMEMultipart("report", **{"report-type": "delivery-status"})
    report.attach(fields)
    report.attach(MIMEMessage(message))
    return report.as_bytes()


def test_both_channels_are_tested() -> None:
    assert ENDS.keys() == {"smtp", "notify"}
