"""The advice line against what came of it (G-15): calls that led to referrals, and what those came to.

A call is known by its reference alone: nothing of it is a child's. Where calls are never on a child's record (H-14,
J-21) no referral quotes one, and calls are only counted.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel

from mashbus.domain.clocks import attended_from
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import OpeningKind
from services.status.calls import Call
from services.status.reports.contacts import Came, Contact

RETURNED, DIRECTED, UNDECIDED = "returned", "directed", "undecided"
_BESIDE_OUTCOMES = {
    RETURNED: "returned to the referrer",
    DIRECTED: "no ordinary referral: went another way",
    UNDECIDED: "not decided yet",
}


class Calls(BaseModel):
    """`led_to_referral`: calls that a referral quotes, however much later; null where none is ever quoted."""

    calls: int
    led_to_referral: int | None
    percent: float | None


class CallsOf(Calls):
    topic: str
    topic_title: str
    outcome: str
    outcome_title: str


class ComeTo(BaseModel):
    """How many referrals came to this. One may come to several outcomes."""

    outcome: str
    title: str
    with_advice: int
    with_advice_percent: float | None
    without_advice: int
    without_advice_percent: float | None


class Comparison(BaseModel):
    """Referrals received in the period. In a short one it may be about a single referral: not for everybody's eyes."""

    referrals_with_advice: int
    """They quote a call which is known."""
    referrals_without_advice: int
    references_not_found: int
    """Of those without: they quote a call which is not known."""
    outcomes: tuple[ComeTo, ...]


class AdviceLine(BaseModel):
    partnership: str
    since: date
    until: date
    """The last day, included. Days are the partnership's own."""
    quoted: bool
    """Whether referrals here quote calls at all."""
    all_calls: Calls
    outside_hours: int | None
    """Calls while nobody is there to answer by the line's hours; null: the profile states none."""
    by_topic_and_outcome: tuple[CallsOf, ...]
    comparison: Comparison | None
    """Null: no referral quotes a call here, or the caller neither rates, decides nor logs calls."""


def advice_of(
    calls: Collection[Call], contacts: Collection[Contact], partnership: Partnership, since: date, until: date
) -> AdviceLine:
    """`calls`, `contacts`: all of the partnership's. Referrals sent twice count once; notifications of the police do
    not: they never come by advice.
    """
    zone, quoted = partnership.zone, bool(partnership.calls and partnership.calls.quoted)
    referrals = [one for one in contacts if one.opening is OpeningKind.REFERRAL and not one.is_duplicate()]
    led = frozenset(one.call_reference for one in referrals if one.call_reference) if quoted else None
    ours = [one for one in calls if since <= one.called_at.astimezone(zone).date() <= until]
    came = [one for one in referrals if since <= one.received_at.astimezone(zone).date() <= until]
    return AdviceLine(
        partnership=partnership.title,
        since=since,
        until=until,
        quoted=quoted,
        all_calls=Calls(**_led(ours, led)),
        outside_hours=_outside(ours, partnership),
        by_topic_and_outcome=tuple(_by_topic_and_outcome(ours, led, partnership)),
        comparison=_comparison(came, {one.reference for one in calls}, partnership) if quoted else None,
    )


def _comparison(came: Iterable[Contact], known: Collection[str], partnership: Partnership) -> Comparison:
    advised, others = list[Contact](), list[Contact]()
    for one in came:
        (advised if one.call_reference in known else others).append(one)
    return Comparison(
        referrals_with_advice=len(advised),
        referrals_without_advice=len(others),
        references_not_found=sum(one.call_reference is not None for one in others),
        outcomes=tuple(_compared(advised, others, partnership)),
    )


def percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def _led(calls: Sequence[Call], quoted: frozenset[str] | None) -> dict[str, Any]:
    if quoted is None:
        return {"calls": len(calls), "led_to_referral": None, "percent": None}
    led = sum(one.reference in quoted for one in calls)
    return {"calls": len(calls), "led_to_referral": led, "percent": percent(led, len(calls))}


def _by_topic_and_outcome(
    calls: Iterable[Call], quoted: frozenset[str] | None, partnership: Partnership
) -> Iterator[CallsOf]:
    said = partnership.calls
    groups: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for one in calls:
        groups[one.topic, one.outcome].append(one)
    for (topic, outcome), some in sorted(groups.items()):
        yield CallsOf(
            topic=topic,
            topic_title=said.topics.get(topic, topic) if said else topic,
            outcome=outcome,
            outcome_title=said.outcomes.get(outcome, outcome) if said else outcome,
            **_led(some, quoted),
        )


def _outside(calls: Iterable[Call], partnership: Partnership) -> int | None:
    hours = partnership.calls.hours if partnership.calls else None
    if hours is None:
        return None
    return sum(attended_from(hours.calendar, one.called_at) != one.called_at for one in calls)


def _compared(advised: Sequence[Contact], others: Sequence[Contact], partnership: Partnership) -> Iterator[ComeTo]:
    with_, without = (Counter(name for one in some for name in _came_to(one)) for some in (advised, others))
    titles = {**{name: one.says for name, one in partnership.outcomes.items()}, **_BESIDE_OUTCOMES}
    for name in sorted({*with_, *without}, key=lambda one: (one in _BESIDE_OUTCOMES, one)):
        yield ComeTo(
            outcome=name,
            title=titles.get(name, name),
            with_advice=with_[name],
            with_advice_percent=percent(with_[name], len(advised)),
            without_advice=without[name],
            without_advice_percent=percent(without[name], len(others)),
        )


def _came_to(one: Contact) -> Collection[str]:
    decided = {name for fact in one.all(Came.OUTCOME) for name in fact.said}
    if decided:
        return decided
    ways = {fact.came.value for fact in one.became} & {RETURNED, DIRECTED}
    return ways or {UNDECIDED}
