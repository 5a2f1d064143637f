"""Retryable or not belongs to the class of the error: permanent goes to quarantine, transient is tried again.

Every error says a class of fault (`reason`, for counting) and what is wrong and what to do (`detail`, for people).
Neither ever holds a value of a record (promise P7): names of fields, numbers and ids of schemas only.
"""

from collections.abc import Iterable


class BusError(Exception):
    """Made of typed data by its sub-classes, which compose the message."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


class PermanentError(BusError):
    """Trying again gives the same: the record is quarantined with its reason."""


class TransientError(BusError):
    """May pass by itself: tried again with a bounded back-off."""


# -- what the codec says of bytes it cannot accept --------------------------------------------------------------


class NoValue(PermanentError):
    def __init__(self, topic: str) -> None:
        super().__init__("no_value", f"a record on {topic} has a null value; these topics hold no deletions")


class TooLarge(PermanentError):
    def __init__(self, size: int, limit: int) -> None:
        super().__init__("too_large", f"{size} bytes where at most {limit} are allowed; nothing of it was decoded")


class NotFramed(PermanentError):
    def __init__(self, size: int) -> None:
        super().__init__(
            "not_framed",
            f"{size} bytes that do not begin as Confluent framing does (a zero byte and a 4-byte schema id); "
            "use a schema registry serializer",
        )


class UnknownSchema(PermanentError):
    def __init__(self, schema_id: int) -> None:
        super().__init__(
            "unknown_schema",
            f"schema id {schema_id} is none of this catalogue's; use the published schema as it stands, or send "
            "ce_dataschema, and bring readers up to date before writers",
        )


class SchemaDisagrees(PermanentError):
    def __init__(self, schema_id: int, by_registry: str, by_header: str) -> None:
        super().__init__(
            "schema_disagrees",
            f"schema id {schema_id} is {by_registry} while ce_dataschema says {by_header}; the writer must send one",
        )


class NotOfThisTopic(PermanentError):
    def __init__(self, full_name: str, topic: str) -> None:
        super().__init__("not_of_this_topic", f"{full_name} does not belong on {topic}")


class Unreadable(PermanentError):
    """`fault` is the name of the decoder's error, never its text: that may quote the record."""

    def __init__(self, dataschema: str, fault: str) -> None:
        super().__init__("unreadable", f"the bytes are no {dataschema} ({fault})")


class BytesDiffer(PermanentError):
    """An index or a block out of range, bytes left over, or an encoding that nobody's encoder makes (trap 27)."""

    def __init__(self, dataschema: str) -> None:
        super().__init__(
            "bytes_differ",
            f"the bytes decode as {dataschema} but do not encode to themselves again; something in them is out of "
            "range, left over, or not in Avro's plain form (arrays in one block without sizes)",
        )


class NotValid(PermanentError):
    """`faults` are `field: class of fault`, without values."""

    def __init__(self, full_name: str, faults: Iterable[str]) -> None:
        super().__init__("not_valid", f"{full_name}: {'; '.join(faults)}")


class NotEncodable(PermanentError):
    """A record of ours that cannot be written as it is: a naive instant, a str where a list belongs."""

    def __init__(self, full_name: str, fault: str) -> None:
        super().__init__("not_encodable", f"{full_name} cannot be encoded: {fault}")


# -- what the registry and the broker's administration say ------------------------------------------------------


class NotRegistered(TransientError):
    """The id is not known yet: the schemas have not been published, or the registry has not been asked."""

    def __init__(self, topic: str, dataschema: str) -> None:
        super().__init__(
            "not_registered", f"no schema id is known for {dataschema} on {topic}; `mashbus schemas publish` gives one"
        )


class RegistryDown(TransientError):
    def __init__(self, fault: str) -> None:
        super().__init__("registry_down", f"the schema registry does not answer ({fault})")


class RegistryRefused(PermanentError):
    def __init__(self, subject: str, status: int, code: int | None) -> None:
        super().__init__("registry_refused", f"the schema registry refused {subject}: HTTP {status}, code {code}")


class BrokerRefused(TransientError):
    """An administrative request failed. `fault` is Kafka's name for it, such as TOPIC_AUTHORIZATION_FAILED."""

    def __init__(self, what: str, fault: str, code: int | None = None) -> None:
        super().__init__("broker_refused", f"{what}: {fault}")
        self.code = code
