"""A case as it stood after each of its turns, and what its rules know of it then: by other code than triage uses.

A service decides by what it had read, and others may have written meanwhile. So a decision is judged by every state
from the record that it acts on to the decision itself: what one of them allows is no fault.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from mashbus.domain.partnership import Partnership
from mashbus.verify import meeting_facts as meetings
from mashbus.verify import memory_facts as memory
from mashbus.verify import procedure_facts as facts
from mashbus.verify.already_known import already_known
from mashbus.verify.conditions import Value, hold
from mashbus.verify.evidence import Evidence
from mashbus.verify.incidents import Further
from mashbus.verify.procedure_facts import Particulars, Turn

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_SAID = dict.fromkeys(
    ("consent", "consent_reason", "consent_action", "urgent", "asking_raises_risk", "lawful_basis", "told",
     "telling_raises_risk")
)  # fmt: skip


class Standing(NamedTuple):
    """After a turn at `offset` of the case's partition of mash.cases, until the next one."""

    offset: int
    consent: facts.Consented | None = None
    """As a person recorded it last."""
    views: bool = False
    involvement: str | None = None
    """As a person found it last, unless the directory has answered since."""
    looked: memory.LookedUp | None = None
    links: int = 0
    """Other cases that it was linked to."""
    handed_over: bool = False
    """Whoever holds the child acts, and the hub plays no further part."""
    stood_for: bool = False
    """An earlier case stands for it."""
    passed: frozenset[str] = frozenset()
    """Rules by which it was passed on."""
    passed_children: frozenset[int] = frozenset()
    """Places of the children that holders were told of."""
    flagged: bool = False
    milestones: frozenset[str] = frozenset()
    reached: tuple[facts.Marked, ...] = ()
    """The same, in their order."""
    rating: str | None = None
    level: str | None = None
    asked: frozenset[str] = frozenset()
    by: int | None = None
    """Who routed it last."""
    pathways: tuple[str, ...] = ()
    opened: bool = False
    directed: bool = False
    decided: bool = False
    outcomes: frozenset[str] = frozenset()
    referrers: tuple[facts.Referred, ...] = ()


class Course(NamedTuple):
    """A case with its turns, and how it stood after each."""

    case_id: UUID
    of: Particulars
    """Its first contact."""
    further: list[Further]
    """Police notifications of its incident that came later."""
    turns: list[Turn]
    standings: list[Standing]

    def contacts(self, ms: int) -> tuple[Particulars, ...]:
        """The contact as it was at any time up to then: which of it a service had read nobody can say."""
        return (self.of, *(one.of for one in self.further if one.ms <= ms))

    def seen_by(self, turn: facts.Rated | facts.Ruled) -> tuple[Particulars, ...]:
        """What a decision may have been made on; a first routing says of how many notifications."""
        everything = (self.of, *(one.of for one in self.further))
        if isinstance(turn, facts.Rated) and turn.first:
            return everything[: turn.notifications][-1:]
        return self.contacts(turn.ms)

    def answered(self, before: int) -> int:
        """Where triage itself last said that it was opened or what the directory knows: that it had seen."""
        own = (one.place.offset for one in self.turns if isinstance(one, facts.Opened | memory.LookedUp))
        return max((offset for offset in own if offset < before), default=-1)

    @property
    def last(self) -> Particulars:
        """The contact as it is now."""
        return self.further[-1].of if self.further else self.of


def moments(turns: Iterable[Turn]) -> list[Standing]:
    """The first is before anything was said in mash.cases."""
    found = [Standing(offset=-1)]
    for turn in turns:
        found.append(_after(found[-1], turn)._replace(offset=turn.place.offset))
    return found


def between(standings: list[Standing], since: int, until: int) -> Iterator[Standing]:
    """Every state that the case had in [since, until)."""
    for index, one in enumerate(standings):
        ends = standings[index + 1].offset if index + 1 < len(standings) else until
        if one.offset < until and ends > since:
            yield one


def _after(one: Standing, turn: Turn) -> Standing:  # noqa: C901, PLR0911, PLR0912 - one table
    match turn:
        case facts.Opened():
            return one._replace(opened=True)
        case facts.Directed():
            return one._replace(directed=True)
        case facts.Rated():
            return one._replace(
                rating=turn.rag,
                level=turn.level,
                asked=one.asked.union(turn.asked),
                by=turn.by,
                pathways=turn.pathways,
            )
        case facts.Flagged():
            return one._replace(flagged=True)
        case facts.Marked():
            return one._replace(milestones=one.milestones | {turn.milestone}, reached=(*one.reached, turn))
        case facts.Consent():
            return one._replace(consent=turn.consent, views=one.views or turn.views)
        case facts.Involved():
            return one._replace(involvement=None if turn.involvement == "UNKNOWN" else turn.involvement)
        case facts.Referred():
            return one._replace(referrers=(*one.referrers, turn))
        case facts.Ruled():
            return one._replace(decided=True, outcomes=one.outcomes or frozenset(turn.outcomes))
        case memory.LookedUp():
            return _looked(one, turn)
        case memory.Passed():
            return one._replace(
                passed=one.passed | {turn.rule},
                passed_children=one.passed_children.union(turn.children),
                handed_over=one.handed_over or turn.instead,
            )
        case memory.Linked():
            return one._replace(links=one.links + 1, stood_for=one.stood_for or turn.stands_aside)
        case memory.Offered() | memory.Matched() | facts.Raised() | meetings.Placed() | meetings.Met():
            return one


