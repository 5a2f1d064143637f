"""A re-rating by a person: every unanswered request gets the new colour and deadline (procedures, reading 7)."""

from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.facts import stated
from mashbus.domain.case import Case, Rating
from mashbus.domain.clocks import rerated as changed
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Request, Rerating
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Rag
from services.triage.requests import answer_clock, enquiry_of, hub_deadlines


def rerated(case: Case, rating: Rating, partnership: Partnership, at: datetime) -> hub.CaseRerated:
    """`at` is the re-rating's own instant T. Pathways may be added; organisations asked before are not asked again."""
    assert case.rag is not None
    pathways = tuple(dict.fromkeys((*case.pathways, *rating.pathways)))
    asked = frozenset(request.organisation for request in case.requests.values())
    requests, _ = enquiry_of(case.case_id, rating.rag, rating.pathways, partnership, at, already=asked)
    return hub.CaseRerated(
        meta=stated(case, hub.CaseRerated, at, cause=rating.rating_id, round_=case.round + 1),
        round=case.round + 1,
        rag=rating.rag,
        previous=case.rag,
        pathways=pathways,
        rationale=rating.rationale,
        decided_by=rating.actor,
        requests=requests,
        rerated=() if rating.rag == case.rag else _reratings(case, rating.rag, partnership, at),
        deadlines=hub_deadlines(case, rating.pathways, partnership),
    )


def _reratings(case: Case, rag: Rag, partnership: Partnership, at: datetime) -> tuple[Rerating, ...]:
    return tuple(
        Rerating(
            request_id=request.request_id,
            organisation=request.organisation,
            rag=rag,
            deadline=_deadline(case, request, rag, partnership, at),
        )
        for request in case.outstanding
    )


def _deadline(case: Case, request: Request, rag: Rag, partnership: Partnership, at: datetime) -> Deadline | None:
    clock = answer_clock(partnership)
    if clock is None:
        return None
    newest = case.watch.newest(request.request_id, clock.name)
    return changed(
        clock,
        rag,
        case.watch.in_force(request.request_id),
        at,
        first_anchor=request.asked_at,
        subject=request.request_id,
        owner=request.organisation,
        profile=newest.profile if newest else partnership.version,
        revision=newest.revision + 1 if newest else 1,
    )
