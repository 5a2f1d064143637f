"""Case by case: counted once, set aside, waited behind, released, discarded, and nothing said twice."""

from pathlib import Path
from uuid import UUID

import pytest
from core_story import CASE_ONE, HOUR, MANAGER, MONDAY, PERSONAL, case_of, meta, rating, referral
from one_partition import CODEC, Broken, Instance, Log, triage_of

from mashbus.bus.cases import KeyDiffers
from mashbus.bus.errors import PermanentError, TransientError
from mashbus.bus.headers import cloudevent
from mashbus.bus.quarantine import Share, TooManyQuarantined
from mashbus.bus.service import NOTHING, Service
from mashbus.contracts import agency, hub, topics
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.referral import Concern, Consent
from mashbus.domain.vocabulary import Channel, ConsentStatus, EmailKind, Involvement, Rag


class Unlucky(TransientError):
    def __init__(self) -> None:
        super().__init__("unlucky", "try again")


@pytest.fixture
def log() -> Log:
    return Log()


def breaking(kind: type[Record], fault: Exception | None = None) -> Broken:
    return Broken(lambda record: (fault or ValueError("Tamsin Sampleton")) if isinstance(record, kind) else None)


def notification(*, partnership: str = "hackney", name: str = "first", immediate_harm: bool = False) -> Record:
    """Of one incident, with content of its own."""
    case_id = ids.case_of_incident("met-police", "I-1")
    return hub.PoliceNotificationReceived(
        meta=Meta(event_id=ids.once(case_id, name), partnership=partnership, case_id=case_id, occurred_at=MONDAY),
        force="met-police", incident="I-1", form="PPN", nature="missing", incident_at=MONDAY - HOUR, content_hash=name,
        batch_id=case_id, children=(), adults=(), concern=Concern(immediate_harm=immediate_harm),
    )  # fmt: skip


def event_ids(log: Log, kind: type[Record]) -> list[UUID]:
    return [one.meta.event_id for one in log.records(kind)]


# -- once ------------------------------------------------------------------------------------------------------------


async def test_a_referral_becomes_a_case_requests_and_a_letter(log: Log, tmp_path: Path) -> None:
    log.put(referral())
    await Instance(log, tmp_path).run()
    assert (
        len(log.records(hub.CaseOpened))
        == len(log.records(hub.CaseRouted))
        == len(log.records(hub.EmailRequested))
        == 1
    )
    assert {one.organisation for one in log.records(agency.InformationRequested)} == {
        "met-police", "homerton-health", "hackney-education"
    }  # fmt: skip


async def test_P3_an_id_that_comes_again_is_counted_and_has_no_effect(log: Log, tmp_path: Path) -> None:
    log.put(referral(), referral(), referral())
    triage = await Instance(log, tmp_path).run()
    log.put(referral())
    await triage.run()
    for kind in (hub.CaseOpened, hub.CaseRouted, agency.InformationRequested, hub.EmailRequested):
        ids = event_ids(log, kind)
        assert len(ids) == len(set(ids))


async def test_a_fact_in_flight_is_not_published_again(log: Log, tmp_path: Path) -> None:
    """A rating arrives while CaseOpened is on its way: the case still calls for CaseOpened."""
    log.put(referral(), rating(CASE_ONE, Rag.RED))
    triage = Instance(log, tmp_path)
    await triage.step(topics.REFERRALS)
    await triage.step(topics.CASES, 1)
    assert len(log.records(hub.CaseOpened)) == 1
    await triage.run()
    assert len(log.records(hub.CaseOpened)) == len(log.records(hub.CaseRouted)) == 1


async def test_nothing_is_decided_beside_a_fact_in_flight(log: Log, tmp_path: Path) -> None:
    """A rating and the word that the case is open come together: asked first, so its holder is told besides."""
    log.put(referral(concern=Concern(summary="An invented worry."), consent=Consent(status=ConsentStatus.GIVEN)))
    triage = await Instance(log, tmp_path).run()
    found = hub.InvolvementRecorded(
        meta=meta(CASE_ONE, "found"), actor=MANAGER, involvement=Involvement.OPEN, held_by="Unit 4", closed_on=None
    )
    log.put(rating(CASE_ONE, Rag.AMBER), found)
    await triage.run()
    assert log.records(hub.CaseRouted)[0].requests
    assert [one.instead for one in log.records(hub.PassedToHolder)] == [False]


