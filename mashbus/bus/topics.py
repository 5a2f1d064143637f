"""The broker's topics brought in line with the catalogue's: created and configured, never deleted, never by accident.

And the start of every consumer group: offset 0 is committed where nothing is, so that a missing offset later means
a coordinator that is loading, or a loss, and never "from the end" (design 9).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # they are its documented names
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from mashbus.bus.errors import BrokerRefused
from mashbus.contracts.topic import Topic
from mashbus.contracts.topics import PARTITIONS

LIMIT = timedelta(seconds=15)
"""For each answer of the broker."""
_SECOND_LOOK = timedelta(seconds=1)
"""A group's coordinator loads in 0.25-0.5 s and may say "nothing committed" meanwhile (trap 50)."""
_TRY = timedelta(seconds=2)
_AGAIN = timedelta(seconds=0.1)

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Between a topic as the catalogue wants it and as the broker has it."""

    topic: str
    setting: str
    """`topic` where it is missing or unknown, `partitions`, or the name of a configuration entry."""
    wanted: str | None
    found: str | None

    @property
    def creates(self) -> bool:
        return self.setting == "topic" and self.wanted is not None

    @property
    def sets(self) -> bool:
        return self.setting not in ("topic", "partitions")

    def __str__(self) -> str:
        if self.setting == "topic":
            return f"+ {self.topic}" if self.found is None else f"? {self.topic} is not in the catalogue; left alone"
        note = "; cannot be changed, cases would move" if self.setting == "partitions" else ""
        return f"~ {self.topic} {self.setting}: {self.found} -> {self.wanted}{note}"


class Admin(AdminClient):
    """confluent-kafka's, and where it was told to look."""

    def __init__(self, kafka: str) -> None:
        self.settings: dict[str, str | int | float | bool] = {
            "bootstrap.servers": kafka,
            "socket.timeout.ms": int(LIMIT / timedelta(milliseconds=1)),
            "reconnect.backoff.ms": 500,
            "log_level": 2,  # a broker that is down is our error to report, not a line every 50 ms on stderr
        }
        super().__init__(self.settings)


def admin(kafka: str) -> Admin:
    """`kafka` is `host:port`, or several with commas between."""
    return Admin(kafka)


