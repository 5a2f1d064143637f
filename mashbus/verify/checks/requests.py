"""Whom a case asks: the organisations that its pathways call for, in a colour that asks anybody, and once it is routed.

J-12: a colour that gathers no information sends no request. What was directed another way asks nobody, unless a person
rates it after all. Who is called for and not asked is shown (H-11).
"""

from collections.abc import Iterable

from mashbus.domain.partnership import Partnership
from mashbus.verify.evidence import Evidence
from mashbus.verify.moments import Course, Standing, cases
from mashbus.verify.procedure_facts import Rated
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import profiles_at

SKEW_MS = 1000
"""The clocks of two brokers may differ by so much."""


def requested(evidence: Evidence) -> Verdict:
    verdict = Verdict("requests", "only whom its pathways call for is asked, in a colour that asks, once it is routed")
    for case in cases(evidence):
        for turn, before in zip(case.turns, case.standings, strict=False):
            if isinstance(turn, Rated):
                verdict.looked["routings"] += 1
                _asked(evidence, verdict, case, turn, before)
    for asked in evidence.index.asked.values():
        for copy in evidence.index.copies.get(asked.request_id, ()):
            if copy.ms + SKEW_MS < asked.ms:
                verdict.fault("asked before it was routed", asked.request_id, copy.event_id)
    return verdict


def _asked(evidence: Evidence, verdict: Verdict, case: Course, turn: Rated, before: Standing) -> None:
    profiles = profiles_at(evidence, case.of.partnership, turn.ms)
    if not profiles:
        verdict.looked["by a profile that is not kept"] += 1
        return
    if turn.asked and all(turn.rag in profile.asks_nobody for profile in profiles):
        verdict.fault(f"asked organisations in {turn.rag}, which asks nobody (J-12)", turn.event_id, *turn.asked)
    if turn.asked and before.directed and turn.role is None:
        verdict.fault("asked about a contact that goes another way than triage", turn.event_id, *turn.asked)
    called_for = [_called_for(profile, turn.pathways) for profile in profiles]
    if strangers := set(turn.asked).difference(*called_for):
        verdict.fault("asked whom its pathways do not call for", turn.event_id, *sorted(strangers))
    owed = set.intersection(*(_owed(*pair, turn.rag) for pair in zip(profiles, called_for, strict=True)))
    if left_out := owed - before.asked - {*turn.asked, *turn.not_asked}:
        verdict.fault(
            "called for by its pathways, and neither asked nor shown (H-11)", turn.event_id, *sorted(left_out)
        )


def _called_for(profile: Partnership, pathways: Iterable[str]) -> set[str]:
    roles = {role for name in pathways if name in profile.pathways for role in profile.pathways[name].asks}
    return {one.id for one in profile.organisations if one.role in roles and one.connected}


def _owed(profile: Partnership, called_for: set[str], rag: str) -> set[str]:
    return set() if rag in profile.asks_nobody else called_for
