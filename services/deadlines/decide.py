"""What the monitor knows of a case: which timers run, what a timer says when it fires, when a late answer resolves."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from mashbus.bus.casebook import Timer
from mashbus.contracts import hub
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.deadline import Deadline, lateness
from mashbus.domain.watch import Watch
from services.deadlines.canary import CANARY
from services.deadlines.labels import AT_RISK, LAPSE, text_of

RESOLVED = "resolved"


def timers(watch: Watch) -> Iterator[Timer]:
    """The instants at which something must be said of the case unless it changes before."""
    for key, deadline in watch.deadlines.items():
        if key in watch.lapsed or not watch.runs_out(deadline):
            continue
        of, name = (watch.partnership, deadline.owner, deadline.rag, deadline.clock, deadline.met_by), str(key)
        yield Timer(deadline.due, f"{LAPSE}/{name}", text_of(LAPSE, *of))
        if deadline.at_risk and key not in watch.at_risk:
            yield Timer(deadline.at_risk, f"{AT_RISK}/{name}", text_of(AT_RISK, *of))


def fired(watch: Watch, name: str, at: datetime, *, blind: bool) -> Record | None:
    """What a due timer says: the case has the last word, for it may have changed since the timer was set."""
    stage, _, key = name.partition("/")
    deadline = watch.deadlines.get(UUID(key))
    if deadline is None or deadline.deadline_id in watch.lapsed or not watch.runs_out(deadline):
        return None
    if at < (deadline.due if stage == LAPSE else deadline.at_risk or deadline.due):
        return None  # the clock stepped back since
    meta = _meta(watch, deadline, stage, at)
    if stage == LAPSE:
        if deadline.clock == CANARY:
            return hub.CanaryFired(meta=meta, deadline=deadline)
        return hub.SlaBreached(meta=meta, deadline=deadline, blind=blind)
    if at >= deadline.due or deadline.deadline_id in watch.at_risk or watch.met_at(deadline):
        return None  # too late to warn
    return hub.SlaAtRisk(meta=meta, deadline=deadline)


def is_being_met(watch: Watch, name: str) -> bool:
    """A decision given in time waits to be acted on: another service has it, and may still refuse it."""
    deadline = watch.deadlines.get(UUID(name.partition("/")[2]))
    return deadline is not None and watch.may_be_met(deadline)


def decide(watch: Watch, at: datetime) -> Record | None:
    """The late answer's SlaBreachResolved, once the breach and the answer are both in the log."""
    for deadline in watch.deadlines.values():
        if deadline.deadline_id not in watch.lapsed or deadline.deadline_id in watch.resolved:
            continue
        met_at = watch.met_at(deadline)
        if met_at is not None:
            return hub.SlaBreachResolved(
                meta=_meta(watch, deadline, RESOLVED, at),
                deadline=deadline,
                breach_id=ids.breach_of(deadline.deadline_id, LAPSE),
                met_at=met_at,
                lateness_microseconds=lateness(deadline.due, met_at) // timedelta(microseconds=1),
            )
    return None


def _meta(watch: Watch, deadline: Deadline, stage: str, at: datetime) -> Meta:
    return Meta(
        event_id=ids.breach_of(deadline.deadline_id, stage),
        partnership=watch.partnership,
        case_id=watch.case_id,
        occurred_at=at,
        cause_id=None,
    )
