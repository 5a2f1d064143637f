"""The door for partners' topics: identity from the topic, each record a fact or set aside, nobody held up by another."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from core_story import CHILD, CONCERN, HACKNEY, MONDAY, PERSONAL, REFERRER, case_of
from one_partition import CODEC, NOW, PARTITION

from mashbus.bus.casebook import Casebook, Gap
from mashbus.bus.clock import Clock
from mashbus.bus.handling import Turn
from mashbus.bus.headers import cloudevent, normalise
from mashbus.bus.producer import partition_of
from mashbus.bus.received import Received
from mashbus.bus.service import NOTHING
from mashbus.contracts import agency, hub, topics
from mashbus.contracts.addressing import topic_of
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import NotRecorded
from mashbus.domain.referral import ChildView, Concern, Consent, Professional
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import ConsentStatus, Knowledge, Rag, Support
from services.intake import partners
from services.intake.partners import PartnerRecords, Partners

POLICE, HEALTH = "met-police", "homerton-health"
CASE = case_of("one")


class Door:
    def __init__(self, tmp_path: Path, partnership: Partnership = HACKNEY) -> None:
        self.book = Casebook(tmp_path / "3.sqlite", PARTITION, NOTHING)
        clock = Clock(wall=lambda: int(NOW) * 1000)
        self.records = PartnerRecords(self.book, CODEC, clock, {"hackney": partnership}, Partners())
        self.offsets: dict[str, int] = {}

    def received(self, topic: str, value: bytes | None, headers: Iterable = (), key: bytes | None = b"k") -> Received:
        offset = self.offsets.get(topic, 0)
        self.offsets[topic] = offset + 1
        return Received(topic, PARTITION, offset, int(NOW) - 5000, key, value, tuple(headers))

    async def takes(self, *received: Received) -> Turn:
        turn = Turn()
        await self.records.handle(received, turn)
        return turn

    async def hears(self, organisation: str, record: Record, topic: str | None = None) -> list:
        topic = topic or topics.responses_of(organisation)
        turn = await self.takes(self.received(topic, CODEC.encode(topic, record), cloudevent(record, "x")))
        return read(turn)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def read(turn: Turn) -> list:
    return [
        CODEC.decode(
            one.topic, one.value or CODEC.encode(one.topic, one.record), normalise(cloudevent(one.record, "x"))
        )
        for one in turn.outgoing
    ]


def told(said: list) -> tuple[hub.RecordQuarantined, agency.AnswerRefused]:
    (entry,) = [one for one in said if isinstance(one, hub.RecordQuarantined)]
    (word,) = [one for one in said if isinstance(one, agency.AnswerRefused)]
    assert len(said) == 2
    assert word.meta.cause_id == entry.meta.event_id
    return entry, word


def meta(case: UUID | None = CASE, partnership: str = "hackney", name: str = "a") -> Meta:
    return Meta(event_id=ids.derived("partner", name), partnership=partnership, case_id=case, occurred_at=MONDAY)


def answer(of: str = POLICE, **changes: object) -> agency.InformationReturned:
    said = {"meta": meta(), "request_id": ids.request_of(CASE, of), "knowledge": Knowledge.KNOWN}
    return agency.InformationReturned(**{**said, **changes})


async def test_an_answer_becomes_our_fact_counted_from_the_broker_s_append_time(door: Door) -> None:
    (fact,) = await door.hears(POLICE, answer(summary="Known."))
    assert isinstance(fact, hub.AnswerReceived)
    assert (fact.organisation, fact.knowledge, fact.summary) == (POLICE, Knowledge.KNOWN, "Known.")
    assert (MONDAY - fact.arrived_at).total_seconds() == 5
    assert fact.meta.cause_id == answer().meta.event_id


async def test_each_kind_of_response_has_its_fact(door: Door) -> None:
    request = ids.request_of(CASE, POLICE)
    for record, kind in (
        (agency.RequestDeclined(meta=meta(), request_id=request, reason="x"), hub.AnswerDeclined),
        (agency.RequestSeen(meta=meta(), request_id=request), hub.RequestSeenNoted),
        (
            agency.RiskFlagged(meta=meta(), request_id=request, information="x", suggested_rag=Rag.RED),
            hub.RiskFlagged,
        ),
    ):
        (fact,) = await door.hears(POLICE, record)
        assert type(fact) is kind


async def test_a_fact_is_rekeyed_to_its_case_whatever_partition_the_partner_chose(door: Door) -> None:
    record = answer()
    topic = topics.responses_of(POLICE)
    turn = await door.takes(door.received(topic, CODEC.encode(topic, record), key=None))
    (one,) = turn.outgoing
    assert (one.key, one.partition) == (str(CASE), partition_of(str(CASE)))


async def test_two_organisations_that_use_one_event_id_stay_apart(door: Door) -> None:
    (mine,) = await door.hears(POLICE, answer())
    (theirs,) = await door.hears(HEALTH, answer(HEALTH))
    assert mine.meta.event_id != theirs.meta.event_id


async def test_the_same_answer_sent_twice_is_one_fact(door: Door) -> None:
    (first,) = await door.hears(POLICE, answer())
    (second,) = await door.hears(POLICE, answer())
    assert first.meta.event_id == second.meta.event_id


async def test_a_submission_is_taken_in_the_name_of_its_topic(door: Door) -> None:
    record = agency.ReferralSubmitted(
        meta=meta(None),
        submission_key="k-1",
        source="2A",
        referrer=REFERRER,
        children=(CHILD,),
        concern=CONCERN,
        consent=Consent(),
    )
    (fact,) = await door.hears(HEALTH, record, topics.submissions_of(HEALTH))
    assert isinstance(fact, hub.ReferralReceived)
    assert (fact.client, fact.meta.case_id) == (HEALTH, ids.case_of_client(HEALTH, "k-1"))


def submitted(key: str = "k-1", name: str = "a", **changes: object) -> agency.ReferralSubmitted:
    said = {"source": "2A", "referrer": REFERRER, "children": (CHILD,), "concern": CONCERN, "consent": Consent()}
    return agency.ReferralSubmitted(meta=meta(None, name=name), submission_key=key, **{**said, **changes})


async def submits(door: Door, record: agency.ReferralSubmitted, organisation: str = HEALTH) -> list:
    return await door.hears(organisation, record, topics.submissions_of(organisation))


async def test_a_submission_says_all_that_a_form_can_say(door: Door) -> None:
    said = {
        "asks_for": Support.EARLY_HELP,
        "professionals": (Professional(name="Sam Placeholder"),),
        "no_other_professionals": True,
        "views": (ChildView(child=0, view="Wants it to stop."),),
    }
    (fact,) = await submits(door, submitted(**said))
    assert {name: getattr(fact, name) for name in said} == said


STRANGE = {"contact_type": "Zebedee", "indicators": ("Zebedee",), "views": (ChildView(child=1, view="Zebedee"),)}


async def test_names_that_the_partnership_does_not_have_are_set_aside_and_the_sender_told(door: Door) -> None:
    entry, word = told(await submits(door, submitted(**STRANGE)))
    assert entry.reason == "not_understood"
    assert [place for place in ("/contact_type", "/indicators/0", "/views/0/child") if place not in word.reason] == []
    assert "Zebedee" not in word.reason + entry.detail


async def test_P8_a_submission_of_immediate_harm_is_taken_without_the_names_nobody_knows(door: Door) -> None:
    (fact,) = await submits(door, submitted(**STRANGE, concern=Concern(immediate_harm=True)))
    assert (fact.contact_type, fact.indicators, fact.views) == (None, (), ())


# -- refused ---------------------------------------------------------------------------------------------------------


async def test_P5_an_answer_to_somebody_else_s_request_is_refused_on_the_sender_s_own_topic(door: Door) -> None:
    said = await door.hears(HEALTH, answer(POLICE))
    entry, word = told(said)
    assert (entry.reason, entry.organisation, entry.service) == ("not_your_request", HEALTH, "intake")
    assert (word.organisation, word.refused_id) == (HEALTH, answer().meta.event_id)
    assert topic_of(word) == topics.requests_of(HEALTH)
    assert "stays open" in word.remedy


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (answer(meta=meta(partnership="atlantis")), "not_in_partnership"),
        (answer(meta=meta(None)), "not_your_request"),
        (answer(request_id=UUID(int=4)), "not_your_request"),
        (answer(meta=meta(case_of("two"))), "not_your_request"),
    ],
)
async def test_what_cannot_count_is_set_aside_and_its_sender_told(door: Door, record: Record, reason: str) -> None:
    entry, word = told(await door.hears(POLICE, record))
    assert entry.reason == reason
    assert word.reason.startswith(reason)


async def test_an_organisation_outside_the_partnership_is_told_on_its_own_topic_and_quarantined(door: Door) -> None:
    entry, word = told(await door.hears("county-library", answer("county-library")))
    assert entry.reason == "not_in_partnership"
    assert word.organisation == "county-library"


GOOD = CODEC.encode(topics.responses_of(POLICE), answer(summary="Tamsin Sampleton"))


@pytest.mark.parametrize(
    ("value", "headers", "reason"),
    [
        (None, (), "no_value"),
        (b"", (), "not_framed"),
        (b"\xde\xad\xbe\xef" * 20, (), "not_framed"),
        (b"\x00\x7f\xff\xff\xff" + GOOD[5:], (), "unknown_schema"),
        (GOOD + b"\x00", (), "bytes_differ"),
        (GOOD[:-3], (), "unreadable"),
        (b"\x00" * 600_000, (), "too_large"),
        (GOOD, (("ce_dataschema", b"uk.mashbus.agency.RequestSeen/1"),), "schema_disagrees"),
    ],
)
async def test_bad_input_is_quarantined_byte_for_byte_and_the_sender_told_without_quoting_it(
    door: Door, value: bytes | None, headers: tuple, reason: str
) -> None:
    turn = await door.takes(door.received(topics.responses_of(POLICE), value, headers))
    entry, word = told(read(turn))
    assert entry.reason == reason
    assert entry.original.value == value
    assert not [name for name in PERSONAL if name in word.model_dump_json() or name in entry.detail]


async def test_a_valid_record_of_the_wrong_type_is_refused(door: Door) -> None:
    record = agency.RequestWithdrawn(meta=meta(), request_id=UUID(int=1), organisation=POLICE, reason="x")
    value = CODEC.encode(topics.requests_of(POLICE), record)
    entry, _ = told(read(await door.takes(door.received(topics.responses_of(POLICE), value))))
    assert entry.reason == "not_of_this_topic"


@pytest.mark.parametrize("headers", [(("trace", None),), (("x", b"\xff\xfe"),), (("reply_to", b"mash.cases"),)])
async def test_trap_4_a_null_or_non_utf8_header_spoils_nothing(door: Door, headers: tuple) -> None:
    turn = await door.takes(door.received(topics.responses_of(POLICE), GOOD, headers))
    (fact,) = read(turn)
    assert isinstance(fact, hub.AnswerReceived)
    assert not turn.halted


async def test_P2_a_fault_of_our_own_code_sets_that_record_aside_and_the_rest_goes_on(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = partners.restated

    def broken(organisation: str, record: Record, *more: object) -> Record:
        if organisation == POLICE:
            raise ValueError("Tamsin Sampleton")
        return real(organisation, record, *more)

    monkeypatch.setattr(partners, "restated", broken)
    entry, _ = told(await door.hears(POLICE, answer()))
    assert (entry.reason, "Tamsin" in entry.detail) == ("unforeseen", False)
    (fact,) = await door.hears(HEALTH, answer(HEALTH))
    assert isinstance(fact, hub.AnswerReceived)


async def test_rubbish_on_the_quarantine_itself_does_not_stop_the_door(door: Door) -> None:
    (entry,) = read(await door.takes(door.received(topics.QUARANTINE, b"rubbish")))
    assert (entry.reason, entry.organisation) == ("not_framed", None)
    (fact,) = await door.hears(POLICE, answer())
    assert isinstance(fact, hub.AnswerReceived)


# -- not recorded ------------------------------------------------------------------------------------------------------

UNSOUGHT = Consent(status=ConsentStatus.NOT_SOUGHT)
NOTICE = "It is not recorded: seek consent first."


@pytest.fixture
def strict(tmp_path: Path) -> Door:
    """A partnership that records nothing without consent (C-06)."""
    rule = NotRecorded(
        name="consent-not-sought",
        requirement="C-06",
        notice=NOTICE,
        conditions=(Condition(fact="consent", test="is", value="not_sought"),),
    )
    return Door(tmp_path, replace(HACKNEY, not_recorded=(rule,)))


async def test_C_06_a_submission_that_must_not_be_recorded_is_counted_and_never_quarantined(strict: Door) -> None:
    topic = topics.submissions_of(HEALTH)
    record = submitted(consent=UNSOUGHT)
    turn = await strict.takes(strict.received(topic, CODEC.encode(topic, record), cloudevent(record, "x")))
    count, word = read(turn)
    assert (type(count), count.rule, count.requirement) == (hub.ContactNotRecorded, "consent-not-sought", "C-06")
    assert topic_of(count) == topics.HUB
    assert (type(word), word.refused_id, topic_of(word)) == (
        agency.AnswerRefused, record.meta.event_id, topics.requests_of(HEALTH),
    )  # fmt: skip
    assert NOTICE in word.reason
    assert "same key" in word.remedy
    assert word.meta.cause_id != count.meta.event_id, "the sender's topic does not lead to the count"
    written = b"".join(one.value for one in turn.outgoing).decode("latin-1")
    assert [one for one in PERSONAL if one in written] == []


async def test_C_06_nor_for_another_fault_that_it_has(strict: Door) -> None:
    """What can't count is quarantined, so whether it may be kept at all is asked first."""
    said = await submits(strict, submitted(consent=UNSOUGHT, **STRANGE))
    assert [type(one) for one in said] == [hub.ContactNotRecorded, agency.AnswerRefused]
    said = await submits(strict, submitted(consent=UNSOUGHT), "county-library")
    assert [type(one) for one in said] == [hub.ContactNotRecorded, agency.AnswerRefused]


