"""What each record about deadlines leaves in the index: what starts, meets and stops them, what was said."""

from collections.abc import Iterable
from datetime import datetime
from sys import intern
from typing import Any
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.deadline import Deadline
from mashbus.verify import deadline_facts as facts
from mashbus.verify.held_once import HeldOnce
from mashbus.verify.index import Index
from mashbus.verify.memory_facts import RE_REFERRAL
from mashbus.verify.places import Logged
from mashbus.verify.taking.takes import Takes

Monitors = hub.SlaAtRisk | hub.SlaBreached | hub.SlaBreachResolved | hub.CanaryFired


class TakingDeadlines:
    def __init__(self, index: Index, held: HeldOnce) -> None:
        self._index = index
        self._held = held
        self.by_kind: Takes = {
            hub.CanaryArmed: self._canary,
            hub.SlaAtRisk: self._said,
            hub.SlaBreached: self._said,
            hub.CanaryFired: self._said,
            hub.SlaBreachResolved: self._resolved,
        }

    def owe(self, record: Record, deadlines: Iterable[Deadline], logged: Logged) -> None:
        """The first statement of a deadline is what it is; another one under its id is remembered."""
        for one in deadlines:
            owed = facts.Owed(
                one.deadline_id, self._held.of(record), self._held.subject(one.subject), intern(one.clock),
                intern(one.owner), one.rag is not None, tuple(map(intern, one.met_by)), one.anchor, one.due,
                one.at_risk, one.revision, _stated(one), isinstance(record, hub.CanaryArmed), logged.ms,
            )  # fmt: skip
            first = self._index.deadlines.setdefault(one.deadline_id, owed)
            if first._replace(ms=0) != owed._replace(ms=0):
                self._index.differently.append((one.deadline_id, record.meta.event_id))

    def routed(self, record: hub.CaseRouted, logged: Logged) -> None:
        self._index.routed[self._held.of(record)] = facts.Routed(
            record.meta.cause_id, record.meta.occurred_at, logged.ms
        )

    def directed(self, record: hub.ContactDirected, logged: Logged) -> None:
        self._index.directed.setdefault(self._held.of(record), logged.ms)
        for deadline_id in record.withdrawn_deadlines:
            self._index.ended[deadline_id].append(logged.ms)

    def passed(self, record: hub.PassedToHolder, logged: Logged) -> None:
        self._withdraw(record, record.withdrawn_deadlines, logged, stands_aside=record.instead)

    def linked(self, record: hub.CaseLinked, logged: Logged) -> None:
        self._withdraw(record, record.withdrawn_deadlines, logged, stands_aside=record.kind.value != RE_REFERRAL)

    def _withdraw(self, record: Record, deadlines: Iterable[UUID], logged: Logged, *, stands_aside: bool) -> None:
        for deadline_id in deadlines:
            self._index.ended[deadline_id].append(logged.ms)
        if stands_aside:
            self._index.aside.setdefault((self._held.of(record), type(record).__name__), logged.ms)

    def stopped(self, record: hub.DeadlineSuspended | hub.DeadlineResumed, logged: Logged) -> None:
        meta, case_id = record.meta, self._held.of(record)
        if isinstance(record, hub.DeadlineSuspended):
            self._index.suspended.append(
                facts.Suspended(
                    meta.event_id, case_id, meta.cause_id, record.deadline_id, record.subject, record.suspended_at,
                    record.left_microseconds, logged.place, logged.ms,
                )
            )  # fmt: skip
            return
        one = record.deadline
        self._index.resumed.append(
            facts.Resumed(
                meta.event_id, case_id, meta.cause_id, one.deadline_id, one.subject, one.due, logged.place, logged.ms
            )
        )
        self.owe(record, (one,), logged)

    def again(self, record: Monitors) -> None:
        """A repeat under its id: it must speak of the same lapse."""
        of = record.deadline
        known: Iterable[facts.Said | facts.Resolved] = (
            self._index.resolved.get(of.deadline_id, ())
            if isinstance(record, hub.SlaBreachResolved)
            else (one for one in self._of(record).get(of.deadline_id, ()) if one.due == of.due)
        )
        if not any(one.event_id == record.meta.event_id for one in known):
            self._index.said_otherwise.append((of.deadline_id, record.meta.event_id))

    # -- by kind -----------------------------------------------------------------------------------------------------

    def milestone(self, record: hub.MilestoneRecorded, logged: Logged) -> None:
        self._index.milestones[self._held.of(record), intern(record.milestone)].append(
            facts.Reached(record.meta.event_id, record.meta.cause_id, record.answers, logged.ms)
        )
        self.owe(record, record.deadlines, logged)

    def _canary(self, record: hub.CanaryArmed, logged: Logged) -> None:
        self.owe(record, (record.deadline,), logged)

    def _said(self, record: hub.SlaAtRisk | hub.SlaBreached | hub.CanaryFired, logged: Logged) -> None:
        deadline, meta = record.deadline, record.meta
        self._of(record)[deadline.deadline_id].append(
            facts.Said(
                intern(type(record).__name__), meta.event_id, meta.case_id, deadline.deadline_id, deadline.due,
                meta.occurred_at, logged.ms,
            )
        )  # fmt: skip

    def _resolved(self, record: hub.SlaBreachResolved, _: Logged) -> None:
        meta, key = record.meta, record.deadline.deadline_id
        self._index.resolved[key].append(
            facts.Resolved(
                meta.event_id, meta.case_id, key, record.breach_id, record.met_at, record.lateness_microseconds
            )
        )

    def _of(self, record: Record) -> dict[Any, list[facts.Said]]:
        return self._index.at_risk if isinstance(record, hub.SlaAtRisk) else self._index.breaches


def _stated(deadline: Deadline) -> datetime:
    begun = [step.starts for step in deadline.steps if step.kind in {"rerated", "resumed"}]
    return begun[-1] if begun else deadline.steps[0].starts if deadline.steps else deadline.anchor
