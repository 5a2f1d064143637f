"""What the monitor knows of a case: which timers run, what a timer says when it fires, when a late answer resolves."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from mashbus.bus.casebook import Timer
from mashbus.contracts import hub
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.deadline import Deadline, lateness

AT_RISK = "at_risk"
LAPSE = "lapse"
RESOLVED = "resolved"


def timers(case: Case) -> Iterator[Timer]:
    """The instants at which something must be said of the case unless it changes before."""
    for deadline in case.deadlines.values():
        if deadline.deadline_id in case.lapsed or not case.runs_out(deadline):
            continue
        label = _label(case, deadline)
        yield Timer(deadline.due, f"{LAPSE}/{deadline.deadline_id}", label)
        if deadline.at_risk and deadline.deadline_id not in case.at_risk:
            yield Timer(deadline.at_risk, f"{AT_RISK}/{deadline.deadline_id}", label)


def fired(case: Case, name: str, at: datetime, *, blind: bool) -> Record | None:
    """What a due timer says: the case has the last word, for it may have changed since the timer was set."""
    stage, _, key = name.partition("/")
    deadline = case.deadlines.get(UUID(key))
    if deadline is None or deadline.deadline_id in case.lapsed or not case.runs_out(deadline):
        return None
    if at < (deadline.due if stage == LAPSE else deadline.at_risk or deadline.due):
        return None  # the clock stepped back since
    if stage == LAPSE:
        return hub.SlaBreached(meta=_meta(case, deadline, LAPSE, at), deadline=deadline, blind=blind)
    if at >= deadline.due or deadline.deadline_id in case.at_risk or case.met_at(deadline):
        return None  # too late to warn
    return hub.SlaAtRisk(meta=_meta(case, deadline, AT_RISK, at), deadline=deadline)


def is_being_met(case: Case, name: str) -> bool:
    """A decision given in time waits to be acted on: the outcomes service has it, and may still refuse it."""
    deadline = case.deadlines[UUID(name.partition("/")[2])]
    return deadline.subject == case.case_id and any(one.at <= deadline.due for one in case.pending_rulings)


def decide(case: Case, at: datetime) -> Record | None:
    """The late answer's SlaBreachResolved, once the breach and the answer are both in the log."""
    for deadline in case.deadlines.values():
        met_at = case.met_at(deadline)
        open_breach = deadline.deadline_id in case.lapsed and deadline.deadline_id not in case.resolved
        if met_at is not None and open_breach:
            return hub.SlaBreachResolved(
                meta=_meta(case, deadline, RESOLVED, at),
                deadline=deadline,
                breach_id=ids.breach_of(deadline.deadline_id, LAPSE),
                met_at=met_at,
                lateness_microseconds=lateness(deadline.due, met_at) // timedelta(microseconds=1),
            )
    return None


def _meta(case: Case, deadline: Deadline, stage: str, at: datetime) -> Meta:
    return Meta(
        event_id=ids.breach_of(deadline.deadline_id, stage),
        partnership=case.partnership,
        case_id=case.case_id,
        occurred_at=at,
        cause_id=None,
    )


def _label(case: Case, deadline: Deadline) -> str:
    """The metric labels of a deadline, in the order of `SLA_LABELS`."""
    return json.dumps([case.partnership, deadline.owner, deadline.rag or "", deadline.clock])
