"""Any body that a form reads: hypothesis strategies made of its annotations, as JSON would hold it."""

import enum
from datetime import UTC, date, datetime, timedelta, timezone
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from mashbus.bus.http.reading import Form
from mashbus.contracts import codes
from services.intake import fields
from services.intake.words import Words

LINE = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12)
PROSE = st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\r\t"), max_size=20)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
YEARS = {"min_value": datetime(1901, 1, 1), "max_value": datetime(2199, 12, 31)}  # noqa: DTZ001 - hypothesis adds zones
KNOWN = {
    fields.ShortText: LINE,
    fields.Narrative: PROSE,
    Words: PROSE.filter(lambda text: text.strip()),
    fields.Email: LINE,
    fields.Uprn: st.from_regex(r"\A[0-9]{1,12}\Z"),
    fields.CarriedCode: st.from_regex(r"\A[A-Za-z0-9_-]{1,10}\Z"),
    fields.Source: st.sampled_from(sorted(codes.SOURCES)),
    fields.Need: st.sampled_from(sorted(codes.NEEDS)),
    fields.Factor: st.sampled_from(sorted(codes.FACTORS_READ)),
    fields.Sex: st.sampled_from(sorted(codes.SEXES)),
    fields.Day: st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(date.isoformat),
    fields.PlausibleInstant: st.datetimes(**YEARS, timezones=OFFSETS | st.just(UTC)).map(datetime.isoformat),
    UUID: st.uuids().map(str),
    bool: st.booleans(),
    int: st.integers(0, fields.A_FEW_AT_MOST - 1),
}


def bodies_of(form: type[Form]) -> st.SearchStrategy[dict[str, Any]]:
    """Fields that have a default may be left out."""
    hints = get_type_hints(form, include_extras=True)
    made = {name: _long_enough(values_of(hints[name]), field) for name, field in form.model_fields.items()}
    optional = {name: made.pop(name) for name, field in form.model_fields.items() if not field.is_required()}
    return st.fixed_dictionaries(made, optional=optional)


def _long_enough(values: st.SearchStrategy, field: FieldInfo) -> st.SearchStrategy:
    least = max((getattr(one, "min_length", None) or 0 for one in field.metadata), default=0)
    return values.filter(lambda value: len(value) >= least) if least else values


def values_of(kind: Any) -> st.SearchStrategy:
    if kind in KNOWN:
        return KNOWN[kind]
    if get_origin(kind) is Annotated:
        return values_of(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        (inner,) = (one for one in get_args(kind) if one is not NoneType)
        return st.none() | values_of(inner)
    if get_origin(kind) is tuple:
        return st.lists(values_of(get_args(kind)[0]), max_size=2)
    if issubclass(kind, enum.Enum):
        return st.sampled_from([one.value for one in kind])
    return bodies_of(kind)
