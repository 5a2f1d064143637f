"""A re-rating by a person: unanswered requests and the hub's own coloured clocks get the new colour (reading 7).

Same colour: nothing changes. A new colour ends a suspension: a case that is judged anew is not left standing still.
"""

from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.facts import stated
from mashbus.domain.case import Case
from mashbus.domain.enquiry import Rerating
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Rag
from mashbus.domain.words import Rating
from services.triage.arming import at_rerating, hub_rerated, request_rerated
from services.triage.requests import enquiry_of
from services.triage.routing import level_of


def rerated(case: Case, rating: Rating, partnership: Partnership, at: datetime) -> hub.CaseRerated:
    """`at` is the re-rating's own instant T. Pathways may be added; organisations asked before are not asked again.

    Whoever an earlier colour left unasked is asked now, where this one asks (J-12).
    """
    assert case.rag is not None
    pathways = tuple(dict.fromkeys((*case.pathways, *rating.pathways)))
    asked = frozenset(request.organisation for request in case.requests.values())
    requests, _ = enquiry_of(case.case_id, rating.rag, pathways, partnership, at, already=asked)
    added = at_rerating(case, rating.rag, rating.pathways, partnership, at)
    same = rating.rag == case.rag
    changed, ended = ((), ()) if same else hub_rerated(case, rating.rag, partnership, at)
    return hub.CaseRerated(
        meta=stated(case, hub.CaseRerated, at, cause=rating.rating_id, round_=case.round + 1),
        round=case.round + 1,
        rag=rating.rag,
        previous=case.rag,
        pathways=pathways,
        rationale=rating.rationale,
        decided_by=rating.actor,
        requests=requests,
        rerated=() if same else _reratings(case, rating.rag, partnership, at),
        deadlines=(*added, *changed),
        withdrawn_deadlines=ended,
        level=rating.level or level_of(pathways, partnership),
    )


def _reratings(case: Case, rag: Rag, partnership: Partnership, at: datetime) -> tuple[Rerating, ...]:
    return tuple(
        Rerating(
            request_id=request.request_id,
            organisation=request.organisation,
            rag=rag,
            deadline=request_rerated(case, request, rag, partnership, at),
        )
        for request in case.outstanding
    )