async def test_design_10_killed_between_publish_and_save_it_says_the_same_again_under_the_same_ids(
    log: Log, tmp_path: Path
) -> None:
    log.put(referral())
    triage = Instance(log, tmp_path)
    log.take((await triage.handle(topics.REFERRALS)).outgoing)
    triage.crash()
    await triage.run()
    assert len(event_ids(log, hub.CaseOpened)) == 2
    assert len(set(event_ids(log, hub.CaseOpened))) == 1
    assert len(event_ids(log, hub.CaseRouted)) == 1


async def test_killed_before_publishing_nothing_is_lost(log: Log, tmp_path: Path) -> None:
    log.put(referral())
    triage = Instance(log, tmp_path)
    await triage.handle(topics.REFERRALS)
    triage.crash()
    assert triage.knows() == {"cases": {}, "positions": {}, "held": []}
    await triage.run()
    assert len(log.records(hub.CaseRouted)) == 1


async def test_a_record_before_its_case_s_opening_waits_for_it(log: Log, tmp_path: Path) -> None:
    log.put(rating(CASE_ONE, Rag.RED))
    triage = await Instance(log, tmp_path).run()
    assert triage.held() == {CASE_ONE: [(topics.CASES, 0, None)]}
    assert not log.records(hub.RecordQuarantined)
    log.put(referral())
    await triage.run()
    assert triage.held() == {}
    assert [one.decided_by.label for one in log.records(hub.CaseRouted)] == ["manager"]


# -- set aside -------------------------------------------------------------------------------------------------------


async def test_P2_a_poison_record_is_set_aside_its_case_waits_and_others_go_on(log: Log, tmp_path: Path) -> None:
    broken = Broken(
        lambda record: (
            ValueError("Tamsin") if (record.meta.case_id, type(record)) == (CASE_ONE, hub.CaseOpened) else None
        )
    )
    log.put(referral(), referral("two"))
    triage = await Instance(log, tmp_path, triage_of(broken)).run()
    log.put(rating(CASE_ONE, Rag.RED))
    await triage.run()

    (entry,) = log.quarantined()
    assert (entry.reason, entry.attempts, entry.service) == ("unforeseen", 1, "triage")
    opened = next(one for one in log.topics[topics.CASES] if one.key == str(CASE_ONE).encode())
    assert (entry.original.value, entry.original.offset) == (opened.value, opened.offset)
    assert [held[2] for held in triage.held()[CASE_ONE]] == [entry.meta.event_id, None]
    assert [one.meta.case_id for one in log.records(hub.CaseRouted)] == [case_of("two")]


async def test_P7_the_quarantine_entry_says_the_class_of_fault_and_quotes_nothing(log: Log, tmp_path: Path) -> None:
    log.put(referral())
    await Instance(log, tmp_path, triage_of(breaking(hub.CaseOpened))).run()
    (entry,) = log.quarantined()
    said = entry.model_copy(update={"original": None}).model_dump_json()
    assert "ValueError" in said
    assert not [word for word in PERSONAL if word in said]


async def test_a_release_handles_it_and_those_behind_it_in_order(log: Log, tmp_path: Path) -> None:
    broken = breaking(hub.CaseOpened)
    log.put(referral())
    triage = await Instance(log, tmp_path, triage_of(broken)).run()
    log.put(rating(CASE_ONE, Rag.RED, "first"), rating(CASE_ONE, Rag.GREEN, "second"))
    await triage.run()
    broken.fault = lambda _: None
    log.release(log.quarantined()[0])
    await triage.run()
    assert triage.held() == {}
    assert len(log.records(hub.EmailRequested)) == len(log.records(hub.CaseRouted)) == 1
    assert [one.rag for one in log.records(hub.CaseRerated)] == [Rag.RED, Rag.GREEN]


