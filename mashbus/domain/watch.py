"""What of a case can lapse: its deadlines, what met them and when, and what was said of them.

Like the case it belongs to, a watch is the same for any interleaving of the topics its story comes from: transitions
only add. The monitor folds nothing else of a case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from mashbus.domain.deadline import Deadline

ANSWERS = ("InformationReturned", "RequestDeclined")
"""What agencies send: it meets the deadline of its own request. Everything else meets the case's deadlines."""
SUSPENSION = "DeadlineSuspended"
REPEATABLE = "MilestoneRecorded"
"""May come several times: the first one at or after the anchor meets it, and one that names what it answers (a stage of
an escalation, M-12) meets that and nothing else."""


class DeadlineState(StrEnum):
    RUNNING = "running"
    MET = "met"
    LAPSED = "lapsed"
    LAPSED_THEN_MET = "lapsed_then_met"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Given:
    """A person's decision that waits to be acted on: it counts from when it was given, however late the hub is."""

    leads_to: str
    """Name of the record that acts on it."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Watch:
    case_id: UUID
    partnership: str = ""
    deadlines: Mapping[UUID, Deadline] = field(default_factory=dict)
    """Every deadline ever stated, by id."""
    came: Mapping[UUID, Mapping[str, tuple[datetime, ...]]] = field(default_factory=dict)
    """By request or case: when the records that meet deadlines came, by their names, earliest first."""
    ceased: Mapping[UUID, datetime] = field(default_factory=dict)
    """When a deadline stopped running without being met: superseded, suspended or withdrawn."""
    off: Mapping[str, datetime] = field(default_factory=dict)
    """Names of records that nobody is owed, since when: an email that procedure forbids is owed in no other way."""
    suspended: Mapping[UUID, timedelta] = field(default_factory=dict)
    """What was left of the clock's own time, by the revision that stood still."""
    given: Mapping[UUID, Given] = field(default_factory=dict)
    at_risk: frozenset[UUID] = frozenset()
    lapsed: frozenset[UUID] = frozenset()
    resolved: frozenset[UUID] = frozenset()

    # -- derived -------------------------------------------------------------------------------------------------

    def in_force(self, subject: UUID, clock: str | None = None) -> Deadline | None:
        """The newest revision that has not ceased; of any clock where the subject has only one."""
        running = (
            one
            for one in self.deadlines.values()
            if one.subject == subject and clock in (None, one.clock) and one.deadline_id not in self.ceased
        )
        return max(running, key=lambda one: one.revision, default=None)

    def newest(self, subject: UUID, clock: str | None = None) -> Deadline | None:
        """The newest revision, whether it still runs or not."""
        revisions = (one for one in self.deadlines.values() if one.subject == subject and clock in (None, one.clock))
        return max(revisions, key=lambda one: one.revision, default=None)

    def standing_still(self, subject: UUID, clock: str) -> Deadline | None:
        """The newest revision, where it is suspended and nothing has put another in its place."""
        newest = self.newest(subject, clock)
        return newest if newest and newest.deadline_id in self.suspended else None

    def met_at(self, deadline: Deadline) -> datetime | None:
        """When what the deadline waits for came, in time or late; None while it has not."""
        found: datetime | None = None
        for name in deadline.met_by:
            for at in self._came(deadline, name):
                found = at if found is None or at < found else found
        return found

    def ceased_at(self, deadline: Deadline) -> datetime | None:
        """When it stopped running without being met, if it did."""
        instants = [self.off[name] for name in deadline.met_by if name in self.off] if self.off else []
        if ended := self.ceased.get(deadline.deadline_id):
            instants.append(ended)
        return min(instants, default=None)

    def _came(self, deadline: Deadline, name: str) -> Iterable[datetime]:
        """What is said of the case, and what is said of the very thing that is owed."""
        came = self.came.get(deadline.subject if name in ANSWERS else self.case_id, {}).get(name, ())
        if deadline.subject != self.case_id and name not in ANSWERS:
            came = (*came, *self.came.get(deadline.subject, {}).get(name, ()))
        return (at for at in came if at >= deadline.anchor) if name.startswith(REPEATABLE) else came

    def may_be_met(self, deadline: Deadline) -> bool:
        """A decision given in time waits to be acted on: it may still be refused."""
        awaited = {*deadline.met_by, SUSPENSION}
        return any(one.leads_to in awaited and one.at <= deadline.due for one in self.given.values())

    def runs_out(self, deadline: Deadline) -> bool:
        """Nothing known stops the deadline from lapsing: neither met in time nor ceased before its instant.

        A lapsed deadline whose re-rating changed nothing (reading 7: new instant not later than the re-rating) does not
        lapse again.
        """
        met_at, ceased_at = self.met_at(deadline), self.ceased_at(deadline)
        if (met_at is not None and met_at <= deadline.due) or (ceased_at is not None and ceased_at <= deadline.due):
            return False
        return not any(one.deadline_id in self.lapsed or self.runs_out(one) for one in self._stand_for(deadline))

    def has_run_out(self, subject: UUID) -> bool:
        """The time for this is known to have lapsed: nobody waits for it any more."""
        deadline = self.in_force(subject)
        return deadline is not None and (
            deadline.deadline_id in self.lapsed
            or any(earlier.deadline_id in self.lapsed for earlier in self._stand_for(deadline))
        )

    def state(self, deadline: Deadline) -> DeadlineState:
        lapsed, met_at, ceased_at = deadline.deadline_id in self.lapsed, self.met_at(deadline), self.ceased_at(deadline)
        if ceased_at is not None and not lapsed and (met_at is None or ceased_at < met_at):
            end = self._end(deadline)
            return DeadlineState.MET if met_at and end is DeadlineState.SUSPENDED else end
        if met_at is not None:
            return DeadlineState.LAPSED_THEN_MET if lapsed or met_at > deadline.due else DeadlineState.MET
        return DeadlineState.LAPSED if lapsed else DeadlineState.RUNNING

    def _end(self, deadline: Deadline) -> DeadlineState:
        newest = self.newest(deadline.subject, deadline.clock)
        if newest and newest.revision > deadline.revision:
            return DeadlineState.SUPERSEDED
        return DeadlineState.SUSPENDED if deadline.deadline_id in self.suspended else DeadlineState.WITHDRAWN

    def _stand_for(self, deadline: Deadline) -> Iterable[Deadline]:
        """Earlier revisions whose lapse is this one's too: it has the same instant, or was due when it was stated.

        The same, where a re-rating keeps the instant and is taken by the broker just after it.
        """
        if deadline.revision == 1:
            return ()
        return (
            earlier
            for earlier in self.deadlines.values()
            if (earlier.subject, earlier.clock) == (deadline.subject, deadline.clock)
            and earlier.revision < deadline.revision
            and (deadline.due <= stated_at(deadline) or deadline.due == earlier.due)
        )

    # -- transitions ---------------------------------------------------------------------------------------------

    def of(self, partnership: str) -> "Watch":
        return self if self.partnership else replace(self, partnership=partnership)

    def armed(self, deadlines: Iterable[Deadline], at: datetime) -> "Watch":
        """Stated by a record appended at `at`. A new revision supersedes what ran for the same subject and clock."""
        new = {one.deadline_id: one for one in deadlines}
        if not new:
            return self
        older = [
            one.deadline_id
            for one in self.deadlines.values()
            for newer in new.values()
            if (one.subject, one.clock) == (newer.subject, newer.clock) and one.revision < newer.revision
        ]
        return replace(self._ended(older, at), deadlines={**self.deadlines, **new})

    def withdrawn(self, deadline_ids: Iterable[UUID], at: datetime) -> "Watch":
        """For good: one that stood still will not run again either."""
        ended = frozenset(deadline_ids)
        left = {key: one for key, one in self.suspended.items() if key not in ended}
        return replace(self._ended(ended, at), suspended=left)

    def none_is_owed(self, subjects: Iterable[UUID], at: datetime) -> "Watch":
        """Nobody need answer these any more."""
        of_subjects = frozenset(subjects)
        return self.withdrawn([one.deadline_id for one in self.deadlines.values() if one.subject in of_subjects], at)

    def no_time_for(self, subjects: Iterable[UUID], at: datetime) -> "Watch":
        """The case's colour sets these no time. A clock without colours stands still or runs as it did."""
        of_subjects = frozenset(subjects)
        coloured = [one for one in self.deadlines.values() if one.subject in of_subjects and one.rag is not None]
        return self.withdrawn([one.deadline_id for one in coloured], at)

    def will_not_come(self, name: str, at: datetime) -> "Watch":
        """A record that would meet deadlines is not owed, nor what may stand for it."""
        return self if name in self.off else replace(self, off={**self.off, name: at})

    def was_suspended(self, deadline_id: UUID, left: timedelta, at: datetime) -> "Watch":
        return replace(self._ended([deadline_id], at), suspended={**self.suspended, deadline_id: left})

    def met(self, subject: UUID, name: str, at: datetime) -> "Watch":
        """Answers may be restated in another order than they arrived: a partner may spread them over partitions."""
        known = self.came.get(subject, {})
        instants = tuple(sorted({*known.get(name, ()), at}))
        kept = instants if name.startswith(REPEATABLE) else instants[:1]
        return replace(self, came={**self.came, subject: {**known, name: kept}})

    def was_given(self, decision_id: UUID, leads_to: str, at: datetime) -> "Watch":
        return replace(self, given={**self.given, decision_id: Given(leads_to, at)})

    def acted_on(self, decision_id: UUID | None) -> "Watch":
        if decision_id not in self.given:
            return self
        return replace(self, given={key: one for key, one in self.given.items() if key != decision_id})

    def was_at_risk(self, deadline_id: UUID) -> "Watch":
        return replace(self, at_risk=self.at_risk | {deadline_id})

    def has_lapsed(self, deadline_id: UUID) -> "Watch":
        return replace(self, lapsed=self.lapsed | {deadline_id})

    def was_resolved(self, deadline_id: UUID) -> "Watch":
        return replace(self, resolved=self.resolved | {deadline_id})

    def _ended(self, deadline_ids: Iterable[UUID], at: datetime) -> "Watch":
        ended = {one: at for one in deadline_ids if one not in self.ceased}
        return replace(self, ceased={**self.ceased, **ended}) if ended else self


def stated_at(deadline: Deadline) -> datetime:
    """When this revision was stated: its own re-rating or resumption, or the first anchor."""
    began = [step.starts for step in deadline.steps if step.kind in ("rerated", "resumed")]
    return began[-1] if began else deadline.steps[0].starts
