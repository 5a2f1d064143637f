"""Where a consumer group begins: offset 0 is committed where nothing is.

So a missing offset later means a coordinator that is loading, or a loss, and never "from the end".
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TypeVar

from confluent_kafka import Consumer, KafkaError, TopicPartition

from mashbus.bus.admin import Admin, asked
from mashbus.bus.errors import BrokerRefused
from mashbus.contracts.topics import PARTITIONS

_SECOND_LOOK = timedelta(seconds=1)
"""A group's coordinator loads in 0.25-0.5 s and may say "nothing committed" meanwhile (trap 50)."""
_AGAIN = timedelta(seconds=0.1)
_TRY = timedelta(seconds=5)
"""For one try of a question to a coordinator: the first one to a new broker may go unanswered."""
_PATIENCE = timedelta(seconds=60)
"""For all tries: a new broker makes the topic of all offsets first, which took a busy machine more than 15 s."""
_PASSING = frozenset(
    {
        KafkaError.NOT_COORDINATOR,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.REQUEST_TIMED_OUT,
        KafkaError._WAIT_COORD,  # noqa: SLF001 - librdkafka's own codes have no other names
        KafkaError._TIMED_OUT,  # noqa: SLF001
        KafkaError._TRANSPORT,  # noqa: SLF001
    }
)

R = TypeVar("R")


def commit_start(client: Admin, groups: Mapping[str, Iterable[str]]) -> Mapping[str, int]:
    """Commits offset 0 for each group and partition of its topics where none is committed: how many, by group.

    Asks twice before it believes that nothing is committed; a group with members refuses, as it has its own offsets.
    """
    reads = {group: tuple(topics) for group, topics in groups.items()}
    with ExitStack() as members:
        member = {group: members.enter_context(_member(client, group)) for group in reads}
        missing = [group for group, topics in reads.items() if _uncommitted(member[group], group, topics)]
        if missing:
            time.sleep(_SECOND_LOOK.total_seconds())
        started = {group: _start(member[group], group, reads[group]) for group in missing}
    return {group: partitions for group, partitions in started.items() if partitions}


def _start(member: Consumer, group: str, topics: Iterable[str]) -> int:
    start = [TopicPartition(one.topic, one.partition, 0) for one in _uncommitted(member, group, topics)]
    if start:
        _patiently(f"commit the start of {group}", lambda: member.commit(offsets=start, asynchronous=False))
    return len(start)


def _uncommitted(member: Consumer, group: str, topics: Iterable[str]) -> list[TopicPartition]:
    partitions = [TopicPartition(topic, partition) for topic in topics for partition in range(PARTITIONS)]
    found = _patiently(
        f"read the offsets of {group}", lambda: member.committed(partitions, timeout=_TRY.total_seconds())
    )
    return [one for one in found if one.offset < 0]


def _patiently(what: str, ask: Callable[[], R]) -> R:
    """A new broker has no coordinator until it was asked for one, and a returning one has to load."""
    until = time.monotonic() + _PATIENCE.total_seconds()
    while True:
        try:
            return asked(what, ask)
        except BrokerRefused as fault:
            if fault.code not in _PASSING or time.monotonic() > until:
                raise
            time.sleep(_AGAIN.total_seconds())


@contextmanager
def _member(client: Admin, group: str) -> Iterator[Consumer]:
    """A consumer that joins nothing: it can wait for a coordinator that is not there yet.

    The admin client's list_consumer_group_offsets cannot: it ends the whole process (librdkafka issue 5040).
    """
    member = Consumer(client.settings | {"group.id": group, "enable.auto.commit": False})
    try:
        yield member
    finally:
        member.close()