async def test_C_06_with_consent_the_same_submission_key_is_taken(strict: Door) -> None:
    count, _ = await submits(strict, submitted(consent=UNSOUGHT))
    again, _ = await submits(strict, submitted(consent=UNSOUGHT))
    assert again.meta.event_id == count.meta.event_id, "the same record is counted once"
    (fact,) = await submits(strict, submitted(name="b", consent=Consent(status=ConsentStatus.GIVEN)))
    assert isinstance(fact, hub.ReferralReceived)
    of_case = {fact.meta.case_id, fact.meta.event_id}
    guesses = {ids.caused(one, "ContactNotRecorded", HEALTH) for one in of_case}
    assert count.meta.event_id not in guesses | {ids.submitted(HEALTH, "ContactNotRecorded", "k-1")}


async def test_an_organisation_that_must_often_be_told_so_is_not_halted(strict: Door) -> None:
    for number in range(30):
        await submits(strict, submitted(name=str(number), consent=UNSOUGHT))
    (fact,) = await submits(strict, submitted(consent=UNSOUGHT, concern=Concern(immediate_harm=True)))
    assert isinstance(fact, hub.ReferralReceived), "and a report of immediate harm is always recorded (P8)"


# -- released --------------------------------------------------------------------------------------------------------


async def test_a_release_brings_its_bytes_along_and_counts_from_its_first_arrival(door: Door) -> None:
    turn = await door.takes(door.received(topics.responses_of(POLICE), GOOD))
    (fact,) = read(turn)
    released = hub.QuarantineReleased(
        meta=meta(),
        service="intake",
        actor="operator",
        reason="mended",
        attempts=1,
        original=Received(topics.responses_of(POLICE), 9, 77, int(NOW) - 5000, b"k", GOOD, ()).original(),
    )
    (again,) = await door.hears("", released, topics.QUARANTINE)
    assert (again.meta.event_id, again.arrived_at) == (fact.meta.event_id, fact.arrived_at)
    assert await door.hears("", released.model_copy(update={"service": "triage"}), topics.QUARANTINE) == []


