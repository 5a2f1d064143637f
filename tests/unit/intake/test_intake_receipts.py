"""What channels say of emails they had taken: one fact each, found by the email's own name, whatever comes twice."""

import asyncio
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from uuid import UUID

import httpx
import pytest
from intake_door import HACKNEY, FakeLog, Keys, headers
from prometheus_client import REGISTRY

from mashbus.bus.producer import NotAcknowledged, NotSent
from mashbus.contracts import hub
from mashbus.contracts.email_reference import HEADER, reference_of
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Meta
from mashbus.domain import ids
from mashbus.domain.procedure import Encompass
from mashbus.domain.vocabulary import EmailKind
from services.intake import receipts
from services.intake.notices import Notice

SCHEME = Encompass(
    requirement="G-13", clock="told", natures=frozenset({"domestic abuse"}), ages=(2, 18), team="schools", settings={}
)
CASE = UUID("5d3b3c0e-6f57-4f0c-9c53-000000000001")
ADDRESS = "pat.example@example.org"


def email(partnership: str = "hackney") -> hub.EmailRequested:
    from intake_door import NOW

    meta = Meta(event_id=ids.derived("test", CASE), partnership=partnership, case_id=CASE, occurred_at=NOW)
    return hub.EmailRequested(
        meta=meta, kind=EmailKind.OUTCOME, recipient_kind="referrer", to=ADDRESS, subject="Outcome", body="It is done."
    )


REFERENCE = str(reference_of(email()))


def receipt(status: str, reference: str | None = REFERENCE) -> dict:
    """As Notify documents it."""
    return {
        "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
        "reference": reference,
        "to": ADDRESS,
        "status": status,
        "created_at": "2026-06-08T09:00:00.000000Z",
        "completed_at": "2026-06-08T09:00:05.000000Z",
        "sent_at": None,
        "notification_type": "email",
        "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a",
        "template_version": 1,
    }


def counted(status: str, channel: str = "notify") -> float:
    labels = {"partnership": "hackney", "channel": channel, "status": status}
    return REGISTRY.get_sample_value("mash_email_receipts_total", labels) or 0


Say = Callable[..., object]


@pytest.fixture
def say(door: httpx.AsyncClient, keys: Keys) -> Say:
    async def said(status: str, reference: str | None = REFERENCE, secret: str = keys.channel) -> httpx.Response:
        sent = headers(secret)
        del sent["Idempotency-Key"]  # Notify sends none
        return await door.post("/v1/emails/receipts", json=receipt(status, reference), headers=sent)

    return said


@pytest.mark.parametrize("status", ["permanent-failure", "temporary-failure"])
async def test_an_email_that_notify_could_not_deliver_came_back(say: Say, log: FakeLog, status: str) -> None:
    answer = await say(status)
    assert (answer.status_code, answer.json()) == (202, {"recorded": "EmailBounced"})
    (said,) = log.records
    assert isinstance(said, hub.EmailBounced)
    assert (said.reason, said.channel, said.kind) == (status, "notify", EmailKind.OUTCOME)
    assert (said.meta.case_id, said.meta.cause_id, said.meta.partnership) == (CASE, email().meta.event_id, "hackney")
    assert said.meta.event_id == copied(email(), hub.EmailBounced, "", said.meta.occurred_at).event_id
    assert log.sent[0].key == str(CASE)


@pytest.mark.parametrize("partnership", [replace(HACKNEY, encompass=SCHEME)])
@pytest.mark.parametrize("status", ["permanent-failure", "technical-failure"])
async def test_G_13_a_key_adult_s_email_that_was_not_delivered_alarms(say: Say, log: FakeLog, status: str) -> None:
    to_school = str(reference_of(email().model_copy(update={"kind": EmailKind.ENCOMPASS_NOTIFICATION})))
    await say(status, to_school)
    said, alarm = log.records
    assert isinstance(alarm, hub.AlertRaised)
    assert (alarm.alert, alarm.teams) == ("encompass-undelivered", (SCHEME.team,))
    assert (alarm.meta.cause_id, alarm.meta.case_id) == (said.meta.event_id, CASE)
    await say(status, to_school)
    assert len(log.records) == 2, "the channel says it again: once"


