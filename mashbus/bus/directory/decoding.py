"""Records of the two topics as changes of the table: only the fields that a row needs are decoded, and the rest is kept
as it came until somebody is found.

The hub itself wrote them, so they are not encoded again to be believed (trap 27); what cannot be read all the same is
counted, told, and passed over.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any, TypeVar
from uuid import UUID

import fastavro
from pydantic import ValidationError

from mashbus.bus.codec import FRAME
from mashbus.bus.directory.keys import PERSON
from mashbus.bus.directory.lookups import Value
from mashbus.bus.directory.table import Change, Claimed, Held, Identified
from mashbus.bus.errors import PermanentError, Unreadable
from mashbus.bus.headers import DATASCHEMA
from mashbus.bus.received import RawHeaders, Received
from mashbus.contracts import hub
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Record

R = TypeVar("R", bound=Record)
_KEY_BYTES = 32

Fields = Mapping[str, Any]
"""Names of fields; of one that is a record or a list of records, those of its fields that are needed."""

_META: Fields = {"partnership": {}}
_HELD: Fields = {"meta": _META, "child": {}, "organisation": {}, "holdings": {"service": {}}}
_IDENTIFIED: Fields = {"meta": _META, "identifier": {}, "kind": {}, "organisation": {}, "child": {}}
_CLAIMED: Fields = {"meta": _META, "identifier": {}, "kind": {}, "case": {}, "child": {}, "received_at": {}}
_NEEDED: Mapping[str, Fields] = {
    hub.ChildHeld.full_name(): _HELD,
    hub.ChildIdentified.full_name(): _IDENTIFIED,
    hub.ContactIndexed.full_name(): _CLAIMED,
}


class NotForTheDirectory(PermanentError):
    def __init__(self, dataschema: str | None) -> None:
        super().__init__(
            "not_for_the_directory", f"{dataschema or 'a record without ce_dataschema'} is no record of these"
        )


class Decoder:
    """Not shared between threads: each has its own."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._narrow: dict[str, Callable[[Received, str], Change]] = {}

    def change(self, received: Received) -> Change | None:
        """None: it was deleted from the topic by hand, and its key says nothing that we could undo. PermanentError."""
        if received.value is None:
            return None
        dataschema = _said(received.headers)
        if dataschema is None or not self._catalogue.has(dataschema):
            raise NotForTheDirectory(dataschema)
        make = self._narrow.get(dataschema) or self._narrowed(dataschema)
        try:
            return make(received, dataschema)
        except (ValueError, KeyError, TypeError, EOFError, IndexError, AttributeError) as fault:
            raise Unreadable(dataschema, type(fault).__name__) from None

    def record(self, value: Value, view: type[R]) -> R:
        """A whole record of the table. Raises Unreadable."""
        writer = self._catalogue.writer(value.dataschema)
        newest = self._catalogue.writer(view.dataschema())
        try:
            plain = fastavro.schemaless_reader(BytesIO(value.body), writer, None if writer is newest else newest)
            return view.model_validate(plain)
        except (ValidationError, ValueError, KeyError, TypeError, EOFError, IndexError) as fault:
            raise Unreadable(value.dataschema, type(fault).__name__) from None

    def _narrowed(self, dataschema: str) -> Callable[[Received, str], Change]:
        full_name = dataschema.rpartition("/")[0]
        if full_name not in _NEEDED:
            raise NotForTheDirectory(dataschema)
        writer = self._catalogue.writer(dataschema)
        newest = self._catalogue.document(self._catalogue.newest(full_name))
        reader = fastavro.parse_schema(_only(newest, _NEEDED[full_name]), {})
        make = _MAKERS[full_name]

        def change(received: Received, dataschema: str) -> Change:
            assert received.value is not None
            body = BytesIO(received.value)
            body.seek(FRAME.size)
            return make(fastavro.schemaless_reader(body, writer, reader), received, dataschema)

        self._narrow[dataschema] = change
        return change


def _held(plain: Any, received: Received, dataschema: str) -> Held:
    source = plain["meta"]["partnership"], plain["organisation"]
    return Held(_key(plain["child"]), source, dataschema, _body(received), held=bool(plain["holdings"]))


def _identified(plain: Any, _received: Received, _dataschema: str) -> Identified:
    source = plain["meta"]["partnership"], plain["organisation"]
    child = plain["child"] and _key(plain["child"])
    return Identified(_key(plain["identifier"]), child, source, plain["kind"])


def _claimed(plain: Any, received: Received, dataschema: str) -> Claimed:
    case, received_at = plain["case"], plain["received_at"]
    assert isinstance(received_at, datetime)
    return Claimed(
        partition=received.partition,
        offset=received.offset,
        appended_at=received.timestamp,
        key=_key(plain["identifier"]),
        case_id=case if isinstance(case, UUID) else UUID(case),
        child=plain["child"],
        kind=plain["kind"],
        partnership=plain["meta"]["partnership"],
        received_at=received_at,
        dataschema=dataschema if plain["kind"] == PERSON else None,
        value=_body(received) if plain["kind"] == PERSON else None,
    )


_MAKERS: Mapping[str, Callable[[Any, Received, str], Change]] = {
    hub.ChildHeld.full_name(): _held,
    hub.ChildIdentified.full_name(): _identified,
    hub.ContactIndexed.full_name(): _claimed,
}


def _key(said: str) -> str:
    """Raises ValueError where it is no keyed hash."""
    if len(bytes.fromhex(said)) != _KEY_BYTES:
        raise ValueError
    return said


def _body(received: Received) -> bytes:
    return (received.value or b"")[FRAME.size :]


def _said(headers: RawHeaders) -> str | None:
    return next((value.decode("ascii", "replace") for name, value in headers if name == DATASCHEMA and value), None)


def _only(schema: Any, fields: Fields) -> Any:
    """The schema of a record, or of an array of records, with these fields and no others: Avro skips the rest."""
    if schema["type"] == "array":
        return {**schema, "items": _only(schema["items"], fields)}
    kept = [one for one in schema["fields"] if one["name"] in fields]
    return {**schema, "fields": [_narrow(one, fields[one["name"]]) for one in kept]}


def _narrow(field: Any, fields: Any) -> Any:
    return {**field, "type": _only(field["type"], fields)} if fields else field
