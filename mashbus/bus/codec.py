"""Records to bytes and back: Confluent framing, Avro, and a view that has been validated.

What comes in is believed only when it is the very encoding of a record that its topic may hold: read with the
writer's schema, encoded again and compared byte for byte, then resolved to the reader's schema and validated.
Every doubt is a PermanentError that names the fault and quotes nothing.
"""

import struct
from collections.abc import Callable
from io import BytesIO
from typing import Any

import fastavro
from pydantic import ValidationError

from mashbus.bus.errors import (
    BytesDiffer,
    NotEncodable,
    NotFramed,
    NotOfThisTopic,
    NotValid,
    NoValue,
    SchemaDisagrees,
    TooLarge,
    UnknownSchema,
    Unreadable,
)
from mashbus.bus.headers import DATASCHEMA, Headers
from mashbus.bus.plain import Convert, converter
from mashbus.bus.schema_ids import KnownIds
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Record
from mashbus.contracts.topic import Topic

FRAME = struct.Struct(">bI")
"""A zero byte and the schema's id, big-endian."""

RECORD_OVERHEAD = 4096
"""What a batch adds to one value (framing, key, headers): what we write stays so much below the broker's limit."""

_Decode = Callable[[bytes, bool], Record]


class Codec:
    def __init__(self, catalogue: Catalogue, ids: KnownIds) -> None:
        self._catalogue = catalogue
        self._ids = ids
        self._topics: dict[str, Topic] = {}
        self._schemas: dict[str, Any] = {}
        self._encoders: dict[tuple[str, type[Record]], tuple[bytes, Convert, Any, int]] = {}
        self._decoders: dict[tuple[str, str], _Decode] = {}

    def encode(self, topic: str, record: Record) -> bytes:
        """Framed bytes of a record that the topic may hold.

        Raises NotOfThisTopic, NotEncodable, TooLarge; NotRegistered while the registry has not given an id.
        """
        known = self._encoders.get((topic, type(record)))
        frame, plain, schema, limit = known or self._encoder(topic, type(record))
        out = BytesIO()
        out.write(frame)
        try:
            fastavro.schemaless_writer(out, schema, plain(record), strict=True)
        except (TypeError, ValueError, AttributeError, OverflowError) as fault:
            raise NotEncodable(record.full_name(), type(fault).__name__) from None
        if out.tell() > limit:
            raise TooLarge(out.tell(), limit)
        return out.getvalue()

    def decode(self, topic: str, value: bytes | None, headers: Headers, *, known: bool = False) -> Record:
        """The record, or a PermanentError. The size is looked at before anything is decoded.

        `known`: this service has taken these very bytes before, so that they need not be encoded again to be believed.
        """
        if value is None:
            raise NoValue(topic)
        limit = self._topic(topic).max_bytes
        if len(value) > limit:
            raise TooLarge(len(value), limit)
        if len(value) < FRAME.size or value[0] != 0:
            raise NotFramed(len(value))
        (_, schema_id) = FRAME.unpack_from(value)
        dataschema = self._writers(schema_id, headers.get(DATASCHEMA))
        decode = self._decoders.get((topic, dataschema)) or self._decoder(topic, dataschema)
        return decode(value, known)

    def _topic(self, name: str) -> Topic:
        if name not in self._topics:
            self._topics[name] = self._catalogue.topic(name)
        return self._topics[name]

    def _encoder(self, topic: str, view: type[Record]) -> tuple[bytes, Convert, Any, int]:
        entry = self._topic(topic)
        if view.full_name() not in entry.records:
            raise NotOfThisTopic(view.full_name(), topic)
        dataschema = view.dataschema()
        frame = FRAME.pack(0, self._ids.id_of(topic, dataschema))
        made = frame, converter(view), self._schema(dataschema), entry.max_bytes - RECORD_OVERHEAD
        self._encoders[topic, view] = made
        return made

    def _decoder(self, topic: str, dataschema: str) -> _Decode:
        full_name = dataschema.rpartition("/")[0]
        if full_name not in self._topic(topic).records:
            raise NotOfThisTopic(full_name, topic)
        view = self._catalogue.view(full_name)
        decode = _decoder(view, dataschema, self._schema(dataschema), self._schema(view.dataschema()))
        self._decoders[topic, dataschema] = decode
        return decode

    def _writers(self, schema_id: int, said: str | None) -> str:
        """The writer's schema: as the header says where the catalogue has it, else as the registry knows the id."""
        by_header = said if said is not None and self._catalogue.has(said) else None
        by_registry = self._ids.dataschema_of(schema_id)
        if by_header and by_registry and by_header != by_registry:
            raise SchemaDisagrees(schema_id, by_registry, by_header)
        found = by_header or by_registry
        if found is None:
            raise UnknownSchema(schema_id)
        return found

    def _schema(self, dataschema: str) -> Any:
        if dataschema not in self._schemas:
            self._schemas[dataschema] = fastavro.parse_schema(_without_uuids(self._catalogue.document(dataschema)), {})
        return self._schemas[dataschema]


def _decoder(view: type[Record], dataschema: str, writer: Any, reader: Any) -> _Decode:
    """One record's bytes under one writer's schema, as its view."""
    validate = view.__pydantic_validator__.validate_python
    resolves = writer is not reader

    def decode(value: bytes, known: bool) -> Record:
        body, again = BytesIO(value), BytesIO()
        body.seek(FRAME.size)
        try:
            plain = fastavro.schemaless_reader(body, writer, None)
            if not known:
                fastavro.schemaless_writer(again, writer, plain)
            if resolves:
                body.seek(FRAME.size)
                plain = fastavro.schemaless_reader(body, writer, reader)
        except Exception as fault:  # noqa: BLE001 - the bytes are a stranger's, and fastavro raises what it meets
            raise Unreadable(dataschema, type(fault).__name__) from None
        if not known and again.getvalue() != value[FRAME.size :]:
            raise BytesDiffer(dataschema)
        try:
            record: Record = validate(plain)
        except ValidationError as fault:
            raise NotValid(view.full_name(), _faults(fault)) from None
        return record

    return decode


def _faults(fault: ValidationError) -> list[str]:
    """Where and what, never the value."""
    return [
        f"{'.'.join(map(str, one['loc']))}: {one['type']}"
        for one in fault.errors(include_url=False, include_context=False, include_input=False)
    ]


def _without_uuids(schema: Any) -> Any:
    """The schema with ids as plain text: pydantic reads them, five times as fast as fastavro does."""
    match schema:
        case {"logicalType": "uuid", **rest}:
            return rest
        case dict():
            return {name: _without_uuids(value) for name, value in schema.items()}
        case list():
            return [_without_uuids(value) for value in schema]
    return schema
