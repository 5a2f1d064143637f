"""A referral is returned for what it lacks, every item at once (M-11, G-01), or because its children live elsewhere
(G-02), and one that has such a reason is not opened. Immediate harm is never returned for what it lacks (P8), and what
is no referral never (G-22).
"""

from typing import NamedTuple

from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import ContactType
from mashbus.domain.vocabulary import Handling
from mashbus.verify.blanks import missing
from mashbus.verify.conditions import Facts, hold
from mashbus.verify.evidence import Evidence
from mashbus.verify.moments import Standing, between, cases, known_of_case
from mashbus.verify.procedure_facts import Opened, Particulars
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import profiles_at

REFERRAL = "referral"


class Reasons(NamedTuple):
    """Why a referral would be returned; nothing: it is to be opened."""

    missing: frozenset[str] = frozenset()
    authority: str | None = None


def sent_back(evidence: Evidence) -> Verdict:
    verdict = Verdict("returned", "a referral is returned for what it lacks or where it lives, and for nothing else")
    for case in cases(evidence):
        back = evidence.index.sent_back.get(case.case_id)
        opened = next((one for one in case.turns if isinstance(one, Opened)), None)
        if case.of.shape.opening != REFERRAL or not (back or opened):
            continue
        verdict.looked["returned" if back else "opened"] += 1
        until = opened.place.offset if opened else case.standings[-1].offset + 1
        profiles = profiles_at(evidence, case.of.partnership, (back or opened or case.of).ms)
        right = [
            _reasons(evidence, case.of, state, profile)
            for profile in profiles
            for state in between(case.standings, -1, max(until, 0))
        ]
        if not right:
            verdict.looked["by a profile that is not kept"] += 1
            continue
        said = Reasons(frozenset(back.missing), back.authority) if back else Reasons()
        if said not in right:
            verdict.fault(_differs(said, right[0]), case.case_id, (back or case.of).place)
    return verdict


def _reasons(evidence: Evidence, of: Particulars, state: Standing, profile: Partnership) -> Reasons:
    facts = known_of_case(evidence, of, profile, state)
    kind = profile.contact_types.get(of.shape.contact_type or "")
    if kind is not None and not of.shape.immediate_harm and _is_no_referral(kind, facts):
        return Reasons()
    if elsewhere := _elsewhere(of, profile):
        return Reasons(authority=elsewhere)
    if of.shape.immediate_harm or (kind is not None and not kind.pathways):
        return Reasons()
    insisted = [item for one in profile.insists if hold(one.conditions, facts) for item in one.items]
    return Reasons(missing((*profile.required, *insisted), of.shape))


def _is_no_referral(kind: ContactType, facts: Facts) -> bool:
    """It is directed elsewhere, wherever the people live of whom it tells (G-22)."""
    return kind.handling not in (Handling.TRIAGE, Handling.UNKNOWN) and hold(kind.conditions, facts)


def _elsewhere(of: Particulars, profile: Partnership) -> str | None:
    """The other authority in which every child certainly lives."""
    if profile.area is None or not of.districts:
        return None
    homes = {profile.area.districts.get(one or "") for one in of.districts}
    home = homes.pop() if len(homes) == 1 else None
    return home.name if home is not None and home.code != profile.area.authority else None


def _differs(said: Reasons, right: Reasons) -> str:
    """Names of fields and authorities, never a value."""
    return f"{_words(said)}, where by its profile it is {_words(right)}"


def _words(reasons: Reasons) -> str:
    if reasons.authority is not None:
        return f"another area's ({reasons.authority})"
    return f"returned for {', '.join(sorted(reasons.missing))}" if reasons.missing else "opened"
