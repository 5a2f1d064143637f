"""What starts, meets and stops a deadline of one case, as records; and the watch that they fold to."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from core_story import (
    MANAGER,
    MONDAY,
    PROFILES,
    case_of,
    meta,
)

from mashbus.contracts import hub
from mashbus.contracts.deadlines import watched
from mashbus.contracts.record import Record
from mashbus.domain import ids
from mashbus.domain.clocks import computed
from mashbus.domain.deadline import Deadline
from mashbus.domain.vocabulary import Channel, EmailKind, OpeningKind
from mashbus.domain.watch import Watch
from mashbus.profiles import load

CASE = case_of("one")
DAY = timedelta(days=1)
PROFILE = {name: load(name, PROFILES) for name in ("cambridgeshire", "gloucestershire", "medway")}


def folded(*told: tuple[Record, datetime]) -> Watch:
    watch = Watch(case_id=CASE)
    for record, appended in told:
        watch = watched(watch, record, appended)
    return watch


def opening(*due: Deadline) -> hub.CaseOpened:
    return hub.CaseOpened(
        meta=meta(CASE, "opened"), opening=OpeningKind.REFERRAL, reference=None, received_at=MONDAY,
        channel=Channel.PHONE, source="2A", immediate_harm=False, deadlines=due,
    )  # fmt: skip


def from_receipt(partnership: str, clock: str) -> Deadline:
    found = PROFILE[partnership].clocks[clock]
    deadline = computed(found, None, MONDAY, subject=CASE, owner=found.owner, profile="1+aa")
    assert deadline is not None
    return deadline


def reached(milestone: str, at: datetime, partnership: str = "cambridgeshire", name: str = "") -> hub.MilestoneRecorded:
    """A milestone with the deadlines that the profile starts by it: the milestone itself is what they are about."""
    said = meta(CASE, name or milestone, at)
    clocks = (one for one in PROFILE[partnership].clocks.values() if one.started_by == f"MilestoneRecorded:{milestone}")
    due = (
        computed(one, None, at, subject=said.event_id, owner=one.owner, profile="1+aa") for one in clocks
    )  # fmt: skip
    return hub.MilestoneRecorded(
        meta=said, actor=MANAGER, milestone=milestone, reached_at=at, deadlines=tuple(filter(None, due))
    )


def email(kind: type[Record], what: EmailKind) -> Record:
    said = {hub.EmailSent: {"message_id": "<1@m>", "attempts": 1}, hub.EmailSuppressed: {"reason": "anonymous"}}
    return kind(meta=meta(CASE, f"{kind.__name__}/{what}"), kind=what, **said[kind])


def breach(deadline: Deadline) -> hub.SlaBreached:
    return hub.SlaBreached(meta=meta(CASE, f"breach/{deadline.deadline_id}"), deadline=deadline, blind=False)


def still(owed: Deadline, at: datetime, name: str = "still", cause: UUID | None = None) -> hub.DeadlineSuspended:
    return hub.DeadlineSuspended(
        meta=meta(CASE, name).model_copy(update={"cause_id": cause}), deadline_id=owed.deadline_id,
        subject=owed.subject, clock=owed.clock, organisation=None, suspended_at=at,
        left_microseconds=(owed.due - at) // timedelta(microseconds=1), decided_by=MANAGER, rationale="abroad",
    )  # fmt: skip


def again(owed: Deadline, due: datetime) -> hub.DeadlineResumed:
    next_one = replace(
        owed, deadline_id=ids.deadline_of(owed.subject, owed.clock, owed.revision + 1), revision=owed.revision + 1,
        due=due,
    )  # fmt: skip
    return hub.DeadlineResumed(meta=meta(CASE, "again"), deadline=next_one, decided_by=MANAGER, rationale="back")
