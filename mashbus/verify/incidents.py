"""Police notifications of one incident, joined as one contact (G-11): worked out anew, from hashes.

A child is the same by the force's own reference, unless both names and the date of birth differ, or by names and date
of birth; what was not known of it before is filled in, and a child who is new comes behind. What is said of the concern
is the graver.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.codes import NEEDS
from mashbus.domain.referral import Child
from mashbus.verify.exposure import CHILD_FIELDS, Secrets, hashed, secrets_of
from mashbus.verify.procedure_facts import Particulars

_LOCAL_ID, _SCHOOL = CHILD_FIELDS.index("local_id"), CHILD_FIELDS.index("school")
_NO_REFERENCE = re.compile(
    r"[0./?*-]*|UN[1-5]|UN(KNOWN|AVAILABLE)|NOT(KNOWN|AVAILABLE|APPLICABLE)|NONE|NULL|NIL|NK|N/?A|TB[CA]"
)
"""What is typed where a force has no reference of the person."""
_NOT_SORTED = "UNKNOWN"
_GRAVITY = ("open_case", "share", "level_2", "level_3", "level_3_high", "level_4")
"""Not sorted is read as shared; an open case is one only where all of them are."""


class Seen(NamedTuple):
    """A child of an incident."""

    values: "array[int]"
    """A hash of each of its fields, in their order; 0 where nothing is said."""
    given: int
    family: int
    born: date | None
    expected: bool
    reference: int
    """A hash of the force's own; 0 where there is none, whatever is typed there."""

    @property
    def school(self) -> int:
        """A hash of its setting's number: see `school_hash`; 0 where none is named."""
        return self.values[_SCHOOL]

    def is_same(self, other: "Seen") -> bool:
        both_known = all((*self[1:4], *other[1:4]))
        alike = sum(mine == theirs for mine, theirs in zip(self[1:4], other[1:4], strict=True))
        if self.reference and self.reference == other.reference:
            return alike > 0 or not both_known
        return both_known and alike == len(self[1:4])

    def filled(self, more: "Seen") -> "Seen":
        values = array("q", (mine or theirs for mine, theirs in zip(self.values, more.values, strict=True)))
        return Seen(
            values, self.given or more.given, self.family or more.family, self.born or more.born,
            self.expected or more.expected, self.reference if self.values[_LOCAL_ID] else more.reference,
        )  # fmt: skip


class Further(NamedTuple):
    """A notification that came after the first, and the contact as it was then."""

    event_id: UUID
    ms: int
    children: tuple[int, ...]
    """Places of the children whom it named first."""
    graver: bool
    of: Particulars
    nature: str | None
    """A word for the incident that none before it had."""

    @property
    def is_news(self) -> bool:
        return bool(self.children or self.graver or self.nature)


@dataclass
class Incident:
    partnership: str
    heard: set[UUID]
    children: list[Seen]
    natures: set[str]
    """The force's words for it."""
    at: datetime
    harm: bool
    need: str | None
    factors: tuple[str, ...]
    assessment: str


class Joined(NamedTuple):
    children: tuple[int, ...]
    """Places of children whom nobody had named before."""
    places: tuple[int, ...]
    """Of each child of the notification, in its order."""
    graver: bool
    seen: tuple[Seen, ...]
    harm: bool
    need: str | None
    factors: tuple[str, ...]
    assessment: str
    natures: frozenset[str]
    nature: str | None
    """A word for the incident that none before it had."""

    def told(self, of: Particulars) -> Particulars:
        """The contact with what was joined to it. What is empty in it is as it was: a notification is not returned."""
        shape = of.shape._replace(
            immediate_harm=self.harm, category_of_need=self.need, factors=frozenset(self.factors),
            assessment=self.assessment, children=len(self.seen), natures=self.natures,
            unborn=any(one.expected and one.born is None for one in self.seen),
        )  # fmt: skip
        born = [one.born for one in self.seen if one.born]
        return of._replace(shape=shape, youngest_born=max(born, default=None))


class Incidents:
    def __init__(self, known: dict[UUID, Incident]) -> None:
        """`known`: filled, by case."""
        self._known = known

    def add(self, record: hub.PoliceNotificationReceived) -> Joined | None:
        """What a further notification of an incident brings; None: it is the first, a repeat or another hub's."""
        case_id, meta, concern = record.meta.case_id, record.meta, record.concern
        assert case_id is not None
        children = list(map(_seen, record.children))
        known = self._known.get(case_id)
        if known is None:
            self._known[case_id] = Incident(
                meta.partnership, {meta.event_id}, children, {record.nature}, record.incident_at,
                concern.immediate_harm, concern.category_of_need, concern.factors, record.assessment.value,
            )  # fmt: skip
            return None
        if meta.partnership != known.partnership or meta.event_id in known.heard:
            return None
        return _joined(known, record, children)


def joined_secrets(known: Secrets, record: hub.PoliceNotificationReceived, joined: Joined) -> Secrets:
    more, names = secrets_of(record), dict(enumerate(known.names))
    for place, name in zip(joined.places, more.names, strict=True):
        names[place] = names.get(place) or name
    return known._replace(
        names=tuple(names[place] for place in range(len(joined.seen))),
        story=known.story + more.story,
        values=known.values + more.values,
        children=tuple(one.values for one in joined.seen),
        words=tuple(sorted({*known.words, *more.words})),
    )


def _joined(known: Incident, record: hub.PoliceNotificationReceived, children: Iterable[Seen]) -> Joined:
    concern, before, places = record.concern, len(known.children), []
    for child in children:
        place = next((at for at, one in enumerate(known.children) if one.is_same(child)), None)
        if place is None:
            known.children.append(child)
        else:
            known.children[place] = known.children[place].filled(child)
        places.append(len(known.children) - 1 if place is None else place)
    assessment = _gravest((known.assessment, record.assessment.value))
    graver = (concern.immediate_harm and not known.harm) or _gravity(assessment) > _gravity(known.assessment, -1)
    known.heard.add(record.meta.event_id)
    nature = None if record.nature in known.natures else record.nature
    known.natures.add(record.nature)
    known.at = min(known.at, record.incident_at)
    known.harm = known.harm or concern.immediate_harm
    known.need = _higher(known.need, concern.category_of_need)
    known.factors = tuple(dict.fromkeys((*known.factors, *concern.factors)))
    known.assessment = assessment
    return Joined(
        tuple(range(before, len(known.children))), tuple(places), graver, tuple(known.children), known.harm, known.need,
        known.factors, assessment, frozenset(known.natures), nature,
    )  # fmt: skip


def school_hash(urn: str) -> int:
    return hash(("child.school", urn))


def _seen(child: Child) -> Seen:
    return Seen(
        hashed(child), _name(child.given_name), _name(child.family_name), child.date_of_birth,
        child.expected_date_of_birth is not None, _reference(child.local_id),
    )  # fmt: skip


def _name(said: str | None) -> int:
    return hash(said.strip().casefold()) if said else 0


def _reference(said: str | None) -> int:
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", said or "")).upper()
    return 0 if _NO_REFERENCE.fullmatch(folded) else hash(folded)


def _gravest(said: Sequence[str]) -> str:
    return max(("share" if one == _NOT_SORTED else one for one in said), key=_gravity)


def _gravity(assessment: str, of_none: int = 0) -> int:
    return _GRAVITY.index(assessment) if assessment in _GRAVITY else of_none


def _higher(one: str | None, other: str | None) -> str | None:
    order = list(NEEDS)
    return min(filter(None, (one, other)), key=order.index, default=None)
