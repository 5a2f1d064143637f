"""The typed facts that rules test: of a contact as it came, of its case as it stands, of a decision that is proposed.

Each of the three adds to the one before. A profile that names a fact in a place where it is not known is refused.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from mashbus.domain.case import Case
from mashbus.domain.contact import Contact
from mashbus.domain.known import Holder, Holding, KnownChild, Looked, involvement
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import Indicator
from mashbus.domain.referral import Consent
from mashbus.domain.rules import Fact, Facts, all_matches
from mashbus.domain.vocabulary import ConsentStatus, Involvement, LawfulBasis, Rag, Support
from mashbus.domain.words import Reached

Known = dict[str, Fact]

_CONSENT = ("consent", "consent_reason", "consent_action", "urgent", "asking_raises_risk", "lawful_basis", "told",
            "telling_raises_risk")  # fmt: skip
PLAIN_FACTS = frozenset(
    {"opening", "channel", "source", "nature", "contact_type", "asks_for", "referrer_kind", "immediate_harm",
     "category_of_need", "factors", "children", "unborn", "youngest_age", "out_of_hours", "assessment", *_CONSENT}
)  # fmt: skip
"""What indicators may test."""
CONTACT_FACTS = PLAIN_FACTS | {"indicators", "indicator_count"}
"""What rules about contacts may test: recommendations, insistence, what is not recorded."""
KNOWN_FACTS = frozenset({"involvement", "open_to", "partly_open", "contradictory", "re_referrals", "linked"})
"""What is known already of the children: recommendations may test it too."""
CASE_FACTS = (
    CONTACT_FACTS | KNOWN_FACTS | {"flagged", "milestones", "standing", "rating", "case_pathways", "views_recorded"}
)
"""What alerts may test."""
DECISION_FACTS = CASE_FACTS | {"role", "rag", "level", "pathways", "asks", "outcomes"}
"""What guards may test."""


def of_contact(contact: Contact, partnership: Partnership, consent: Consent | None = None) -> Known:
    """What is known of a contact. `consent`: a newer one than its own. Ages are counted to the day of receipt."""
    day = contact.received_at.astimezone(partnership.zone).date()
    facts = {**_plain(contact, day), **_hours(contact, partnership), **_consent(consent or contact.consent)}
    found = indicators(contact, facts, partnership)
    return {**facts, "indicators": frozenset(found), "indicator_count": len(found)}


def of_case(case: Case, contact: Contact, partnership: Partnership) -> Known:
    """What is known of a case whose contact is known."""
    return {
        **of_contact(contact, partnership, case.consent),
        **_known(case, contact, partnership),
        "flagged": bool(case.flags),
        "milestones": frozenset(case.milestones.values()),
        "standing": frozenset(standing(case, partnership).values()),
        "rating": case.rag.value if case.rag else None,
        "case_pathways": frozenset(case.pathways),
        "views_recorded": bool(case.views or contact.views),
    }


def standing(case: Case, partnership: Partnership) -> Mapping[UUID, str]:
    """Recorded milestones that another kind ends and that none has ended since: a child still missing (G-14).

    Each ending ends one: of two siblings who are missing and of whom one is found, one is missing still.
    """
    ends = {name: one.ends for name, one in partnership.milestones.items() if one.ends}
    there: dict[UUID, Reached] = {}
    for milestone_id, one in case.reached.items():
        ended = _ended(one, {key: other for key, other in there.items() if other.milestone == ends.get(one.milestone)})
        if ended is not None:
            del there[ended]
        if one.milestone in ends.values():
            there[milestone_id] = one
    return {milestone_id: one.milestone for milestone_id, one in there.items()}


def _ended(ending: Reached, begun: Mapping[UUID, Reached]) -> UUID | None:
    """The one that it names, or else the latest; never one that began after it: an ending may be typed in late."""
    before = [key for key, one in begun.items() if one.at <= ending.at and ending.answers in (None, key)]
    return max(reversed(before), key=lambda key: begun[key].at, default=None)


def proposed(
    facts: Mapping[str, Fact], *, role: str | None, rag: Rag | None = None, level: str | None = None,
    pathways: Iterable[str] = (), asks: bool = False, outcomes: Iterable[str] = (),
) -> Known:  # fmt: skip
    """A case's facts and a decision's. `role` None: a rule decides. `asks`: organisations would be asked."""
    return {
        **facts,
        "role": role,
        "rag": rag.value if rag else None,
        "level": level,
        "pathways": frozenset(pathways),
        "asks": asks,
        "outcomes": frozenset(outcomes),
    }


def indicators(contact: Contact, facts: Mapping[str, Fact], partnership: Partnership) -> tuple[str, ...]:
    """Those that were named, and those that the contact shows, in the profile's order."""
    shown = {one.name for one in all_matches([one for one in partnership.indicators if one.conditions], facts)}
    return tuple(one.name for one in partnership.indicators if one.name in shown or one.name in contact.indicators)


