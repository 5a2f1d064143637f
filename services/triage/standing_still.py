"""A person's word that a deadline should stand still, or run again: acted on where the profile allows it, or refused.

It stands still from when the word was given, however late the hub is. It runs again from when the hub acts: whoever
owes it can't be asked before (as with a request).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from mashbus.contracts import hub
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.refusals import not_allowed, refusal
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.clocks import Clock, resumed, time_left
from mashbus.domain.deadline import Deadline
from mashbus.domain.partnership import Partnership
from mashbus.domain.watch import Watch, stated_at
from mashbus.domain.words import Standstill

SIGN_OFF = "suspension"
"""Whose roles a profile lists under `[decides]`: the same people may stop a clock and let it run again."""
_MICROSECOND = timedelta(microseconds=1)


def stood_still(case: Case, word: Standstill, partnership: Partnership, at: datetime) -> Record:
    """DeadlineSuspended, DeadlineResumed, or DecisionRefused with the reason. Raises CalendarEnds."""
    deadlines = tuple(_named(case.watch, word, partnership))
    if reason := _refusal(case, word, partnership, deadlines):
        given = hub.ResumptionGiven if word.ends else hub.SuspensionGiven
        return refusal(case, word.word_id, given.__name__, word.actor, reason, at)
    deadline = next(one for one in deadlines if _cannot(case.watch, word, one) is None)
    acted = _resumed if word.ends else _suspended
    return acted(case, word, deadline, partnership, at)


def _suspended(
    case: Case, word: Standstill, deadline: Deadline, partnership: Partnership, at: datetime
) -> hub.DeadlineSuspended:
    since = max(word.at, stated_at(deadline))  # a re-rating given before it may have been acted on after it
    left = time_left(_clock(deadline, partnership), deadline, since)
    return hub.DeadlineSuspended(
        meta=_meta(case, hub.DeadlineSuspended, word, at),
        deadline_id=deadline.deadline_id,
        subject=deadline.subject,
        clock=deadline.clock,
        organisation=word.organisation,
        suspended_at=since,
        left_microseconds=left // _MICROSECOND,
        decided_by=word.actor,
        rationale=word.rationale,
    )


def _resumed(
    case: Case, word: Standstill, deadline: Deadline, partnership: Partnership, at: datetime
) -> hub.DeadlineResumed:
    left = case.watch.suspended[deadline.deadline_id]
    return hub.DeadlineResumed(
        meta=_meta(case, hub.DeadlineResumed, word, at),
        deadline=resumed(_clock(deadline, partnership), deadline, left, at, revision=deadline.revision + 1),
        decided_by=word.actor,
        rationale=word.rationale,
    )


def _clock(deadline: Deadline, partnership: Partnership) -> Clock:
    """As it was in the profile that computed the deadline first, where that is kept (reading 7)."""
    return partnership.as_of(deadline.profile).clocks.get(deadline.clock, partnership.clocks[deadline.clock])


def _refusal(case: Case, word: Standstill, partnership: Partnership, deadlines: tuple[Deadline, ...]) -> str | None:
    if reason := not_allowed(case, partnership, SIGN_OFF, word.partnership, word.actor):
        return reason
    if case.decided:
        return "the case has its outcome: its clocks are not stopped any more"
    clock = partnership.clocks.get(word.clock)
    if clock is None:
        return f"no such clock: {word.clock}"
    if not clock.suspendable and not word.ends:
        return f"the procedure does not let {clock.name} stand still"
    reasons = [_cannot(case.watch, word, one) for one in deadlines]
    if not reasons:
        return f"no deadline of {clock.name} was stated for {word.organisation or 'the hub'}"
    return reasons[0] if all(reasons) else None


def _named(watch: Watch, word: Standstill, partnership: Partnership) -> Iterator[Deadline]:
    """The newest revision of everything the clock was started for, the latest first: stages follow one another."""
    clock = partnership.clocks.get(word.clock)
    owner = word.organisation or (clock.owner if clock else "")
    owed = (one for one in watch.deadlines.values() if (one.clock, one.owner) == (word.clock, owner))
    newest = {one.subject: found for one in owed if (found := watch.newest(one.subject, word.clock))}
    yield from sorted(newest.values(), key=lambda one: (one.steps[0].starts, one.deadline_id), reverse=True)


def _cannot(watch: Watch, word: Standstill, deadline: Deadline) -> str | None:
    still = watch.standing_still(deadline.subject, deadline.clock) is not None
    if watch.met_at(deadline):
        return "what the deadline waits for has come"
    if word.ends:
        return None if still else "the deadline does not stand still"
    if still:
        return "the deadline stands still already"
    if watch.ceased_at(deadline):
        return "the deadline was withdrawn: no time runs"
    return "its time had run out when the word was given" if word.at > deadline.due else None


def _meta(case: Case, kind: type[Record], word: Standstill, at: datetime) -> Meta:
    """One word is acted on once."""
    return Meta(
        event_id=ids.caused(word.word_id, kind.__name__),
        partnership=case.partnership,
        case_id=case.case_id,
        occurred_at=at,
        cause_id=word.word_id,
    )
