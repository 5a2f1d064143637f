"""What a procedure forbids was not decided: by a wrong role, against a guard (G-07, M-10, C-04), or by a rule at all.

A report of immediate harm is routed by a rule even where a guard holds (promise P8). A decision is judged by every
state of its case between the word that it acts on and itself: it is wrong where all of them forbid it.
"""

from collections.abc import Iterable, Mapping

from mashbus.domain.partnership import Partnership
from mashbus.verify.conditions import Value, hold
from mashbus.verify.evidence import Evidence
from mashbus.verify.moments import Course, Standing, between, cases, known_of_case
from mashbus.verify.procedure_facts import Particulars, Rated, Ruled
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import Profiles, profiles_at

ROUTING, OUTCOME = "routing", "outcome"


def guarded(evidence: Evidence) -> Verdict:
    verdict = Verdict("guards", "nothing was decided that the procedure forbids, by whom it forbids or without anybody")
    for case in cases(evidence):
        for turn in case.turns:
            if isinstance(turn, Rated | Ruled):
                verdict.looked["decisions"] += 1
                profiles = profiles_at(evidence, case.of.partnership, turn.ms)
                if profiles:
                    _judged(evidence, verdict, case, turn, profiles)
                else:
                    verdict.looked["by a profile that is not kept"] += 1
    return verdict


def _judged(evidence: Evidence, verdict: Verdict, case: Course, turn: Rated | Ruled, profiles: Profiles) -> None:
    if isinstance(turn, Rated) and turn.role is None:
        _by_rule(evidence, verdict, case, turn, profiles)
        return
    if isinstance(turn, Ruled) and turn.cause_id is None:
        return  # routed to where it closes: nobody decided anything more
    row, of = ("rating", ROUTING) if isinstance(turn, Rated) else ("outcome", OUTCOME)
    if not any(turn.role in profile.decides.get(row, ()) for profile in profiles):
        verdict.fault(f"the role '{turn.role}' may not sign off {of} (G-07)", turn.event_id, case.case_id)
    word = evidence.index.given.get(turn.cause_id) if turn.cause_id else None
    since = word.place.offset if word else turn.place.offset - 1
    if isinstance(turn, Rated):
        since = max(since, case.answered(turn.place.offset))
    states = list(between(case.standings, since, turn.place.offset))
    against = [
        _against(evidence, contact, turn, state, profile, of)
        for state in states
        for profile in profiles
        for contact in case.seen_by(turn)
    ]
    if against and all(against):
        verdict.fault(f"decided against {', '.join(sorted(set(against[0])))}", turn.event_id, case.case_id)


def _by_rule(evidence: Evidence, verdict: Verdict, case: Course, turn: Rated, profiles: Profiles) -> None:
    recommended = [
        (state, profile, contact)
        for state in between(case.standings, case.answered(turn.place.offset), turn.place.offset)
        for profile in profiles
        for contact in case.seen_by(turn)
        if (turn.rule, turn.rag, turn.pathways) == _recommendation(evidence, contact, state, profile)
    ]
    if not recommended:
        verdict.fault("routed otherwise than the profile's rules recommend", turn.event_id, case.case_id)
        return
    if not any(_by_itself(profile, turn) for _, profile, _ in recommended):
        verdict.fault("routed without a person, where a person routes", turn.event_id, case.case_id)
    against = [
        [] if contact.shape.immediate_harm else _kept_back(evidence, contact, turn, state, profile)
        for state, profile, contact in recommended
    ]
    if all(against):
        said = ", ".join(sorted(set(against[0])))
        verdict.fault(f"routed by a rule, and {said} keeps it back", turn.event_id, case.case_id)


def _by_itself(profile: Partnership, turn: Rated) -> bool:
    """Where the bus routes, or by a rule that it may always route by (G-11)."""
    return profile.routes == "automatic" or any(one.automatic for one in profile.rules if one.name == turn.rule)


def _kept_back(
    evidence: Evidence, contact: Particulars, turn: Rated, state: Standing, profile: Partnership
) -> list[str]:
    """By guards, and by what only a person can judge of children who are known."""
    facts = known_of_case(evidence, contact, profile, state)
    unclear = [name for name in ("partly_open", "contradictory") if facts[name]]
    return [*_against(evidence, contact, turn, state, profile, ROUTING), *unclear]


def _recommendation(
    evidence: Evidence, contact: Particulars, state: Standing, profile: Partnership
) -> tuple[str, str, tuple[str, ...]] | None:
    """Its kind of contact's (J-11), else that of the first rule that holds; of immediate harm the rule's."""
    kind = profile.contact_types.get(contact.shape.contact_type or "")
    facts = known_of_case(evidence, contact, profile, state)
    rule = next((one for one in profile.rules if hold(one.conditions, facts)), None)
    if kind is not None and kind.pathways and not (rule and contact.shape.immediate_harm):
        return kind.name, kind.rag or "none", kind.pathways
    return (rule.name, rule.rag, rule.pathways) if rule else None


def _against(
    evidence: Evidence, contact: Particulars, turn: Rated | Ruled, state: Standing, profile: Partnership, of: str
) -> list[str]:
    facts = {**known_of_case(evidence, contact, profile, state), **_proposed(turn, state, profile)}
    guards = (one for one in profile.guards if one.of == of)
    return [f"{guard.name} ({guard.requirement})" for guard in guards if hold(guard.conditions, facts)]


def _proposed(turn: Rated | Ruled, state: Standing, profile: Partnership) -> Mapping[str, Value]:
    if isinstance(turn, Rated):
        asks = turn.rag not in profile.asks_nobody and _asks_anybody(profile, turn.pathways)
        rag, level, pathways, outcomes = turn.rag, turn.level, turn.pathways, frozenset[str]()
    else:
        asks, outcomes = bool(state.asked), frozenset(turn.outcomes)
        rag, level, pathways = state.rating or "", state.level, state.pathways
    return {
        "role": turn.role,
        "rag": rag or None,
        "level": level,
        "pathways": frozenset(pathways),
        "asks": asks,
        "outcomes": outcomes,
    }


def _asks_anybody(profile: Partnership, pathways: Iterable[str]) -> bool:
    roles = {role for name in pathways if name in profile.pathways for role in profile.pathways[name].asks}
    return any(one.connected and one.role in roles for one in profile.organisations)
