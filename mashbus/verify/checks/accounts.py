"""Promise P2, offset by offset: what a service consumed has a consequence, is a counted repeat, or lies in quarantine.

And what the hub restates of organisations comes from their own topics, at the instant the broker took it.
"""

from collections import defaultdict

from mashbus.contracts.topics import DIRECTORY, responses_of
from mashbus.verify.evidence import GROUP, Evidence
from mashbus.verify.facts import Given, Response, Restated
from mashbus.verify.verdict import Verdict

RESTATED_AS = {
    "InformationReturned": "AnswerReceived",
    "RequestDeclined": "AnswerDeclined",
    "RiskFlagged": "RiskFlagged",
    "RequestSeen": "RequestSeenNoted",
}
REFUSED = "DecisionRefused"
CASE_SYSTEM = "CaseHoldingChanged"
ACTS = {
    "RatingGiven": ("triage", {"CaseRouted", "CaseRerated", REFUSED}),
    "OutcomeGiven": ("outcomes", {"OutcomeDecided", REFUSED}),
    "EnoughGiven": ("outcomes", {"EnquiryCollated", REFUSED}),
    "SuspensionGiven": ("triage", {"DeadlineSuspended", REFUSED}),
    "ResumptionGiven": ("triage", {"DeadlineResumed", REFUSED}),
    "MilestoneGiven": ("triage", {"MilestoneRecorded", REFUSED}),
    "LinkGiven": ("triage", {"CaseLinked", REFUSED}),
    "MatchDecided": ("triage", {"ChildrenLookedUp", REFUSED}),
    "MeetingResultGiven": ("triage", {"MeetingResultRecorded", REFUSED}),
}
"""What a person says, who acts on it, and what comes of it."""


def accounted(evidence: Evidence) -> Verdict:
    verdict = Verdict("accounts", "every consumed record has a consequence, is a repeat, or lies in quarantine")
    for response in evidence.index.responses.values():
        verdict.looked["responses"] += 1
        _response(evidence, verdict, response)
    for submission in evidence.index.submissions.values():
        verdict.looked["submissions"] += 1
        if submission.kind == CASE_SYSTEM:
            _case_system(evidence, verdict, submission)
        elif submission.case_id not in evidence.index.contacts:
            _unaccounted(evidence, verdict, submission)
    for given in evidence.index.given.values():
        verdict.looked["decisions given"] += 1
        _decision(evidence, verdict, given)
    _restatements(evidence, verdict)
    _unreadable(evidence, verdict)
    _differing(evidence, verdict)
    _positions(evidence, verdict)
    verdict.looked["repeats, counted"] = evidence.index.repeats.total()
    return verdict


def _response(evidence: Evidence, verdict: Verdict, response: Response) -> None:
    restated = evidence.index.restated.get((response.organisation, response.event_id), ())
    if not any(one.kind == RESTATED_AS[response.kind] for one in restated):
        _unaccounted(evidence, verdict, response)


def _case_system(evidence: Evidence, verdict: Verdict, said: Response) -> None:
    """The directory holds it, unless newer news of the child took its place there."""
    if said.event_id in evidence.index.held:
        return
    if evidence.index.has_gaps(DIRECTORY, evidence.ends):
        verdict.looked["news of children that may have been replaced"] += 1
    else:
        _unaccounted(evidence, verdict, said)


def _unaccounted(evidence: Evidence, verdict: Verdict, response: Response) -> None:
    if not evidence.index.is_quarantined(response.place, "intake") and not _refused(evidence, response):
        verdict.missing(
            evidence, f"{response.kind} has no consequence", response.event_id, response.place,
            case_id=None, service="intake", after=response.place, ms=response.ms,
        )  # fmt: skip


def _refused(evidence: Evidence, response: Response) -> bool:
    return (response.organisation, response.event_id) in evidence.index.refused


