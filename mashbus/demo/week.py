"""The week that is played: seven days of a partnership in three and a half minutes.

All instants are bus time. The week is a plain one of 2026, without a public holiday in England or Jersey.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from mashbus.domain.clocks import Hours, attended_from
from mashbus.domain.partnership import Partnership

PARTNERSHIP = "hackney"
"""Which is played where none is named."""
MONDAY = date(2026, 6, 8)
LENGTH = timedelta(days=7)
SPEED = 2800.0
"""Bus seconds in a real second: a week takes 216 s."""
BATCH_AFTER = timedelta(minutes=30)
"""The force sends its weekend."""
NINE = Hours(time(9), time(17))
"""Of a Monday on which a profile says that nobody is there."""


@dataclass(frozen=True)
class Week:
    """From Monday's opening to the next one, by one partnership's own hours."""

    partnership: Partnership

    @property
    def zone(self) -> ZoneInfo:
        return self.partnership.zone

    @cached_property
    def starts(self) -> datetime:
        monday = self.partnership.time.calendar.hours(MONDAY) or NINE
        return self.at(0, monday.opens.hour, monday.opens.minute)

    @property
    def ends(self) -> datetime:
        return self.starts + LENGTH

    @property
    def batch_at(self) -> datetime:
        return self.starts + BATCH_AFTER

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """An instant of the week by local time; day 0 is Monday."""
        return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute), self.zone).astimezone(UTC)

    def local(self, instant: datetime) -> str:
        return f"{instant.astimezone(self.zone):%a %H:%M}"

    def played(self, instant: datetime) -> float:
        """The share of the week that is over: 0 to 1."""
        return min(1.0, max(0.0, (instant - self.starts) / LENGTH))

    def attended(self, instant: datetime) -> datetime:
        """The instant itself while the hub is open, else some minutes after the next opening."""
        opening = attended_from(self.partnership.time.calendar, instant) or instant
        if opening == instant:
            return instant
        return opening + timedelta(minutes=instant.minute)  # they don't all sit down at the very same moment