async def test_a_release_of_rubbish_on_the_quarantine_itself_says_nothing_and_stops_nothing(door: Door) -> None:
    released = hub.QuarantineReleased(
        meta=meta(None),
        service="intake",
        actor="operator",
        reason="mended",
        attempts=1,
        original=Received(topics.QUARANTINE, PARTITION, 0, int(NOW), None, b"rubbish", ()).original(),
    )
    assert await door.hears("", released, topics.QUARANTINE) == []


async def test_a_release_that_fails_again_is_another_entry(door: Door) -> None:
    released = hub.QuarantineReleased(
        meta=meta(),
        service="intake",
        actor="operator",
        reason="try",
        attempts=1,
        original=Received(topics.responses_of(POLICE), 9, 77, 0, b"k", b"rubbish", ()).original(),
    )
    entry, _ = told(await door.hears("", released, topics.QUARANTINE))
    assert (entry.attempts, entry.original.offset) == (2, 77)


# -- halted ----------------------------------------------------------------------------------------------------------


async def test_an_organisation_of_mostly_rubbish_is_halted_alone(door: Door) -> None:
    topic = topics.responses_of(POLICE)
    turn = await door.takes(*(door.received(topic, b"rubbish") for _ in range(30)))
    assert [(one.topic, one.partition) for one in turn.halted] == [(topic, PARTITION)]
    assert door.book.next(topic) == 20, "the rest waits in the topic"
    assert len(turn.outgoing) == 40

    (fact,) = await door.hears(HEALTH, answer(HEALTH))
    assert isinstance(fact, hub.AnswerReceived)
    still = await door.takes(door.received(topics.submissions_of(POLICE), GOOD))
    assert still.halted
    assert still.outgoing == []


