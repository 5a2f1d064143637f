"""Who may be the child that no exact identifier found: everybody near, scored, the probable ones first."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from mashbus.domain.known import Evidence, Says
from mashbus.domain.referral import Child
from services.matching.features import Features, features
from services.matching.offers import Offers
from services.matching.people import Person
from services.matching.scores import Frequencies, Scored

OTHERS = 2000
"""How many people of average names a name's own frequency is tempered with: of few, one Smith says nothing."""
_HOUSEHOLD = "household"
_TWINS = "family name and date of birth agree and the given name does not: perhaps a twin"
_ALIKE = (Says.SAME, Says.CLOSE)


class NearBy(Protocol):
    """Who is held or was here before."""

    def near(self, partnership: str, sought: Features) -> Sequence[Person]: ...

    def count(self, partnership: str) -> int: ...

    def bearing(self, partnership: str, field: str, name: str | None) -> int: ...


class Scores(Protocol):
    def usual(self) -> Frequencies: ...

    def scored(
        self, sought: Features, frequencies: Frequencies, near: Sequence[Features], among: int
    ) -> Sequence[Scored]: ...


@dataclass(frozen=True, slots=True)
class Found:
    person: Person
    score: Scored


def found(
    people: NearBy, scores: Scores, offers: Offers, partnership: str, child: Child, counts: Callable[[Person], bool]
) -> Sequence[Found]:
    """`counts`: who may be offered at all. The most probable first, those held by an organisation before contacts."""
    sought = features(child)
    if not sought.says_enough:
        return ()
    near = [one for one in people.near(partnership, sought) if counts(one)]
    among = people.count(partnership)
    frequencies = _frequencies(people, scores, partnership, sought, among)
    scored = scores.scored(sought, frequencies, [one.features for one in near], among)
    weighed = (Found(near[score.place], _as_twins(score, offers)) for score in scored)
    probable = [one for one in weighed if one.score.probability >= offers.least]
    probable.sort(key=lambda one: (one.person.token is None, -one.score.weight, str(one.person.case)))
    probable.sort(key=lambda one: -round(one.score.probability, 3))
    return probable[: offers.at_most]


def _frequencies(people: NearBy, scores: Scores, partnership: str, sought: Features, among: int) -> Frequencies:
    usual = scores.usual()

    def share(field: str, name: str | None, average: float | None) -> float | None:
        if name is None or average is None:
            return None
        return (people.bearing(partnership, field, name) + OTHERS * average) / (among + OTHERS)

    return Frequencies(share("given", sought.given, usual.given), share("family", sought.family, usual.family))


def _as_twins(score: Scored, offers: Offers) -> Scored:
    """Twins have one birthday: what Splink adds up field by field is true of both of them, wherever they live now."""
    said = {one.field: one.says for one in score.evidence}
    one_birthday = said["family_name"] in _ALIKE and said.get("date_of_birth") in _ALIKE
    given = said["given_name"]
    if not one_birthday or given in (Says.SAME, Says.MISSING):
        return score
    share = offers.twins.another_name if given is Says.DIFFERENT else offers.twins.like_name
    bits = math.log2(share / (1 - share))
    if score.weight <= bits:
        return score
    against = Evidence(field=_HOUSEHOLD, says=Says.DIFFERENT, weight=round(bits - score.weight, 2), detail=_TWINS)
    return replace(score, weight=bits, evidence=(*score.evidence, against))