@pytest.mark.parametrize("status", ["permanent-failure", "technical-failure"])
async def test_H_05_an_email_to_a_case_s_holder_that_came_back_alarms(say: Say, log: FakeLog, status: str) -> None:
    to_holder = str(reference_of(email().model_copy(update={"kind": EmailKind.PASSED_ON})))
    await say(status, to_holder)
    said, alarm = log.records
    assert isinstance(alarm, hub.AlertRaised)
    assert (alarm.alert, alarm.meta.cause_id) == ("holder-not-reached", said.meta.event_id)


async def test_an_email_that_notify_itself_lost_failed(say: Say, log: FakeLog) -> None:
    await say("technical-failure")
    (said,) = log.records
    assert isinstance(said, hub.EmailFailed)
    assert (said.reason, said.attempts, said.channel) == ("technical-failure", 0, "notify")


async def test_delivered_says_no_more_than_sent_and_is_counted(say: Say, log: FakeLog) -> None:
    before = counted("delivered")
    assert (await say("delivered")).json() == {"recorded": None}
    assert log.records == []
    assert counted("delivered") == before + 1


async def test_receipts_that_repeat_or_change_places_change_nothing(say: Say, log: FakeLog) -> None:
    for status in ("delivered", "permanent-failure", "permanent-failure", "temporary-failure", "delivered"):
        assert (await say(status)).status_code == 202
    (said,) = log.records
    assert (type(said), said.reason) == (hub.EmailBounced, "permanent-failure")


@pytest.mark.parametrize("reference", [None, "", "another system's 4711", str(reference_of(email("camden")))])
async def test_receipts_of_others_are_thanked_for_and_counted(say: Say, log: FakeLog, reference: str | None) -> None:
    """Refused, Notify would send them again."""
    before = counted("foreign")
    answer = await say("permanent-failure", reference)
    assert (answer.status_code, answer.json()) == (202, {"recorded": None})
    assert log.records == []
    assert counted("foreign") == before + 1


@pytest.mark.parametrize("fault", [NotSent("x", "x"), NotAcknowledged("x", "x")])
async def test_P1_a_receipt_that_the_log_did_not_take_is_refused_so_that_it_comes_again(
    say: Say, log: FakeLog, fault: Exception
) -> None:
    log.mood = lambda: fault
    assert (await say("permanent-failure")).status_code in {503, 504}
    log.mood = lambda: None
    assert (await say("permanent-failure")).status_code == 202
    assert len(log.records) == 1


async def test_only_a_key_for_receipts_may_say_so(say: Say, keys: Keys, log: FakeLog) -> None:
    assert (await say("permanent-failure", secret=keys.manager)).status_code == 403
    assert (await say("permanent-failure", secret="guessed")).status_code == 401
    assert log.records == []


def notice(action: str = "failed", status: str = "5.1.1 (unknown user)", *, headers_only: bool = False) -> bytes:
    """As mail systems write it (RFC 3464, 6522)."""
    original = EmailMessage()
    original["To"], original["Message-ID"], original[HEADER] = (
        ADDRESS,
        f"<{email().meta.event_id}@hub>",
        REFERENCE.replace("/", "/ "),
    )
    original.set_content("It is done.")
    per_message, per_recipient = EmailMessage(), EmailMessage()
    per_message["Reporting-MTA"] = "dns; relay.example"
    per_recipient["Final-Recipient"] = f"rfc822; {ADDRESS}"
    per_recipient["Action"], per_recipient["Status"] = action, status
    report = MIMEMultipart("report", **{"report-type": "delivery-status"})
    report["From"], report["Subject"] = "MAILER-DAEMON@relay.example", "Undelivered Mail Returned to Sender"
    report.attach(MIMEText("Your message could not be delivered."))
    fields = MIMEMessage(EmailMessage(), "delivery-status")
    fields.set_payload([per_message, per_recipient])
    report.attach(fields)
    if headers_only:
        told = "".join(f"{name}: {value}\n" for name, value in original.items())
        report.attach(MIMEText(told, "rfc822-headers"))
    else:
        report.attach(MIMEMessage(original))
    return report.as_bytes()


