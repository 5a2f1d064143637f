"""Instants as the people of a partnership say them, and spans in words."""

from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from mashbus.profiles import ProfileRefused, UnknownPartnership, load


class Zones:
    """Each partnership's local time, by its profile. Where there is no profile, UTC; `unknown` says of whom."""

    def __init__(self, partnerships: Path) -> None:
        self._partnerships = partnerships
        self._zones: dict[str, tzinfo] = {}
        self.unknown: list[str] = []

    def of(self, partnership: str) -> tzinfo:
        if partnership not in self._zones:
            self._zones[partnership] = self._load(partnership)
        return self._zones[partnership]

    def _load(self, partnership: str) -> tzinfo:
        try:
            return load(partnership, self._partnerships).zone
        except (ProfileRefused, UnknownPartnership):
            self.unknown.append(partnership)
            return UTC

    def say(self, instant: datetime, partnership: str) -> str:
        """`Mon 2026-06-08 09:00:05 BST`: to the second, whole microseconds only where there are some."""
        local = instant.astimezone(self.of(partnership))
        fraction = f".{local.microsecond:06}" if local.microsecond else ""
        return f"{local:%a %Y-%m-%d %H:%M:%S}{fraction} {local.tzname()}"

    def iso(self, instant: datetime, partnership: str) -> str:
        return instant.astimezone(self.of(partnership)).isoformat()


def span(length: timedelta) -> str:
    """The two largest units of a length of either sign: `2d 4h`, `3m 20s`, `0s`."""
    seconds = abs(length) // timedelta(seconds=1)
    parts = [(seconds // 86400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s")]
    first = next((index for index, (count, _) in enumerate(parts) if count), len(parts) - 1)
    said = [f"{count}{unit}" for count, unit in parts[first : first + 2] if count]
    return " ".join(said) or "0s"


def until(instant: datetime, now: datetime) -> str:
    """`in 3h 20m`, or `3h 20m ago`."""
    return f"in {span(instant - now)}" if instant > now else f"{span(now - instant)} ago"