async def test_a_discard_skips_it_and_handles_those_behind(log: Log, tmp_path: Path) -> None:
    broken = Broken(
        lambda record: ValueError() if isinstance(record, hub.RatingGiven) and record.rag is Rag.RED else None
    )
    log.put(referral())
    triage = await Instance(log, tmp_path, triage_of(broken)).run()
    log.put(rating(CASE_ONE, Rag.RED, "bad"), rating(CASE_ONE, Rag.GREEN, "good"))
    await triage.run()
    log.discard(log.quarantined()[0])
    await triage.run()
    assert triage.held() == {}
    assert [one.rag for one in log.records(hub.CaseRerated)] == [Rag.GREEN]


async def test_a_release_that_fails_again_keeps_its_place_under_a_new_entry(log: Log, tmp_path: Path) -> None:
    log.put(referral())
    triage = await Instance(log, tmp_path, triage_of(breaking(hub.CaseOpened))).run()
    log.put(rating(CASE_ONE, Rag.RED))
    await triage.run()
    log.release(log.quarantined()[0])
    await triage.run()
    first, second = log.quarantined()
    assert (first.attempts, second.attempts) == (1, 2)
    assert [held[2] for held in triage.held()[CASE_ONE]] == [second.meta.event_id, None]
    log.release(first)
    await triage.run()
    assert len(log.quarantined()) == 2, "the older entry is no longer what waits"


async def test_a_word_for_another_service_or_about_nothing_does_nothing(log: Log, tmp_path: Path) -> None:
    log.put(referral())
    triage = await Instance(log, tmp_path, triage_of(breaking(hub.CaseOpened))).run()
    (entry,) = log.quarantined()
    log.discard(entry.model_copy(update={"service": "outcomes"}))
    log.discard(entry.model_copy(update={"meta": entry.meta.model_copy(update={"event_id": UUID(int=5)})}))
    await triage.run()
    assert triage.held()[CASE_ONE][0][2] == entry.meta.event_id


@pytest.mark.parametrize("value", [None, b"", b"\xff" * 50, b"\x00\x00\x00\xff\xff" + b"rubbish"])
async def test_unreadable_bytes_hold_back_the_case_their_key_names(
    log: Log, tmp_path: Path, value: bytes | None
) -> None:
    log.put(referral())
    triage = await Instance(log, tmp_path).run()
    log.bytes(topics.CASES, value, str(CASE_ONE).encode())
    log.put(rating(CASE_ONE, Rag.RED))
    await triage.run()
    (entry,) = log.quarantined()
    assert entry.original.value == value
    assert [held[2] for held in triage.held()[CASE_ONE]] == [entry.meta.event_id, None]


async def test_a_record_without_a_case_s_key_lies_in_its_own_partition_and_can_be_released(
    log: Log, tmp_path: Path
) -> None:
    """Its entry has a key of its own: were it placed by that key, this instance might never hear of its release."""
    log.bytes(topics.CASES, b"rubbish", b"somebody")
    triage = Instance(log, tmp_path)
    turn = await triage.handle(topics.CASES)
    assert [one.partition for one in turn.outgoing] == [3]
    log.take(turn.outgoing)
    triage.save()
    log.discard(log.quarantined()[0])
    await triage.run()
    assert triage.held() == {}


async def test_keyed_by_one_case_and_speaking_of_another_it_is_set_aside_and_not_left_waiting(
    log: Log, tmp_path: Path
) -> None:
    record = rating(CASE_ONE, Rag.RED)
    log.bytes(topics.CASES, CODEC.encode(topics.CASES, record), b"other", tuple(cloudevent(record, "/x")))
    triage = await Instance(log, tmp_path).run()
    (entry,) = log.quarantined()
    assert entry.reason == KeyDiffers().reason
    log.release(entry)
    await triage.run()
    assert [one.attempts for one in log.quarantined()] == [1, 2]
    assert CASE_ONE not in triage.held()


async def test_design_4_other_content_under_a_used_key_is_set_aside_and_nothing_waits_behind_it(
    log: Log, tmp_path: Path
) -> None:
    log.put(referral(content="first"), referral(content="second"))
    triage = await Instance(log, tmp_path).run()
    (entry,) = log.quarantined()
    assert entry.reason == "other_content"
    assert triage.held() == {}


