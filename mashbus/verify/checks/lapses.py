"""Promise P4: a breach for every lapse and only for lapses, one id each, never early; late answers resolve it.

A canary is a deadline that nobody owes: it always lapses, and that it did is said as CanaryFired.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from mashbus.verify.checks.stories import Story, stories, unknown
from mashbus.verify.deadline_facts import Owed, Said
from mashbus.verify.evidence import Evidence
from mashbus.verify.verdict import Verdict

FIRED = "CanaryFired"


def lapsed(evidence: Evidence) -> Verdict:
    verdict = Verdict("breaches", "a breach for every lapse and only for lapses, one id each, never early")
    for story in stories(evidence):
        verdict.looked["canaries" if story.owed.is_canary else "deadlines"] += 1
        if strange := unknown(story.owed):
            verdict.fault(
                f"a deadline met by {', '.join(sorted(strange))}, which verify does not know", story.owed.deadline_id
            )
        else:
            _breaches(evidence, verdict, story)
            _resolutions(evidence, verdict, story)
            _warnings(evidence, verdict, story)
    _strangers(evidence, verdict)
    return verdict


def _strangers(evidence: Evidence, verdict: Verdict) -> None:
    index = evidence.index
    for deadline_id, fact_id in index.differently:
        verdict.fault("a deadline stated again with other instants or another owner", deadline_id, fact_id)
    for deadline_id, event_id in index.said_otherwise:
        verdict.fault("said again under the same id, of another lapse", deadline_id, event_id)
    for said in (index.breaches, index.at_risk, index.resolved):
        for deadline_id in said.keys() - index.deadlines.keys():
            verdict.fault("said of a deadline that no fact states", deadline_id)


# -- what was said of it -----------------------------------------------------------------------------------------


def _breaches(evidence: Evidence, verdict: Verdict, story: Story) -> None:
    owed = story.owed
    said = evidence.index.breaches.get(owed.deadline_id, [])
    verdict.looked["canaries fired" if owed.is_canary else "breaches"] += bool(said)
    if wrong := [one for one in said if (one.kind == FIRED) is not owed.is_canary]:
        verdict.fault("a canary's lapse said as a breach, or a breach as a canary's", owed.deadline_id, *_ids(wrong))
    if story.lapses and not said:
        _unsaid(evidence, verdict, owed)
    if said and not story.lapses:
        verdict.fault(f"a breach without a lapse, {_why_not(story)}", owed.deadline_id, *_ids(said))
    _each(evidence, verdict, "breach", owed, since=owed.due, said=said)


def _unsaid(evidence: Evidence, verdict: Verdict, owed: Owed) -> None:
    if (owed.case_id, "deadlines") in evidence.index.waiting:
        verdict.waits("a lapse without a breach; its case waits behind a quarantined record", owed.deadline_id)
    elif owed.due <= evidence.judged.by and owed.ms <= evidence.judged.by_ms:
        what = "a canary due at {} did not fire" if owed.is_canary else "a lapse at {} without a breach"
        verdict.fault(what.format(_said(owed.due)), owed.deadline_id, owed.subject)
    elif owed.due <= evidence.judged.now:
        verdict.waits(f"due at {_said(owed.due)}, just now", owed.deadline_id)


def _why_not(story: Story) -> str:
    if story.met is not None and story.met <= story.owed.due:
        return f"met at {_said(story.met)}, due at {_said(story.owed.due)}"
    if story.ended is not None and story.ended <= story.owed.due:
        return f"superseded, suspended or withdrawn at {_said(story.ended)}, due at {_said(story.owed.due)}"
    return "it had lapsed already and a re-rating changed nothing"


def _warnings(evidence: Evidence, verdict: Verdict, story: Story) -> None:
    owed = story.owed
    said = evidence.index.at_risk.get(owed.deadline_id, [])
    verdict.looked["warnings"] += bool(said)
    unwarned = story.lapses and owed.due <= evidence.judged.now and owed.at_risk is not None and not said
    verdict.looked["lapses that nobody was warned of"] += unwarned
    if said and owed.at_risk is None:
        verdict.fault("at risk, where nothing is left to warn of", owed.deadline_id, *_ids(said))
    else:
        _each(evidence, verdict, "at risk", owed, since=owed.at_risk or owed.due, said=said)


def _each(evidence: Evidence, verdict: Verdict, name: str, owed: Owed, *, since: datetime, said: list[Said]) -> None:
    """One id, of the deadline as it was stated, and not before `since`: neither its own time nor the broker's."""
    if len(said) > 1:
        verdict.fault(f"{name} said under several ids", owed.deadline_id, *_ids(said))
    for one in said:
        if one.due != owed.due:
            verdict.fault(f"{name} names another instant than the deadline has", owed.deadline_id, one.event_id)
        if one.occurred_at < since or evidence.at(one.ms + 1) < since:  # the broker's millisecond is cut, not rounded
            verdict.fault(f"{name} said before {_said(since)}", owed.deadline_id, one.event_id)


def _resolutions(evidence: Evidence, verdict: Verdict, story: Story) -> None:
    index, owed, met = evidence.index, story.owed, story.met
    said = index.resolved.get(owed.deadline_id, [])
    verdict.looked["resolutions"] += bool(said)
    breaches = set(_ids(index.breaches.get(owed.deadline_id, [])))
    if len(said) > 1:
        verdict.fault("resolved under several ids", owed.deadline_id, *(one.event_id for one in said))
    for one in said:
        if one.breach_id not in breaches or met is None:
            verdict.fault("resolved without a breach or without an answer", owed.deadline_id, one.event_id)
        elif (one.met_at, one.lateness_microseconds) != (met, _lateness(owed.due, met)):
            verdict.fault(
                f"resolved with another lateness than the log has, met at {_said(met)}", owed.deadline_id, one.event_id
            )
    still_owed = met is not None and (story.ended is None or met <= story.ended)
    if breaches and not said and still_owed:
        _unresolved(evidence, verdict, owed, met)


def _unresolved(evidence: Evidence, verdict: Verdict, owed: Owed, met: datetime | None) -> None:
    what = "a late answer without SlaBreachResolved"
    if (owed.case_id, "deadlines") in evidence.index.waiting:
        verdict.waits(f"{what}; its case waits behind a quarantined record", owed.deadline_id)
    elif evidence.settled or (met is not None and met <= evidence.judged.by):
        verdict.fault(what, owed.deadline_id, owed.subject)
    else:
        verdict.waits(what, owed.deadline_id)


def _ids(said: Iterable[Said]) -> list[UUID]:
    return [one.event_id for one in said]


def _lateness(due: datetime, met: datetime) -> int:
    return max(0, (met - due) // timedelta(microseconds=1))


def _said(instant: datetime) -> str:
    return instant.isoformat()
