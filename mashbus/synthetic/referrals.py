"""Turns census rows into the online referrals of one week: the census' children, sources and needs, invented people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from mashbus.domain.clocks import Hours
from mashbus.domain.referral import Child
from mashbus.synthetic import arrivals, special_cases
from mashbus.synthetic.census import CensusRow
from mashbus.synthetic.chance import chance
from mashbus.synthetic.children import Cast
from mashbus.synthetic.codes import UNKNOWN_SOURCE
from mashbus.synthetic.concerns import channel, concern
from mashbus.synthetic.form import WHATEVER, Form
from mashbus.synthetic.referral_document import Draft
from mashbus.synthetic.referrers import consent, referrer

WITH_SIBLINGS = 0.6
"""Share of the referrals that name a child's brothers and sisters where there are any."""
OTHER_SPELLING = 0.04


@dataclass(frozen=True, kw_only=True)
class Arrival:
    at: datetime
    idempotency_key: str
    document: Mapping[str, Any]


def referrals(
    rows: Iterable[CensusRow], *, monday: date, zone: ZoneInfo, seed: object, at_most: int,
    hours: Mapping[int, Hours] = arrivals.OFFICE, form: Form = WHATEVER,
) -> tuple[Arrival, ...]:  # fmt: skip
    """One referral a row, in the order of the referral dates. More rows than wanted: a fair sample of them.

    `hours`: when the hub is open. `form`: what it insists on, which most referrers fill in.
    """
    ordered = sorted(_sample(list(rows), at_most, seed), key=lambda row: (row.referral_date, row.child, row.episode))
    cast = Cast(seed, monday)
    filled = [form.filled(_draft(row, cast, seed), chance("form", seed, row.local_id, row.episode)) for row in ordered]
    drafts = special_cases.applied(filled, monday)
    times = arrivals.instants(len(drafts), monday, zone, seed, hours)
    return tuple(
        Arrival(at=at, idempotency_key=f"synthetic-{seed}-{number:05}", document=draft.document())
        for number, (at, draft) in enumerate(zip(times, drafts, strict=True), start=1)
    )


def _sample(rows: Sequence[CensusRow], at_most: int, seed: object) -> Sequence[CensusRow]:
    return rows if len(rows) <= at_most else chance("sample", seed).sample(rows, at_most)


def _draft(row: CensusRow, cast: Cast, seed: object) -> Draft:
    draw = chance("referral", seed, row.local_id, row.episode)
    family = cast.family(row)
    first, *others = family.children
    if draw.random() < OTHER_SPELLING and first.given_name:
        first = _shortened(first)
    source = row.source or UNKNOWN_SOURCE
    sender = referrer(draw, source, family.adults)
    return Draft(
        source=source,
        channel=channel(draw),
        referrer=sender,
        children=(first, *(others if draw.random() < WITH_SIBLINGS else ())),
        adults=family.adults,
        concern=concern(draw, row.need),
        consent=consent(draw, sender.kind, family.adults),
    )


def _shortened(child: Child) -> Child:
    """The name as a stranger heard it: its first two letters."""
    return Child(**{**vars(child), "given_name": (child.given_name or "")[:2]})
