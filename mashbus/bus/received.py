"""A record as it came from the broker, before anybody believed it: bytes, headers, origin, append time."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import ConsumerRecord

from mashbus.contracts import hub

RawHeaders = Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True)
class Received:
    topic: str
    partition: int
    offset: int
    timestamp: int
    """Broker's append time, real milliseconds since the epoch."""
    key: bytes | None
    value: bytes | None
    headers: RawHeaders

    @classmethod
    def of(cls, record: "ConsumerRecord[bytes, bytes]") -> "Received":
        return cls(
            record.topic,
            record.partition,
            record.offset,
            record.timestamp,
            record.key,
            record.value,
            tuple(record.headers or ()),
        )

    @classmethod
    def again(cls, original: hub.Original) -> "Received":
        """A quarantined record as it was."""
        headers = tuple((one.name, one.value) for one in original.headers)
        return cls(
            original.topic,
            original.partition,
            original.offset,
            original.timestamp,
            original.key,
            original.value,
            headers,
        )

    def original(self) -> hub.Original:
        """For the quarantine."""
        headers = tuple(hub.RawHeader(name=name, value=value) for name, value in self.headers)
        return hub.Original(
            topic=self.topic,
            partition=self.partition,
            offset=self.offset,
            timestamp=self.timestamp,
            key=self.key,
            value=self.value,
            headers=headers,
        )

    def to_json(self) -> bytes:
        """For the table of waiting records."""
        return self.original().model_dump_json().encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Received":
        return cls.again(hub.Original.model_validate_json(text))
