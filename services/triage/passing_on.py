"""What goes to whoever holds the child, without delay and without an enquiry (H-05, G-03, H-03, M-08).

Where every child of the contact is open the hub plays no further part, if the profile says so; where only some are, the
holders are told of theirs and the rest goes on. A report of immediate harm always goes on besides (promise P8).
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from mashbus.contracts import agency, hub
from mashbus.contracts.disclosing import shared
from mashbus.contracts.facts import copied, stated
from mashbus.contracts.letters import TEAM, to_address, to_referrer
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.contact import Contact
from mashbus.domain.known import Holdership, Holding, KnownChild, involvement
from mashbus.domain.partnership import Organisation, Partnership
from mashbus.domain.procedure import ON_CONTACT, ON_OUTCOME, PassingOn
from mashbus.domain.rules import Fact, Facts, first_match, holds
from mashbus.domain.sharing import minimise
from mashbus.domain.vocabulary import EmailKind, Involvement
from services.triage.directing import goes_elsewhere
from services.triage.ending import ended_with

HOLDER = "holder"
"""The recipient of an email to an allocated worker or a manager."""
TOLD_REFERRER = "A contact about a child"
"""That somebody has an open case is nothing that whoever referred is told: it may be a neighbour."""
_HELD = (Involvement.OPEN, Involvement.RECENTLY_CLOSED)


def passed_on(
    case: Case, contact: Contact, facts: Facts, partnership: Partnership, at: datetime
) -> hub.PassedToHolder | None:
    """The first rule that holds, at the contact and with the outcome: once a case, and again where another child of it
    turns out to be held.

    What is no ordinary referral goes its own way, also of an open case (H-07).
    """
    kind = partnership.kind_of(contact.contact_type)
    if not case.decided and kind is not None and goes_elsewhere(kind, contact, facts):
        return None
    rule = _rule(case, facts, partnership)
    if rule is None:
        return None
    holders = tuple(_holders(case, contact, partnership, only_open=_only_open(rule, facts)))
    children = tuple(sorted({one.child for one in holders})) or tuple(range(len(contact.children)))
    if rule.name in case.passed_to and case.passed_children.issuperset(children):
        return None
    instead = _instead(rule, case, contact, facts)
    return hub.PassedToHolder(
        meta=_meta(case, rule, children, at),
        rule=rule.name,
        requirement=rule.requirement,
        instead=instead,
        reason=rule.reason,
        children=children,
        holders=holders,
        team=partnership.known.team,
        withdrawn_deadlines=ended_with(hub.PassedToHolder.__name__, case) if instead else (),
    )


def stays_with_holder(case: Case, contact: Contact, facts: Facts, partnership: Partnership) -> bool:
    """Whether what is known now still says that the holder acts, and the hub plays no further part."""
    rule = _rule(case, facts, partnership)
    return rule is not None and _instead(rule, case, contact, facts)


def copies(case: Case, fact: hub.PassedToHolder, partnership: Partnership, at: datetime) -> Iterator[Record]:
    """What each organisation on the bus is told, with its disclosure; emails to workers and managers, else the team."""
    for organisation in _organisations(fact, partnership):
        yield from _told(case, fact, organisation, partnership)
    said = {"title": "An open case" if fact.instead else "A case that is known to you", "reason": fact.reason}
    addresses = dict.fromkeys(filter(None, (one for who in fact.holders for one in _addresses(who.holding))))
    for number, address in enumerate(addresses):
        recipient = f"{HOLDER}/{number}"
        email = to_address(EmailKind.PASSED_ON, recipient, address, case, fact, partnership, at, **said)
        yield from filter(None, (email,))
    if team := partnership.teams.get(fact.team or "") if _somebody_has_none(fact) else None:
        recipient = f"{TEAM}/{team.name}"
        email = to_address(EmailKind.PASSED_ON, recipient, team.email, case, fact, partnership, at, **said)
        yield from filter(None, (email,))
    neutral = {**said, "title": TOLD_REFERRER}
    if fact.instead and (letter := to_referrer(EmailKind.DIRECTED, case, fact, partnership, at, **neutral)):
        yield letter


def _only_some(rule: PassingOn, facts: Facts) -> bool:
    return bool(facts["partly_open"]) and rule.on == ON_CONTACT


def _only_open(rule: PassingOn, facts: Facts) -> bool:
    """Beside an open child, who had a closed one is told too where the rule speaks of both (M-08)."""
    return _only_some(rule, facts) and not holds(rule, {**facts, "involvement": Involvement.RECENTLY_CLOSED.value})


def _instead(rule: PassingOn, case: Case, contact: Contact, facts: Facts) -> bool:
    whole = not _only_some(rule, facts) and not contact.concern.immediate_harm
    return rule.instead and whole and not case.routed


def _rule(case: Case, facts: Facts, partnership: Partnership) -> PassingOn | None:
    """Some children open: as if all were, for those who hold them."""
    if case.decided:
        known: Mapping[str, Fact] = {**facts, "outcomes": frozenset(case.outcomes)}
        return first_match([one for one in partnership.passes_on if one.on == ON_OUTCOME], known)
    known = {**facts, "involvement": Involvement.OPEN.value} if facts["partly_open"] else facts
    return first_match([one for one in partnership.passes_on if one.on == ON_CONTACT], known)


def _holders(case: Case, contact: Contact, partnership: Partnership, *, only_open: bool) -> Iterator[Holdership]:
    """Who has each child's case now; where nobody has, who had it last within the profile's window."""
    day = contact.received_at.astimezone(partnership.zone).date()
    known = case.looked.known if case.looked else ()
    held = {one.child for one in known if _open(one, day)}
    for one in known:
        closed = [] if only_open or one.child in held else _latest(one, day, partnership)
        for spell in _open(one, day) or closed:
            yield Holdership(child=one.child, organisation=one.organisation, holding=spell)


def _open(known: KnownChild, day: date) -> list[Holding]:
    return [spell for spell in known.holdings if involvement((spell,), day, None) is Involvement.OPEN]


def _latest(known: KnownChild, day: date, partnership: Partnership) -> list[Holding]:
    recently = [one for one in known.holdings if involvement((one,), day, partnership.known.recently) in _HELD]
    return sorted(recently, key=lambda one: one.closed_on or day)[-1:]


def _meta(case: Case, rule: PassingOn, children: tuple[int, ...], at: datetime) -> Meta:
    again = f"/{','.join(map(str, children))}" if rule.name in case.passed_to else ""
    event_id = ids.once(case.case_id, f"{hub.PassedToHolder.__name__}/{rule.name}{again}")
    return stated(case, hub.PassedToHolder, at).model_copy(update={"event_id": event_id})


def _organisations(fact: hub.PassedToHolder, partnership: Partnership) -> Iterator[Organisation]:
    for name in dict.fromkeys(one.organisation for one in fact.holders):
        organisation = partnership.organisation(name)
        if organisation is not None and organisation.connected:
            yield organisation


def _told(
    case: Case, fact: hub.PassedToHolder, organisation: Organisation, partnership: Partnership
) -> Iterator[Record]:
    """Its own children only, and of them what its sharing rule allows (P5)."""
    contact = case.contact
    assert contact is not None
    theirs = [one for one in fact.holders if one.organisation == organisation.id]
    places = sorted({one.child for one in theirs})
    shown = minimise(organisation.shared, (contact.children[place] for place in places), (), contact.concern)
    disclosed = tuple(sorted(name for name in organisation.shared if not name.startswith("adult.")))
    copy = agency.CasePassedOn(
        meta=copied(fact, agency.CasePassedOn, organisation.id, fact.meta.occurred_at),
        organisation=organisation.id,
        reason=fact.reason,
        children=shown.children,
        requirement=fact.requirement,
        reference=contact.reference,
        units=tuple(dict.fromkeys(one.holding.unit for one in theirs if one.holding.unit)),
        context=shown.context,
        immediate_harm=contact.concern.immediate_harm,
        disclosed=disclosed,
    )
    yield copy
    rule = f"organisations.{organisation.id}.shared"
    yield shared(case, fact, copy, copy.meta.event_id, organisation.id, fact.reason, disclosed, rule, partnership)


def _addresses(holding: Holding) -> tuple[str | None, str | None]:
    return holding.worker_email, holding.manager_email


def _somebody_has_none(fact: hub.PassedToHolder) -> bool:
    return not fact.holders or any(not any(_addresses(one.holding)) for one in fact.holders)
