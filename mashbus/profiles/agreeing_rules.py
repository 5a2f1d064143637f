"""Rules must speak of what the profile has, and be reached: a rule that can never hold or never be asked is a fault."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from mashbus.domain.completeness import REQUIRABLE
from mashbus.domain.facts import CASE_FACTS, CONTACT_FACTS, DECISION_FACTS, KNOWN_FACTS, PLAIN_FACTS
from mashbus.domain.procedure import ON_CONTACT, ON_OUTCOME, OUTCOME, ROUTING
from mashbus.domain.vocabulary import Rag
from mashbus.profiles.conditions import FIXED, Form, Said, When, conditions, faults_of
from mashbus.profiles.named import twice, unknown
from mashbus.profiles.procedure_text import RuleText
from mashbus.profiles.roles import roles_of
from mashbus.profiles.tables import Fault
from mashbus.profiles.written import Written

GUARDED: Mapping[str, Collection[str]] = {ROUTING: DECISION_FACTS - {"outcomes"}, OUTCOME: DECISION_FACTS}
"""What a decision of each kind proposes: no outcome is proposed where a case is routed."""
PASSED: Mapping[str, Collection[str]] = {ON_CONTACT: CASE_FACTS, ON_OUTCOME: CASE_FACTS | {"outcomes"}}
"""What is known when a case is passed on to whoever holds the child."""


class Conditioned(Protocol):
    @property
    def when(self) -> When: ...


class Named(Conditioned, Protocol):
    @property
    def name(self) -> str: ...


def rule_faults(profile: Written) -> Iterator[Fault]:
    """Everything that has conditions, and what recommendations name."""
    said = sayable(profile)
    tables: tuple[tuple[str, Sequence[Conditioned], Collection[str]], ...] = (
        ("rules", profile.rules, CONTACT_FACTS | KNOWN_FACTS),
        ("indicators", profile.indicators, PLAIN_FACTS),
        ("alerts", profile.alerts, CASE_FACTS),
        ("insists", profile.insists, CONTACT_FACTS),
        ("not_recorded", profile.not_recorded, CONTACT_FACTS),
    )
    for table, rules, known in tables:
        for index, rule in enumerate(rules):
            yield from faults_of(rule.when, (table, index, "when"), known, said)
    for index, guard in enumerate(profile.guards):
        yield from faults_of(guard.when, ("guards", index, "when"), GUARDED[guard.of], said)
    for index, passed in enumerate(profile.passes_on):
        yield from faults_of(passed.when, ("passes_on", index, "when"), PASSED[passed.on], said)
    for name, meeting in profile.meetings.items():
        for index, item in enumerate(meeting.items):
            yield from faults_of(item.when, ("meetings", name, "items", index, "when"), CASE_FACTS, said)
    for name, kind in profile.contact_types.items():
        yield from faults_of(kind.provided, ("contact_types", name, "provided"), CONTACT_FACTS, said)
    for index, insistence in enumerate(profile.insists):
        yield from unknown(("insists", index, "items"), insistence.items, REQUIRABLE, "a referral has no")
    yield from _recommendations(profile)
    yield from _in_order(profile)


def sayable(profile: Written) -> Mapping[str, Said]:
    """What may be said of each fact in this profile."""
    colours = profile.ratings or (Rag.NONE.value,)
    return {
        **FIXED,
        "contact_type": Said(Form.WORD, tuple(profile.contact_types)),
        "indicators": Said(Form.WORDS, tuple(one.name for one in profile.indicators)),
        "milestones": Said(Form.WORDS, tuple(profile.milestones)),
        "standing": Said(Form.WORDS, tuple(one.ends for one in profile.milestones.values() if one.ends)),
        "rating": Said(Form.WORD, colours),
        "rag": Said(Form.WORD, colours),
        "level": Said(Form.WORD, tuple(profile.levels)),
        "pathways": Said(Form.WORDS, tuple(profile.pathways)),
        "case_pathways": Said(Form.WORDS, tuple(profile.pathways)),
        "outcomes": Said(Form.WORDS, tuple(profile.outcomes)),
        "role": Said(Form.WORD, tuple(roles_of(profile))),
    }


def _recommendations(profile: Written) -> Iterator[Fault]:
    for index, rule in enumerate(profile.rules):
        yield from unknown(("rules", index, "pathways"), rule.pathways, profile.pathways, "there is no pathway")
        yield from (((("rules", index, *place)), why) for place, why in _measures(rule, profile))
        if rule.automatic and profile.triage.routes == "automatic":
            yield ("rules", index, "automatic"), "every rule routes by itself here: leave it out"
        by_itself = rule.automatic or profile.triage.routes == "automatic"
        for name in rule.pathways if by_itself else ():
            if name in profile.pathways and profile.pathways[name].closes_with:
                why = f"'{name}' closes a case, which no rule may do by itself: a person decides"
                yield ("rules", index, "pathways"), why


def _measures(rule: RuleText, profile: Written) -> Iterator[Fault]:
    """Colour and level: those of the partnership, and none where it has none."""
    for key, said, there in (("rag", rule.rag, profile.ratings), ("level", rule.level, tuple(profile.levels))):
        what = "rating" if key == "rag" else "level"
        if said is not None and not there:
            yield (key,), f"this partnership has no {what}s"
        elif said is not None:
            yield from unknown((key,), (said,), there, f"not a {what} here:")
    if profile.ratings and rule.rag is None:
        yield ("rag",), "is missing: which colour does it recommend?"
    if profile.levels and not profile.ratings and rule.level is None:
        yield ("level",), "is missing: which level does it recommend?"
    for name in rule.pathways:
        stands_for = profile.pathways[name].level if name in profile.pathways else None
        if stands_for and rule.level and stands_for != rule.level:
            yield ("level",), f"'{name}' stands for level {stands_for}, and this rule says {rule.level}"


def _in_order(profile: Written) -> Iterator[Fault]:
    """The first that holds counts: what comes after one that always holds when it does is never reached.

    Of guards all that hold are said, of alerts all are raised.
    """
    yield from _never_reached("rules", list(enumerate(profile.rules)))
    yield from _never_reached("not_recorded", list(enumerate(profile.not_recorded)))
    for on in (ON_CONTACT, ON_OUTCOME):
        passed = [(index, one) for index, one in enumerate(profile.passes_on) if one.on == on]
        yield from _never_reached("passes_on", passed)
    for table in ("rules", "indicators", "alerts", "guards", "not_recorded", "passes_on"):
        yield from twice(table, [one.name for one in getattr(profile, table)])


def _never_reached(table: str, rules: Sequence[tuple[int, Named]]) -> Iterator[Fault]:
    tested = [(rule.name, _hashable(rule)) for _, rule in rules]
    for place, (index, _) in enumerate(rules):
        _, own = tested[place]
        before = next(
            (name for name, other in tested[:place] if other is not None and own is not None and other <= own), None
        )
        if before is not None:
            yield (table, index, "when"), f"is never reached: '{before}' above holds whenever this does"


def _hashable(rule: Conditioned) -> frozenset[object] | None:
    """None where a value is none that a rule can have: that is said elsewhere."""
    try:
        return frozenset(conditions(rule.when))
    except TypeError:
        return None
