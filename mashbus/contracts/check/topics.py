"""What every topic must be, whatever it holds: partitions for life, the broker's time, a bounded size."""

from collections.abc import Iterator

from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.topic import Topic
from mashbus.contracts.topics import CONTACTS, DIRECTORY, PARTITIONS, QUARANTINE

_TIMESTAMPS = ("message.timestamp.type", "LogAppendTime")
_COMPACTED = frozenset({DIRECTORY})
"""Only the latest record of a key counts there: what is forgotten leaves the log."""
_FORGOTTEN = frozenset({CONTACTS})
"""The hub's own, and yet not kept for ever: it matters for a re-referral's window and no longer."""
_PARTNERS = ("responses", "submissions")
_FRAMING = 65536
"""Room that the quarantine leaves for what it says about an original and for the original's headers."""


def faults(catalogue: Catalogue) -> Iterator[str]:
    for topic in catalogue.topic_entries:
        yield from (f"topics.toml: {topic.name}: {fault}" for fault in _of(topic))
    largest = max(topic.max_bytes for topic in catalogue.topic_entries if topic.name != QUARANTINE)
    if catalogue.topic(QUARANTINE).max_bytes < largest + _FRAMING:
        yield f"topics.toml: {QUARANTINE} cannot hold a record of {largest} bytes with its framing"


def _of(topic: Topic) -> Iterator[str]:
    if topic.partitions != PARTITIONS:
        yield f"{topic.partitions} partitions, not {PARTITIONS}: a case would lie elsewhere than in the other topics"
    policy = "compact" if topic.name in _COMPACTED else "delete"
    for name, value in (_TIMESTAMPS, ("cleanup.policy", policy)):
        if topic.config.get(name) != value:
            yield f"{name} is {topic.config.get(name)}, not {value}"
    if topic.name.rpartition(".")[2] in _PARTNERS and topic.config.get("compression.type") != "uncompressed":
        yield "partners write to it, and what they compress is unbounded: compression.type must be uncompressed"
    if (topic.retention is None) != (topic.name.startswith("mash.") and topic.name not in _FORGOTTEN):
        yield "the hub's own topics are kept for ever, an organisation's are not"
