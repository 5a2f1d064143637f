"""Any record there can be: hypothesis strategies made of the views' annotations."""

import dataclasses
import enum
from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st
from pydantic import BaseModel

SCALARS = {
    str: st.text(max_size=12),
    bool: st.booleans(),
    int: st.integers(min_value=-(2**63), max_value=2**63 - 1),
    float: st.floats(allow_nan=False),
    bytes: st.binary(max_size=12),
    UUID: st.uuids(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    date: st.dates(),
}


def values_of(kind: Any) -> st.SearchStrategy:
    if kind in SCALARS:
        return SCALARS[kind]
    if get_origin(kind) in (Union, UnionType):
        (inner,) = (one for one in get_args(kind) if one is not NoneType)
        return st.none() | values_of(inner)
    if get_origin(kind) is tuple:
        return st.lists(values_of(get_args(kind)[0]), max_size=2).map(tuple)
    if issubclass(kind, enum.Enum):
        return st.sampled_from(kind)
    hints = get_type_hints(kind)
    names = list(kind.model_fields) if issubclass(kind, BaseModel) else [one.name for one in dataclasses.fields(kind)]
    return st.builds(kind, **{name: values_of(hints[name]) for name in names})
