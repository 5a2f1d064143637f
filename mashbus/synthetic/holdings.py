"""What one agency's own system holds of the town: its own numbers, its own spelling, gaps, and a dated history.

No identifier of the town's people is kept (no NHS number, UPN or case number), so an agency finds a person as
agencies do: by name and date of birth.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from mashbus.domain.referral import Adult, Child
from mashbus.synthetic.chance import chance
from mashbus.synthetic.people import Family

AS_OF = date(2026, 5, 31)
"""The histories end before the week that the demonstration plays."""
DAY = timedelta(days=1)
SCHOOL_AGE = (4, 18)
NO_BIRTH_DATE = 0.03
OTHER_SPELLING = 0.04
HELD_TWICE = 0.02
FLAGGED = 0.06


@dataclass(frozen=True, kw_only=True)
class Event:
    on: date
    text: str


@dataclass(frozen=True, kw_only=True)
class PersonRecord:
    local_id: str
    """The agency's own number; means nothing to anybody else."""
    kind: str
    """`child` or `adult`."""
    given_name: str
    family_name: str
    date_of_birth: date | None
    sex: str | None
    postcode: str | None
    events: tuple[Event, ...] = ()
    """Oldest first; may be empty."""
    risk: str | None = None
    """What the agency would tell the hub at once, before its full answer (H-09)."""


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What an agency of one role knows of a town."""

    prefix: str
    share: float
    """Of the families."""
    happenings: tuple[str, ...]
    risk: str
    adults: bool = True
    children: bool = True
    school_age_only: bool = False


def held(holding: Holding, families: Iterable[Family], seed: object) -> Iterator[PersonRecord]:
    """The people of `families` that the agency knows, each perhaps misspelt, without a birth date, or held twice."""
    number = 0
    for index, family in enumerate(families):
        draw = chance("holding", seed, holding.prefix, index)
        if draw.random() >= holding.share:
            continue
        for person in _people(holding, family):
            for _ in range(2 if draw.random() < HELD_TWICE else 1):
                number += 1
                yield _record(draw, holding, person, family, f"{holding.prefix}-{number:06}")


def _people(holding: Holding, family: Family) -> Iterator[Child | Adult]:
    for child in family.children if holding.children else ():
        if not holding.school_age_only or _of_school_age(child.date_of_birth):
            yield child
    if holding.adults:
        yield from family.adults


def _of_school_age(born: date | None) -> bool:
    youngest, oldest = SCHOOL_AGE
    return born is not None and youngest <= (AS_OF - born).days / 365.25 < oldest


def _record(draw: Random, holding: Holding, person: Child | Adult, family: Family, local_id: str) -> PersonRecord:
    born = person.date_of_birth
    record = PersonRecord(
        local_id=local_id,
        kind="child" if isinstance(person, Child) else "adult",
        given_name=person.given_name or "",
        family_name=person.family_name or "",
        date_of_birth=born,
        sex=person.sex if isinstance(person, Child) else None,
        postcode=family.address.postcode,
        events=_events(draw, holding, born),
        risk=holding.risk if draw.random() < FLAGGED else None,
    )
    if draw.random() < NO_BIRTH_DATE:
        record = replace(record, date_of_birth=None)
    if draw.random() < OTHER_SPELLING:
        record = replace(record, given_name=_misspelt(draw, record.given_name))
    return record


def _events(draw: Random, holding: Holding, born: date | None) -> tuple[Event, ...]:
    earliest = max(born or date.min, AS_OF - 1500 * DAY)
    span = (AS_OF - earliest).days
    if span <= 0:
        return ()
    days = sorted(draw.randrange(span) for _ in range(draw.choice((0, 1, 1, 2, 3))))
    return tuple(Event(on=earliest + day * DAY, text=draw.choice(holding.happenings)) for day in days)


def _misspelt(draw: Random, name: str) -> str:
    at = draw.randrange(1, len(name)) if len(name) > 1 else 0
    return draw.choice((name[:at] + name[at] * 2 + name[at + 1 :], name[:at] + name[at + 1 :] or name))
