"""What should have been breached by the log alone, and what was: the monitor's account, case by case. Pure.

It asks the watch, as the monitor does; `mashbus verify` works the same out by other code.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from mashbus.contracts import hub
from mashbus.domain.deadline import HUB, Deadline
from mashbus.domain.watch import Watch
from services.deadlines.labels import source_of
from services.deadlines.reconciling.log_fold import Folded, Said


def missed(watch: Watch, by: datetime) -> tuple[Deadline, ...]:
    """Deadlines that should have a breach by this instant and have none."""
    return tuple(
        one
        for deadline_id, one in watch.deadlines.items()
        if one.due <= by and deadline_id not in watch.lapsed and watch.runs_out(one)
    )


def unfounded(watch: Watch) -> frozenset[UUID]:
    """Deadlines that have a breach and did not lapse, or that no record states."""
    return frozenset(
        one for one in watch.lapsed if one not in watch.deadlines or not watch.runs_out(watch.deadlines[one])
    )


class Fault(StrEnum):
    MISSED = "missed"
    FALSE = "false"
    EARLY = "early"
    DOUBLED = "doubled"
    PENDING = "pending"
    """Not a fault: it cannot be judged yet, and why."""
    HELD = "held"
    """Not the monitor's fault: its case waits in it behind a quarantined record, or went on without one."""


BROKEN = (Fault.MISSED, Fault.FALSE, Fault.EARLY, Fault.DOUBLED)


class Finding(NamedTuple):
    fault: Fault
    partnership: str
    case_id: UUID
    deadline_id: UUID
    owner: str
    due: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class Judged:
    """By what a case is judged."""

    now: datetime
    """Bus time at the log's cut."""
    by: datetime
    """What fell due later may still be on its way: now less the allowance."""
    by_ms: int
    """The same, in the broker's real milliseconds: what changed later the monitor may not have seen."""
    acted_on_by: datetime
    """Before that, a decision given in time no longer holds a breach back."""
    held: Mapping[UUID, str] = field(default_factory=dict)
    """Cases that the monitor does not know as the log has them, and why."""
    unseen: Mapping[str, int] = field(default_factory=dict)
    """Sources with records that may meet deadlines and are not handled yet, so that the monitor waits; how many."""


class Canary(NamedTuple):
    due: datetime
    at: datetime
    """When it was said to have lapsed."""


@dataclass
class Account:
    """One partnership's deadlines."""

    deadlines: int = 0
    breaches: int = 0
    findings: list[Finding] = field(default_factory=list)
    canary: Canary | None = None
    """The last that fired."""
    first_at: datetime | None = None
    """When its first record was taken, in bus time."""

    def count(self, fault: Fault) -> int:
        return sum(one.fault is fault for one in self.findings)

    @property
    def broken(self) -> bool:
        return any(one.fault in BROKEN for one in self.findings)


class Reconciliation:
    """`at`: bus time at a broker's millisecond."""

    def __init__(self, judged: Judged, at: Callable[[int], datetime]) -> None:
        self._judged = judged
        self._at = at
        self.accounts: dict[str, Account] = defaultdict(Account)
        """By partnership; "" where the log does not say whose a case is."""

    def take(self, cases: Iterable[Folded]) -> None:
        for case in cases:
            if not case.watch.deadlines and not case.said:
                continue
            account = self.accounts[case.watch.partnership]
            account.deadlines += len(case.watch.deadlines)
            account.breaches += len(case.breaches)
            account.findings += findings(case, self._judged)
            began = self._at(case.first_ms)
            account.first_at = min(began, account.first_at or began)
            for said in case.breaches:
                if said.kind == hub.CanaryFired.__name__ and (not account.canary or said.due > account.canary.due):
                    account.canary = Canary(said.due, said.at)


def findings(case: Folded, judged: Judged) -> Iterator[Finding]:
    yield from _misses(case, judged)
    breaches: dict[UUID, list[Said]] = defaultdict(list)
    for said in case.breaches:
        breaches[said.deadline_id].append(said)
    held = judged.held.get(case.watch.case_id, "")
    for deadline_id in unfounded(case.watch):
        yield _of(Fault.FALSE, case, deadline_id, breaches, _why_not(case.watch, deadline_id, held))
    for deadline_id, ids in breaches.items():
        if len({one.event_id for one in ids}) > 1:
            yield _of(Fault.DOUBLED, case, deadline_id, breaches, "breached under several ids")
        if any(one.early for one in ids):
            yield _of(Fault.EARLY, case, deadline_id, breaches, "said before its instant")
    for event_id in case.doubled:
        deadline_id = next(one.deadline_id for one in case.said if one.event_id == event_id)
        yield _of(Fault.DOUBLED, case, deadline_id, breaches, f"id {event_id} came again with another deadline")


def _misses(case: Folded, judged: Judged) -> Iterator[Finding]:
    for deadline in missed(case.watch, judged.now):
        fault, why = _judgement(case, deadline, judged)
        watch = case.watch
        yield Finding(fault, watch.partnership, watch.case_id, deadline.deadline_id, deadline.owner, deadline.due, why)


def _judgement(case: Folded, deadline: Deadline, judged: Judged) -> tuple[Fault, str]:
    if why := judged.held.get(case.watch.case_id):
        return Fault.HELD, why
    if deadline.due > judged.by or case.last_ms > judged.by_ms:
        return Fault.PENDING, "just now"
    if case.watch.may_be_met(deadline) and deadline.due > judged.acted_on_by:
        return Fault.PENDING, "a decision given in time is being acted on"
    source = source_of(deadline.owner, deadline.met_by)
    if waiting := judged.unseen.get(source):
        who = "triage or outcomes" if source == HUB else "intake"
        return Fault.PENDING, f"{who} has {waiting} records of {source} to handle; the monitor waits for it"
    return Fault.MISSED, "a lapse without a breach"


def _why_not(watch: Watch, deadline_id: UUID, held: str) -> str:
    deadline = watch.deadlines.get(deadline_id)
    if deadline is None:
        return "no record states this deadline"
    met, ceased = watch.met_at(deadline), watch.ceased_at(deadline)
    if met is not None and met <= deadline.due:
        why = f"met at {met.isoformat()}"
    elif ceased is not None and ceased <= deadline.due:
        why = f"superseded, suspended or withdrawn at {ceased.isoformat()}"
    else:
        why = "it had lapsed already and a re-rating changed nothing"
    return f"{why}; {held}" if held else why


def _of(fault: Fault, case: Folded, deadline_id: UUID, breaches: Mapping[UUID, list[Said]], why: str) -> Finding:
    watch, deadline = case.watch, case.watch.deadlines.get(deadline_id)
    due = deadline.due if deadline else breaches[deadline_id][0].due
    return Finding(fault, watch.partnership, watch.case_id, deadline_id, deadline.owner if deadline else "", due, why)
