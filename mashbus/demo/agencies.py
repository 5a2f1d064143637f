"""Who answers in the demonstration: a service for every organisation of the partnership that is on the bus.

One of them falls silent for a day, and one is slow: from outside, the services know nothing of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mashbus.bus.binding import Bound
from mashbus.demo.week import Week
from mashbus.domain.partnership import Organisation, Partnership

SERVICES = {"police": "agency_police", "health": "agency_health", "education": "agency_education"}
"""By role; every other organisation is served by the casework service."""
CASEWORK = "agency_casework"
FALLS_SILENT = ("education", "early_help", "probation", "camhs")
IS_SLOW = ("health", "csc", "social_care", "police")
"""Roles, the likeliest first; of those that a pathway asks."""


@dataclass(frozen=True)
class Trouble:
    """An organisation that does not answer as it should, for a part of the week."""

    organisation: Organisation
    begins: datetime
    ends: datetime
    said: str


def service_of(organisation: Organisation) -> Bound:
    return Bound(SERVICES.get(organisation.role, CASEWORK), organisation.id)


def on_the_bus(partnership: Partnership) -> Sequence[Organisation]:
    return [one for one in partnership.organisations if one.connected]


def silence(week: Week) -> Trouble | None:
    """From Monday afternoon to Tuesday evening; none where nobody is asked."""
    found = _first(_asked(week.partnership), FALLS_SILENT)
    if found is None:
        return None
    return Trouble(found, week.at(0, 15), week.at(1, 19), "silent: its service is stopped, then started")


def slowness(week: Week) -> Trouble | None:
    """Another one than falls silent, until Tuesday evening."""
    silent = silence(week)
    others = [one for one in _asked(week.partnership) if silent is None or one is not silent.organisation]
    found = _first(others, IS_SLOW)
    if found is None:
        return None
    return Trouble(found, week.starts, week.at(1, 17), "slow: some of what is asked waits long")


def troubles(week: Week) -> Sequence[Trouble]:
    return [one for one in (silence(week), slowness(week)) if one]


def _asked(partnership: Partnership) -> Sequence[Organisation]:
    roles = {role for pathway in partnership.pathways.values() for role in pathway.asks}
    return [one for one in on_the_bus(partnership) if one.role in roles]


def _first(organisations: Iterable[Organisation], roles: Sequence[str]) -> Organisation | None:
    """Whose role comes first; after them the others, as the profile lists them."""
    there = sorted(organisations, key=lambda one: roles.index(one.role) if one.role in roles else len(roles))
    return there[0] if there else None