async def test_what_was_handled_is_not_handled_again(door: Door) -> None:
    received = door.received(topics.responses_of(POLICE), GOOD)
    assert len((await door.takes(received)).outgoing) == 1
    assert (await door.takes(received)).outgoing == []


async def test_offsets_that_a_partner_s_topic_lacks_are_asked_for_once_more_and_then_believed(door: Door) -> None:
    """A partner that writes in transactions leaves gaps; it must not stop the others' door."""
    topic = topics.responses_of(POLICE)
    assert len((await door.takes(door.received(topic, GOOD))).outgoing) == 1
    door.offsets[topic] += 1
    behind = door.received(topic, GOOD)
    with pytest.raises(Gap):
        await door.takes(behind)
    assert len((await door.takes(behind)).outgoing) == 1
    door.offsets[topic] += 1
    assert len((await door.takes(door.received(topic, GOOD))).outgoing) == 1, "of this topic it is known now"


async def test_H_05_a_partner_s_own_number_of_a_child_leads_to_no_child_of_the_council(door: Door):
    """Its referral says of whom it is in every other way."""
    assert CHILD.local_id
    (taken,) = [
        one for one in await submits(door, submitted(children=(CHILD,))) if isinstance(one, hub.ReferralReceived)
    ]
    assert taken.children == (replace(CHILD, local_id=None),)
