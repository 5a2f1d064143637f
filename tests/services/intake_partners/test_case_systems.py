"""What a case system says becomes what the directory holds: the whole state of a child, the newest, from holders alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from core_story import HACKNEY, MONDAY
from hub_memory import CSC, NHS, OPEN, PARTNERSHIP, UPN, HubMemory, contact, token
from one_partition import CODEC, NOW, PARTITION

from mashbus.bus.casebook import Casebook
from mashbus.bus.clock import Clock
from mashbus.bus.directory.reading import NotFresh
from mashbus.bus.handling import Turn
from mashbus.bus.headers import cloudevent, normalise
from mashbus.bus.received import Received
from mashbus.bus.service import NOTHING
from mashbus.contracts import agency, hub, topics
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.known import PoliceReference
from mashbus.domain.referral import Address, Child
from services.intake.case_systems import CaseSystems
from services.intake.partners import PartnerRecords, Partners

MINUTE = timedelta(minutes=1)
ROBIN = Child(
    local_id="L1", given_name="Robin", family_name="Sampleton", nhs_number="999 000 0018", upn=UPN.lower(),
    address=Address(lines=("1 Test Row",)), phone="01632 960002", school="Placeholder Primary", ethnicity="WBRI",
)  # fmt: skip


class Door:
    """The door, and a directory that reads back what it says."""

    def __init__(self, tmp_path: Path) -> None:
        self.hub = HubMemory(tmp_path / "directory")
        self.memory = self.hub.service()
        partners = Partners(case_systems=CaseSystems(self.memory))
        book, clock = Casebook(tmp_path / "3.sqlite", PARTITION, NOTHING), Clock(wall=lambda: int(NOW) * 1000)
        profiles = {"hackney": PARTNERSHIP, "medway": replace(HACKNEY, name="medway")}
        self.records = PartnerRecords(book, CODEC, clock, profiles, partners)
        self.offset = 0

    def received(self, record: Record, organisation: str = CSC) -> Received:
        topic = topics.submissions_of(organisation)
        self.offset += 1
        value = CODEC.encode(topic, record)
        return Received(topic, PARTITION, self.offset - 1, int(NOW), b"k", value, tuple(cloudevent(record, "x")))

    async def takes(self, *records: Record, organisation: str = CSC) -> Turn:
        turn = Turn()
        await self.records.handle([self.received(one, organisation) for one in records], turn)
        return turn

    async def hears(self, record: Record, organisation: str = CSC) -> list:
        """One turn with one record; the directory reads it back."""
        said = read(await self.takes(record, organisation=organisation))
        self.tells(said)
        return said

    def tells(self, said: list) -> None:
        self.hub.told(*(one for one in said if isinstance(one, hub.ChildHeld | hub.ChildIdentified)))

    def holds(self, child: Child, force: str | None = None) -> list:
        return list(self.hub.look("any", contact("any", child, force=force)).known)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    made = Door(tmp_path)
    yield made
    made.hub.table.close()


def read(turn: Turn) -> list:
    values = [(one, one.value or CODEC.encode(one.topic, one.record)) for one in turn.outgoing]
    return [CODEC.decode(one.topic, value, normalise(cloudevent(one.record, "x"))) for one, value in values]


def news(name: str = "a", *, at: timedelta = timedelta(0), partnership: str = "hackney", **changes: object) -> Record:
    said: dict[str, object] = {"changed_at": MONDAY - timedelta(days=1) + at, "child": ROBIN, "holdings": (OPEN,)}
    return agency.CaseHoldingChanged(
        meta=Meta(event_id=ids.derived("news", name), partnership=partnership, case_id=None, occurred_at=MONDAY),
        **{**said, **changes},
    )


def kinds(said: list) -> list[str]:
    return [type(one).__name__ for one in said]


async def test_a_child_is_held_and_found_by_all_that_is_known_of_it(door: Door) -> None:
    reference = PoliceReference(force="met-police", reference="p-77")
    said = await door.hears(news(police_references=(reference,)))
    assert kinds(said) == ["ChildHeld", "ChildIdentified", "ChildIdentified", "ChildIdentified"]
    for child, force in ((Child(local_id="l1"), None), (Child(nhs_number=NHS), None), (Child(upn=UPN), None)):
        assert [one.holdings for one in door.holds(child, force)] == [(OPEN,)]
    assert door.holds(Child(local_id="P-77"), "met-police")
    assert not door.holds(Child(local_id="P-77"), "kent-police")


async def test_of_the_person_the_directory_keeps_what_matching_compares_and_no_more(door: Door) -> None:
    (held, *_) = await door.hears(news())
    assert held.person == Child(
        local_id="L1", given_name="Robin", family_name="Sampleton", address=Address(lines=("1 Test Row",))
    )
    assert (held.child, held.organisation, held.meta.case_id) == (token("L1"), CSC, None)
    assert held.meta.cause_id == news().meta.event_id


async def test_no_key_and_no_header_says_who_the_child_is(door: Door) -> None:
    turn = await door.takes(news())
    for one in turn.outgoing:
        seen = one.key + str(cloudevent(one.record, "x"))
        assert all(secret not in seen for secret in ("L1", NHS, UPN, "Robin", "Sampleton"))


async def test_what_a_child_had_and_has_no_longer_is_withdrawn(door: Door) -> None:
    await door.hears(news())
    said = await door.hears(news("b", at=MINUTE, child=replace(ROBIN, nhs_number=None)))
    withdrawn = [one for one in said if isinstance(one, hub.ChildIdentified) and one.child is None]
    assert [one.kind for one in withdrawn] == ["nhs_number"]
    assert not door.holds(Child(nhs_number=NHS))
    assert door.holds(Child(upn=UPN))


async def test_a_child_without_holdings_is_forgotten_with_all_that_it_was_found_by(door: Door) -> None:
    await door.hears(news())
    (held, *others) = await door.hears(news("b", at=MINUTE, holdings=()))
    assert (held.holdings, held.person) == ((), None)
    assert {(one.kind, one.child) for one in others} == {("nhs_number", None), ("upn", None)}
    assert not door.holds(ROBIN)


async def test_older_news_is_told_and_not_taken_and_not_set_aside(door: Door) -> None:
    await door.hears(news("b", at=MINUTE))
    (word,) = await door.hears(news("a", holdings=(replace(OPEN, unit="Unit 1"),)))
    assert isinstance(word, agency.AnswerRefused)
    assert word.reason.startswith("older_news")
    assert door.holds(ROBIN)[0].holdings == (OPEN,)


async def test_older_news_brings_no_forgotten_child_back(door: Door) -> None:
    """A census of March that is imported after the case system has forgotten the child in May."""
    await door.hears(news("b", at=MINUTE, holdings=()))
    (word,) = await door.hears(news("a"))
    assert isinstance(word, agency.AnswerRefused)
    assert not door.holds(ROBIN)


async def test_the_same_news_again_says_nothing(door: Door) -> None:
    await door.hears(news())
    assert await door.hears(news()) == []
    assert kinds(await door.hears(news("b"))) == ["ChildHeld", "ChildIdentified", "ChildIdentified"]


async def test_what_was_said_only_in_part_is_said_again_whole(door: Door) -> None:
    turn = await door.takes(news())
    held, first, _ = read(turn)
    door.hub.told(held, first)
    assert kinds(await door.hears(news())) == ["ChildHeld", "ChildIdentified", "ChildIdentified"]


@pytest.mark.parametrize("organisation", ["met-police", "homerton-health"])
async def test_nobody_else_s_word_counts_on_who_holds_a_case(door: Door, organisation: str) -> None:
    said = await door.hears(news(), organisation)
    assert kinds(said) == ["RecordQuarantined", "AnswerRefused"]
    assert said[1].reason.startswith("not_a_holder")
    assert not door.holds(ROBIN)


async def test_a_stranger_s_partnership_is_refused(door: Door) -> None:
    said = await door.hears(news(partnership="nowhere"))
    assert said[1].reason.startswith("not_in_partnership")


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"child": replace(ROBIN, local_id=None)}, "local_id"),
        ({"child": replace(ROBIN, local_id="unknown")}, "local_id"),
        ({"changed_at": MONDAY + timedelta(days=1)}, "changed_at"),
        ({"holdings": (replace(OPEN, closed_on=OPEN.opened_on - timedelta(days=1)),)}, "closed_on"),
    ],
)
async def test_what_cannot_be_one_child_s_state_is_set_aside(door: Door, changes, where: str) -> None:
    said = await door.hears(news(**changes))
    assert kinds(said) == ["RecordQuarantined", "AnswerRefused"]
    assert where in said[1].reason
    assert not door.holds(ROBIN)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"child": replace(ROBIN, nhs_number="9990000019")}, "/child/nhs_number"),
        ({"child": replace(ROBIN, upn="A1234")}, "/child/upn"),
        ({"police_references": (PoliceReference(force="no-force", reference="P1"),)}, "/police_references/0/force"),
    ],
)
async def test_a_malformed_identifier_is_named_and_the_child_is_held_without_it(door: Door, changes, where) -> None:
    said = await door.hears(news(**changes))
    (word,) = [one for one in said if isinstance(one, agency.AnswerRefused)]
    assert where in word.reason
    assert word.reason.startswith("taken_without")
    assert all(secret not in word.reason for secret in ("9990000019", "A1234", "no-force"))
    assert "RecordQuarantined" not in kinds(said)
    assert door.holds(Child(local_id="L1"))


@pytest.mark.parametrize(
    "address", ["somebody", "somebody at council", "w@council.example\nBcc: x@y.example", "@x", "a@"]
)
async def test_H_05_an_address_that_is_none_is_told_and_left_out_so_that_the_team_is_written_to(door: Door, address):
    """Else the only letter about an open case would go nowhere, and the hub plays no further part."""
    said = await door.hears(news(holdings=(replace(OPEN, worker_email=address, manager_email="m@council.example"),)))
    (word,) = [one for one in said if isinstance(one, agency.AnswerRefused)]
    assert "/holdings/0/worker_email" in word.reason
    assert address not in word.reason
    assert "manager_email" not in word.reason
    (known,) = door.holds(Child(local_id="L1"))
    assert [(one.worker_email, one.manager_email) for one in known.holdings] == [(None, "m@council.example")]


async def test_a_number_that_is_another_child_s_too_is_told_and_the_latest_counts(door: Door) -> None:
    await door.hears(news())
    other = replace(ROBIN, local_id="L2", given_name="Sam", upn=None)
    said = await door.hears(news("b", child=other))
    assert "another child's too" in said[-1].reason
    assert [one.token for one in door.holds(Child(nhs_number=NHS))] == [token("L2")]
    await door.hears(news("c", at=MINUTE, child=replace(ROBIN, nhs_number=None)))
    assert [one.token for one in door.holds(Child(nhs_number=NHS))] == [token("L2")]


async def test_words_on_one_child_in_one_turn_are_compared_with_one_another(door: Door) -> None:
    turn = await door.takes(
        news("b", at=MINUTE),
        news("a", holdings=(replace(OPEN, unit="of before"),)),
        news("c", at=2 * MINUTE, child=replace(ROBIN, nhs_number=None)),
        news("c", at=2 * MINUTE, child=replace(ROBIN, nhs_number=None)),
    )
    said = read(turn)
    assert kinds(said) == [
        *("ChildHeld", "ChildIdentified", "ChildIdentified"), "AnswerRefused",
        *("ChildHeld", "ChildIdentified", "ChildIdentified"),
    ]  # fmt: skip
    door.tells(said)
    assert not door.holds(Child(nhs_number=NHS))
    assert door.holds(Child(upn=UPN))[0].holdings == (OPEN,)


async def test_a_number_that_moves_within_a_batch_is_not_lost(door: Door) -> None:
    await door.hears(news())
    to_sam = news("b", child=Child(local_id="L2", nhs_number=NHS))
    from_robin = news("c", at=MINUTE, child=replace(ROBIN, nhs_number=None))
    door.tells(read(await door.takes(to_sam, from_robin)))
    assert [one.token for one in door.holds(Child(nhs_number=NHS))] == [token("L2")]


async def test_many_children_are_one_question_to_the_log(door: Door) -> None:
    turn = await door.takes(*(news(str(n), child=Child(local_id=f"L{n}")) for n in range(50)))
    assert (len(turn.outgoing), door.hub.reading.asked) == (50, 1)


@pytest.mark.parametrize("why", ["not read to its end", "never read"])
async def test_until_the_directory_is_known_it_waits_and_nothing_else_does(door: Door, why: str) -> None:
    if why == "never read":
        door.hub.reading.whole.clear()
    else:
        door.hub.reading.fault = NotFresh("a test")
    turn = await door.takes(news())
    assert not turn.outgoing
    assert turn.stopped is None
    ((partition, wait),) = turn.put_off.items()
    assert partition.topic == topics.submissions_of(CSC)
    assert wait == timedelta(seconds=1)
