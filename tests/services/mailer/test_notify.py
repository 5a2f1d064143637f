"""What is GOV.UK Notify's own: its documented errors told apart, and being asked what it has before a second copy."""

import logging

import pytest
from channels import ADDRESS, Notify, email, notify_end, serving, smtp_end
from core_story import HACKNEY, MONDAY
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from mashbus.bus.settings import NotifyAccount, Settings
from mashbus.contracts import hub
from mashbus.contracts.email_reference import read_reference, reference_of
from mashbus.stack.notify_double import KEY, SERVICE, TEMPLATE, Answer
from services.mailer.app import NoSuchPartnerships, sender_of
from services.mailer.channel import ChannelAway, ChannelRefusesUs, Refused, ResultUnknown
from services.mailer.notify import NotifyChannel
from services.mailer.sending import Sender

WRONG_KEY = f"old_key-{SERVICE}-00000000-0000-4000-8000-0000000000ff"


def answering(far: Notify, status: int, error: str, message: str = "said") -> None:
    far.double.answers.append(Answer(status=status, error=error, message=message))


@pytest.mark.parametrize(
    ("status", "error", "fault"),
    [
        (400, "ValidationError", Refused),
        (400, "BadRequestError", ChannelRefusesUs),  # trial mode, team key, template: ours to mend
        (403, "AuthError", ChannelRefusesUs),
        (404, "NoResultFound", ChannelRefusesUs),  # another base URL
        (429, "RateLimitError", ChannelAway),
        (429, "TooManyRequestsError", ChannelAway),
        (500, "Exception", ChannelAway),
        (502, "Exception", ResultUnknown),
        (503, "Exception", ChannelAway),
        (504, "Exception", ResultUnknown),
    ],
)
async def test_each_documented_error_is_taken_for_what_it_is(status: int, error: str, fault: type[Exception]) -> None:
    async with notify_end() as (far, channel):
        answering(far, status, error, f"{ADDRESS} and what else it may say")
        with pytest.raises(Exception) as caught:
            await channel.hand_over(email())
        assert type(caught.value) is fault
        assert ADDRESS not in repr(caught.value)


async def test_an_answer_that_is_no_json_burns_nothing() -> None:
    """A proxy in between says 400 in HTML."""

    async def in_html(_request: Request) -> HTMLResponse:
        return HTMLResponse("<p>no</p>", 400)

    async with serving(Starlette(routes=[Route("/v2/notifications/email", in_html, methods=["POST"])])) as url:
        channel = NotifyChannel(NotifyAccount(api_key=KEY, template=TEMPLATE), url)
        with pytest.raises(ChannelRefusesUs):
            await channel.hand_over(email())


async def test_a_wrong_key_lets_emails_wait_and_the_right_one_sends_them() -> None:
    async with notify_end(WRONG_KEY) as (far, channel):
        with pytest.raises(ChannelRefusesUs):
            await Sender(channel).perform(None, email(), MONDAY)
        assert far.arrived == []


async def test_after_a_doubt_notify_is_asked_and_what_it_has_is_not_sent_again() -> None:
    async with notify_end() as (far, channel):
        sender = Sender(channel)
        far.swallow(keeping=True)
        with pytest.raises(ResultUnknown):
            await sender.perform(None, email(), MONDAY)
        (said,) = await sender.perform(None, email(), MONDAY)
        assert (len(far.arrived), said.attempts, said.repeats) == (1, 1, 0)


async def test_nobody_listening_is_no_doubt() -> None:
    channel = NotifyChannel(NotifyAccount(api_key=KEY, template=TEMPLATE), "http://127.0.0.1:1")
    with pytest.raises(ChannelAway) as caught:
        await channel.hand_over(email())
    assert not isinstance(caught.value, ResultUnknown)


async def test_the_client_logs_nothing_of_what_notify_says(caplog: pytest.LogCaptureFixture) -> None:
    async with notify_end() as (far, channel):
        answering(far, 400, "ValidationError", f"{ADDRESS} is not valid")
        with caplog.at_level(logging.DEBUG), pytest.raises(Refused):
            await channel.hand_over(email())
    assert ADDRESS not in caplog.text


async def test_the_reference_holds_opaque_ids_alone_and_leads_back_to_the_case() -> None:
    asked = email()
    reference = read_reference(str(reference_of(asked)))
    assert reference is not None
    assert (reference.email_id, reference.case_id) == (asked.meta.event_id, asked.meta.case_id)
    assert (reference.kind, reference.partnership) == (asked.kind, "hackney")


async def test_a_partnership_with_an_account_goes_by_notify_and_another_by_smtp() -> None:
    async with notify_end() as (notify, by_notify), smtp_end() as (relay, by_smtp):
        sender = Sender(by_smtp, {"hackney": by_notify})
        (one,) = await sender.perform(None, email(), MONDAY)
        jersey = email("j").model_copy(update={"meta": email("j").meta.model_copy(update={"partnership": "jersey"})})
        (two,) = await sender.perform(None, jersey, MONDAY)
        assert (one.channel, two.channel) == ("notify", "smtp")
        assert (len(notify.arrived), len(relay.arrived)) == (1, 1)
        assert isinstance(two, hub.EmailSent)


def test_a_misspelt_partnership_is_refused_at_the_start() -> None:
    settings = Settings(notify={"hackny": NotifyAccount(api_key=KEY, template=TEMPLATE)})
    with pytest.raises(NoSuchPartnerships, match="hackny"):
        sender_of(settings, {HACKNEY.name: HACKNEY})


def test_the_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASHBUS_NOTIFY__HACKNEY__API_KEY", KEY)
    monkeypatch.setenv("MASHBUS_NOTIFY__HACKNEY__TEMPLATE", str(TEMPLATE))
    assert KEY not in repr(Settings())
    assert KEY not in Settings().model_dump_json()
    assert Settings().notify["hackney"].api_key.get_secret_value() == KEY
    monkeypatch.setenv("MASHBUS_NOTIFY__HACKNEY__API_KEY", KEY[20:])
    with pytest.raises(ValueError, match="no API key") as caught:
        Settings()
    assert KEY[20:] not in str(caught.value)
