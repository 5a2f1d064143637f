"""What a person says that he did or decided: recorded, with the deadlines that it starts, or refused.

It counts from when the word was given. A clock that a milestone starts is owed for that milestone: two strategy
discussions, two escalations of one case have deadlines of their own.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.refusals import refusal
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.clocks import computed
from mashbus.domain.deadline import Deadline
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import MilestoneKind
from mashbus.domain.words import Milestone


def reached(case: Case, word: Milestone, partnership: Partnership, at: datetime) -> Record:
    """MilestoneRecorded, or DecisionRefused with the reason. Raises CalendarEnds."""
    kind = partnership.milestones.get(word.milestone)
    if reason := _refusal(case, word, kind):
        return refusal(case, word.word_id, hub.MilestoneGiven.__name__, word.actor, reason, at)
    event_id = ids.caused(word.word_id, hub.MilestoneRecorded.__name__)
    reached_at = word.reached_at or word.at
    return hub.MilestoneRecorded(
        meta=Meta(
            event_id=event_id,
            partnership=case.partnership,
            case_id=case.case_id,
            occurred_at=at,
            cause_id=word.word_id,
        ),
        actor=word.actor,
        milestone=word.milestone,
        reached_at=reached_at,
        deadlines=tuple(_started(event_id, word.milestone, word.stage, reached_at, partnership)),
        stage=word.stage,
        answers=word.answers,
        note=word.note,
    )


def decided(case: Case, record: hub.OutcomeDecided, partnership: Partnership) -> Iterator[hub.MilestoneRecorded]:
    """C-09, C-14: what an outcome decides besides, unless a person has recorded it already. Raises CalendarEnds."""
    outcomes = (partnership.outcomes[one] for one in record.outcomes if one in partnership.outcomes)
    for name in dict.fromkeys(one.milestone for one in outcomes if one.milestone):
        if name in case.milestones.values():
            continue
        meta = copied(record, hub.MilestoneRecorded, name, record.meta.occurred_at)
        yield hub.MilestoneRecorded(
            meta=meta,
            actor=record.decided_by,
            milestone=name,
            reached_at=record.decided_at,
            deadlines=tuple(_started(meta.event_id, name, None, record.decided_at, partnership)),
        )


def _started(
    event_id: UUID, milestone: str, stage: str | None, reached_at: datetime, partnership: Partnership
) -> Iterator[Deadline]:
    """Owed by the stage that was opened, where the milestone has stages (M-12)."""
    for clock in partnership.clocks.values():
        if clock.started_by == f"{hub.MilestoneRecorded.__name__}:{milestone}":
            owner = stage or clock.owner
            deadline = computed(clock, None, reached_at, subject=event_id, owner=owner, profile=partnership.version)
            if deadline is not None:
                yield deadline


def _refusal(case: Case, word: Milestone, kind: MilestoneKind | None) -> str | None:
    if word.partnership != case.partnership:
        return "the case belongs to another partnership"
    if kind is None:
        return f"no such milestone: {word.milestone}"
    if word.actor.role not in kind.roles:
        return f"the role '{word.actor.role}' may not record this; sign-off: {', '.join(sorted(kind.roles))}"
    if case.returned:
        return "the referral was returned: the case is not open; a complete referral opens a new one"
    if (word.stage is None) == bool(kind.stages) or (word.stage is not None and word.stage not in kind.stages):
        return f"stages of {kind.name}: {', '.join(kind.stages) or 'none'}"
    if kind.answers and (word.answers is None or case.milestones.get(word.answers) != kind.answers):
        return f"it answers a recorded '{kind.answers}' of this case: name that record"
    return None
