"""Where a record lies in the log, and what stands there before anybody believes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mashbus.bus.codec import Codec
from mashbus.bus.errors import PermanentError
from mashbus.bus.headers import DATASCHEMA, normalise
from mashbus.bus.received import Received
from mashbus.bus.schema_ids import FixedIds, SchemaIds
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Record


class Place(NamedTuple):
    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"


@dataclass(frozen=True, slots=True)
class Logged:
    """One record of the log. `record` is None where it cannot be read, and `fault` is the class of fault."""

    place: Place
    ms: int
    """The broker's append time, real milliseconds since the epoch."""
    key: bytes | None
    value: bytes
    headers: Mapping[str, str]
    dropped: int
    """Headers that are null or not UTF-8."""
    record: Record | None
    fault: str = ""


class Reading:
    """Reads records without a registry: by `ce_dataschema`, else by the ids that the home folder remembers."""

    def __init__(self, catalogue: Catalogue, home: Path) -> None:
        self._by_header = Codec(catalogue, FixedIds())
        self._by_id = Codec(catalogue, SchemaIds(home))

    def logged(self, received: Received) -> Logged:
        headers = normalise(received.headers)
        codec = self._by_header if DATASCHEMA in headers else self._by_id
        record, fault = None, ""
        try:
            record = codec.decode(received.topic, received.value, headers)
        except PermanentError as unreadable:
            fault = unreadable.reason
        return Logged(
            place=Place(received.topic, received.partition, received.offset),
            ms=received.timestamp,
            key=received.key,
            value=received.value or b"",
            headers=headers,
            dropped=headers.dropped,
            record=record,
            fault=fault,
        )