async def test_P5_a_notification_of_another_hub_s_incident_is_set_aside_and_nothing_waits_behind_it(
    log: Log, tmp_path: Path
) -> None:
    first, other = notification(), notification(partnership="camden", name="other")
    log.put(first, other)
    triage = await Instance(log, tmp_path).run()
    (entry,) = log.quarantined()
    assert entry.reason == "other_partnership"
    assert triage.held() == {}
    log.put(notification(name="third", immediate_harm=True))
    await triage.run()
    assert len(log.quarantined()) == 1, "what is this hub's own goes on"
    assert len(log.records(hub.CaseOpened)) == 1


async def test_what_can_t_be_encoded_is_the_fault_of_the_record_that_called_for_it(log: Log, tmp_path: Path) -> None:
    """Else publishing would fail for the whole batch, again and again."""
    huge = "x" * 1_100_000

    def announce(_state: object, record: Record, at: object) -> list[Record]:
        if record.meta.case_id != CASE_ONE or not isinstance(record, hub.ReferralReceived):
            return []
        made = hub.EmailSuppressed(meta=meta(CASE_ONE, "big"), kind=EmailKind.OUTCOME, reason=huge)
        return [made]

    service = triage_of()
    log.put(referral(), referral("two"))
    broken = Service(**{**vars(service), "announce": announce})
    triage = await Instance(log, tmp_path, broken).run()
    (entry,) = log.quarantined()
    assert (entry.reason, entry.meta.case_id) == ("too_large", CASE_ONE)
    assert [one.meta.case_id for one in log.records(hub.CaseOpened)] == [case_of("two")]
    assert CASE_ONE in triage.held()


async def test_a_fact_that_was_never_sent_is_not_taken_to_be_in_flight(log: Log, tmp_path: Path) -> None:
    """Quarantined after its fact was made, released, the record states it after all."""
    sound = triage_of()
    huge = "x" * 1_100_000
    broken = [True]

    def decide(state: object, at: object) -> Record | None:
        fact = sound.decide(state, at)
        return fact.model_copy(update={"reference": huge}) if broken[0] and isinstance(fact, hub.CaseOpened) else fact

    log.put(referral())
    triage = await Instance(log, tmp_path, Service(**{**vars(sound), "decide": decide})).run()
    assert not log.records(hub.CaseOpened)
    broken[0] = False
    log.release(log.quarantined()[0])
    await triage.run()
    assert len(log.records(hub.CaseRouted)) == 1


# -- passing faults --------------------------------------------------------------------------------------------------


async def test_a_passing_fault_ends_the_turn_in_front_of_its_record_and_what_came_before_counts(
    log: Log, tmp_path: Path
) -> None:
    broken = Broken(lambda record: Unlucky() if record.meta.case_id == case_of("two") else None)
    log.put(referral(), referral("two"), referral("three"))
    triage = Instance(log, tmp_path, triage_of(broken))
    with pytest.raises(Unlucky):
        await triage.step(topics.REFERRALS)
    assert triage.book.next(topics.REFERRALS) == 1
    assert [one.meta.case_id for one in log.records(hub.CaseOpened)] == [CASE_ONE]
    broken.fault = lambda _: None
    await triage.run()
    assert len(log.records(hub.CaseRouted)) == 3


class Post:
    """A service that performs something for every record, and fails now and then."""

    def __init__(self) -> None:
        self.done: list[UUID] = []
        self.fails = Broken()

    async def perform(self, _: None, record: Record, at: object) -> list[Record]:
        if fault := self.fails.fault(record):
            raise fault
        self.done.append(record.meta.event_id)
        return []

    def service(self) -> Service[None]:
        return Service(name="post", reads=(topics.CASES,), fold=NOTHING, perform=self.perform)


