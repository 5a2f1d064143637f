"""Nothing is known of a child because of a likeness: an offered match counts when a person decided that it is the same
child, as long as nobody said otherwise since.
"""

from mashbus.verify.evidence import Evidence
from mashbus.verify.memory_facts import BY_MATCH, LookedUp, Matched, Offer, Offered
from mashbus.verify.moments import Course
from mashbus.verify.verdict import Verdict

ANSWERED = "ChildrenLookedUp"


def decided_by_people(evidence: Evidence, verdict: Verdict, case: Course) -> None:
    for turn in case.turns:
        if not isinstance(turn, LookedUp):
            continue
        verdict.looked["lookups"] += 1
        same = _same(evidence, case, turn)
        for known in turn.known:
            if BY_MATCH in known.by and not any(
                child == known.child and offer.token == known.token for child, offer in same
            ):
                verdict.fault("known by a match that nobody decided", turn.event_id, case.case_id)
        for earlier in turn.earlier:
            if BY_MATCH in earlier.by and not any(
                child == earlier.child and offer.case_id == earlier.case_id for child, offer in same
            ):
                verdict.fault("an earlier contact by a match that nobody decided", turn.event_id, case.case_id)


def _same(evidence: Evidence, case: Course, answer: LookedUp) -> list[tuple[int, Offer]]:
    """Offers that the newest word says are the same child, each with the child. A word that waits behind another
    decision does not count yet.
    """
    offers: dict[object, tuple[int, Offer]] = {}
    said: dict[object, bool] = {}
    for turn in case.turns:
        if isinstance(turn, Offered):
            offers |= {one.candidate_id: (turn.child, one) for one in turn.offers}
        elif isinstance(turn, Matched) and _counts(evidence, turn, answer):
            said[turn.candidate_id] = turn.same
    return [offers[key] for key, same in said.items() if same and key in offers]


def _counts(evidence: Evidence, word: Matched, answer: LookedUp) -> bool:
    acts = evidence.index.acts.get(word.event_id, ())
    return any(one.kind == ANSWERED and one.offset <= answer.place.offset for one in acts)
