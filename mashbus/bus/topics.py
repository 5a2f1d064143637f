"""The broker's topics brought in line with the catalogue's: created and configured, never deleted."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # they are its documented names
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from mashbus.bus.admin import LIMIT, Admin, admin, asked, awaited
from mashbus.bus.errors import BrokerRefused
from mashbus.bus.group_start import commit_start
from mashbus.contracts.topic import Topic

__all__ = ["Admin", "Difference", "admin", "apply", "commit_start", "diff"]


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


def diff(client: Admin, topics: Iterable[Topic]) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the catalogue; topics of ours that it does not name come last."""
    wanted = {topic.name: topic for topic in topics}
    there = asked("list topics", lambda: client.list_topics(timeout=LIMIT.total_seconds())).topics
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


def apply(client: Admin, topics: Iterable[Topic], replication: int = -1) -> tuple[Difference, ...]:
    """Creates what is missing and sets what differs; returns what differed. Doing it again finds nothing to do.

    `replication` -1 is the broker's own default. Partition counts are for life and reported only.
    """
    wanted = {topic.name: topic for topic in topics}
    found = diff(client, wanted.values())
    _create(client, [wanted[one.topic] for one in found if one.creates], replication)
    _set(client, [one for one in found if one.sets])
    _await_effect(client, wanted)
    return found


def _create(client: Admin, topics: list[Topic], replication: int) -> None:
    if not topics:
        return
    new = [
        NewTopic(topic.name, topic.partitions, replication_factor=replication, config=topic.broker_config)
        for topic in topics
    ]
    for name, future in client.create_topics(new, operation_timeout=LIMIT.total_seconds()).items():
        awaited(f"create {name}", future, unless=KafkaError.TOPIC_ALREADY_EXISTS)


def _await_effect(client: Admin, wanted: Mapping[str, Topic]) -> None:
    """A change is acknowledged before every broker shows it, and a topic is there before it can be written to."""
    until = time.monotonic() + LIMIT.total_seconds()
    while True:
        there = asked("list topics", lambda: client.list_topics(timeout=LIMIT.total_seconds())).topics
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


def _set(client: Admin, differences: list[Difference]) -> None:
    entries: dict[str, list[ConfigEntry]] = {}
    for one in differences:
        entry = ConfigEntry(one.setting, one.wanted, incremental_operation=AlterConfigOpType.SET)
        entries.setdefault(one.topic, []).append(entry)
    resources = [ConfigResource(ResourceType.TOPIC, name, incremental_configs=all_) for name, all_ in entries.items()]
    if resources:
        for resource, future in client.incremental_alter_configs(resources).items():
            awaited(f"configure {resource.name}", future)


def _configs(client: Admin, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    answers = client.describe_configs([ConfigResource(ResourceType.TOPIC, name) for name in names])
    return {
        resource.name: {name: entry.value for name, entry in awaited(f"read {resource.name}", future).items()}
        for resource, future in answers.items()
    }


def _changed(topic: str, setting: str, wanted: str, found: str | None) -> Difference:
    return Difference(topic=topic, setting=setting, wanted=wanted, found=found)
