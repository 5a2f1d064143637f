"""What one partnership's form asks for, and how most referrers fill it in: from its profile, whatever that says.

A few leave something out all the same, as people do. Only what the profile speaks of is said.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from mashbus.domain.area import Area
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Address, Child, Professional
from mashbus.domain.rules import Conditional
from mashbus.domain.vocabulary import ConsentStatus, Support
from mashbus.synthetic import words
from mashbus.synthetic.people import phone
from mashbus.synthetic.referral_document import Draft

FORGOTTEN = 0.02
"""Share of the items asked for that a referrer leaves out."""
NO_OTHERS = 0.4
"""Share of the referrals in which no other professional is involved."""
NO_ORDINARY_REFERRAL = 0.08
SHOWS_AN_INDICATOR = 0.12
LIVES_ELSEWHERE = 0.015
"""Share of the referrals whose children live in another authority's area (G-02)."""
REASONS_KNOWN = 0.8
"""Share of the referrals without consent whose reasons are written down."""
FILLERS: Mapping[str, Callable[[Random], str]] = {
    "language": lambda draw: draw.choice(("English", "English", "Turkish", "Polish", "Yoruba")),
    "ethnicity": lambda draw: draw.choice(("WBRI", "BAFR", "MWBC", "ABAN")),
    "phone": phone,
    "given_name": lambda _: "Baby",
    "impact": lambda _: "The child is tired and quiet.",
    "tried": lambda _: "We spoke to the parent last week.",
    "given_by": lambda _: "mother",
    "reason": lambda _: "The parent does not agree; the worry remains. (synthetic)",
    "action": lambda _: "Told the parent that the referral is made all the same. (synthetic)",
    "urgent": lambda _: "The child may be hurt tonight. (synthetic)",
    "asking_raises_risk": lambda _: "Asking would raise the risk to the child. (synthetic)",
}
"""What is written into a field that is empty, by its name."""
WITHOUT_CONSENT = ("action", "urgent", "asking_raises_risk")


class Form:
    def __init__(self, partnership: Partnership | None = None) -> None:
        self._partnership = partnership
        insisted = [item for one in partnership.insists for item in one.items] if partnership else []
        self._items = (*partnership.required, *insisted) if partnership else ()
        self._facts = facts_spoken_of(partnership) if partnership else frozenset[str]()

    def filled(self, draft: Draft, draw: Random) -> Draft:
        for item in self._items:
            if draw.random() >= FORGOTTEN:
                draft = _filled(draft, item, draw)
        return self._typed(self._with_reasons(draft, draw), draw)

    def _with_reasons(self, draft: Draft, draw: Random) -> Draft:
        if draft.consent.status is ConsentStatus.GIVEN or draw.random() >= REASONS_KNOWN:
            return draft
        names = [one for one in WITHOUT_CONSENT if one in self._facts or f"consent_{one}" in self._facts]
        return replace(draft, consent=_said(draft.consent, names, draw))

    def _typed(self, draft: Draft, draw: Random) -> Draft:
        """What kind of contact it is, what it asks for, which indicators it shows: where the profile has such."""
        if (profile := self._partnership) is None:
            return draft
        lots = draw.random(), draw.random(), draw.random()
        if profile.contact_types and lots[0] < NO_ORDINARY_REFERRAL:
            draft = replace(draft, contact_type=draw.choice(list(profile.contact_types)))
        if profile.indicators and lots[1] < SHOWS_AN_INDICATOR:
            draft = replace(draft, indicators=(draw.choice(profile.indicators).name,))
        if profile.area and lots[2] < LIVES_ELSEWHERE:
            draft = _elsewhere(draft, draw, profile.area)
        if "asks_for" in self._facts:
            draft = replace(draft, asks_for=draw.choice((Support.EARLY_HELP, Support.SOCIAL_CARE, None)))
        return draft


WHATEVER = Form()
"""Of nobody: asks for nothing."""


def facts_spoken_of(partnership: Partnership) -> frozenset[str]:
    """Every fact that a condition of the profile tests."""
    tables: Iterable[Iterable[Conditional]] = (
        partnership.rules,
        partnership.guards,
        partnership.insists,
        partnership.not_recorded,
        partnership.alerts,
        partnership.indicators,
        partnership.contact_types.values(),
    )
    return frozenset(condition.fact for table in tables for one in table for condition in one.conditions)


def _elsewhere(draft: Draft, draw: Random, area: Area) -> Draft:
    """At an invented address in a district of another authority."""
    districts = sorted(one for one, whose in area.districts.items() if whose.code != area.authority)
    if not districts:
        return draft
    address = Address(lines=(f"1 {draw.choice(words.STREETS)}",), postcode=f"{draw.choice(districts)} 9ZZ")
    return replace(draft, children=tuple(replace(child, address=address) for child in draft.children))


def _filled(draft: Draft, item: str, draw: Random) -> Draft:
    part, _, name = item.partition(".")
    if part == "professionals":
        return _with_professionals(draft, draw)
    if part == "children[]":
        return replace(draft, children=tuple(_child(one, name, draw) for one in draft.children))
    if part == "concern":
        return replace(draft, concern=_said(draft.concern, [name], draw))
    if part == "consent" and not (name in WITHOUT_CONSENT and draft.consent.status is ConsentStatus.GIVEN):
        return replace(draft, consent=_said(draft.consent, [name], draw))
    return draft


def _child(child: Child, name: str, draw: Random) -> Child:
    filled: Child = _said(child, [name], draw)
    return filled


def _said(part: Any, names: Iterable[str], draw: Random) -> Any:
    empty = {name: FILLERS[name](draw) for name in names if name in FILLERS and not getattr(part, name)}
    return replace(part, **empty)


def _with_professionals(draft: Draft, draw: Random) -> Draft:
    if draw.random() < NO_OTHERS:
        return replace(draft, no_other_professionals=True)
    name = f"{draw.choice((*words.WOMEN, *words.MEN))} {draw.choice(words.SURNAMES)}"
    email = f"{name.replace(' ', '.')}@example.org".lower()
    other = Professional(name=name, role="Health visitor", organisation="Health (synthetic)", email=email)
    return replace(draft, professionals=(other,))
