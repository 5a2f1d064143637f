"""What the hub knew already was honoured (H-03, H-05, G-03, G-18, J-06, M-08): nobody was asked about children whose
cases are open, whoever holds them was told, and nothing rests on a match that nobody decided.

A report of immediate harm goes on beside its holder (promise P8). A decision is judged by every state that its case may
have had for whoever made it: since the word that it acts on, and since the directory's last answer.
"""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from mashbus.domain.partnership import Partnership
from mashbus.verify.already_known import OPEN, of_each
from mashbus.verify.checks.holders import told_of
from mashbus.verify.checks.matches import decided_by_people
from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Asked, Email
from mashbus.verify.memory_facts import LookedUp, Passed
from mashbus.verify.moments import Course, Standing, between, cases, day_of
from mashbus.verify.passing import Passing, passing
from mashbus.verify.procedure_facts import Opened, Particulars, Rated
from mashbus.verify.verdict import Verdict
from mashbus.verify.versions import profiles_at


def known(evidence: Evidence) -> Verdict:
    verdict = Verdict(
        "known", "nobody is asked of an open case, its holder is told, and a match is a person's to decide"
    )
    asked: dict[UUID, list[Asked]] = defaultdict(list)
    for request in evidence.index.asked.values():
        asked[request.fact_id].append(request)
    letters: dict[UUID, list[Email]] = defaultdict(list)
    for email in evidence.index.emails.values():
        if email.cause_id:
            letters[email.cause_id].append(email)
    began = _began(evidence)
    for case in cases(evidence):
        verdict.looked["cases"] += 1
        _looked_up(evidence, verdict, case, began.get(case.of.partnership))
        _routed(evidence, verdict, case, asked)
        decided_by_people(evidence, verdict, case)
        for turn in case.turns:
            if isinstance(turn, Passed):
                verdict.looked["passed on"] += 1
                _called_for(evidence, verdict, case, turn)
                told_of(evidence, verdict, case, turn, letters[turn.event_id])
        _owed(evidence, verdict, case)
    _strangers(evidence, verdict)
    return verdict


# -- the directory is asked first of all (G-18) -----------------------------------------------------------------------


def _began(evidence: Evidence) -> dict[str, int]:
    """Since when a partnership's contacts are looked up, in the broker's milliseconds."""
    first: dict[str, int] = {}
    for case_id, of in evidence.index.particulars.items():
        for turn in evidence.index.turns.get(case_id, ()):
            if isinstance(turn, LookedUp):
                first[of.partnership] = min(turn.ms, first.get(of.partnership, turn.ms))
    return first


def _looked_up(evidence: Evidence, verdict: Verdict, case: Course, began: int | None) -> None:
    opened = next((one for one in case.turns if isinstance(one, Opened)), None)
    if opened is None or began is None or opened.ms < began:
        return
    verdict.looked["opened"] += 1
    if not any(isinstance(one, LookedUp) for one in case.turns):
        verdict.missing(
            evidence, "opened, and its children were never looked up (G-18)", case.case_id,
            case_id=case.case_id, service="triage", after=opened.place, ms=opened.ms,
        )  # fmt: skip


# -- nobody is asked --------------------------------------------------------------------------------------------------


def _routed(evidence: Evidence, verdict: Verdict, case: Course, asked: dict[UUID, list[Asked]]) -> None:
    for turn, before in zip(case.turns, case.standings, strict=False):
        if not isinstance(turn, Rated):
            continue
        verdict.looked["routings"] += 1
        if before.handed_over and turn.first and turn.role is None:
            verdict.fault(
                "routed by a rule, where whoever holds the child acts instead", turn.event_id, case.case_id, *turn.asked
            )
        if turn.first:
            _of_an_open_case(evidence, verdict, case, turn)
            _beside_its_siblings(evidence, verdict, case, turn, before, asked[turn.event_id])


def _of_an_open_case(evidence: Evidence, verdict: Verdict, case: Course, turn: Rated) -> None:
    found = [
        passing(evidence, contact, state, profile)
        for state in _seen(evidence, case, turn)
        for contact in case.seen_by(turn)
        for profile in profiles_at(evidence, case.of.partnership, turn.ms)
    ]
    instead = [one for one in found if one is not None and one.instead]
    if instead and len(instead) == len(found):
        what = "asked" if turn.asked else "routed"
        verdict.fault(
            f"{what}, and all its children are open ({instead[0].requirement})",
            turn.event_id,
            case.case_id,
            *turn.asked,
        )


