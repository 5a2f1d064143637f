"""Operation Encompass (G-13): which children of an incident have a key adult to be told, and by what it can fail.

No address is ever guessed: a setting is found by its number alone, and written to where somebody has verified it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from mashbus.domain.contact import Contact
from mashbus.domain.procedure import Encompass, Setting
from mashbus.domain.referral import Child

NO_SETTING, UNKNOWN_SETTING, NO_ADDRESS, NOT_VERIFIED = "no_setting", "unknown_setting", "no_address", "not_verified"
NO_SCHOOL_DAY = "no_school_day"
"""No school day is known to follow the incident: it is long ago or mistyped, or the terms have run out."""
UNDELIVERED = "undelivered"
"""An email was asked for, and nobody has read it."""


@dataclass(frozen=True)
class Called:
    """What was stated of a case: for whom, and what a person must see to."""

    event_id: UUID
    children: frozenset[int]
    problems: tuple[str, ...]


def concerns(contact: Contact, encompass: Encompass) -> bool:
    """Any of the force's words for the incident is one that the scheme is about, offence or not."""
    words = (contact.nature, *contact.other_natures)
    return contact.incident_at is not None and any(word and word.lower() in encompass.natures for word in words)


def of_age(contact: Contact, encompass: Encompass, zone: ZoneInfo) -> Iterator[int]:
    """Places of the children of school or nursery age on the day of the incident. One whose birthday nobody knows may
    be of that age: a person looks, unless its setting is known.
    """
    day = incident_day(contact, zone)
    youngest, oldest = encompass.ages
    for place, child in enumerate(contact.children):
        if child.date_of_birth is not None:
            if youngest <= _age(child.date_of_birth, day) <= oldest:
                yield place
        elif child.expected_date_of_birth is None:
            yield place


def incident_day(contact: Contact, zone: ZoneInfo) -> date:
    return (contact.incident_at or contact.received_at).astimezone(zone).date()


def problem_of(child: Child, encompass: Encompass, day: date) -> str | None:
    """Why nobody can be written to; None where somebody can. `day`: of the incident."""
    if not child.school:
        return NO_SETTING
    setting = encompass.settings.get(child.school)
    if setting is None:
        return UNKNOWN_SETTING
    if not setting.email:
        return NO_ADDRESS
    return None if is_verified(setting, day) else NOT_VERIFIED


def is_verified(setting: Setting, day: date) -> bool:
    return bool(setting.email) and setting.verified_on is not None and setting.verified_on <= day


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
