"""A contact as reports count it: codes, places and instants, and nobody's name or words.

Small, because every contact of the hub is held in memory (docs/measured.md says how much a contact takes).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from sys import intern
from uuid import UUID

from mashbus.contracts import codes, hub
from mashbus.contracts.reference import reference_of
from mashbus.domain.referral import Child, Concern
from mashbus.domain.vocabulary import Channel, OpeningKind, ReferrerKind

NOT_KNOWN = "not_known"
SEVERAL = "several"
"""The contact's children differ in it: so a contact counts once, whatever it says of whom."""
POLICE = "6"
NOT_STATED = "N0"
_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
_WHOLE = re.compile(rf"({_OUTWARD.pattern})[0-9][A-Z]{{2}}")
_NOWHERE = "ZZ99"
"""Pseudo-postcodes: no fixed abode, abroad, not known."""
_CODE = re.compile(r"[A-Z0-9_-]{1,10}")


class Came(StrEnum):
    """What became of a contact."""

    RETURNED = "returned"
    DIRECTED = "directed"
    ROUTED = "routed"
    RERATED = "rerated"
    OUTCOME = "outcome"
    LINKED = "linked"
    PASSED_ON = "passed_on"


@dataclass(frozen=True, slots=True)
class Fact:
    """`said`: pathways of routed and rerated, outcomes of outcome, the kind of link of linked, the kind of contact of
    directed, the missing items or `another_area` of returned, the rule of passed_on.
    """

    at: int
    """Seconds since 1970 by bus time, when the broker appended it."""
    came: Came
    said: tuple[str, ...]
    rag: str | None = None
    level: str | None = None


@dataclass(slots=True)
class Contact:
    number: int
    """The case id as a number."""
    partnership: str
    recorded: int
    """Seconds since 1970 by bus time: when the hub had it on record."""
    received: int
    """Seconds since 1970: when it was received, which may be stated and earlier."""
    opening: OpeningKind
    channel: Channel
    source: str
    referrer: ReferrerKind
    need: str
    factors: tuple[str, ...]
    ethnicity: str
    area: str
    """The postcode's district (its outward code) of the children's home."""
    unborn: bool
    call_reference: str | None
    became: tuple[Fact, ...] = ()
    """In the order of the log."""

    @property
    def case_id(self) -> UUID:
        return UUID(int=self.number)

    @property
    def reference(self) -> str | None:
        """None of a police notification."""
        return reference_of(self.partnership, self.case_id) if self.opening is OpeningKind.REFERRAL else None

    @property
    def received_at(self) -> datetime:
        return datetime.fromtimestamp(self.received, UTC)

    def all(self, came: Came, until: int | None = None) -> Sequence[Fact]:
        """What came of it before `until`."""
        return [one for one in self.became if one.came is came and (until is None or one.at < until)]

    def decided_before(self, until: int) -> int | None:
        """When its outcome was decided."""
        return next((one.at for one in self.all(Came.OUTCOME, until)), None)

    def is_duplicate(self, until: int | None = None) -> bool:
        """The very same referral, sent again under another key: counted once, as the first one."""
        return any("duplicate" in one.said for one in self.all(Came.LINKED, until))


def of_referral(record: hub.ReferralReceived, at: datetime) -> Contact:
    """`at`: bus time of the broker's append."""
    return _contact(
        record, at, record.received_at or at, OpeningKind.REFERRAL, record.channel, record.source,
        record.referrer.kind, record.call_reference,
    )  # fmt: skip


def of_notification(record: hub.PoliceNotificationReceived, at: datetime) -> Contact:
    return _contact(
        record, at, at, OpeningKind.POLICE_NOTIFICATION, Channel.POLICE_BATCH, POLICE, ReferrerKind.PRACTITIONER, None
    )


def area_of(children: Iterable[Child]) -> str:
    return _one_of({_district(child) for child in children})


def ethnicity_of(children: Iterable[Child]) -> str:
    return _one_of({_ethnicity(child) for child in children})


def _contact(
    record: hub.ReferralReceived | hub.PoliceNotificationReceived, recorded: datetime, received: datetime,
    opening: OpeningKind, channel: Channel, source: str, referrer: ReferrerKind, call: str | None,
) -> Contact:  # fmt: skip
    case_id = record.meta.case_id
    assert case_id is not None, "a contact is a case's"
    return Contact(
        number=case_id.int,
        partnership=intern(record.meta.partnership),
        recorded=int(recorded.timestamp()),
        received=int(received.timestamp()),
        opening=opening,
        channel=channel,
        source=intern(source if source in codes.SOURCES else codes.UNKNOWN_SOURCE),
        referrer=referrer,
        need=intern(_need(record.concern)),
        factors=_factors(record.concern.factors),
        ethnicity=intern(ethnicity_of(record.children)),
        area=intern(area_of(record.children)),
        unborn=any(one.expected_date_of_birth and not one.date_of_birth for one in record.children),
        call_reference=call,
    )


def _need(concern: Concern) -> str:
    said = concern.category_of_need
    return said if said and said in codes.NEEDS else NOT_STATED


def _one_of(found: set[str]) -> str:
    known = found - {NOT_KNOWN}
    return SEVERAL if len(known) > 1 else next(iter(known), NOT_KNOWN)


def _district(child: Child) -> str:
    postcode = "".join((child.address.postcode or "").split()).upper() if child.address else ""
    whole = _WHOLE.fullmatch(postcode)
    return whole[1] if whole and whole[1] != _NOWHERE else NOT_KNOWN


def _ethnicity(child: Child) -> str:
    """A code as it came. What is no code may be anybody's words: it is not known."""
    code = (child.ethnicity or "").strip().upper()
    return code if _CODE.fullmatch(code) else NOT_KNOWN


@lru_cache(maxsize=10_000)
def _factors(said: tuple[str, ...]) -> tuple[str, ...]:
    """In today's codes. One object for equal ones: a few hundred stand for all contacts."""
    return tuple(sorted({one for one in codes.today(said) if one in codes.FACTORS}))
