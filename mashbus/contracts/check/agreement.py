"""Whether each view is its newest schema: the same fields in the same order, the same types, the same defaults.

Where the schema has a default the view may lack one only for an optional field: readers of old records get null,
writers of new ones must say so.
"""

import dataclasses
import enum
from collections.abc import Iterator
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from mashbus.contracts.catalogue import VIEWS, Catalogue
from mashbus.contracts.check.tree import named_types
from mashbus.contracts.record import Record

NESTED = "uk.mashbus"
"""Namespace of every type that records share."""

SCALARS: dict[type, Any] = {
    str: "string",
    bool: "boolean",
    int: "long",
    float: "double",
    bytes: "bytes",
    UUID: {"type": "string", "logicalType": "uuid"},
    datetime: {"type": "long", "logicalType": "timestamp-micros"},
    date: {"type": "int", "logicalType": "date"},
}
_NONE_SET = object()


def faults(catalogue: Catalogue) -> Iterator[str]:
    for full_name in catalogue.full_names:
        if full_name in VIEWS:
            document = catalogue.document(catalogue.newest(full_name))
            found = _record(full_name, VIEWS[full_name], document, named_types(document))
            yield from (f"{catalogue.newest(full_name)}: {fault}" for fault in found)


def _type(path: str, hint: Any, schema: Any, named: dict[str, Any]) -> Iterator[str]:
    schema = named.get(schema, schema) if isinstance(schema, str) else schema
    if get_origin(hint) in (Union, UnionType):
        inner = [one for one in get_args(hint) if one is not NoneType]
        if isinstance(schema, list) and schema[0] == "null" and len(schema) == len(get_args(hint)) == 2:  # noqa: PLR2004
            yield from _type(path, inner[0], schema[1], named)
        else:
            yield f"{path}: the view may be null, the schema is {_said(schema)}"
    elif get_origin(hint) is tuple:
        if isinstance(schema, dict) and schema.get("type") == "array":
            yield from _type(f"{path}[]", get_args(hint)[0], schema["items"], named)
        else:
            yield f"{path}: the view is a list, the schema is {_said(schema)}"
    elif hint in SCALARS:
        if schema != SCALARS[hint]:
            yield f"{path}: the view is {hint.__name__}, the schema is {_said(schema)}"
    elif issubclass(hint, enum.Enum):
        yield from _enum(path, hint, schema)
    else:
        yield from _record(path, hint, schema, named)


def _enum(path: str, hint: type[enum.Enum], schema: Any) -> Iterator[str]:
    wanted = {"type": "enum", "name": hint.__name__, "symbols": [one.value for one in hint]}
    if not isinstance(schema, dict) or any(schema.get(key) != value for key, value in wanted.items()):
        yield f"{path}: the view's words are {', '.join(wanted['symbols'])}, the schema is {_said(schema)}"


def _record(path: str, view: Any, schema: Any, named: dict[str, Any]) -> Iterator[str]:
    namespace = view.namespace if issubclass(view, Record) else NESTED
    if not isinstance(schema, dict) or (schema.get("namespace"), schema["name"]) != (namespace, view.__name__):
        yield f"{path}: the view is {namespace}.{view.__name__}, the schema is {_said(schema)}"
        return
    theirs = {field["name"]: field for field in schema["fields"]}
    ours = dict(_fields(view))
    if list(theirs) != list(ours):
        yield f"{path}: the view's fields are {', '.join(ours)}; the schema's are {', '.join(theirs)}"
    hints = get_type_hints(view)
    for name in (name for name in ours if name in theirs):
        yield from _type(f"{path}.{name}", hints[name], theirs[name]["type"], named)
        yield from _default(f"{path}.{name}", ours[name], theirs[name])


def _default(path: str, ours: Any, field: dict[str, Any]) -> Iterator[str]:
    theirs = field.get("default", _NONE_SET)
    if isinstance(field["type"], list):
        if theirs is not None or ours not in (None, _NONE_SET):
            yield f"{path}: the default of an optional field is null"
    elif ours != theirs:
        yield f"{path}: the view's default is {_default_said(ours)}, the schema's is {_default_said(theirs)}"


def _fields(view: Any) -> Iterator[tuple[str, Any]]:
    """Field and default, as Avro writes it."""
    if issubclass(view, BaseModel):
        for name, field in view.model_fields.items():
            yield name, _avro(field.default, PydanticUndefined)
    else:
        for one in dataclasses.fields(view):
            yield one.name, _avro(one.default, dataclasses.MISSING)


def _avro(default: Any, missing: Any) -> Any:
    if default is missing:
        return _NONE_SET
    return list(default) if isinstance(default, tuple) else default


def _said(schema: Any) -> str:
    if isinstance(schema, list):
        return " or ".join(map(_said, schema))
    return (
        str(schema.get("logicalType") or schema.get("name") or schema["type"])
        if isinstance(schema, dict)
        else str(schema)
    )


def _default_said(default: Any) -> str:
    return "none" if default is _NONE_SET else repr(default)