def _decision(evidence: Evidence, verdict: Verdict, given: Given) -> None:
    index, (service, acts) = evidence.index, ACTS[given.kind]
    done = any(one.kind in acts for one in index.acts.get(given.event_id, ()))
    if not done and not index.is_quarantined(given.place, service):
        verdict.missing(
            evidence, f"{given.kind} was neither acted on nor refused", given.event_id, given.case_id,
            case_id=given.case_id, service=service, after=given.place, ms=given.ms,
        )  # fmt: skip


def _restatements(evidence: Evidence, verdict: Verdict) -> None:
    index = evidence.index
    cut = {topic for (topic, _), (first, _) in index.begins.items() if first > 0}
    for (organisation, _), restated in index.restated.items():
        for one in restated:
            verdict.looked["restatements"] += 1
            response = index.responses.get((organisation, one.cause_id)) if one.cause_id else None
            if response is not None:
                _as_said(evidence, verdict, one, response)
            elif responses_of(organisation) not in cut:
                verdict.fault(f"{one.kind} restates nothing that {organisation} said", one.event_id, one.place)
        if len({one.event_id for one in restated}) > 1:
            verdict.fault("restated under several ids", *(one.event_id for one in restated))


def _as_said(evidence: Evidence, verdict: Verdict, one: Restated, response: Response) -> None:
    if one.request_id != response.request_id or one.kind != RESTATED_AS[response.kind]:
        verdict.fault(f"{one.kind} says otherwise than what it restates", one.event_id, response.event_id)
    if one.arrived_at != evidence.at(response.ms):
        verdict.fault(f"{one.kind} states another arrival than the broker's", one.event_id, response.event_id)


def _unreadable(evidence: Evidence, verdict: Verdict) -> None:
    """Every group that has passed an unreadable record has quarantined it."""
    readers = _readers(evidence)
    for place, fault in evidence.index.unread:
        verdict.looked["unreadable records"] += 1
        for service, next_offset in readers[place.topic, place.partition]:
            if evidence.index.is_quarantined(place, service):
                continue
            if next_offset > place.offset:
                verdict.fault(f"unreadable ({fault}), passed by {service} and not in quarantine", place)
            else:
                verdict.waits(f"unreadable ({fault}), not consumed by {service} yet", place)


def _differing(evidence: Evidence, verdict: Verdict) -> None:
    """The same key with other content is never dropped."""
    for contact in evidence.index.differing:
        verdict.looked["same id, other content"] += 1
        if not evidence.index.is_quarantined(contact.place):
            verdict.missing(
                evidence, "came again with other content and is not in quarantine", contact.event_id, contact.place,
                case_id=None, service="triage", after=contact.place, ms=contact.ms,
            )  # fmt: skip


def _positions(evidence: Evidence, verdict: Verdict) -> None:
    for (group, topic, partition), next_offset in sorted(evidence.committed.items()):
        if not group.startswith(GROUP):
            continue
        end, first = evidence.ends.get((topic, partition), 0), evidence.index.begins.get((topic, partition), (0, 0))[0]
        verdict.looked["positions"] += 1
        if next_offset > end:
            verdict.fault(f"{group} has consumed beyond the log's end: it was cut short", f"{topic}[{partition}]")
        elif next_offset < end and (evidence.settled or next_offset < first):
            verdict.fault(
                f"{group} has not consumed {end - next_offset} records", f"{topic}[{partition}]@{next_offset}"
            )
        elif next_offset < end:
            verdict.waits(f"{group} has {end - next_offset} records to consume", f"{topic}[{partition}]@{next_offset}")


def _readers(evidence: Evidence) -> dict[tuple[str, int], list[tuple[str, int]]]:
    """(topic, partition) -> services that read it, with their next offsets."""
    readers: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for (group, topic, partition), next_offset in evidence.committed.items():
        if group.startswith(GROUP):
            readers[topic, partition].append((group.removeprefix(GROUP), next_offset))
    return readers