def diff(client: AdminClient, topics: Iterable[Topic]) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the catalogue; topics of ours that it does not name come last."""
    wanted = {topic.name: topic for topic in topics}
    there = _asked("list topics", lambda: client.list_topics(timeout=LIMIT.total_seconds())).topics
    configs = _configs(client, [name for name in wanted if name in there])
    found: list[Difference] = []
    for name, topic in wanted.items():
        if name not in there:
            found.append(Difference(topic=name, setting="topic", wanted=name, found=None))
            continue
        if (partitions := len(there[name].partitions)) != topic.partitions:
            found.append(_changed(name, "partitions", str(topic.partitions), str(partitions)))
        found += [
            _changed(name, setting, value, configs[name].get(setting))
            for setting, value in topic.broker_config.items()
            if configs[name].get(setting) != value
        ]
    strangers = sorted(name for name in there if name.startswith(("mash.", "agency.")) and name not in wanted)
    return (*found, *(Difference(topic=name, setting="topic", wanted=None, found=name) for name in strangers))


def apply(client: AdminClient, topics: Iterable[Topic], replication: int = -1) -> tuple[Difference, ...]:
    """Creates what is missing and sets what differs; returns what differed. Doing it again finds nothing to do.

    `replication` -1 is the broker's own default. Partition counts are for life and reported only.
    """
    wanted = {topic.name: topic for topic in topics}
    found = diff(client, wanted.values())
    _create(client, [wanted[one.topic] for one in found if one.creates], replication)
    _set(client, [one for one in found if one.sets])
    _await_effect(client, wanted)
    return found


def commit_start(client: Admin, groups: Mapping[str, Iterable[str]]) -> Mapping[str, int]:
    """Commits offset 0 for each group and partition of its topics where none is committed: how many, by group.

    Asks twice before it believes that nothing is committed; a group with members refuses, as it has its own offsets.
    """
    asked = {group: tuple(topics) for group, topics in groups.items()}
    missing = {group: none for group, topics in asked.items() if (none := _uncommitted(client, group, topics))}
    if not missing:
        return {}
    time.sleep(_SECOND_LOOK.total_seconds())
    started = {group: _start(client, group, asked[group]) for group in missing}
    return {group: partitions for group, partitions in started.items() if partitions}


def _start(client: Admin, group: str, topics: Iterable[str]) -> int:
    with _member(client, group) as member:
        missing = _none_committed(member, group, topics)
        if missing:
            start = [TopicPartition(one.topic, one.partition, 0) for one in missing]
            _asked(f"commit the start of {group}", lambda: member.commit(offsets=start, asynchronous=False))
        return len(missing)


def _uncommitted(client: Admin, group: str, topics: Iterable[str]) -> list[TopicPartition]:
    with _member(client, group) as member:
        return _none_committed(member, group, topics)


def _none_committed(member: Consumer, group: str, topics: Iterable[str]) -> list[TopicPartition]:
    """Asked in short tries: the first question to a new broker makes its offsets topic, and finds no coordinator."""
    partitions = [TopicPartition(topic, partition) for topic in topics for partition in range(PARTITIONS)]
    ask = partial(member.committed, partitions, timeout=_TRY.total_seconds())
    until = time.monotonic() + LIMIT.total_seconds()
    while True:
        try:
            return [one for one in _asked(f"read the offsets of {group}", ask) if one.offset < 0]
        except BrokerRefused:
            if time.monotonic() > until:
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


def _create(client: AdminClient, topics: list[Topic], replication: int) -> None:
    if not topics:
        return
    new = [
        NewTopic(topic.name, topic.partitions, replication_factor=replication, config=topic.broker_config)
        for topic in topics
    ]
    for name, future in client.create_topics(new, operation_timeout=LIMIT.total_seconds()).items():
        _awaited(f"create {name}", future, unless=KafkaError.TOPIC_ALREADY_EXISTS)


def _await_effect(client: AdminClient, wanted: Mapping[str, Topic]) -> None:
    """A change is acknowledged before every broker shows it, and a topic is there before it can be written to."""
    until = time.monotonic() + LIMIT.total_seconds()
    while True:
        there = _asked("list topics", lambda: client.list_topics(timeout=LIMIT.total_seconds())).topics
        leaderless = (name for name in wanted if name not in there or not _led(there[name]))
        unset = (one.topic for one in diff(client, wanted.values()) if one.creates or one.sets)
        waiting = next(leaderless, None) or next(unset, None)
        if waiting is None:
            return
        if time.monotonic() > until:
            raise BrokerRefused(f"bring {waiting} in line", "TIMED_OUT")
        time.sleep(0.1)


def _led(topic: Any) -> bool:
    return bool(topic.partitions) and all(partition.leader >= 0 for partition in topic.partitions.values())


def _set(client: AdminClient, differences: list[Difference]) -> None:
    entries: dict[str, list[ConfigEntry]] = {}
    for one in differences:
        entry = ConfigEntry(one.setting, one.wanted, incremental_operation=AlterConfigOpType.SET)
        entries.setdefault(one.topic, []).append(entry)
    resources = [ConfigResource(ResourceType.TOPIC, name, incremental_configs=all_) for name, all_ in entries.items()]
    if resources:
        for resource, future in client.incremental_alter_configs(resources).items():
            _awaited(f"configure {resource.name}", future)


def _configs(client: AdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    answers = client.describe_configs([ConfigResource(ResourceType.TOPIC, name) for name in names])
    return {
        resource.name: {name: entry.value for name, entry in _awaited(f"read {resource.name}", future).items()}
        for resource, future in answers.items()
    }


def _changed(topic: str, setting: str, wanted: str, found: str | None) -> Difference:
    return Difference(topic=topic, setting=setting, wanted=wanted, found=found)


def _awaited(what: str, future: "Future[R]", unless: int | None = None) -> R:
    return _asked(what, lambda: future.result(LIMIT.total_seconds()), unless)


def _asked(what: str, ask: Callable[[], R], unless: int | None = None) -> R:
    try:
        return ask()
    except KafkaException as fault:
        error = fault.args[0]
        if unless is not None and error.code() == unless:
            return None  # type: ignore[return-value]  # what was wanted is there already
        raise BrokerRefused(what, error.name()) from fault
    except TimeoutError as fault:
        raise BrokerRefused(what, "TIMED_OUT") from fault
