"""From a JSON body to a form: strict, with every fault at once, and no value of the body in any of them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from mashbus.bus.http.problems import Fault, NotReadable

F = TypeVar("F", bound="Form")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
"""A field's name may be told back where it looks like one; a sender's mistake could put anything there."""
AT_MOST = 200
"""Faults told in one document."""


class Form(BaseModel):
    """A body, or a part of one. Strict: "10" is not 10, and what is not known is not silently dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


def read(form: type[F], body: bytes, what: str) -> F:
    """The form. Raises NotReadable."""
    try:
        return form.model_validate_json(body)
    except ValidationError as refused:
        raise NotReadable(what, faults_of(refused)) from None


def faults_of(refused: ValidationError) -> list[Fault]:
    """In the order of the body, our words."""
    return [_fault(one) for one in refused.errors(include_url=False, include_input=False)[:AT_MOST]]


def _fault(one: Mapping[str, Any]) -> Fault:
    kind, context = one["type"], one.get("ctx", {})
    if kind == "json_invalid":
        return _not_json(str(context.get("error", "")))
    problem, remedy = _WORDS.get(kind, ("is not valid", "see /docs for what the field takes"))
    said = {name: str(value) for name, value in context.items() if name in _TELLABLE}
    return Fault(_pointer(one["loc"]), problem.format_map(said), remedy.format_map(said))


def _not_json(error: str) -> Fault:
    """The parser's words name a place, never a value."""
    place = re.search(r"line \d+ column \d+", error)
    at = f" at {place[0]}" if place else ""
    for sign, (problem, remedy) in _JSON.items():
        if sign in error:
            return Fault("", f"{problem}{at}", remedy)
    return Fault("", f"the body is not JSON{at}", "send one JSON object, complete and in UTF-8")


def _pointer(place: Sequence[int | str]) -> str:
    """RFC 6901."""
    return "".join(f"/{_told(part)}" for part in place)


def _told(part: int | str) -> str:
    if isinstance(part, int) or _NAME.fullmatch(part):
        return str(part)
    return "(a field with an odd name)"


_TELLABLE = frozenset({"expected", "max_length", "min_length", "what", "allowed", "le", "ge", "lt"})
"""Of an error's context: limits and our own lists."""

_JSON: Mapping[str, tuple[str, str]] = {
    "recursion": ("the body is nested too deep", "send the fields of /docs, which are at most four levels deep"),
    "unicode": ("the body is not UTF-8", "encode it in UTF-8"),
    "hex escape": ("the body has a broken \\u escape", "send whole characters in UTF-8"),
    "surrogate": ("the body has half a character", "send whole characters in UTF-8"),
    "control character": ("a text holds a control character", "take it out; line breaks are written \\n"),
    "EOF": ("the body ends too early", "send it whole"),
}
_WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("is required", "add the field"),
    "extra_forbidden": ("is not a field here", "take it out, or see /docs for the fields there are"),
    "string_type": ("is not a text", "send a JSON string; codes are strings too"),
    "string_too_long": ("is too long", "send at most {max_length} characters"),
    "string_too_short": ("is empty", "fill it, or leave it out where it is optional"),
    "string_pattern_mismatch": ("has another shape", "see /docs for the shape"),
    "bool_type": ("is neither true nor false", "send true or false"),
    "tuple_type": ("is not a list", "send a JSON array"),
    "too_long": ("has too many entries", "send at most {max_length}"),
    "too_short": ("has too few entries", "send at least {min_length}"),
    "model_type": ("is not an object", "send a JSON object"),
    "enum": ("is not one of the words there are", "send one of {expected}"),
    "date_type": ("is not a date", "send YYYY-MM-DD as a string"),
    "date_parsing": ("is no date that exists", "send YYYY-MM-DD"),
    "timezone_aware": ("has no time zone", "send a date and time with an offset, such as 2026-06-08T09:00:00+01:00"),
    "datetime_type": ("is not a date and time", "send it as a string, such as 2026-06-08T09:00:00+01:00"),
    "datetime_parsing": ("is no date and time that exists", "send it as 2026-06-08T09:00:00+01:00"),
    "int_type": ("is not a whole number", "send a JSON number without a fraction"),
    "less_than": ("is too large", "send a number below {lt}"),
    "greater_than_equal": ("is too small", "send a number from {ge} on"),
    "uuid_type": ("is not an id", "send an id as it was answered, as a string"),
    "uuid_parsing": ("is not an id", "send an id as it was answered, such as an `event_id`"),
    "control_character": ("holds a control character", "take it out"),
    "unknown_code": ("is not a {what}", "send one of {allowed}"),
    "malformed": ("is not a {what}", "send {allowed}, or leave it empty"),
    "implausible_date": ("is too far from today", "send a date between 1900 and 2200"),
    "literal_error": ("is not one of the words there are", "send one of {expected}"),
}
