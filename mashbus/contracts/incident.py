"""Several police notifications of one incident are one contact: the daily windows overlap, and an incident comes again
with another child or on another form (G-11).

All of them lie in one topic under one key, so that every reader joins them in the same order. A child keeps its place.
"""

from collections.abc import Iterable
from dataclasses import fields, replace

from mashbus.contracts import codes
from mashbus.domain.contact import Contact, Further
from mashbus.domain.placeholders import real
from mashbus.domain.referral import Child, Concern
from mashbus.domain.vocabulary import Assessment

_GRAVEST_FIRST = (Assessment.LEVEL_4, Assessment.LEVEL_3_HIGH, Assessment.LEVEL_3, Assessment.LEVEL_2, Assessment.SHARE)


def gravest(said: Iterable[Assessment]) -> Assessment:
    """Of children of one incident that the police sorted differently: one case has one way, and nobody is helped later
    or less because of a sibling. So it is an open case only where all are: its holder knows nothing of the others.
    """
    sorted_as = {Assessment.SHARE if one is Assessment.UNKNOWN else one for one in said}
    return next((one for one in _GRAVEST_FIRST if one in sorted_as), Assessment.OPEN_CASE)


def joined(known: Contact | None, came: Contact) -> Contact:
    """The contact after one more notification of its incident; the first one's receipt and identity stay.

    Another partnership's is none of it (promise P5), and the same content again tells nothing.
    """
    if known is None:
        return came
    if came.partnership != known.partnership or came.event_id in _heard(known):
        return known
    children = _with(known.children, came.children)
    concern, assessment = _together(known.concern, came.concern), _assessment(known, came)
    harm = concern.immediate_harm and not known.concern.immediate_harm
    natures = (known.nature, *known.other_natures)
    nature = came.nature if came.nature not in natures else None
    return replace(
        known,
        children=children,
        adults=tuple(dict.fromkeys((*known.adults, *came.adults))),
        concern=concern,
        assessment=assessment,
        incident_at=min((at for at in (known.incident_at, came.incident_at) if at), default=None),
        other_natures=(*known.other_natures, *((nature,) if nature else ())),
        further=(
            *known.further,
            Further(
                event_id=came.event_id,
                received_at=came.received_at,
                children=tuple(range(len(known.children), len(children))),
                graver=harm or _rank(assessment) < _rank(known.assessment),
                nature=nature,
            ),
        ),
    )


def is_same_child(one: Child, other: Child) -> bool:
    """The force's own reference of the person, or the same names and date of birth.

    Under one reference a name or a date may be corrected. Where all of both names and the date differ it was mistyped:
    they are two, and neither gets the other's school.
    """
    mine, theirs = _person(one), _person(other)
    reference = real(one.local_id)
    if reference is not None and reference == real(other.local_id):
        return not (mine and theirs and all(a != b for a, b in zip(mine, theirs, strict=True)))
    return mine is not None and mine == theirs


def _heard(known: Contact) -> set[object]:
    return {known.event_id, *(one.event_id for one in known.further)}


def _with(known: tuple[Child, ...], came: Iterable[Child]) -> tuple[Child, ...]:
    """New children come behind; of one that is known already, what was not known before is."""
    children = list(known)
    for child in came:
        place = next((at for at, one in enumerate(children) if is_same_child(one, child)), None)
        if place is None:
            children.append(child)
        else:
            children[place] = _filled(children[place], child)
    return tuple(children)


def _filled(known: Child, came: Child) -> Child:
    blank = Child()
    missing = [one.name for one in fields(Child) if getattr(known, one.name) == getattr(blank, one.name)]
    return replace(known, **{name: getattr(came, name) for name in missing})


def _together(known: Concern, came: Concern) -> Concern:
    """The graver where they differ."""
    summaries = known.summary.split("\n\n") if known.summary else []
    more = [text for text in (came.summary or "").split("\n\n") if text and text not in summaries]
    return replace(
        known,
        summary="\n\n".join((*summaries, *more)) or None,
        category_of_need=codes.highest_need((known.category_of_need, came.category_of_need)),
        factors=tuple(dict.fromkeys((*known.factors, *came.factors))),
        immediate_harm=known.immediate_harm or came.immediate_harm,
    )


def _assessment(known: Contact, came: Contact) -> Assessment | None:
    said = [one for one in (known.assessment, came.assessment) if one is not None]
    return gravest(said) if said else None


def _rank(assessment: Assessment | None) -> int:
    order = (*_GRAVEST_FIRST, Assessment.OPEN_CASE)
    return order.index(assessment) if assessment in order else len(order)


def _person(child: Child) -> tuple[str, str, object] | None:
    given, family = ((name or "").strip().casefold() for name in (child.given_name, child.family_name))
    return (given, family, child.date_of_birth) if given and family and child.date_of_birth else None
