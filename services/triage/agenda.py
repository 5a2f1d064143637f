"""What is put on a meeting's agenda, and when (H-12, G-12, G-14). Nothing waits for a meeting.

Every cause is one item, placed once: a rule of the meeting that holds, together with what it holds on. That is each
recorded milestone or flagged risk that the rule tests, and each rating of a person that changed the colour or level it
tests; what is known of the contact itself is one cause. So a child that goes missing again, or a case that turns red
again, is a new item after a result, and the same news never is. What a meeting itself re-levelled is no news to it.

Items are told by case, meeting, rule and cause alone, so the same ones come of any interleaving. A rating is looked at
before the next decision is acted on; the first routing of a case never waits for an agenda.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.facts import standing
from mashbus.domain.known import stands_aside
from mashbus.domain.meeting import next_meeting
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import AgendaRule, Meeting
from mashbus.domain.rules import Condition, Facts, holds

_SAYS_SO = ("is", "any", "all", "at_least")
"""Tests that hold because of what there is."""
_COLOUR = ("rating", "level")


def placed(case: Case, facts: Facts, partnership: Partnership, at: datetime) -> hub.AgendaItemPlaced | None:
    """The next item that is due, on the agenda of the first meeting later than `at`. Raises CalendarEnds."""
    if not case.opened or case.returned:
        return None
    return next((_item(case, *one, partnership, at) for one in _due(case, facts, partnership)), None)


def is_on_an_agenda(case: Case, meeting: Meeting, facts: Facts, partnership: Partnership) -> bool:
    """It was put on one, or is about to be."""
    there = any(one.meeting == meeting.name for one in case.agenda)
    return there or any(one is meeting for one, *_ in _due(case, facts, partnership))


def stays(meeting: Meeting, facts: Facts) -> bool:
    """A rule keeps it on the agenda whatever was decided: a child is still missing (G-14)."""
    return any(rule.stays and holds(rule, facts) for rule in meeting.items)


def _due(case: Case, facts: Facts, partnership: Partnership) -> Iterator[tuple[Meeting, AgendaRule, UUID | None, UUID]]:
    there = {one.item_id for one in case.agenda}
    for meeting in partnership.meetings.values():
        if not _concerns(meeting, case):
            continue
        for rule in meeting.items:
            for cause in _causes(case, meeting, rule, partnership) if holds(rule, facts) else ():
                item_id = ids.once(case.case_id, f"AgendaItemPlaced/{meeting.name}/{_key(rule)}/{cause or ''}")
                if item_id not in there:
                    yield meeting, rule, cause, item_id


def _concerns(meeting: Meeting, case: Case) -> bool:
    """Not a case that another one stands for; with its outcome, or with its holder, only where the meeting says so."""
    if case.asks_nobody and any(map(stands_aside, case.links.values())):
        return False
    return meeting.also_closed or not (case.decided or case.asks_nobody)


def _causes(case: Case, meeting: Meeting, rule: AgendaRule, partnership: Partnership) -> tuple[UUID | None, ...]:
    """None: the case as it came, or as a rule coloured it."""
    said = [one for one in rule.conditions if one.test in _SAYS_SO]
    causes: list[UUID | None] = [cause for one in said for cause in _news(one, case, partnership)]
    coloured = any(one.fact in _COLOUR for one in said)
    if coloured and not _decided_by(meeting, case):
        causes.append(case.coloured_by)
    return tuple(dict.fromkeys(causes)) if causes or coloured else (None,)


def _news(condition: Condition, case: Case, partnership: Partnership) -> Iterator[UUID]:
    """Records that came one by one, and that the condition holds on."""
    if condition.fact == "flagged":
        yield from (flag.flag_id for flag in case.flags)
    elif condition.fact in ("milestones", "standing"):
        there = case.milestones if condition.fact == "milestones" else standing(case, partnership)
        names = condition.value if isinstance(condition.value, frozenset) else frozenset((condition.value,))
        yield from (milestone_id for milestone_id, name in there.items() if name in names)


def _decided_by(meeting: Meeting, case: Case) -> bool:
    own = (one.result_id for one in case.held if one.meeting == meeting.name)
    return any(case.coloured_by == rating_of(result_id) for result_id in own)


def rating_of(result_id: UUID) -> UUID:
    """The rating that is made from a recorded result."""
    return ids.caused(result_id, hub.RatingGiven.__name__)


def _key(rule: AgendaRule) -> str:
    """What the rule tests: other words of the reason are no other rule."""
    return "; ".join(sorted(f"{one.fact} {one.test} {_said(one.value)}" for one in rule.conditions))


def _said(value: object) -> str:
    return ",".join(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)


def _item(
    case: Case, meeting: Meeting, rule: AgendaRule, cause: UUID | None, item_id: UUID, partnership: Partnership,
    at: datetime,
) -> hub.AgendaItemPlaced:  # fmt: skip
    return hub.AgendaItemPlaced(
        meta=Meta(event_id=item_id, partnership=case.partnership, case_id=case.case_id, occurred_at=at, cause_id=cause),
        meeting=meeting.name,
        requirement=meeting.requirement,
        meets_at=next_meeting(meeting, partnership.time.calendar, at),
        reasons=(rule.reason,),
    )
