"""What an audit looks at (G-17): a choice among contacts, such as those from schools or about unborn children."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from mashbus.contracts import codes
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Channel
from services.status.reports.contacts import Came, Contact

Chosen = Callable[[Contact, int], bool]
"""Whether a contact is looked at, by what had come of it before an instant (seconds since 1970)."""
ANY = "any"


class NoSuchFocus(ValueError):
    def __init__(self, known: Collection[str]) -> None:
        super().__init__(f"give one of {', '.join(known)}")


@dataclass(frozen=True)
class Focus:
    name: str
    """As it was asked for, in the partnership's own codes."""
    title: str
    chosen: Chosen


def focus_of(text: str, partnership: Partnership) -> Focus:
    """Of `any`, `unborn`, `source:2A`, `outcome:…`. Raises NoSuchFocus, naming what there is."""
    kind, colon, code = text.partition(":")
    if not colon and kind in _ALONE:
        title, chosen = _ALONE[kind]
        return Focus(text, title, chosen)
    if not colon or kind not in _CODED:
        raise NoSuchFocus([*_ALONE, *(f"{one}:CODE" for one in _CODED)])
    title, titles_of, having = _CODED[kind]
    titles = titles_of(partnership)
    if code not in titles:
        raise NoSuchFocus([f"{kind}:{one}" for one in titles])
    return Focus(text, f"{title} {titles[code]}", lambda contact, until: code in having(contact, until))


def _pathways(contact: Contact, until: int) -> Collection[str]:
    """All that it was ever sent on."""
    facts = (*contact.all(Came.ROUTED, until), *contact.all(Came.RERATED, until))
    return {name for fact in facts for name in fact.said}


def _said(came: Came) -> Callable[[Contact, int], Collection[str]]:
    return lambda contact, until: {name for fact in contact.all(came, until) for name in fact.said}


_ALONE: Mapping[str, tuple[str, Chosen]] = {
    ANY: ("all contacts", lambda _contact, _until: True),
    "unborn": ("contacts about an unborn child", lambda contact, _until: contact.unborn),
    "re-referral": (
        "re-referrals",
        lambda contact, until: any("re_referral" in fact.said for fact in contact.all(Came.LINKED, until)),
    ),
    "advice": ("contacts that quote an advice call", lambda contact, _until: contact.call_reference is not None),
}
_CODED: Mapping[
    str, tuple[str, Callable[[Partnership], Mapping[str, str]], Callable[[Contact, int], Collection[str]]]
] = {
    "source": ("contacts from the source:", lambda _: codes.SOURCES, lambda one, _until: (one.source,)),
    "need": ("contacts with the category of need:", lambda _: codes.NEEDS, lambda one, _until: (one.need,)),
    "factor": ("contacts with the factor:", lambda _: codes.FACTORS, lambda one, _until: one.factors),
    "channel": (
        "contacts that came by:",
        lambda _: {one.value: one.value.replace("_", " ") for one in Channel if one is not Channel.UNKNOWN},
        lambda one, _until: (one.channel.value,),
    ),
    "outcome": (
        "contacts with the outcome:",
        lambda ours: {name: one.says for name, one in ours.outcomes.items()},
        _said(Came.OUTCOME),
    ),
    "pathway": (
        "contacts sent on the pathway:",
        lambda ours: {name: one.title for name, one in ours.pathways.items()},
        _pathways,
    ),
}