@pytest.fixture
def hand_in(door: httpx.AsyncClient, keys: Keys) -> Say:
    async def handed(raw: bytes) -> httpx.Response:
        return await door.post("/v1/emails/bounces", content=raw, headers=headers(keys.channel, kind="message/rfc822"))

    return handed


@pytest.mark.parametrize("headers_only", [True, False])
async def test_a_notice_of_non_delivery_is_an_email_that_came_back(
    hand_in: Say, log: FakeLog, headers_only: bool
) -> None:
    answer = await hand_in(notice(headers_only=headers_only))
    assert answer.json() == {"recorded": "EmailBounced"}
    (said,) = log.records
    assert (said.reason, said.channel, said.meta.cause_id) == ("5.1.1", "smtp", email().meta.event_id)
    assert ADDRESS not in said.model_dump_json()


async def test_a_notice_that_comes_again_changes_nothing(hand_in: Say, log: FakeLog) -> None:
    await hand_in(notice())
    await hand_in(notice(status="4.4.7"))
    assert [said.reason for said in log.records] == ["5.1.1"]


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
async def test_a_notice_of_delay_or_delivery_is_no_bounce(hand_in: Say, log: FakeLog, action: str) -> None:
    assert (await hand_in(notice(action))).json() == {"recorded": None}
    assert log.records == []


async def test_an_ordinary_message_to_the_senders_mailbox_is_refused_and_not_quoted(hand_in: Say) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = ADDRESS, "I am on leave"
    message.set_content("Back on Monday.")
    answer = await hand_in(message.as_bytes())
    assert answer.status_code == 400
    assert ADDRESS not in answer.text


@pytest.mark.parametrize("status", ["", "nonsense", "5.1.1.1.1\r\nX: y", "pat.example@example.org"])
async def test_of_a_notice_nothing_but_a_status_code_is_taken(hand_in: Say, log: FakeLog, status: str) -> None:
    raw = notice(status="9.9.9").replace(b"9.9.9", status.encode())
    await hand_in(raw)
    assert [said.reason for said in log.records] in (["unknown"], ["5.1.1"])


async def test_bytes_that_are_no_message_are_refused(hand_in: Say) -> None:
    for raw in (b"", b"\xff\xfe\x00", b"Content-Type: message/delivery-status\n\nAction"):
        assert (await hand_in(raw)).status_code == 400


@pytest.mark.parametrize("name", [b"\xff\xfe", b"\xc3\xa9/\xff"])
async def test_a_notice_that_quotes_another_email_with_bytes_for_a_name_is_not_ours(
    hand_in: Say, log: FakeLog, name: bytes
) -> None:
    others = re.sub(rb"(?m)^" + HEADER.encode() + rb": .*(\n[ \t].*)*", HEADER.encode() + b": " + name, notice())
    answer = await hand_in(others)
    assert (answer.status_code, answer.json()) == (202, {"recorded": None})
    assert log.records == []


async def test_messages_within_messages_without_end_are_refused(hand_in: Say) -> None:
    within = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(2000))
    for raw in (within, b"Content-Type: message/rfc822\r\n\r\n" * 5000):
        assert (await hand_in(raw)).status_code == 400


async def test_while_a_notice_takes_long_to_read_the_door_answers_others(
    hand_in: Say, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody can send to the mailbox that notices come from, and write what takes seconds to read."""
    others_were_answered = threading.Event()

    def slowly(_raw: bytes) -> Notice:
        assert others_were_answered.wait(5), "everybody waits for one notice"
        return Notice(None, "other", "unknown")

    monkeypatch.setattr(receipts, "read_notice", slowly)
    reading = asyncio.create_task(hand_in(notice()))
    await asyncio.sleep(0)
    assert (await say("delivered")).status_code == 202
    others_were_answered.set()
    assert (await reading).status_code == 202
