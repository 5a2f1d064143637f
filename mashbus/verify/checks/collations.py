"""What a case states once is stated once; a collation and an outcome agree with what is in the log before them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Asked, Collated, Decided, Restated
from mashbus.verify.places import Place
from mashbus.verify.verdict import Verdict

Restatements = Mapping[UUID, list[Restated]]


def collated(evidence: Evidence) -> Verdict:
    verdict = Verdict("collations", "an enquiry is closed once and a case decided once, by what is in the log")
    index = evidence.index
    for case_id, kind, event_id in index.stated_again:
        verdict.fault(f"a second {kind} in one case", case_id, event_id)
    answers: Restatements = _by_request(evidence)
    asked: dict[UUID, list[Asked]] = defaultdict(list)
    for request in index.asked.values():
        asked[request.case_id].append(request)
    breached = _breached(evidence)
    for collations in index.collated.values():
        _anew(verdict, collations)
        for one in collations:
            verdict.looked["collations"] += 1
            _closed(verdict, one, answers, breached)
            _listed(evidence, verdict, one, asked[one.case_id])
    for decided in index.decided.values():
        verdict.looked["outcomes"] += 1
        _outcome(evidence, verdict, decided, answers, asked[decided.case_id])
    _due(evidence, verdict, answers, asked)
    return verdict


def _anew(verdict: Verdict, collations: Iterable[Collated]) -> None:
    """Closed once more only where somebody was asked since (J-12)."""
    known: frozenset[UUID] | None = None
    for one in collations:
        listed = frozenset((*one.answered, *one.declined, *one.lapsed, *one.outstanding))
        if known is not None and listed <= known:
            verdict.fault("a second EnquiryCollated, and nobody was asked since", one.case_id, one.event_id)
        known = listed | (known or frozenset())


def _by_request(evidence: Evidence) -> Restatements:
    found: dict[UUID, list[Restated]] = defaultdict(list)
    for restated in evidence.index.restated.values():
        for one in restated:
            if one.kind in {"AnswerReceived", "AnswerDeclined"}:
                found[one.request_id].append(one)
    return found


def _said(answers: Restatements, request_id: UUID, kind: str, before: Place) -> bool:
    """Earlier in the same partition of mash.cases."""
    return any(one.kind == kind and one.place < before for one in answers.get(request_id, ()))


def _closed(verdict: Verdict, one: Collated, answers: Restatements, breached: set[UUID]) -> None:
    for said, ids, kind in (("answered", one.answered, "AnswerReceived"), ("declined", one.declined, "AnswerDeclined")):
        if wrong := [key for key in ids if not _said(answers, key, kind, one.place)]:
            verdict.fault(f"collated as {said}, and no {kind} stands before it", one.event_id, *wrong)
    if wrong := [request_id for request_id in one.lapsed if request_id not in breached]:
        verdict.fault("collated as lapsed, and no SlaBreached says so", one.event_id, *wrong)
    if one.collation == "all" and one.outstanding:
        verdict.fault("closed as complete with requests outstanding", one.event_id, *one.outstanding)


def _listed(evidence: Evidence, verdict: Verdict, one: Collated, asked: Iterable[Asked]) -> None:
    """Every request of the routing stands in one of the four sets. A re-rating may have come at the same time."""
    listed = [*one.answered, *one.declined, *one.lapsed, *one.outstanding]
    routing = evidence.index.stated.get((one.case_id, "CaseRouted"))
    if len(listed) != len(set(listed)) or not set(listed) <= {request.request_id for request in asked}:
        verdict.fault("collated twice, or never asked", one.event_id, *listed)
    if left_out := {request.request_id for request in asked if request.fact_id == routing} - set(listed):
        verdict.fault("a request that the collation leaves out", one.event_id, *left_out)


def _breached(evidence: Evidence) -> set[UUID]:
    """Subjects with a deadline that was breached."""
    index = evidence.index
    return {index.deadlines[one].subject for one in index.breaches if one in index.deadlines}


def _outcome(evidence: Evidence, verdict: Verdict, one: Decided, answers: Restatements, asked: Iterable[Asked]) -> None:
    index = evidence.index
    given = index.given.get(one.cause_id) if one.cause_id else None
    routed = index.routed.get(one.case_id)
    if given is None and one.cause_id is None and routed:
        # By the way that it was routed, which is the outcome (M-09): `outcomes` looks whether it is.
        if one.decided_at != routed.occurred_at:
            verdict.fault("closed at another instant than it was routed", one.event_id, one.case_id)
    elif given is None or given.kind != "OutcomeGiven" or given.case_id != one.case_id:
        verdict.fault("decided without an outcome that anybody gave", one.event_id, one.case_id)
    elif one.decided_at != evidence.at(given.ms):
        verdict.fault("decided at another instant than the broker took the outcome", one.event_id, given.event_id)
    answered, withdrawn = ({request_id for request_id, _ in pairs} for pairs in (one.answered, one.withdrawn))
    if wrong := [key for key in answered if not _said(answers, key, "AnswerReceived", one.place)]:
        verdict.fault("decided as answered, and no AnswerReceived stands before it", one.event_id, *wrong)
    for request in asked:
        closed = request.request_id in answered | withdrawn
        if not closed and not _said(answers, request.request_id, "AnswerDeclined", one.place):
            verdict.fault("a request left open after the decision", request.request_id, one.event_id)
    aside = index.aside.keys() & {(one.case_id, "PassedToHolder"), (one.case_id, "CaseLinked")}
    if (one.case_id, "CaseRouted") not in index.stated and one.case_id not in index.directed and not aside:
        verdict.fault("decided before it was routed, directed, passed on or linked", one.event_id, one.case_id)


def _due(evidence: Evidence, verdict: Verdict, answers: Restatements, asked: Mapping[UUID, list[Asked]]) -> None:
    """An enquiry with nothing left to wait for is closed."""
    index, breached = evidence.index, _running_out(evidence)
    for case_id, requests in asked.items():
        collations = index.collated.get(case_id, ())
        listed = {key for one in collations for key in (*one.answered, *one.declined, *one.lapsed, *one.outstanding)}
        if {one.request_id for one in requests} <= listed or (collations and case_id in index.decided):
            continue
        if all(answers.get(one.request_id) or one.request_id in breached for one in requests):
            last = max(requests, key=lambda one: one.ms)
            latest = max([last.ms, *(said.ms for one in requests for said in answers.get(one.request_id, ()))])
            latest = max([latest, *(breached.get(one.request_id, 0) for one in requests)])
            verdict.missing(
                evidence, "nothing is left to wait for, and the enquiry is not closed", case_id,
                case_id=case_id, service="outcomes", after=last.place, ms=latest,
            )  # fmt: skip


def _running_out(evidence: Evidence) -> Mapping[UUID, int]:
    """Requests whose newest deadline is breached, with the breach's append time."""
    index = evidence.index
    newest: dict[UUID, int] = defaultdict(int)
    for owed in index.deadlines.values():
        newest[owed.subject] = max(newest[owed.subject], owed.revision)
    known = ((index.deadlines[key], said) for key, said in index.breaches.items() if key in index.deadlines)
    return {owed.subject: said[0].ms for owed, said in known if owed.revision == newest[owed.subject]}
