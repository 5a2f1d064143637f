"""Where a case goes and how urgently: recommended by the profile's rules, routed by the bus or by a person.

The bus routes by itself only where the profile lets it and no guard holds. A report of immediate harm it routes even
then, with the reasons on the record (promise P8): nobody is left waiting for a form.
"""

from dataclasses import replace
from datetime import datetime

from mashbus.contracts import hub
from mashbus.contracts.facts import stated
from mashbus.contracts.record import Record
from mashbus.contracts.refusals import held_by, not_allowed
from mashbus.domain.case import Case
from mashbus.domain.contact import Contact
from mashbus.domain.facts import proposed, shown
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import ROUTING
from mashbus.domain.rules import Facts, Rule, first_match
from mashbus.domain.vocabulary import Rag
from mashbus.domain.words import Rating
from services.triage.arming import at_routing, taken_up_again
from services.triage.passing_on import stays_with_holder
from services.triage.requests import asks_anybody, enquiry_of


def by_rule(case: Case, contact: Contact, facts: Facts, partnership: Partnership, at: datetime) -> Record | None:
    """CaseRouted, RoutingRecommended for a person to confirm, or None: nothing to recommend, or it was said."""
    rule = recommendation(contact, facts, partnership)
    named = tuple(one.name for one in shown(facts, partnership))
    if rule is None:
        return _recommended(case, None, named, (), at) if named else None
    held = held_by(ROUTING, _proposed(facts, None, rule.rag, rule.level, rule.pathways, partnership), partnership)
    held = (*held, *_unclear(facts))
    by_itself = rule.automatic or partnership.routes == "automatic"
    if by_itself and (not held or contact.concern.immediate_harm):
        return _routed_by_rule(case, rule, named, held, partnership, at)
    return _recommended(case, rule, named, held, at)


def _unclear(facts: Facts) -> tuple[str, ...]:
    """What only a person can judge of what is known of the children."""
    reasons = {
        "partly_open": "Some of the children are open to a service, others not or to another one: a person decides.",
        "contradictory": "The identifiers of a child lead to different children: a person decides.",
    }
    return tuple(reason for fact, reason in reasons.items() if facts[fact])


def recommendation(contact: Contact, facts: Facts, partnership: Partnership) -> Rule | None:
    """What its kind of contact is always rated (J-11), else the first rule that holds.

    Immediate harm is rated by the rules, whatever it is called (J-10).
    """
    kind = partnership.kind_of(contact.contact_type)
    rule = first_match(partnership.rules, facts)
    if rule is not None and rule.level is None:
        rule = replace(rule, level=level_of(rule.pathways, partnership))
    if kind is None or not kind.pathways or (rule and contact.concern.immediate_harm):
        return rule
    return Rule(
        name=kind.name, conditions=(), rag=kind.rag or Rag.NONE, pathways=kind.pathways, reason=kind.reason,
        level=level_of(kind.pathways, partnership),
    )  # fmt: skip


def by_person(case: Case, rating: Rating, facts: Facts, partnership: Partnership, at: datetime) -> hub.CaseRouted:
    requests, not_asked = enquiry_of(case.case_id, rating.rag, rating.pathways, partnership, at)
    return hub.CaseRouted(
        meta=stated(case, hub.CaseRouted, at, cause=rating.rating_id),
        rag=rating.rag,
        pathways=rating.pathways,
        rule=None,
        reasons=(rating.rationale,),
        decided_by=rating.actor,
        requests=requests,
        not_asked=not_asked,
        deadlines=(*at_routing(case, rating.rag, rating.pathways, partnership, at), *taken_up_again(case)),
        level=rating.level or level_of(rating.pathways, partnership),
        indicators=tuple(one.name for one in shown(facts, partnership)),
        notifications=case.notifications,
    )


