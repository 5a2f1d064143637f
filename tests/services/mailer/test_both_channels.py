"""One suite, two channels: what the mailer says of an email does not depend on the way it went."""

from dataclasses import replace

import pytest
from channels import ADDRESS, FarEnd, email
from core_story import CASE_ONE, HACKNEY, MONDAY, meta
from prometheus_client import REGISTRY

from mashbus.contracts import hub
from mashbus.domain.procedure import Encompass
from mashbus.domain.vocabulary import EmailKind
from services.mailer.app import BATCH, service
from services.mailer.channel import Channel, ChannelAway, ChannelRefusesUs, ResultUnknown
from services.mailer.sending import Sender


def put_off(channel: Channel, reason: str) -> float:
    labels = {"partnership": "hackney", "channel": channel.name, "reason": reason}
    return REGISTRY.get_sample_value("mash_emails_put_off_total", labels) or 0


async def test_an_email_is_sent_and_said_so(sender: Sender, far: FarEnd, channel: Channel) -> None:
    (said,) = await sender.perform(None, email(), MONDAY)
    (arrived,) = far.arrived
    assert isinstance(said, hub.EmailSent)
    assert (arrived.to, arrived.subject, arrived.text.strip()) == (ADDRESS, "Outcome", "It is done.")
    assert (said.channel, said.message_id, said.attempts, said.repeats) == (channel.name, arrived.named, 1, 0)
    assert said.meta.cause_id == email().meta.event_id


async def test_trap_34_sent_again_after_a_crash_it_is_the_same_email_under_the_same_ids(
    far: FarEnd, channel: Channel
) -> None:
    before, after = Sender(channel), Sender(channel)
    (one,), (two,) = await before.perform(None, email(), MONDAY), await after.perform(None, email(), MONDAY)
    assert len(far.arrived) == 2
    assert far.arrived[0].named == far.arrived[1].named
    assert one.meta.event_id == two.meta.event_id
    assert (await after.perform(None, email("other"), MONDAY))[0].message_id != one.message_id


async def test_what_was_sent_and_did_not_reach_the_log_is_said_again_and_not_sent_again(
    sender: Sender, far: FarEnd
) -> None:
    """The broker was away when the mailer said it: the same record comes to it once more."""
    one, two = await sender.perform(None, email(), MONDAY), await sender.perform(None, email(), MONDAY)
    assert one == two
    assert len(far.arrived) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"to": "pat@school.example\r\nBcc: all@x.example"}, "control_character_in_address"),
        ({"to": "not an address"}, "not_an_address"),
        ({"to": ""}, "not_an_address"),
        ({"to": "pat.example@school.example."}, "not_an_address"),
        ({"to": "<pat.example@school.example>"}, "not_an_address"),
        ({"to": "@school.example"}, "not_an_address"),
        ({"to": "pat@[10.0.0.1"}, "not_an_address"),
        ({"to": '""@school.example'}, "not_an_address"),
        ({"to": "pat@=?utf-8?q?school.example?="}, "not_an_address"),
        ({"to": " "}, "not_an_address"),
        ({"subject": "Outcome\u2028Bcc: all@x.example"}, "control_character_in_subject"),
        ({"subject": "Outcome\r\nBcc: all@x.example"}, "control_character_in_subject"),
    ],
)
async def test_trap_34_control_characters_and_no_addresses_are_never_sent(
    sender: Sender, far: FarEnd, changes: dict, reason: str
) -> None:
    (said,) = await sender.perform(None, email(**changes), MONDAY)
    assert isinstance(said, hub.EmailFailed)
    assert said.reason == reason
    assert far.arrived == []


async def test_an_address_that_is_refused_for_good_fails_once_and_names_nobody(
    sender: Sender, far: FarEnd, channel: Channel
) -> None:
    far.refuse_for_good()
    (said,) = await sender.perform(None, email(), MONDAY)
    assert isinstance(said, hub.EmailFailed)
    assert (said.reason, said.attempts, said.channel) == (
        {"smtp": "smtp_550", "notify": "notify_400"}[channel.name], 1, channel.name,
    )  # fmt: skip
    assert "pat@" not in said.model_dump_json()
    (after,) = await sender.perform(None, email("next"), MONDAY)
    assert isinstance(after, hub.EmailSent)


async def test_a_channel_that_is_away_costs_no_email_its_tries(sender: Sender, far: FarEnd, channel: Channel) -> None:
    before = put_off(channel, "away")
    for _ in range(8):
        far.be_away()
        with pytest.raises(ChannelAway):
            await sender.perform(None, email(), MONDAY)
    (said,) = await sender.perform(None, email(), MONDAY)
    assert (type(said), said.attempts, said.repeats) == (hub.EmailSent, 1, 0)
    assert put_off(channel, "away") == before + 8


