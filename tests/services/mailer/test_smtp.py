"""What is SMTP's own: text and HTML side by side, refusals for now, and a connection that breaks before or in the text."""

from collections.abc import AsyncIterator
from email import policy

import pytest
from channels import Relay, email, smtp_end
from core_story import MONDAY

from mashbus.contracts import hub
from mashbus.contracts.email_reference import read_reference, reference_of
from services.mailer.channel import ChannelAway, ChannelRefusesUs, ResultUnknown
from services.mailer.sending import REFUSALS, Sender
from services.mailer.smtp import SmtpChannel


@pytest.fixture
async def both() -> AsyncIterator[tuple[Relay, Sender]]:
    async with smtp_end() as (relay, channel):
        yield relay, Sender(channel)


@pytest.fixture
def relay(both: tuple[Relay, Sender]) -> Relay:
    return both[0]


@pytest.fixture
def sender(both: tuple[Relay, Sender]) -> Sender:
    return both[1]


async def test_text_and_html_are_two_ways_of_one_message(sender: Sender, relay: Relay) -> None:
    await sender.perform(None, email(html="<p>It is <b>done</b>.</p>"), MONDAY)
    (message,) = relay.messages
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message.get_body(("html",)).get_content().strip() == "<p>It is <b>done</b>.</p>"


async def test_an_email_without_html_is_plain(sender: Sender, relay: Relay) -> None:
    await sender.perform(None, email(), MONDAY)
    assert relay.messages[0].get_content_type() == "text/plain"
    assert relay.messages[0]["From"] == "door@hub.example"


async def test_an_email_carries_the_name_by_which_a_bounce_finds_it(sender: Sender, relay: Relay) -> None:
    """As plain text, folded where lines are too long: mail systems quote headers as they came."""
    await sender.perform(None, email(), MONDAY)
    assert read_reference(relay.messages[0]["X-Mashbus-Reference"]) == reference_of(email())
    raw = relay.messages[0].as_bytes(policy=policy.SMTP)
    assert b"=?" not in raw
    assert max(map(len, raw.splitlines())) <= 78


async def test_a_refusal_for_now_is_tried_again_and_counted(sender: Sender, relay: Relay) -> None:
    relay.rcpt.extend(["451 later", "451 later"])
    for _ in range(2):
        with pytest.raises(ChannelAway):
            await sender.perform(None, email(), MONDAY)
    (said,) = await sender.perform(None, email(), MONDAY)
    assert (type(said), said.attempts, said.repeats) == (hub.EmailSent, 3, 0)


async def test_a_refusal_for_now_without_end_is_given_up_so_that_others_go_on(sender: Sender, relay: Relay) -> None:
    relay.rcpt.extend(["451 later"] * REFUSALS)
    for _ in range(REFUSALS - 1):
        with pytest.raises(ChannelAway):
            await sender.perform(None, email(), MONDAY)
    (said,) = await sender.perform(None, email(), MONDAY)
    assert (type(said), said.reason, said.attempts) == (hub.EmailFailed, "smtp_451", REFUSALS)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("451 4.3.0 <pat@school.example>: Temporary lookup failure", ChannelAway),
        ("452 4.3.1 Insufficient system storage", ChannelAway),
        ("530 5.7.0 Authentication required", ChannelRefusesUs),
        ("535 authentication first", ChannelRefusesUs),
    ],
)
async def test_what_the_relay_says_of_itself_or_of_us_costs_no_email_a_try(
    sender: Sender, relay: Relay, said: str, why: type[ChannelAway]
) -> None:
    """Else a relay with a full disk would give up every email of an afternoon within seconds."""
    relay.rcpt.extend([said] * (REFUSALS + 1))
    for _ in range(REFUSALS + 1):
        with pytest.raises(why) as caught:
            await sender.perform(None, email(), MONDAY)
        assert "pat@" not in str(caught.value)
    (sent,) = await sender.perform(None, email(), MONDAY)
    assert (type(sent), sent.attempts) == (hub.EmailSent, 1)


async def test_a_relay_that_took_it_and_fell_silent_gets_a_second_copy_that_says_so(
    sender: Sender, relay: Relay
) -> None:
    """A relay can't be asked."""
    relay.swallow(keeping=True)
    with pytest.raises(ResultUnknown):
        await sender.perform(None, email(), MONDAY)
    (said,) = await sender.perform(None, email(), MONDAY)
    assert (len(relay.arrived), said.repeats) == (2, 1)
    assert {one.named for one in relay.arrived} == {said.message_id}


async def test_a_relay_that_is_down_stops_the_mailer_and_is_no_unknown_result() -> None:
    away = Sender(SmtpChannel("127.0.0.1", 1, "door@hub.example"))
    with pytest.raises(ChannelAway) as caught:
        await away.perform(None, email(), MONDAY)
    assert not isinstance(caught.value, ResultUnknown)


async def test_an_address_that_the_relay_cannot_carry_fails_alone_and_stops_nobody(
    sender: Sender, relay: Relay
) -> None:
    """A domain in other letters wants SMTPUTF8; a relay without it will not have it the next time either."""
    (said,) = await sender.perform(None, email(to="pat@schöol.example"), MONDAY)
    assert isinstance(said, hub.EmailFailed)
    assert said.reason == "address_not_supported_by_relay"
    await sender.perform(None, email("next"), MONDAY)
    assert len(relay.messages) == 1
