"""One table of a profile file: says all of its faults at once, each at its place and in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, model_validator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, ValidationError

_UNKNOWN = " or 'UNKNOWN'"
"""Stands for what newer writers say: nothing that a profile could mean."""
Place = tuple[str | int, ...]
Fault = tuple[Place, str]
"""Where, from the table on, and why."""


class Table(BaseModel):
    """What a table may hold are its fields; `faults` says what does not agree within it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    def faults(self) -> Iterator[Fault]:
        """What is wrong though each entry for itself is right."""
        yield from ()

    @model_validator(mode="wrap")
    @classmethod
    def _with_every_fault(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        found = list(cls._strangers(value))
        made: Self | None = None
        try:
            made = handler(value)
        except ValidationError as refused:
            found += _said(refused.errors(include_url=False, include_input=False))
        else:
            found += made.faults()
        if found or made is None:
            raise ValidationError.from_exception_data(cls.__name__, [_detail(*one) for one in found])
        return made

    @classmethod
    def _strangers(cls, value: Any) -> Iterator[Fault]:
        if isinstance(value, Mapping):
            for name in value:
                if name not in cls.model_fields:
                    yield (
                        (str(name),),
                        f"there is nothing of this name here, only {', '.join(sorted(cls.model_fields))}",
                    )


def _said(faults: Sequence[ErrorDetails]) -> Iterator[Fault]:
    """A list whose only element is wrong is said to be empty besides: it is not."""
    within = {one["loc"][:-1] for one in faults}
    yield from ((one["loc"], plain(one)) for one in faults if one["type"] != "too_short" or one["loc"] not in within)


def plain(fault: ErrorDetails) -> str:
    """The checker's message in words for somebody who edits profiles."""
    context: Mapping[str, Any] = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return "is missing"
        case "literal_error" | "enum":
            return f"must be {context['expected'].removesuffix(_UNKNOWN)}"
        case "model_type" | "dict_type":
            return "must be a table"
        case "list_type" | "tuple_type" | "frozen_set_type":
            return 'must be a list: write ["…", "…"]'
        case "too_short":
            return "names nothing: at least one is needed"
        case "string_pattern_mismatch":
            return f"must be small letters, digits and {'_' if '_' in context['pattern'] else '-'}, a letter first"
        case _:
            return fault["msg"].replace("Input should be", "must be")


def _detail(place: Place, said: str) -> InitErrorDetails:
    return InitErrorDetails(type=PydanticCustomError("profile", "{said}", {"said": said}), loc=place, input=None)