def refused(case: Case, rating: Rating, facts: Facts, partnership: Partnership) -> str | None:
    """Why this rating does not count; None where it does."""
    if reason := not_allowed(case, partnership, "rating", rating.partnership, rating.actor):
        return reason
    if case.returned:
        return "the referral was returned: the case is not open; a complete referral opens a new one"
    if case.decided:
        return "the case has its outcome: a new referral opens a new case"
    if case.asks_nobody and (reason := _stood_for(case, rating, facts, partnership)):
        return reason
    if reason := _no_such(rating, partnership):
        return reason
    if not case.routed and not rating.pathways:
        return "a first rating names at least one pathway"
    pathways = tuple(dict.fromkeys((*case.pathways, *rating.pathways)))
    level = rating.level or level_of(pathways, partnership)
    if case.routed and (rating.rag, level) == (case.rag, case.level) and set(rating.pathways) <= set(case.pathways):
        return "the case already has this rating and these pathways: nothing changes (reading 7)"
    held = held_by(ROUTING, _proposed(facts, rating.actor.role, rating.rag, level, pathways, partnership), partnership)
    return held[0] if held else None


def _stood_for(case: Case, rating: Rating, facts: Facts, partnership: Partnership) -> str | None:
    """What was passed on is the hub's again once its children are not open any more, as the case system or a person
    says; what is linked, where somebody who knows of the link rates it. Else a mistake would leave nobody acting.
    """
    if case.contact and case.passed_instead and stays_with_holder(case, case.contact, facts, partnership):
        return (
            "the case was passed on to whoever holds the child, whose case is open: where it is not, have the case "
            "system say so or record the involvement that you found, and rate it then"
        )
    if rating.rating_id in case.overtaken:
        return "the case is linked to an earlier one, which stands for it: rate that one, or this one again"
    return None


def level_of(pathways: tuple[str, ...], partnership: Partnership) -> str | None:
    """The highest level of need that the pathways stand for (M-01)."""
    order = list(partnership.levels)
    named = [level for one in pathways if (level := partnership.pathways[one].level) is not None]
    return max(named, key=order.index, default=None)


def _no_such(rating: Rating, partnership: Partnership) -> str | None:
    known = partnership.ratings or (Rag.NONE,)
    if rating.rag not in known:
        return f"'{rating.rag}' is no rating here; there are: {', '.join(known)}"
    if strangers := set(rating.pathways) - partnership.pathways.keys():
        return f"no such pathway: {', '.join(sorted(strangers))}"
    if rating.level is None:
        return None
    if rating.level not in partnership.levels:
        return f"'{rating.level}' is no level here; there are: {', '.join(partnership.levels) or 'none'}"
    stands_for = level_of(rating.pathways, partnership)
    if stands_for not in (None, rating.level):
        return f"these pathways stand for level {stands_for}, not {rating.level}"
    return None


def _proposed(
    facts: Facts, role: str | None, rag: Rag, level: str | None, pathways: tuple[str, ...], partnership: Partnership
) -> Facts:
    asks = asks_anybody(rag, pathways, partnership)
    return proposed(facts, role=role, rag=rag, level=level, pathways=pathways, asks=asks)


def _recommended(
    case: Case, rule: Rule | None, indicators: tuple[str, ...], held: tuple[str, ...], at: datetime
) -> hub.RoutingRecommended | None:
    """Once: what changes afterwards is for the person who rates."""
    if case.recommended:
        return None
    return hub.RoutingRecommended(
        meta=stated(case, hub.RoutingRecommended, at),
        rag=rule.rag if rule else Rag.NONE,
        level=rule.level if rule else None,
        pathways=rule.pathways if rule else (),
        rule=rule.name if rule else None,
        reasons=(rule.reason,) if rule else (),
        indicators=indicators,
        held=held,
    )


def _routed_by_rule(
    case: Case, rule: Rule, indicators: tuple[str, ...], held: tuple[str, ...], partnership: Partnership, at: datetime
) -> hub.CaseRouted:
    requests, not_asked = enquiry_of(case.case_id, rule.rag, rule.pathways, partnership, at)
    return hub.CaseRouted(
        meta=stated(case, hub.CaseRouted, at),
        rag=rule.rag,
        pathways=rule.pathways,
        rule=rule.name,
        reasons=(rule.reason, *held),
        decided_by=None,
        requests=requests,
        not_asked=not_asked,
        deadlines=at_routing(case, rule.rag, rule.pathways, partnership, at),
        level=rule.level,
        indicators=indicators,
        notifications=case.notifications,
    )
