"""Contacts as reports count them, made up."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from mashbus.domain.vocabulary import Channel, OpeningKind, ReferrerKind
from services.status.reports.contacts import Came, Contact, Fact

OCTOBER = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)


def contact(**changes: object) -> Contact:
    at = int(changes.pop("at", OCTOBER).timestamp())
    plain = {
        "number": uuid4().int, "partnership": "hackney", "recorded": at, "received": at, "opening": OpeningKind.REFERRAL,
        "channel": Channel.ONLINE_FORM, "source": "2A", "referrer": ReferrerKind.PRACTITIONER, "need": "N1",
        "factors": (), "ethnicity": "WBRI", "area": "E8", "unborn": False, "call_reference": None,
    }  # fmt: skip
    return Contact(**{**plain, **changes})


def became(came: Came, *said: str, at: datetime = OCTOBER) -> tuple[Fact, ...]:
    return (Fact(int(at.timestamp()), came, said),)


def several(count: int, **changes: object) -> Sequence[Contact]:
    return [contact(**changes) for _ in range(count)]
