"""C-06: nothing is kept of a contact that procedure says must not be recorded; a report of immediate harm always is."""

from mashbus.verify.conditions import hold
from mashbus.verify.evidence import Evidence
from mashbus.verify.moments import known_of_contact
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import profiles_at

REFERRAL = "referral"


def recorded(evidence: Evidence) -> Verdict:
    verdict = Verdict("recording", "nothing is kept of what must not be recorded")
    for case_id, of in evidence.index.particulars.items():
        if of.shape.opening != REFERRAL or of.shape.immediate_harm:
            continue
        verdict.looked["referrals"] += 1
        profiles = profiles_at(evidence, of.partnership, of.ms)
        rules = [
            [one for one in profile.not_recorded if hold(one.conditions, known_of_contact(evidence, of, profile))]
            for profile in profiles
        ]
        if rules and all(rules):
            said = rules[0][0]
            verdict.fault(f"recorded, against {said.name} ({said.requirement})", case_id, of.place)
    for (partnership, rule), count in evidence.index.not_recorded.items():
        verdict.looked["not recorded"] += count
        profile = evidence.profiles.get(partnership)
        known = (
            {one.name for kept in (profile, *profile.past.values()) for one in kept.not_recorded} if profile else {rule}
        )
        if rule not in known:
            verdict.fault(f"{count} contacts were not recorded, and no profile of {partnership} has that rule", rule)
    return verdict
