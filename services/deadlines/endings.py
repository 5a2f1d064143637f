"""Says when a profile's calendar ends within a year: past its end working deadlines are refused (reading 14)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

import structlog

from mashbus.bus.metrics import CALENDAR_ENDS
from mashbus.domain.partnership import Partnership
from mashbus.profiles.endings import ends_soon, known_until

_log = structlog.get_logger()


def say_endings(profiles: Mapping[str, Partnership], today: date) -> None:
    """A gauge for each partnership, and a warning for one that ends soon."""
    for name, profile in profiles.items():
        last = known_until(profile)
        if last < date.max:
            CALENDAR_ENDS.labels(name).set(datetime.combine(last, time(), UTC).timestamp())
        if said := ends_soon(profile, today):
            _log.warning("calendar ends soon", partnership=name, detail=said)
