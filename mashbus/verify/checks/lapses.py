"""Promise P4: a breach for every lapse and only for lapses, one id each, never early; late answers resolve it.

Everything is worked out anew from what the log says of each deadline: when it was stated, what came when, what ended
it. An answer came when the broker appended it to the organisation's own topic.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from mashbus.contracts.topics import responses_of
from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Owed, Response, Said
from mashbus.verify.verdict import Verdict

ANSWERS = {"InformationReturned": "AnswerReceived", "RequestDeclined": "AnswerDeclined"}
"""What an organisation says, and how the hub restates it."""
KNOWN = {*ANSWERS, "OutcomeDecided"}
"""What this check knows how to find; a deadline that anything else meets it will not judge."""


class Story(NamedTuple):
    """A deadline with what became of it by the log alone."""

    owed: Owed
    met: datetime | None
    ended: datetime | None
    """When it was superseded or withdrawn."""
    lapses: bool


def lapsed(evidence: Evidence) -> Verdict:
    verdict = Verdict("breaches", "a breach for every lapse and only for lapses, one id each, never early")
    for story in _stories(evidence):
        verdict.looked["deadlines"] += 1
        if strange := set(story.owed.met_by) - KNOWN:
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
    for said in (index.breaches, index.at_risk, index.resolved):
        for deadline_id in said.keys() - index.deadlines.keys():
            verdict.fault("said of a deadline that no fact states", deadline_id)


# -- what became of each deadline --------------------------------------------------------------------------------


def _stories(evidence: Evidence) -> Iterator[Story]:
    arrivals, withdrawals = _arrivals(evidence), _withdrawals(evidence)
    revisions: dict[tuple[UUID, str], list[Owed]] = defaultdict(list)
    for owed in evidence.index.deadlines.values():
        revisions[owed.subject, owed.clock].append(owed)
    for (subject, _), chain in revisions.items():
        chain.sort(key=lambda owed: owed.revision)
        earlier_lapsed = False
        for owed, newer in zip(chain, (*chain[1:], None), strict=True):
            ends = [newer.ms] if newer else []
            ends += [ms for ms in withdrawals.get(subject, ()) if ms >= owed.ms]
            ended = evidence.at(min(ends)) if ends else None
            came = [at for name in owed.met_by if (at := arrivals.get((subject, name)))]
            story = _story(owed, min(came, default=None), ended, earlier_lapsed=earlier_lapsed)
            earlier_lapsed = earlier_lapsed or story.lapses
            yield story


def _story(owed: Owed, met: datetime | None, ended: datetime | None, *, earlier_lapsed: bool) -> Story:
    """Exactly at the due instant is in time (reading 6). A lapse is not said again by a re-rating that was due at once
    (reading 7).
    """
    stopped = any(at is not None and at <= owed.due for at in (met, ended))
    again = earlier_lapsed and owed.due <= owed.starts
    return Story(owed, met, ended, lapses=not (stopped or again))


def _arrivals(evidence: Evidence) -> Mapping[tuple[UUID, str], datetime]:
    """(subject, what meets it) -> the earliest instant at which it came."""
    found: dict[tuple[UUID, str], datetime] = {}

    def came(subject: UUID, name: str, at: datetime) -> None:
        found[subject, name] = min(at, found.get((subject, name), at))

    for response in evidence.index.responses.values():
        if response.kind in ANSWERS and response.request_id and _counts(evidence, response):
            came(response.request_id, response.kind, evidence.at(response.ms))
    for answer in _past_retention(evidence):
        came(*answer)
    for decided in evidence.index.decided.values():
        came(decided.case_id, "OutcomeDecided", decided.decided_at)
    return found


def _counts(evidence: Evidence, response: Response) -> bool:
    """From the organisation that was asked, and taken by the hub or still to be taken: not refused, not set aside."""
    index = evidence.index
    asked = index.asked.get(response.request_id) if response.request_id else None
    if asked is None or asked.organisation != response.organisation:
        return False
    said = response.organisation, response.event_id
    return said in index.restated or not (said in index.refused or index.is_quarantined(response.place))


def _past_retention(evidence: Evidence) -> Iterator[tuple[UUID, str, datetime]]:
    """Answers whose own records the topic no longer keeps: what the hub restated at the time counts."""
    index, names = evidence.index, {restated: said for said, restated in ANSWERS.items()}
    cut = {topic for (topic, _), (first, _) in index.begins.items() if first > 0}
    for (organisation, event_id), restated in index.restated.items():
        if responses_of(organisation) in cut and (organisation, event_id) not in index.responses:
            for one in restated:
                if one.kind in names:
                    yield one.request_id, names[one.kind], one.arrived_at


def _withdrawals(evidence: Evidence) -> Mapping[UUID, list[int]]:
    """When a request's running deadline was let go: re-rated to a colour without a clock, or decided.

    In the broker's time, which goes on where bus time stands still.
    """
    ends: dict[UUID, list[int]] = defaultdict(list)
    for one in evidence.index.rerated:
        if one.due is None:
            ends[one.request_id].append(one.ms)
    for decided in evidence.index.decided.values():
        for request_id, _ in decided.withdrawn:
            ends[request_id].append(decided.ms)
    return ends


# -- what was said of it -----------------------------------------------------------------------------------------


def _breaches(evidence: Evidence, verdict: Verdict, story: Story) -> None:
    owed = story.owed
    said = evidence.index.breaches.get(owed.deadline_id, [])
    verdict.looked["breaches"] += bool(said)
    if story.lapses and not said:
        _unsaid(evidence, verdict, owed)
    if said and not story.lapses:
        verdict.fault(f"a breach without a lapse, {_why_not(story)}", owed.deadline_id, *_ids(said))
    _each(evidence, verdict, "breach", owed, since=owed.due, said=said)


def _unsaid(evidence: Evidence, verdict: Verdict, owed: Owed) -> None:
    if (owed.case_id, "deadlines") in evidence.index.waiting:
        verdict.waits("a lapse without a breach; its case waits behind a quarantined record", owed.deadline_id)
    elif owed.due <= evidence.judged.by and owed.ms <= evidence.judged.by_ms:
        verdict.fault(f"a lapse at {_said(owed.due)} without a breach", owed.deadline_id, owed.subject)
    elif owed.due <= evidence.judged.now:
        verdict.waits(f"due at {_said(owed.due)}, just now", owed.deadline_id)


def _why_not(story: Story) -> str:
    if story.met is not None and story.met <= story.owed.due:
        return f"met at {_said(story.met)}, due at {_said(story.owed.due)}"
    if story.ended is not None and story.ended <= story.owed.due:
        return f"superseded or withdrawn at {_said(story.ended)}, due at {_said(story.owed.due)}"
    return "it had lapsed already and a re-rating changed nothing"


def _warnings(evidence: Evidence, verdict: Verdict, story: Story) -> None:
    owed = story.owed
    said = evidence.index.at_risk.get(owed.deadline_id, [])
    verdict.looked["warnings"] += bool(said)
    verdict.looked["lapses that nobody was warned of"] += story.lapses and owed.at_risk is not None and not said
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
