"""Silent partners: said of one that owed answers, once until it is back, and back only after its silence."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Silence
from mashbus.verify.verdict import Verdict

ANSWERS = {"InformationReturned", "RequestDeclined"}
COUNTED_WITHIN_MS = 60_000
"""Real: between counting what is owed and saying so. An answer that came in between may be counted or not."""


def silences(evidence: Evidence) -> Verdict:
    verdict = Verdict("silences", "a silence is said once, of one that owes answers, and ends once")
    by_pair: dict[tuple[str, str], list[Silence]] = defaultdict(list)
    for one in evidence.index.silences.values():
        verdict.looked["silences"] += 1
        by_pair[one.partnership, one.organisation].append(one)
        _owes(evidence, verdict, one)
    for said in by_pair.values():
        _one_at_a_time(evidence, verdict, said)
    _returns(evidence, verdict)
    return verdict


def _owes(evidence: Evidence, verdict: Verdict, one: Silence) -> None:
    """At least one answer, and no more than it was asked for and had not given."""
    index = evidence.index
    answered = {
        (response.organisation, response.request_id)
        for response in index.responses.values()
        if response.kind in ANSWERS
        and response.ms < one.ms - COUNTED_WITHIN_MS
        and (response.organisation, response.event_id) not in index.refused
    }
    asked = sum(
        1
        for request in index.asked.values()
        if request.organisation == one.organisation
        and request.ms <= one.ms
        and (request.organisation, request.request_id) not in answered
    )
    if not 1 <= one.owes <= asked:
        verdict.fault(f"said to owe {one.owes} answers where at most {asked} were owed", one.event_id, one.organisation)
    if one.occurred_at < one.since:
        verdict.fault("said before it began", one.event_id, one.organisation)


def _one_at_a_time(evidence: Evidence, verdict: Verdict, said: Iterable[Silence]) -> None:
    for earlier, later in pairwise(sorted(said, key=lambda one: one.ms)):
        if not any(one.ms <= later.ms for one in evidence.index.returns.get(earlier.event_id, ())):
            verdict.fault("silent again without having come back", earlier.event_id, later.event_id)


def _returns(evidence: Evidence, verdict: Verdict) -> None:
    for silence_id, returns in evidence.index.returns.items():
        verdict.looked["returns"] += 1
        silence = evidence.index.silences.get(silence_id)
        if len(returns) > 1:
            verdict.fault("back under several ids", silence_id, *(one.event_id for one in returns))
        for one in returns:
            if silence is None or silence.ms > one.ms:
                verdict.fault("back from a silence that was not said before", one.event_id)
            elif (silence.partnership, silence.organisation) != (one.partnership, one.organisation):
                verdict.fault("back from another's silence", one.event_id, silence_id)
