"""The mailer against a relay of its own: one Message-ID an email, control characters refused, a relay away tried again."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes

import pytest
from aiosmtpd.smtp import SMTP
from core_story import CASE_ONE, MONDAY, meta

from mashbus.contracts import hub
from mashbus.domain.vocabulary import EmailKind
from services.mailer.app import BATCH, service
from services.mailer.sending import REFUSALS, RelayAway, Sender


class Relay:
    """Says what it is told to, and keeps what it took."""

    def __init__(self) -> None:
        self.taken: list = []
        self.answers: list[str] = []

    async def handle_RCPT(
        self, _server: object, _session: object, envelope: object, address: str, _options: list
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:
        self.taken.append(message_from_bytes(envelope.content))
        return "250 taken"


@pytest.fixture
def relay() -> Relay:
    return Relay()


@pytest.fixture
async def sender(relay: Relay) -> AsyncIterator[Sender]:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(relay), "127.0.0.1", 0)
    made = Sender(*server.sockets[0].getsockname()[:2], "door@hub.example")
    yield made
    await made.aclose()
    server.close()
    await server.wait_closed()


def email(name: str = "e", **changes: object) -> hub.EmailRequested:
    said = {"to": "pat@school.example", "subject": "Outcome", "body": "It is done."}
    return hub.EmailRequested(
        meta=meta(CASE_ONE, name), kind=EmailKind.OUTCOME, recipient_kind="referrer", **{**said, **changes}
    )


async def test_an_email_is_sent_and_said_so(sender: Sender, relay: Relay) -> None:
    (said,) = await sender.perform(None, email(), MONDAY)
    (taken,) = relay.taken
    assert isinstance(said, hub.EmailSent)
    assert (said.attempts, said.message_id) == (1, taken["Message-ID"])
    assert (taken["To"], taken["Subject"], taken["From"]) == ("pat@school.example", "Outcome", "door@hub.example")
    assert said.meta.cause_id == email().meta.event_id


async def test_trap_34_sent_again_it_is_the_same_email_under_the_same_ids(sender: Sender, relay: Relay) -> None:
    (one,), (two,) = await sender.perform(None, email(), MONDAY), await sender.perform(None, email(), MONDAY)
    assert relay.taken[0]["Message-ID"] == relay.taken[1]["Message-ID"]
    assert one.meta.event_id == two.meta.event_id
    assert (await sender.perform(None, email("other"), MONDAY))[0].message_id != one.message_id


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"to": "pat@school.example\r\nBcc: all@x.example"}, "control_character_in_address"),
        ({"to": "not an address"}, "not_an_address"),
        ({"to": ""}, "not_an_address"),
        ({"subject": "Outcome\r\nBcc: all@x.example"}, "control_character_in_subject"),
    ],
)
async def test_trap_34_control_characters_and_no_addresses_are_never_sent(
    sender: Sender, relay: Relay, changes: dict, reason: str
) -> None:
    (said,) = await sender.perform(None, email(**changes), MONDAY)
    assert isinstance(said, hub.EmailFailed)
    assert said.reason == reason
    assert relay.taken == []


async def test_an_address_that_is_refused_for_good_fails_once_and_names_nobody(sender: Sender, relay: Relay) -> None:
    relay.answers = ["550 pat@school.example is unknown here"]
    (said,) = await sender.perform(None, email(), MONDAY)
    assert (type(said), said.reason, said.attempts) == (hub.EmailFailed, "smtp_550", 1)
    assert "pat@" not in said.model_dump_json()
    (after,) = await sender.perform(None, email("next"), MONDAY)
    assert isinstance(after, hub.EmailSent)


async def test_a_refusal_for_now_is_tried_again_and_counted(sender: Sender, relay: Relay) -> None:
    relay.answers = ["451 later", "451 later"]
    for _ in range(2):
        with pytest.raises(RelayAway):
            await sender.perform(None, email(), MONDAY)
    (said,) = await sender.perform(None, email(), MONDAY)
    assert (type(said), said.attempts) == (hub.EmailSent, 3)


async def test_a_refusal_for_now_without_end_is_given_up_so_that_others_go_on(sender: Sender, relay: Relay) -> None:
    relay.answers = ["451 later"] * REFUSALS
    for _ in range(REFUSALS - 1):
        with pytest.raises(RelayAway):
            await sender.perform(None, email(), MONDAY)
    (said,) = await sender.perform(None, email(), MONDAY)
    assert (type(said), said.reason, said.attempts) == (hub.EmailFailed, "smtp_451", REFUSALS)


async def test_a_relay_that_is_closing_costs_no_email_its_tries(sender: Sender, relay: Relay) -> None:
    relay.answers = ["421 shutting down"] * (2 * REFUSALS)
    for _ in range(2 * REFUSALS):
        with pytest.raises(RelayAway):
            await sender.perform(None, email(), MONDAY)
    (said,) = await sender.perform(None, email(), MONDAY)
    assert isinstance(said, hub.EmailSent)


async def test_a_relay_that_refuses_our_own_sender_fails_no_email(sender: Sender, relay: Relay) -> None:
    async def handle_mail(*_: object) -> str:
        return "550 who are you"

    relay.handle_MAIL = handle_mail
    with pytest.raises(RelayAway):
        await sender.perform(None, email(), MONDAY)


async def test_a_relay_that_is_down_stops_the_mailer_and_loses_nothing() -> None:
    away = Sender("127.0.0.1", 1, "door@hub.example")
    with pytest.raises(RelayAway):
        await away.perform(None, email(), MONDAY)


async def test_only_what_is_asked_for_is_sent_and_few_at_a_time(sender: Sender, relay: Relay) -> None:
    suppressed = hub.EmailSuppressed(meta=meta(CASE_ONE, "s"), kind=EmailKind.OUTCOME, reason="no_address")
    assert await sender.perform(None, suppressed, MONDAY) == []
    assert relay.taken == []
    assert service(sender).batch == BATCH <= 20, "a crash repeats no more emails than these"


async def test_an_address_that_the_relay_cannot_carry_fails_alone_and_stops_nobody(
    sender: Sender, relay: Relay
) -> None:
    """A domain in other letters wants SMTPUTF8; a relay without it will not have it the next time either."""
    (said,) = await sender.perform(None, email(to="pat@schöol.example"), MONDAY)
    assert isinstance(said, hub.EmailFailed)
    assert said.reason == "address_not_supported_by_relay"
    await sender.perform(None, email("next"), MONDAY)
    assert len(relay.taken) == 1
