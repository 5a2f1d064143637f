"""An outcome is one of those that the case's pathways or kind of contact may end with (J-14 to J-16, G-10), and not
telling somebody who referred has a reason (H-10). Where every pathway closes with an outcome, routing it was the
decision (M-09).
"""

from mashbus.domain.partnership import Partnership
from mashbus.verify.evidence import Evidence
from mashbus.verify.moments import Course, Standing, cases
from mashbus.verify.procedure_facts import Ruled
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import profiles_at


def in_vocabulary(evidence: Evidence) -> Verdict:
    verdict = Verdict("outcomes", "an outcome is one of the procedure's for that case; who is not told, for a reason")
    for case in cases(evidence):
        for turn, before in zip(case.turns, case.standings, strict=False):
            if isinstance(turn, Ruled):
                verdict.looked["outcomes"] += 1
                _reasons(verdict, turn, before)
                _words(evidence, verdict, case, turn, before)
    return verdict


def _reasons(verdict: Verdict, turn: Ruled, before: Standing) -> None:
    if not turn.tells and not turn.reason:
        verdict.fault("the referrer is not told, and no reason is recorded (H-10)", turn.event_id)
    known = {one.event_id for one in before.referrers}
    for referrer_id, has_reason in turn.withheld:
        if referrer_id not in known:
            verdict.fault("withheld from a referrer whom the case does not have", turn.event_id, referrer_id)
        if not has_reason:
            verdict.fault("withheld from a referrer without a reason (H-10)", turn.event_id, referrer_id)


def _words(evidence: Evidence, verdict: Verdict, case: Course, turn: Ruled, before: Standing) -> None:
    profiles = profiles_at(evidence, case.of.partnership, turn.ms)
    if not profiles:
        verdict.looked["by a profile that is not kept"] += 1
        return
    if not turn.outcomes:
        verdict.fault("an outcome that names none", turn.event_id)
    if turn.cause_id is None:
        if not any(_closes(profile, turn, before) for profile in profiles):
            verdict.fault("closed without a decision, where its pathways do not close it so", turn.event_id)
        if turn.by != before.by:
            verdict.fault("closed by somebody else than who routed it", turn.event_id)
        return
    ways = {*before.pathways, case.of.shape.contact_type}
    for name in turn.outcomes:
        found = [profile.outcomes[name].belongs_to for profile in profiles if name in profile.outcomes]
        if not any(not belongs_to or ways.intersection(belongs_to) for belongs_to in found):
            verdict.fault(f"the outcome {name} is none for such a case", turn.event_id, case.case_id)


def _closes(profile: Partnership, turn: Ruled, before: Standing) -> bool:
    ways = [profile.pathways[name].closes_with for name in before.pathways if name in profile.pathways]
    return bool(ways) and all(ways) and set(ways) == set(turn.outcomes)