@pytest.mark.parametrize("word", ["release", "discard"])
async def test_a_passing_fault_while_the_line_moves_on_leaves_nobody_behind(
    log: Log, tmp_path: Path, word: str
) -> None:
    first, *rest = (rating(CASE_ONE, Rag.RED, str(number)) for number in range(4))
    post = Post()
    post.fails.fault = lambda record: ValueError() if record == first else None
    instance = Instance(log, tmp_path, post.service())
    log.put(first, *rest)
    await instance.run()
    assert post.done == []
    getattr(log, word)(log.quarantined("post")[0])
    post.fails.fault = lambda record: Unlucky() if record == rest[1] else None
    with pytest.raises(Unlucky):
        await instance.step(topics.QUARANTINE)
    instance.crash()
    post.fails.fault = lambda _: None
    await instance.run()
    expected = [*([first] if word == "release" else []), *rest]
    assert post.done == [one.meta.event_id for one in expected]
    assert instance.held() == {}


async def test_a_passing_fault_while_an_opening_drains_leaves_nobody_behind(log: Log, tmp_path: Path) -> None:
    early = [rating(CASE_ONE, Rag.RED, "1"), rating(CASE_ONE, Rag.GREEN, "2")]
    broken = Broken(lambda record: Unlucky() if record == early[0] else None)
    log.put(*early)
    triage = await Instance(log, tmp_path, triage_of(broken)).run()
    log.put(referral())
    with pytest.raises(Unlucky):
        await triage.step(topics.REFERRALS)
    broken.fault = lambda _: None
    triage.crash()
    await triage.run()
    assert triage.held() == {}
    assert [one.rag for one in log.records(hub.CaseRouted)] == [Rag.RED]


async def test_what_waits_for_an_opening_that_was_discarded_waits_on(log: Log, tmp_path: Path) -> None:
    log.put(rating(CASE_ONE, Rag.RED))
    log.bytes(topics.REFERRALS, b"rubbish", str(CASE_ONE).encode())
    triage = await Instance(log, tmp_path).run()
    log.discard(log.quarantined()[0])
    await triage.run()
    assert triage.held() == {CASE_ONE: [(topics.CASES, 0, None)]}
    log.put(referral())
    await triage.run()
    assert triage.held() == {}
    assert len(log.records(hub.CaseRouted)) == 1


# -- too many --------------------------------------------------------------------------------------------------------


async def test_too_many_quarantined_stops_the_consumer_and_parks_nothing(log: Log, tmp_path: Path) -> None:
    log.put(*(referral(str(number)) for number in range(40)))
    triage = Instance(log, tmp_path, triage_of(breaking(hub.ReferralReceived)), Share("triage"))
    with pytest.raises(TooManyQuarantined, match="mashbus quarantine list"):
        await triage.step(topics.REFERRALS)
    triage.crash()
    assert triage.book.positions == {}
    assert not log.quarantined()


def test_a_few_bad_ones_among_many_good_ones_stop_nothing() -> None:
    share = Share("triage")
    for _ in range(100):
        share.count(bad=False)
        share.count(bad=False)
        share.count(bad=True)


def test_nothing_is_judged_before_twenty() -> None:
    share = Share("triage")
    for _ in range(19):
        share.count(bad=True)
    with pytest.raises(TooManyQuarantined):
        share.count(bad=True)


async def test_a_client_that_uses_its_keys_twice_stops_nobody_else(log: Log, tmp_path: Path) -> None:
    log.put(*(referral(str(number)) for number in range(30)))
    triage = await Instance(log, tmp_path, share=Share("triage", limit=0.1, least=10, window=20)).run()
    log.put(*(referral(str(number), content="other") for number in range(30)))
    await triage.run()
    assert len(log.quarantined()) == 30


async def test_an_unknown_partnership_is_set_aside_until_there_is_a_profile(log: Log, tmp_path: Path) -> None:
    log.put(referral(partnership="atlantis", channel=Channel.PHONE))
    triage = await Instance(log, tmp_path).run()
    (entry,) = log.quarantined()
    assert entry.reason == "no_such_partnership"
    assert "partnerships/atlantis.toml" in entry.detail
    assert CASE_ONE in triage.held()
    assert isinstance(KeyDiffers(), PermanentError)
    assert entry.meta.occurred_at == MONDAY
