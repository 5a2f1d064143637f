"""Who is meant: finding the people of a request in a system that shares no key with the hub.

As a person at a desk does it. An exact identifier decides. Else the same name and the same date of birth, where only
one has them. Everything less (several such, the surname and the birthday only, a name without a birthday) is
`Unsure`: a person must look, and nothing is said of anybody.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mashbus.domain.referral import Adult, Child


@dataclass(frozen=True, kw_only=True)
class Sought:
    """A person as the request describes them. `number` is an identifier that the agency also keeps."""

    given_name: str | None
    family_name: str | None
    date_of_birth: date | None
    number: str | None = None
    trusted: bool = True
    """False: the number was not traced, so the birthday must agree with it too."""

    @property
    def described(self) -> bool:
        """Whether there is anything to look by."""
        return bool(self.number or self.family_name)


@dataclass(frozen=True, kw_only=True)
class Held:
    """A person as the agency holds them."""

    key: str
    """The agency's own number."""
    given_name: str
    family_name: str
    date_of_birth: date | None
    number: str | None = None


@dataclass(frozen=True)
class Identified:
    key: str


@dataclass(frozen=True)
class Unsure:
    """A person must look."""


@dataclass(frozen=True)
class Nobody:
    """Looked for and not found."""


Match = Identified | Unsure | Nobody


@dataclass(frozen=True)
class Matches:
    """What became of all the people of one request."""

    identified: tuple[str, ...]
    unsure: bool


def name_key(name: str | None) -> str:
    """A name as it is compared: without accents, case, spaces, hyphens, apostrophes. O'Brien is OBRIEN is o brien."""
    plain = unicodedata.normalize("NFKD", (name or "").casefold())
    return "".join(letter for letter in plain if letter.isalpha())


def identify(sought: Sought, held: Sequence[Held]) -> Match:
    """Who of `held` is `sought`. `held` may hold any number of strangers."""
    if not sought.described:
        return Unsure()
    if numbered := [one for one in held if sought.number and one.number == sought.number]:
        return _by_number(sought, numbered)
    others = [one for one in held if not _contradicts(sought, one) and _same(sought.family_name, one.family_name)]
    certain = [one for one in others if _same_name(sought, one) and _same_birthday(sought, one)]
    if len(certain) == 1:
        return Identified(certain[0].key)
    if certain or any(_perhaps(sought, one) for one in others):
        return Unsure()
    return Nobody()


def look_for(people: Iterable[Sought], candidates: Callable[[Sought], Sequence[Held]]) -> Matches:
    """Every person of a request. `candidates` reads from the agency's own system whoever might be meant."""
    found = [identify(sought, candidates(sought) if sought.described else ()) for sought in people]
    identified = dict.fromkeys(match.key for match in found if isinstance(match, Identified))
    return Matches(tuple(identified), any(isinstance(match, Unsure) for match in found))


def child_sought(child: Child, number: str | None = None, *, trusted: bool = True) -> Sought:
    """A child by what the request tells, and by the identifier that this agency keeps too."""
    return Sought(
        given_name=child.given_name,
        family_name=child.family_name,
        date_of_birth=child.date_of_birth,
        number=number,
        trusted=trusted,
    )


def adult_sought(adult: Adult) -> Sought:
    return Sought(given_name=adult.given_name, family_name=adult.family_name, date_of_birth=adult.date_of_birth)


def unborn(child: Child) -> bool:
    return child.date_of_birth is None and child.expected_date_of_birth is not None


def _by_number(sought: Sought, numbered: Sequence[Held]) -> Match:
    only = numbered[0]
    if len(numbered) == 1 and (sought.trusted or _same_birthday(sought, only)):
        return Identified(only.key)
    return Unsure()


def _contradicts(sought: Sought, one: Held) -> bool:
    """Two trusted numbers that differ: somebody else, however alike."""
    return bool(sought.number and sought.trusted and one.number and one.number != sought.number)


def _perhaps(sought: Sought, one: Held) -> bool:
    """The surname agrees already; the birthday too, or the first name where a birthday is missing."""
    birthday_open = sought.date_of_birth is None or one.date_of_birth is None
    name_open = not name_key(sought.given_name)
    return _same_birthday(sought, one) or (birthday_open and (name_open or _same(sought.given_name, one.given_name)))


def _same_name(sought: Sought, one: Held) -> bool:
    return _same(sought.given_name, one.given_name) and _same(sought.family_name, one.family_name)


def _same(left: str | None, right: str | None) -> bool:
    return bool(name_key(left)) and name_key(left) == name_key(right)


def _same_birthday(sought: Sought, one: Held) -> bool:
    return sought.date_of_birth is not None and sought.date_of_birth == one.date_of_birth
