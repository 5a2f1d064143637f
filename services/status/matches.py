"""Who may be a child of the case: what was offered, what speaks for and against it, and what a person decided.

From the log, as the picture is.
"""

from collections.abc import Iterator
from uuid import UUID

from mashbus.contracts import hub
from mashbus.domain.known import Candidate
from services.status.case_records import CaseRecords
from services.status.match_answers import DecidedMatch, EvidenceAnswer, MatchAnswer, MatchesAnswer
from services.status.picture_decisions import by


def matches(told: CaseRecords) -> MatchesAnswer:
    offered = tuple(_offered(told, _words(told)))
    to_decide = sorted((one for one in offered if not one.decided), key=lambda one: (one.child, -one.probability))
    return MatchesAnswer(open=tuple(to_decide), decided=tuple(one for one in offered if one.decided))


def _offered(told: CaseRecords, words: dict[UUID, DecidedMatch]) -> Iterator[MatchAnswer]:
    seen: set[UUID] = set()
    for offer in told.all(hub.MatchOffered):
        for one in offer.candidates:
            if one.candidate_id not in seen:
                seen.add(one.candidate_id)
                yield _answer(told, offer, one, words.get(one.candidate_id))


def _answer(told: CaseRecords, offer: hub.MatchOffered, one: Candidate, word: DecidedMatch | None) -> MatchAnswer:
    return MatchAnswer(
        candidate_id=one.candidate_id,
        child=offer.child,
        child_name=told.child(offer.child),
        organisation=told.name_of(one.organisation) if one.organisation else None,
        local_id=one.local_id,
        case_id=one.case,
        probability=one.probability,
        offered_at=offer.meta.occurred_at,
        evidence=tuple(
            EvidenceAnswer(field=said.field, says=said.says, weight=said.weight, detail=said.detail)
            for said in one.evidence
        ),
        decided=word,
    )


def _words(told: CaseRecords) -> dict[UUID, DecidedMatch]:
    refused = {one.refused_id for one in told.all(hub.DecisionRefused)}
    return {
        word.candidate_id: DecidedMatch(
            at=word.meta.occurred_at, by=by(word.actor), same=word.same, rationale=word.rationale
        )
        for word in told.all(hub.MatchDecided)
        if word.meta.event_id not in refused
    }
