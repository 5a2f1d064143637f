"""What `mashbus deadlines show` says of one deadline, request or case. No word that a person wrote is shown."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from mashbus.cli.instants import in_utc
from mashbus.cli.local_time import Zones, span, until
from mashbus.domain.deadline import Deadline
from mashbus.domain.watch import DeadlineState, Watch
from services.deadlines.reconciling.log_fold import Folded

Found = dict[UUID, tuple[Folded, list[Deadline]]]
"""By the id that was meant: a case with all its deadlines, or with every revision of what is owed."""


def matches(cases: Iterable[Folded], beginning: str) -> Found:
    """Ids of cases, requests and deadlines that begin so. The hub's own deadlines have their case for subject."""
    found: Found = {}
    for case in cases:
        every = list(case.watch.deadlines.values())
        if every and str(case.watch.case_id).startswith(beginning):
            found[case.watch.case_id] = case, every
        for one in every:
            if str(one.subject).startswith(beginning) and one.subject != case.watch.case_id:
                found[one.subject] = case, [other for other in every if other.subject == one.subject]
            if str(one.deadline_id).startswith(beginning):
                found[one.deadline_id] = case, [other for other in every if _same(other, one)]
    return found


def _same(one: Deadline, other: Deadline) -> bool:
    return (one.subject, one.clock) == (other.subject, other.clock)


class Sheet:
    """Everything of a few deadlines of one case."""

    def __init__(self, case: Folded, now: datetime, zones: Zones) -> None:
        self._case = case
        self._watch: Watch = case.watch
        self._now = now
        self._zones = zones

    def lines(self, deadlines: Iterable[Deadline]) -> Iterator[str]:
        yield f"case {self._watch.case_id}, {self._watch.partnership or 'partnership unknown'}"
        for one in sorted(deadlines, key=lambda one: (one.clock, str(one.subject), one.revision)):
            yield ""
            yield from self._of(one)

    def _of(self, one: Deadline) -> Iterator[str]:
        watch = self._watch
        yield f"{one.clock}, revision {one.revision}: {watch.state(one).value}"
        yield f"  deadline   {one.deadline_id}"
        yield f"  subject    {one.subject}"
        yield f"  owed by    {one.owner}{f', {one.rag}' if one.rag else ''}"
        yield f"  met by     {' or '.join(one.met_by) or 'nothing'}"
        yield f"  profile    {one.profile}"
        yield f"  anchor     {self._at(one.anchor)}"
        if one.at_risk:
            yield f"  at risk    {self._at(one.at_risk)}"
        yield f"  due        {self._at(one.due)}, {until(one.due, self._now)}"
        for step in one.steps:
            yield f"  step       {step.kind}: {self._at(step.starts)}"
            yield f"             to {self._at(step.ends)}"
            yield f"             {step.reason}"
        yield from self._became(one)
        yield from self._said(one.deadline_id)

    def _became(self, one: Deadline) -> Iterator[str]:
        watch = self._watch
        met_at = watch.met_at(one)
        if met_at is not None and watch.state(one) in {DeadlineState.MET, DeadlineState.LAPSED_THEN_MET}:
            lateness = f", {span(met_at - one.due)} late" if met_at > one.due else ""
            yield f"  met        {self._at(met_at)} by {self._met_by(one, met_at)}{lateness}"
        if (ceased_at := watch.ceased_at(one)) is not None:
            yield f"  ceased     {self._at(ceased_at)}"
        if (left := watch.suspended.get(one.deadline_id)) is not None:
            yield f"  suspended  with {span(left)} of its clock's own time left"

    def _met_by(self, one: Deadline, at: datetime) -> str:
        return next(name for name in one.met_by if self._watch.met_at(replace(one, met_by=(name,))) == at)

    def _said(self, deadline_id: UUID) -> Iterator[str]:
        for said in self._case.said:
            if said.deadline_id == deadline_id:
                yield f"  said       {said.kind} {said.event_id}"
                yield f"             at {self._at(said.at)}"

    def _at(self, instant: datetime) -> str:
        return f"{self._zones.say(instant, self._watch.partnership)} ({in_utc(instant)})"