def _looked(one: Standing, turn: memory.LookedUp) -> Standing:
    """The newest answer counts, over what a person found before it, where it says anything."""
    if one.looked is not None and turn.round <= one.looked.round:
        return one
    says = bool(turn.known) or turn.contradictory
    return one._replace(looked=turn, involvement=None if says else one.involvement)


# -- what rules know ------------------------------------------------------------------------------------------------


def known_of_contact(evidence: Evidence, of: Particulars, profile: Partnership) -> dict[str, Value]:
    return _known(evidence, of, profile, of.shape.consent)


def known_of_case(evidence: Evidence, of: Particulars, profile: Partnership, standing: Standing) -> dict[str, Value]:
    return {
        **_known(evidence, of, profile, standing.consent or of.shape.consent),
        **already_known(standing, of.shape.children, day_of(evidence, of, profile), profile),
        "flagged": standing.flagged,
        "milestones": standing.milestones,
        "standing": _still_there(standing.reached, profile),
        "rating": standing.rating,
        "case_pathways": frozenset(standing.pathways),
        "views_recorded": standing.views or of.shape.views,
    }


def _still_there(reached: Sequence[facts.Marked], profile: Partnership) -> frozenset[str]:
    """What another milestone ends, and none has ended since: a child is missing until it is found (G-14)."""
    over: set[int] = set()
    for place, ending in enumerate(reached):
        kind = profile.milestones.get(ending.milestone)
        if kind and kind.ends:
            over.update(_ended(reached[:place], ending, kind.ends, over))
    begins = {one.ends for one in profile.milestones.values()}
    return frozenset(
        one.milestone for place, one in enumerate(reached) if place not in over and one.milestone in begins
    )


def _ended(before: Sequence[facts.Marked], ending: facts.Marked, kind: str, over: set[int]) -> Iterator[int]:
    """The place of what it ends: one, which had begun by then and is not over yet; the last of those that there are."""
    begun = (
        (one.reached_us, place)
        for place, one in enumerate(before)
        if one.milestone == kind and place not in over and one.reached_us <= ending.reached_us
        if ending.answers is None or ending.answers == one.event_id
    )
    last = max(begun, default=None)
    if last is not None:
        yield last[1]


def received_at(evidence: Evidence, of: Particulars) -> datetime:
    return evidence.at(of.ms) if of.received_us is None else _EPOCH + timedelta(microseconds=of.received_us)


def day_of(evidence: Evidence, of: Particulars, profile: Partnership) -> date:
    """Of receipt, there."""
    return received_at(evidence, of).astimezone(profile.zone).date()


def cases(evidence: Evidence) -> Iterator[Course]:
    """Every case whose contact is known, one at a time."""
    for case_id, of in evidence.index.particulars.items():
        turns = evidence.index.turns.get(case_id, [])
        yield Course(case_id, of, evidence.index.further.get(case_id, []), turns, moments(turns))


def _known(
    evidence: Evidence, of: Particulars, profile: Partnership, consent: facts.Consented | None
) -> dict[str, Value]:
    shape, received = of.shape, received_at(evidence, of).astimezone(profile.zone)
    plain: dict[str, Value] = {
        "opening": shape.opening,
        "channel": shape.channel,
        "source": shape.source,
        "nature": shape.natures or None,
        "contact_type": shape.contact_type,
        "assessment": shape.assessment,
        "asks_for": None if shape.asks_for == "UNKNOWN" else shape.asks_for,
        "referrer_kind": shape.referrer_kind,
        "immediate_harm": shape.immediate_harm,
        "category_of_need": shape.category_of_need,
        "factors": shape.factors,
        "children": shape.children,
        "unborn": shape.unborn,
        "youngest_age": _years(of.youngest_born, received.date()),
        "out_of_hours": _is_shut(received, profile),
        **_consent(consent),
    }
    shown = (one for one in profile.indicators if one.conditions and hold(one.conditions, plain))
    found = {one.name for one in shown} | (shape.named & {one.name for one in profile.indicators})
    return {**plain, "indicators": frozenset(found), "indicator_count": len(found)}


def _consent(said: facts.Consented | None) -> Mapping[str, Value]:
    if said is None:
        return _NOT_SAID
    basis = None if said.lawful_basis == "UNKNOWN" else said.lawful_basis
    return {
        "consent": said.status, "consent_reason": said.reason, "consent_action": said.action, "urgent": said.urgent,
        "asking_raises_risk": said.asking_raises_risk, "lawful_basis": basis, "told": said.told,
        "telling_raises_risk": said.telling_raises_risk,
    }  # fmt: skip


def _years(born: date | None, on: date) -> int | None:
    if born is None:
        return None
    had_birthday = (on.month, on.day) >= (born.month, born.day)
    return on.year - born.year - (0 if had_birthday else 1)


def _is_shut(local: datetime, profile: Partnership) -> bool:
    """Outside the hours of whoever takes contacts in. Where the calendar ends nobody can say, and nothing is shut."""
    calendar = (profile.reception or profile.time).calendar
    day, wall = local.date(), local.time()
    if not calendar.known_from <= day <= calendar.known_until or not (calendar.week or calendar.exceptions):
        return False
    hours = calendar.exceptions.get(day)
    if hours is None and day not in calendar.holidays:
        hours = calendar.week.get(day.weekday())
    return hours is None or not (hours.opens <= wall and (hours.closes == time(0) or wall < hours.closes))