async def test_a_fault_of_our_configuration_burns_no_email(sender: Sender, far: FarEnd, channel: Channel) -> None:
    before = put_off(channel, "configuration")
    for _ in range(8):
        far.refuse_us()
        with pytest.raises(ChannelRefusesUs):
            await sender.perform(None, email(), MONDAY)
    assert put_off(channel, "configuration") == before + 8
    (said,) = await sender.perform(None, email(), MONDAY)
    assert (type(said), said.attempts) == (hub.EmailSent, 1)


async def test_an_unknown_result_goes_again_under_the_same_name_and_is_counted(
    sender: Sender, far: FarEnd, channel: Channel
) -> None:
    far.swallow(keeping=False)
    with pytest.raises(ResultUnknown):
        await sender.perform(None, email(), MONDAY)
    (said,) = await sender.perform(None, email(), MONDAY)
    assert isinstance(said, hub.EmailSent)
    assert (said.attempts, said.repeats) == (2, 1)
    assert [one.named for one in far.arrived] == [said.message_id]


async def test_nothing_is_said_where_a_fault_lets_the_email_wait(sender: Sender, far: FarEnd) -> None:
    """One fault in the middle: what came before is said, what comes after is not lost."""
    far.be_away()
    with pytest.raises(ChannelAway):
        await sender.perform(None, email("one"), MONDAY)
    said = [(await sender.perform(None, email(name), MONDAY))[0] for name in ("one", "two")]
    assert [type(one) for one in said] == [hub.EmailSent, hub.EmailSent]
    assert len(far.arrived) == 2


async def test_no_fault_says_whom_an_email_is_for(sender: Sender, far: FarEnd) -> None:
    for fail in (far.be_away, far.refuse_us):
        fail()
        with pytest.raises(ChannelAway) as caught:
            await sender.perform(None, email(), MONDAY)
        assert "pat" not in f"{caught.value!r} {caught.value.detail}"


async def test_only_what_is_asked_for_is_sent_and_few_at_a_time(sender: Sender, far: FarEnd) -> None:
    suppressed = hub.EmailSuppressed(meta=meta(CASE_ONE, "s"), kind=EmailKind.OUTCOME, reason="no_address")
    assert await sender.perform(None, suppressed, MONDAY) == []
    assert far.arrived == []
    assert service(sender).batch == BATCH <= 20, "a crash repeats no more emails than these"


async def test_G_13_a_key_adult_s_email_that_fails_alarms_and_any_other_does_not(far: FarEnd, channel: Channel) -> None:
    scheme = Encompass(
        requirement="G-13",
        clock="told",
        natures=frozenset({"domestic abuse"}),
        ages=(2, 18),
        team="schools",
        settings={},
    )
    sender = Sender(channel, partnerships={"hackney": replace(HACKNEY, encompass=scheme)})
    to_school = email("school", kind=EmailKind.ENCOMPASS_NOTIFICATION, to="not an address")
    failed, alarm = await sender.perform(None, to_school, MONDAY)
    assert isinstance(failed, hub.EmailFailed)
    assert isinstance(alarm, hub.AlertRaised)
    assert (alarm.alert, alarm.teams, alarm.meta.cause_id) == (
        "encompass-undelivered", ("schools",), failed.meta.event_id
    )  # fmt: skip
    assert await sender.perform(None, to_school, MONDAY) == [failed, alarm], "said again, it is the same"
    assert [type(one) for one in await sender.perform(None, email("other", to=""), MONDAY)] == [hub.EmailFailed]
    delivered = email("told", kind=EmailKind.ENCOMPASS_NOTIFICATION)
    assert [type(one) for one in await sender.perform(None, delivered, MONDAY)] == [hub.EmailSent]
    assert len(far.arrived) == 1


async def test_H_05_an_email_that_passed_a_case_on_and_fails_alarms_the_team(far: FarEnd, channel: Channel) -> None:
    sender = Sender(channel, partnerships={"hackney": HACKNEY})
    failed, alarm = await sender.perform(None, email("unit", kind=EmailKind.PASSED_ON, to="not an address"), MONDAY)
    assert isinstance(alarm, hub.AlertRaised)
    assert (alarm.alert, alarm.requirement, alarm.teams) == ("holder-not-reached", "H-05", ("duty-manager",))
    assert alarm.meta.cause_id == failed.meta.event_id
    sent = await sender.perform(None, email("told", kind=EmailKind.PASSED_ON), MONDAY)
    assert [type(one) for one in sent] == [hub.EmailSent]
