"""A case's story as the broker's bytes, folded as `mashbus deadlines` folds the log."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from core_story import CASE_ONE, Story
from one_partition import CODEC, PARTITION

from mashbus.bus.clock import EPOCH, Clock
from mashbus.bus.headers import cloudevent
from mashbus.bus.received import Received
from mashbus.contracts.addressing import key_of, topic_of
from mashbus.contracts.record import Record
from mashbus.domain.deadline import Deadline
from services.deadlines.decide import fired
from services.deadlines.reconciling.log_fold import READS, Folded, PartitionFold

AT = Clock().at


def ms(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


def received(record: Record, at: datetime, offset: int = 0) -> Received:
    topic, key = topic_of(record), key_of(record).encode()
    return Received(
        topic, PARTITION, offset, ms(at), key, CODEC.encode(topic, record), tuple(cloudevent(record, "/test"))
    )


def folded(*said: tuple[Record, datetime]) -> PartitionFold:
    """Topic by topic, as a consumer may get them: what each topic holds keeps its order."""
    fold = PartitionFold(CODEC, AT)
    for topic in READS:
        for record, at in said:
            if topic_of(record) == topic:
                fold.take(received(record, at))
    return fold


def case_of(story: Story, case_id: UUID = CASE_ONE) -> Folded:
    return folded(*story.heard).cases[case_id]


def owed(story: Story, organisation: str = "met-police") -> Deadline:
    deadline = story.case.watch.in_force(story.request(organisation).request_id)
    assert deadline is not None
    return deadline


def lapse(story: Story, deadline: Deadline, at: datetime) -> Record:
    said = fired(story.case.watch, f"lapse/{deadline.deadline_id}", at, blind=False)
    assert said is not None
    return said


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
