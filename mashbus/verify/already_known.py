"""What rules know of children whom the hub knows already: by other code than triage uses.

A child is open while one of its spells is; the whole day of receipt counts (procedures, reading 13).
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Protocol

from mashbus.domain.known import Window
from mashbus.domain.partnership import Partnership
from mashbus.verify.conditions import Value
from mashbus.verify.memory_facts import KnownChild, LookedUp, Spell

OPEN, RECENTLY, EARLIER, NONE = "open", "recently_closed", "earlier", "none"
_NOT_OPEN = (RECENTLY, EARLIER, NONE)
"""What says most of a case first."""
_SOCIAL_CARE, _UNKNOWN = "social_care", "UNKNOWN"


class Stands(Protocol):
    @property
    def involvement(self) -> str | None: ...
    @property
    def looked(self) -> LookedUp | None: ...
    @property
    def links(self) -> int: ...


def already_known(stands: Stands, children: int, day: date, profile: Partnership) -> Mapping[str, Value]:
    """`day`: of receipt, by the partnership's own calendar."""
    looked = stands.looked
    each = of_each(looked, children, day, profile)
    several = [one for one in each if one != OPEN]
    known = looked.known if looked else ()
    services = [_services((one for one in known if one.child == place), day) for place in range(children)]
    whole, any_open = bool(each) and not several and services.count(services[0]) == children, len(several) < len(each)
    found = OPEN if whole else next((one for one in _NOT_OPEN if one in several), None)
    return {
        "involvement": stands.involvement or found,
        "open_to": _services(looked.known if looked else (), day),
        "partly_open": any_open and not whole,
        "contradictory": looked is not None and looked.contradictory,
        "re_referrals": len({one.case_id for one in looked.earlier}) if looked else 0,
        "linked": stands.links > 0,
    }


def of_each(looked: LookedUp | None, children: int, day: date, profile: Partnership) -> list[str | None]:
    """Of each child of the contact; None: nobody said anything of it."""
    found: list[str | None] = [None] * children
    for place in range(children):
        lists = [one.spells for one in (looked.known if looked else ()) if one.child == place]
        if lists:
            found[place] = involved([spell for spells in lists for spell in spells], day, profile)
    return found


def involved(spells: Iterable[Spell], day: date, profile: Partnership) -> str:
    closed = []
    for one in spells:
        if is_open(one, day):
            return OPEN
        closed.append(one.closed_on)
    last = max((one for one in closed if one is not None), default=None)
    if last is None:
        return NONE
    window = profile.known.recently
    return RECENTLY if window is not None and last >= begins(window, day) else EARLIER


def is_open(spell: Spell, day: date) -> bool:
    return spell.closed_on is None or spell.closed_on > day


def begins(window: Window, day: date) -> date:
    """So many months back, on the same day or the month's last; then so many weeks."""
    months = day.year * 12 + (day.month - 1) - window.months
    year, month = months // 12, months % 12 + 1
    there = date(year, month, min(day.day, monthrange(year, month)[1]))
    return there - timedelta(days=7 * window.weeks)


def _services(known: Iterable[KnownChild], day: date) -> frozenset[str]:
    """With a worker now. What is not known of a service is read as social care, the stricter one."""
    spells = (spell for one in known for spell in one.spells if is_open(spell, day))
    return frozenset(_SOCIAL_CARE if one.service == _UNKNOWN else one.service for one in spells)
