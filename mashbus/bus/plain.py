"""From a view to the plain values that Avro writes: a converter for each type, made once from its annotations.

Ids become text and instants are looked at; all else passes as it is. What a careless `model_copy` could smuggle in
and fastavro would take for something else is refused here: a naive instant, which it reads in the process's time
zone, and a str for a list, which becomes letters (trap 28).
"""

import dataclasses
from collections.abc import Callable
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel

Convert = Callable[[Any], Any]


def converter(kind: Any) -> Convert:
    """For a record or nested type: its fields by name, as schemaless Avro writing takes them."""
    return _converter(kind) or (lambda value: value)


def _converter(kind: Any) -> Convert | None:
    """None: the value passes as it is."""
    if kind is UUID:
        return _id
    if kind is datetime:
        return _aware
    if get_origin(kind) in (Union, UnionType):
        (inner,) = (one for one in get_args(kind) if one is not NoneType)
        return _optional(_converter(inner))
    if get_origin(kind) is tuple:
        return _each(_converter(get_args(kind)[0]))
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, BaseModel)):
        return _fields(kind)
    return None


def _fields(kind: type) -> Convert:
    hints = get_type_hints(kind)
    converts = [(name, convert) for name in _names(kind) if (convert := _converter(hints[name]))]
    if not converts:
        return vars

    def fields(value: Any) -> dict[str, Any]:
        plain: dict[str, Any] = value.__dict__.copy()
        for name, convert in converts:
            plain[name] = convert(plain[name])
        return plain

    return fields


def _names(kind: Any) -> list[str]:
    if dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(kind)]
    return list(kind.model_fields)


def _optional(convert: Convert | None) -> Convert | None:
    if convert is None:
        return None
    return lambda value: None if value is None else convert(value)


def _each(convert: Convert | None) -> Convert:
    def each(values: Any) -> Any:
        if type(values) is not tuple:
            raise TypeError("a list is wanted")
        return values if convert is None else [convert(value) for value in values]

    return each


def _id(value: UUID) -> str:
    if not isinstance(value, UUID):
        raise TypeError("an id is wanted")
    return str(value)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return instant
