"""Which spells the directory needs: open ones, and those closed within the profile's longest window; no others."""

from collections.abc import Iterable
from datetime import date

from mashbus.domain.known import Holding, Window


def kept(spells: Iterable[Holding], today: date, windows: Iterable[Window | None]) -> tuple[Holding, ...]:
    """None: whatever there was is closed longer ago than anybody asks about."""
    first = min((one.first_day(today) for one in windows if one), default=date.max)
    return tuple(one for one in spells if one.closed_on is None or one.closed_on > today or one.closed_on >= first)
