"""Instants as readers get them: in UTC for programs, in the partnership's own time for people."""

from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer

Utc = Annotated[datetime, PlainSerializer(lambda at: at.astimezone(UTC).isoformat().replace("+00:00", "Z"))]


def local(at: datetime, zone: ZoneInfo) -> str:
    """As the partnership's clocks show it, with the offset."""
    return at.astimezone(zone).isoformat(timespec="seconds")


def for_people(at: datetime, zone: ZoneInfo) -> str:
    """`Mon 8 June 2026, 09:30`, as the partnership's clocks show it."""
    there = at.astimezone(zone)
    return f"{there:%a} {there.day} {there:%B %Y, %H:%M}"
