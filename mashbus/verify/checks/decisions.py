"""What people say is acted on once, by the kind of fact that it calls for, and in the order in which they said it."""

from collections import defaultdict
from uuid import UUID

from mashbus.verify.checks.accounts import ACTS
from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Act, Given
from mashbus.verify.verdict import Verdict


def decisions(evidence: Evidence) -> Verdict:
    verdict = Verdict("decisions", "a person's word is acted on or refused once, and in the order of the log")
    by_case: dict[UUID, list[Given]] = defaultdict(list)
    for given in evidence.index.given.values():
        verdict.looked["words"] += 1
        by_case[given.case_id].append(given)
    for words in by_case.values():
        _case(evidence, verdict, sorted(words, key=lambda one: one.place.offset))
    _unsaid(evidence, verdict)
    return verdict


def _case(evidence: Evidence, verdict: Verdict, words: list[Given]) -> None:
    before: Act | None = None
    for given in words:
        acts = _acts(evidence, given)
        if len({one.event_id for one in acts}) > 1:
            verdict.fault(f"{given.kind} acted on more than once", given.event_id, *(one.event_id for one in acts))
        if not acts or evidence.index.is_quarantined(given.place):
            continue
        first = min(acts, key=lambda one: one.offset)
        if first.case_id != given.case_id or first.offset <= given.place.offset:
            verdict.fault(
                f"{given.kind} acted on in another case, or before it was given", given.event_id, first.event_id
            )
        if before and first.offset < before.offset:
            verdict.fault(
                f"{given.kind} acted on before what was said earlier", given.event_id, first.event_id, before.event_id
            )
        before = first


def _acts(evidence: Evidence, given: Given) -> list[Act]:
    _, kinds = ACTS[given.kind]
    return [one for one in evidence.index.acts.get(given.event_id, ()) if one.kind in kinds]


def _unsaid(evidence: Evidence, verdict: Verdict) -> None:
    """A milestone is recorded on a person's word, or by an outcome that is one too (C-09)."""
    for (case_id, _), reached in evidence.index.milestones.items():
        outcome = evidence.index.decided.get(case_id)
        for one in reached:
            verdict.looked["milestones"] += 1
            given = evidence.index.given.get(one.cause_id) if one.cause_id else None
            decided = outcome is not None and outcome.event_id == one.cause_id
            if not decided and (given is None or given.kind != "MilestoneGiven"):
                verdict.fault("a milestone recorded without anybody's word", one.event_id)
