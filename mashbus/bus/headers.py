"""CloudEvents 1.0 headers, Kafka's binary binding: what is written, and what is believed of what comes in.

Headers are opaque (promise P7): the payload says nothing here that is not an id, a name of a type or a time.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

from mashbus.contracts.record import Record

Headers = Mapping[str, str]

CONTENT_TYPE = "application/avro"
DATASCHEMA = "ce_dataschema"
"""`<full name>/<version>`: the catalogue's file, so that the log can be read without a registry."""

_NEVER = frozenset({"reply_to"})
"""FastStream publishes a handler's return value to whatever topic this names, with our credentials (trap 5)."""


class Normalised(dict[str, str]):
    """Headers that are text. `dropped` counts those that were not: null, or not UTF-8 (trap 4)."""

    dropped: int = 0


def cloudevent(record: Record, source: str, traceparent: str | None = None) -> list[tuple[str, bytes]]:
    """The headers of one record. A list: aiokafka wants one (trap 41). `source` names the service that says it."""
    meta = record.meta
    headers = [
        ("ce_id", str(meta.event_id).encode()),
        ("ce_time", _rfc3339(meta.occurred_at)),
        *_of_every(type(record), source),
    ]
    if meta.case_id is not None:
        headers.append(("ce_subject", str(meta.case_id).encode()))
    if traceparent is not None:
        headers.append(("traceparent", traceparent.encode()))
    return headers


def normalise(raw: Sequence[tuple[str, bytes | None]]) -> Normalised:
    """Text headers only; of a name that comes twice the last one counts, as in Kafka's own clients."""
    headers = Normalised()
    for name, value in raw:
        try:
            text = value.decode() if value is not None else None
        except UnicodeDecodeError:
            text = None
        if text is None:
            headers.dropped += 1
        elif name not in _NEVER:
            headers[name] = text
    return headers


@cache
def _of_every(kind: type[Record], source: str) -> tuple[tuple[str, bytes], ...]:
    """What all records of a kind say alike."""
    return (
        ("ce_specversion", b"1.0"),
        ("ce_type", kind.full_name().encode()),
        ("ce_source", source.encode()),
        (DATASCHEMA, kind.dataschema().encode()),
        ("content-type", CONTENT_TYPE.encode()),
    )


def _rfc3339(instant: datetime) -> bytes:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z").encode()
