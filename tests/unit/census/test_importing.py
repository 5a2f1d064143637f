"""What an import publishes: the same ids for the same file, nothing of what is closed long ago, all that came before damage."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from mashbus.bus.directory.keys import Keys
from mashbus.bus.producer import NotAcknowledged, Outgoing
from mashbus.census.children import CensusChild
from mashbus.census.faults import CensusRefused, FileFault
from mashbus.contracts.agency import CaseHoldingChanged
from mashbus.domain.known import Holder, Holding
from mashbus.imports.holdings import Origin
from mashbus.imports.sending import BATCH, Sending

TRUE_AT = datetime(2026, 3, 31, 22, 59, 59, tzinfo=UTC)
NOW = datetime(2026, 6, 8, 9, tzinfo=UTC)
KEYS = Keys("0123456789abcdef0123456789abcdef")
OPEN = Holding(service=Holder.SOCIAL_CARE, opened_on=date(2026, 1, 2))


def child(local_id: str = "L1", *spells: Holding, born: date = date(2015, 5, 1)) -> CensusChild:
    return CensusChild(
        local_id=local_id, upn="Z12345678901A", birth_date=born, expected_birth_date=None, sex="F", spells=spells
    )


def said(
    one: CensusChild, now: datetime = NOW, true_at: datetime = TRUE_AT, serial: str = "7"
) -> tuple[Outgoing, CaseHoldingChanged]:
    origin = Origin(partnership="hackney", organisation="hackney-csc", serial=serial, true_at=true_at)
    outgoing = origin.said(one, KEYS, now)
    assert isinstance(outgoing.record, CaseHoldingChanged)
    return outgoing, outgoing.record


def test_a_record_is_true_when_the_file_was_and_lies_under_the_child_s_own_key() -> None:
    outgoing, record = said(child("L1", OPEN))
    assert (outgoing.topic, record.changed_at, record.meta.occurred_at) == (
        "agency.hackney-csc.submissions",
        TRUE_AT,
        NOW,
    )
    assert outgoing.key == KEYS.child("hackney", "hackney-csc", "L1") == said(child("l 1", OPEN))[0].key
    assert (record.child.local_id, record.child.upn, record.holdings) == ("L1", "Z12345678901A", (OPEN,))


def test_the_same_file_again_has_the_same_ids_and_anything_else_has_others() -> None:
    first = said(child("L1", OPEN))[1].meta.event_id
    assert said(child("L1", OPEN), NOW + timedelta(days=9))[1].meta.event_id == first
    others = [
        said(child("L2", OPEN)),
        said(child("L1")),
        said(child("L1", OPEN, OPEN)),
        said(child("L1", OPEN, born=date(2015, 5, 2))),
        said(child("L1", OPEN), serial="8"),
        said(child("L1", OPEN), true_at=TRUE_AT + timedelta(days=1)),
    ]
    assert len({first, *(record.meta.event_id for _, record in others)}) == 7


def test_a_file_from_the_future_does_not_outlast_what_the_case_system_says_tomorrow() -> None:
    assert said(child("L1", OPEN), now=TRUE_AT - timedelta(days=20))[1].changed_at == TRUE_AT - timedelta(days=20)


def test_of_whom_nothing_is_held_no_more_than_the_id_is_said() -> None:
    _, record = said(child("L1"))
    assert record.holdings == ()
    assert (record.child.local_id, record.child.upn, record.child.date_of_birth, record.child.sex) == (
        "L1",
        None,
        None,
        None,
    )


class Broker:
    """Keeps what was acknowledged; fails as often as it is told."""

    def __init__(self, failures: int = 0) -> None:
        self.batches: list[int] = []
        self.failures = failures

    async def publish(self, outgoing: Sequence[Outgoing]) -> None:
        if self.failures:
            self.failures -= 1
            raise NotAcknowledged("no_acknowledgement", "played")
        self.batches.append(len(outgoing))


def sent(broker: Broker, outgoing: Iterator[Outgoing]) -> Sending:
    sending = Sending(broker)  # type: ignore[arg-type]
    asyncio.run(sending.all(outgoing, lambda: None))
    return sending


def many(count: int, then: Exception | None = None) -> Iterator[Outgoing]:
    for number in range(count):
        yield said(child(f"L{number + 1}", OPEN))[0]
    if then:
        raise then


def test_so_many_are_in_flight_and_no_more() -> None:
    broker = Broker()
    assert sent(broker, many(BATCH * 2 + 3)).published == BATCH * 2 + 3
    assert broker.batches == [BATCH, BATCH, 3]


def test_a_broker_that_comes_back_is_waited_for() -> None:
    broker = Broker(failures=2)
    assert sent(broker, many(5)).published == 5
    assert broker.batches == [5]


def test_what_came_before_the_damage_is_published_and_then_the_damage_is_said() -> None:
    broker = Broker()
    with pytest.raises(CensusRefused):
        sent(broker, many(BATCH + 7, CensusRefused(FileFault.CUT_SHORT)))
    assert broker.batches == [BATCH, 7]
