"""Single values as a profile writes them: dates bare or quoted, hours, spans of time, zones."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from mashbus.domain.clocks import Hours

_HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_SHORT = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_MAILBOX = re.compile(r"[^@\s\x00-\x1f,;<>]+@[^@\s\x00-\x1f,;<>]+\.[^@\s\x00-\x1f,;<>.]+")
_ISO = TypeAdapter(timedelta)
_DAY_ENDS = "24:00"
_URN = re.compile(r"[0-9]{6}")


def wrong(said: str) -> PydanticCustomError:
    """A fault with a sentence of our own."""
    return PydanticCustomError("profile", "{said}", {"said": said})


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise wrong(f"'{value}' is no date; write 2026-06-05") from None


def _time(value: Any) -> time:
    if isinstance(value, time):
        return value
    try:
        if len(value) == len("08:45"):
            return time.fromisoformat(value)
    except (TypeError, ValueError):
        pass
    raise wrong(f"'{value}' is no time of day; write 08:45")


def _hours(value: Any) -> Hours:
    parts = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if not parts:
        raise wrong(f"'{value}' are no hours; write 08:30-17:00")
    opens, closes = _time(parts[1]), time(0) if parts[2] == _DAY_ENDS else _time(parts[2])
    if closes <= opens and parts[2] != _DAY_ENDS:
        raise wrong(f"the hours {value} end before they start; a day that ends at midnight ends at {_DAY_ENDS}")
    return Hours(opens, closes)


def _span(value: Any) -> timedelta:
    parts = _SHORT.fullmatch(value) if isinstance(value, str) else None
    try:
        if parts and value:
            days, hours, minutes, seconds = (int(one or 0) for one in parts.groups())
            span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        else:
            span = _ISO.validate_python(value, strict=False) if isinstance(value, str) else timedelta(0)
    except (ValidationError, OverflowError):
        span = timedelta(0)
    if span <= timedelta(0):
        raise wrong(f"'{value}' is no span of time; write 15m, 1h30m or PT15M")
    return span


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, TypeError, ValueError, OSError):
        raise wrong(f"unknown time zone '{name}'") from None


def _margin(value: Any) -> timedelta:
    return timedelta(0) if value in ("0", "0m", "PT0S") else _span(value)


def _mailbox(value: Any) -> str:
    if isinstance(value, str) and _MAILBOX.fullmatch(value):
        return value
    raise wrong(f"'{value}' is no mailbox; write duty@hub.example")


def _urn(value: Any) -> str:
    if isinstance(value, str) and _URN.fullmatch(value):
        return value
    raise wrong(f'{value!r} is no unique reference number of a setting: six digits, written "123456"')


def _words(value: str) -> str:
    if not value.strip():
        raise wrong("says nothing")
    return value


Day = Annotated[date, BeforeValidator(_day)]
TimeOfDay = Annotated[time, BeforeValidator(_time)]
OpenHours = Annotated[Hours, BeforeValidator(_hours)]
Span = Annotated[timedelta, BeforeValidator(_span)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,48}$")]
Role = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,48}$")]
Margin = Annotated[timedelta, BeforeValidator(_margin)]
"""As a span; none at all is `0m`."""
Mailbox = Annotated[str, BeforeValidator(_mailbox)]
Urn = Annotated[str, BeforeValidator(_urn)]
"""Of a school or nursery, as the register of settings has it."""
Words = Annotated[str, AfterValidator(_words)]
