"""By which rule a contact is passed on to whoever holds the child, and to whom: by other code than triage uses."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import PassingOn
from mashbus.domain.vocabulary import Handling
from mashbus.verify.already_known import OPEN, RECENTLY, involved, is_open
from mashbus.verify.conditions import Facts, hold
from mashbus.verify.evidence import Evidence
from mashbus.verify.memory_facts import Holder, Spell
from mashbus.verify.moments import Standing, day_of, known_of_case
from mashbus.verify.procedure_facts import Particulars

AT_CONTACT, AT_OUTCOME = "contact", "outcome"
_OF_NOTE = (OPEN, RECENTLY)


class Passing(NamedTuple):
    """What is called for."""

    rule: str
    requirement: str
    instead: bool
    children: tuple[int, ...]
    holders: frozenset[Holder]
    team: str | None


def passing(evidence: Evidence, of: Particulars, state: Standing, profile: Partnership) -> Passing | None:
    """By the first rule that holds, whether or not it was done."""
    facts = known_of_case(evidence, of, profile, state)
    if not state.decided and goes_another_way(of, profile, facts):
        return None
    rule = _rule(facts, state, profile)
    if rule is None:
        return None
    some = facts["partly_open"] is True and rule.on == AT_CONTACT
    whole = not some and not of.shape.immediate_harm and state.rating is None
    only_open = some and not hold(rule.conditions, {**facts, "involvement": RECENTLY})
    holders = frozenset(_holders(state, day_of(evidence, of, profile), profile, only_open=only_open))
    children = {one.child for one in holders} or set(range(of.shape.children))
    return Passing(
        rule.name, rule.requirement, rule.instead and whole, tuple(sorted(children)), holders, profile.known.team
    )


def goes_another_way(of: Particulars, profile: Partnership, facts: Facts) -> bool:
    """What is no ordinary referral goes its own way, also of an open case (H-07)."""
    kind = profile.contact_types.get(of.shape.contact_type or "")
    if kind is None or of.shape.immediate_harm or kind.handling in (Handling.TRIAGE, Handling.UNKNOWN):
        return False
    return hold(kind.conditions, facts)


def _rule(facts: Facts, state: Standing, profile: Partnership) -> PassingOn | None:
    """Where some children are open: as if all were, for those who hold them."""
    on, known = AT_CONTACT, dict(facts)
    if state.decided:
        on, known["outcomes"] = AT_OUTCOME, state.outcomes
    elif facts["partly_open"]:
        known["involvement"] = OPEN
    return next((one for one in profile.passes_on if one.on == on and hold(one.conditions, known)), None)


def _holders(state: Standing, day: date, profile: Partnership, *, only_open: bool) -> Iterator[Holder]:
    known = state.looked.known if state.looked else ()
    somebody_has = {one.child for one in known for spell in one.spells if is_open(spell, day)}
    for one in known:
        now = [spell for spell in one.spells if is_open(spell, day)]
        if one.child not in somebody_has and not only_open:
            now = _last(one.spells, day, profile)
        yield from (Holder(one.child, one.organisation, spell) for spell in now)


def _last(spells: tuple[Spell, ...], day: date, profile: Partnership) -> list[Spell]:
    """Who had it last, within the profile's window; of several that ended on one day, the last that is listed."""
    found: list[Spell] = []
    for spell in spells:
        if involved((spell,), day, profile) in _OF_NOTE and (not found or _ended(spell) >= _ended(found[0])):
            found = [spell]
    return found


def _ended(spell: Spell) -> date:
    return spell.closed_on or date.max