def shown(facts: Facts, partnership: Partnership) -> tuple[Indicator, ...]:
    """The indicators that these facts hold, in the profile's order."""
    found = facts["indicators"]
    return tuple(one for one in partnership.indicators if isinstance(found, frozenset) and one.name in found)


def _plain(contact: Contact, on: date) -> Known:
    children, concern = contact.children, contact.concern
    ages = [_age(child.date_of_birth, on) for child in children if child.date_of_birth]
    return {
        "opening": contact.kind.value,
        "channel": contact.channel.value,
        "source": contact.source,
        "nature": frozenset(filter(None, (contact.nature, *contact.other_natures))) or None,
        "contact_type": contact.contact_type,
        "asks_for": None if contact.asks_for is Support.UNKNOWN else contact.asks_for.value,
        "referrer_kind": contact.referrer.kind.value if contact.referrer else None,
        "immediate_harm": concern.immediate_harm,
        "category_of_need": concern.category_of_need,
        "factors": frozenset(concern.factors),
        "children": len(children),
        "unborn": any(child.expected_date_of_birth and not child.date_of_birth for child in children),
        "youngest_age": min(ages, default=None),
        "assessment": contact.assessment.value if contact.assessment else None,
    }


def _hours(contact: Contact, partnership: Partnership) -> Known:
    return {"out_of_hours": partnership.dealt_with_from(contact.received_at) is not None}


def _known(case: Case, contact: Contact, partnership: Partnership) -> Known:
    """A person's word counts until the directory answers anew. Open: every child is, and to the same services; partly
    open: the directory knows that some are, or that they differ, which a person's word on the case as a whole does not
    change: a brother or sister would be lost.
    """
    found = involvements(case, contact, partnership)
    some = Involvement.OPEN in found
    known = case.looked.known if case.looked else ()
    each = (tuple(one for one in known if one.child == place) for place in range(len(found)))
    alike = len({_services(one, contact, partnership) for one in each}) == 1
    every = some and alike and all(one is Involvement.OPEN for one in found)
    rest = max((one for one in found if one is not Involvement.OPEN), key=_STRENGTH.index, default=Involvement.UNKNOWN)
    said = case.involvement if case.involvement is not Involvement.UNKNOWN else Involvement.OPEN if every else rest
    looked = case.looked or Looked()
    return {
        "involvement": None if said is Involvement.UNKNOWN else said.value,
        "open_to": open_to(case, contact, partnership),
        "partly_open": some and not every,
        "contradictory": bool(looked.contradictions),
        "re_referrals": len({one.case for one in looked.earlier}),
        "linked": bool(case.links),
    }


_STRENGTH = (Involvement.UNKNOWN, Involvement.NONE, Involvement.EARLIER, Involvement.RECENTLY_CLOSED, Involvement.OPEN)


def involvements(case: Case, contact: Contact, partnership: Partnership) -> tuple[Involvement, ...]:
    """Of each child of the contact, as the directory knows it on the day of receipt. UNKNOWN: not found."""
    day = contact.received_at.astimezone(partnership.zone).date()
    spells: dict[int, list[Holding]] = {}
    for one in case.looked.known if case.looked else ():
        spells.setdefault(one.child, []).extend(one.holdings)
    recently = partnership.known.recently
    return tuple(
        involvement(spells[place], day, recently) if place in spells else Involvement.UNKNOWN
        for place in range(len(contact.children))
    )


def open_to(case: Case, contact: Contact, partnership: Partnership) -> frozenset[str]:
    """Services that have a worker for one of the children."""
    return _services(case.looked.known if case.looked else (), contact, partnership)


def _services(known: Iterable[KnownChild], contact: Contact, partnership: Partnership) -> frozenset[str]:
    """With a worker on the day of receipt. What is not known of a service is social care's."""
    day = contact.received_at.astimezone(partnership.zone).date()
    return frozenset(
        (Holder.SOCIAL_CARE if one.service is Holder.UNKNOWN else one.service).value
        for child in known
        for one in child.holdings
        if involvement((one,), day, None) is Involvement.OPEN
    )


def _consent(consent: Consent | None) -> Known:
    """Police notifications say nothing of consent: all of it is unknown there. Unsaid in a referral: not sought."""
    if consent is None:
        return dict.fromkeys(_CONSENT)
    status = ConsentStatus.NOT_SOUGHT if consent.status is ConsentStatus.UNKNOWN else consent.status
    basis = consent.lawful_basis
    return {
        "consent": status.value,
        "consent_reason": _says(consent.reason),
        "consent_action": _says(consent.action),
        "urgent": _says(consent.urgent),
        "asking_raises_risk": _says(consent.asking_raises_risk),
        "lawful_basis": None if basis is LawfulBasis.UNKNOWN else basis.value,
        "told": consent.told,
        "telling_raises_risk": consent.telling_raises_risk,
    }


def _says(text: str | None) -> bool:
    return bool(text and text.strip())


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
