"""Instants as people and programs write them to a command, and as a command writes them back."""

import re
from datetime import UTC, datetime

_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d(?::\d\d(?:\.(?P<fraction>\d+))?)?"
_OFFSET = r"(?P<offset>Z|[+-]\d\d:?\d\d)?"
_INSTANT = re.compile(rf"{_DATE}T{_TIME}{_OFFSET}", re.ASCII | re.IGNORECASE)
_DIGITS = 6
"""Whole microseconds (reading 6)."""


class NoInstant(ValueError):
    """One sentence for whoever wrote it."""


def instant_of(said: str) -> datetime:
    """An instant in UTC, to the microsecond. Raises NoInstant: without an offset it would be somebody's local time."""
    written = _INSTANT.fullmatch(said)
    if not written:
        raise NoInstant(f"'{said}' is no instant; write 2026-06-08T09:00:00+01:00")
    if not written["offset"]:
        raise NoInstant(f"'{said}' has neither an offset nor Z, so it names no instant")
    if len(written["fraction"] or "") > _DIGITS:
        raise NoInstant(f"'{said}' has more than {_DIGITS} fractional digits, and instants are whole microseconds")
    try:
        return datetime.fromisoformat(said.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NoInstant(f"'{said}' is an impossible instant") from None


def in_utc(instant: datetime) -> str:
    """`2026-06-08T08:00:00Z`; a fraction only where there is one."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