def _beside_its_siblings(
    evidence: Evidence, verdict: Verdict, case: Course, turn: Rated, before: Standing, asked: list[Asked]
) -> None:
    """Of a child whose holder was told nobody is asked beside the others; of every other child everybody is."""
    contact, profiles = case.seen_by(turn)[0], profiles_at(evidence, case.of.partnership, turn.ms)
    everyone = frozenset(range(contact.shape.children))
    others = [everyone - _with_a_holder(evidence, contact, before, one) or everyone for one in profiles]
    if not profiles:
        return
    may, must = frozenset().union(*others), everyone.intersection(*others)
    for request in asked:
        for copy in evidence.index.copies.get(request.request_id, ()):
            verdict.looked["requests beside an open case"] += may != everyone
            if may != everyone and not all(who & may for who in copy.who):
                verdict.fault("a request shows a child whose case is open", copy.event_id, case.case_id)
            if copy.who and all(copy.who) and not must.issubset(frozenset().union(*copy.who)):
                verdict.fault("a request leaves out a child whom nobody else was told of", copy.event_id, case.case_id)


def _with_a_holder(evidence: Evidence, contact: Particulars, before: Standing, profile: Partnership) -> frozenset[int]:
    if contact.shape.immediate_harm:
        return frozenset()
    found = of_each(before.looked, contact.shape.children, day_of(evidence, contact, profile), profile)
    return before.passed_children.intersection(place for place, one in enumerate(found) if one == OPEN)


def _seen(evidence: Evidence, case: Course, turn: Rated | Passed) -> Iterator[Standing]:
    """States that the case may have had for triage: what it had said itself it had seen."""
    word = evidence.index.given.get(turn.cause_id) if isinstance(turn, Rated) and turn.cause_id else None
    since = max(word.place.offset if word else -1, case.answered(turn.place.offset))
    return between(case.standings, since, turn.place.offset)


# -- what goes to the holder ------------------------------------------------------------------------------------------


def _called_for(evidence: Evidence, verdict: Verdict, case: Course, turn: Passed) -> None:
    profiles = profiles_at(evidence, case.of.partnership, turn.ms)
    if not profiles:
        verdict.looked["by a profile that is not kept"] += 1
        return
    found = [
        passing(evidence, contact, state, profile)
        for state in _seen(evidence, case, turn)
        for contact in case.contacts(turn.ms)
        for profile in profiles
    ]
    by_rule = [one for one in found if one is not None and (one.rule, one.requirement) == (turn.rule, turn.requirement)]
    if not by_rule:
        verdict.fault(f"passed on by {turn.rule}, whose conditions did not hold", turn.event_id, case.case_id)
    elif not any(one.instead == turn.instead for one in by_rule):
        how = "instead of the hub's own work" if turn.instead else "beside the hub's own work"
        verdict.fault(f"passed on {how}, against {turn.rule}", turn.event_id, case.case_id)
    elif not any(_said(one) == (turn.children, frozenset(turn.holders), turn.team) for one in by_rule):
        verdict.fault("passed on for other children or to others than hold them", turn.event_id, case.case_id)


def _said(one: Passing) -> object:
    return one.children, one.holders, one.team


def _owed(evidence: Evidence, verdict: Verdict, case: Course) -> None:
    """As the case stands now: triage looks after every record of it."""
    state = case.standings[-1]
    if not state.opened:
        return
    last = case.turns[-1]
    found = [
        passing(evidence, case.last, state, profile) for profile in profiles_at(evidence, case.of.partnership, last.ms)
    ]
    due = {one.rule: one for one in found if one is not None}
    if len(due) != 1 or None in found:
        return
    ((rule, one),) = due.items()
    verdict.looked["called for"] += 1
    if rule not in state.passed:
        verdict.missing(
            evidence, f"to be passed on by {rule} ({one.requirement}), and was not", case.case_id,
            case_id=case.case_id, service="triage", after=last.place, ms=last.ms,
        )  # fmt: skip
    elif one.instead and not state.handed_over:
        verdict.missing(
            evidence, f"all its children are open now, and whoever holds the others was not told ({one.requirement})",
            case.case_id, case_id=case.case_id, service="triage", after=last.place, ms=last.ms,
        )  # fmt: skip


def _strangers(evidence: Evidence, verdict: Verdict) -> None:
    """What organisations were passed that no fact calls for."""
    called_for = {
        turn.event_id for turns in evidence.index.turns.values() for turn in turns if isinstance(turn, Passed)
    }
    for cause, several in evidence.index.handed.items():
        if cause not in called_for:
            for one in several:
                verdict.fault("a contact passed on that no fact calls for", one.event_id, one.place)
