"""Clocks that stand still: only on a person's word, from when it was given; and resumed only where one stood still."""

from collections import defaultdict
from uuid import UUID

from mashbus.verify.deadline_facts import Owed, Resumed, Suspended
from mashbus.verify.evidence import Evidence
from mashbus.verify.verdict import Verdict


def suspended(evidence: Evidence) -> Verdict:
    verdict = Verdict("suspensions", "a clock stands still on a person's word, from then on, and runs again on another")
    stopped: dict[UUID, list[Suspended]] = defaultdict(list)
    for one in evidence.index.suspended:
        verdict.looked["suspensions"] += 1
        stopped[one.deadline_id].append(one)
        _stood_still(evidence, verdict, one)
    for deadline_id, several in stopped.items():
        if len(several) > 1:
            verdict.fault("one deadline suspended twice", deadline_id, *(one.event_id for one in several))
    revisions = {(one.subject, one.clock, one.revision): one for one in evidence.index.deadlines.values()}
    for resumed in evidence.index.resumed:
        verdict.looked["resumptions"] += 1
        now = evidence.index.deadlines[resumed.deadline_id]
        before = revisions.get((now.subject, now.clock, now.revision - 1))
        still = stopped.get(before.deadline_id, []) if before else []
        _ran_again(evidence, verdict, resumed, now, still)
    return verdict


def _stood_still(evidence: Evidence, verdict: Verdict, one: Suspended) -> None:
    given, owed = _word(evidence, one, "SuspensionGiven"), evidence.index.deadlines.get(one.deadline_id)
    if given is None:
        verdict.fault("suspended without anybody's word", one.event_id, one.deadline_id)
    if owed is None or owed.ms > one.ms:
        verdict.fault("suspended before any fact stated it", one.event_id, one.deadline_id)
    if given is None or owed is None:
        return
    if one.suspended_at != max(evidence.at(given), owed.stated):
        verdict.fault("suspended at another instant than the broker took the word", one.event_id, one.deadline_id)
    if one.suspended_at > owed.due:
        verdict.fault("suspended after it had lapsed", one.event_id, one.deadline_id)
    if one.left_microseconds < 0:
        verdict.fault("suspended with less than nothing left", one.event_id, one.deadline_id)


def _ran_again(evidence: Evidence, verdict: Verdict, one: Resumed, now: Owed, still: list[Suspended]) -> None:
    """The next revision of a deadline that stood still, and not due before it was resumed."""
    if _word(evidence, one, "ResumptionGiven") is None:
        verdict.fault("resumed without anybody's word", one.event_id, one.deadline_id)
    if not any(earlier.ms <= one.ms for earlier in still):
        verdict.fault("resumed, and nothing stood still", one.event_id, one.deadline_id)
    if one.due < now.stated:
        verdict.fault("resumed and due before that", one.event_id, one.deadline_id)


def _word(evidence: Evidence, one: Suspended | Resumed, kind: str) -> int | None:
    """When the broker took the person's word in that case."""
    given = evidence.index.given.get(one.cause_id) if one.cause_id else None
    return given.ms if given and (given.kind, given.case_id) == (kind, one.case_id) else None
