"""A population with known truth: families whose children the directory holds, and contacts that may be about them.

Every contact says which child it is about (or that it is about nobody who is held) and what is hard about it, so that
precision and recall of matching can be counted, case by case. One seed, one population, on every machine.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from mashbus.domain.referral import Address, Child
from mashbus.synthetic import words
from mashbus.synthetic.chance import chance
from mashbus.synthetic.population_names import given_name, surname
from mashbus.synthetic.slips import misspelt, short_form, slipped, transposed

TODAY = date(2026, 6, 1)
YOUNGEST, OLDEST = timedelta(days=150), timedelta(days=18 * 365)
TWINS = 0.016
"""Share of births that are of twins (ONS: 14 to 16 maternities in 1,000)."""
CROWDED = 0.04
"""Share of families at an address that unrelated families share: a hostel, a block with one number."""
NO_SEX, NO_POSTCODE, NO_BIRTHDAY = 0.02, 0.06, 0.005
"""Gaps in the council's own records."""
FIRST_OF_JANUARY = 0.004
"""Share of children whose day of birth nobody knows: systems write 1 January."""
PER_POSTCODE = 9
EXPECTING, FIRST_ALONE = 0.03, 0.35
"""Shares of families that expect a child, and of those whose first child alone is held."""
IN_GIVEN, JOINED, NAMED = 0.5, 0.3, 0.85
"""Shares: of misspelt names that are given ones, of new family names that join the old, of newborns with a name."""
HOSTELS = 40
"""Of a population of 10,000 families."""


class Hard(StrEnum):
    """What is hard about a contact. Those after STRANGER are about a child whom nobody holds."""

    PLAIN = "as it is held"
    OTHER_LINE = "the home written otherwise"
    MISSPELT = "a name misspelt"
    SHORT_FORM = "a short form of the given name"
    CHANGED_FAMILY = "another family name, same home"
    CHANGED_AND_MOVED = "another family name and another home"
    SWAPPED = "given and family name swapped"
    TRANSPOSED = "day and month transposed"
    SLIP = "a slip in the date of birth"
    FIRST_OF_JANUARY = "1 January for a day of birth that is not known"
    MOVED = "another home"
    SPARSE = "no address and no sex"
    SLIP_AND_MISSPELT = "a slip in the date of birth and a name misspelt"
    TWIN = "one of twins, both held"
    BORN_SINCE = "held before birth, born since"
    UNBORN_TWICE = "unborn, held before birth"
    RENAMED = "both names changed, same home"
    STRANGER = "nobody who is held"
    TWIN_OF_HELD = "the twin of a child who is held"
    SIBLING_OF_HELD = "a brother or sister of a child who is held"
    SHARED_ADDRESS = "an unrelated child at a shared address"
    SAME_NAME = "the same common names, born another day"
    UNBORN_SIBLING = "the unborn sibling of a child who is held"


ABOUT_NOBODY = frozenset(
    {Hard.STRANGER, Hard.TWIN_OF_HELD, Hard.SIBLING_OF_HELD, Hard.SHARED_ADDRESS, Hard.SAME_NAME, Hard.UNBORN_SIBLING}
)


@dataclass(frozen=True, kw_only=True)
class Person:
    """A child of the population; `number` is the truth."""

    number: int
    child: Child


@dataclass(frozen=True, kw_only=True)
class Household:
    """The children of one family, as the council's system has them; the last one may be held by nobody."""

    held: tuple[Person, ...]
    others: tuple[Person, ...]
    twins: bool


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A child as a contact names it. `truth`: who it is among those held; None: nobody."""

    hard: Hard
    child: Child
    truth: int | None


@dataclass(frozen=True)
class Population:
    seed: object
    families: int

    def people(self) -> Iterator[Person]:
        """All who are held: about 1.6 a family."""
        for index in range(self.families):
            yield from self.household(index).held

    def household(self, index: int) -> Household:
        draw = chance("household", self.seed, index)
        home, name = self._home(draw), surname(draw)
        born = TODAY - YOUNGEST - timedelta(days=draw.randrange((OLDEST - YOUNGEST).days))
        twins = draw.random() < TWINS * 4  # more of them than there are, so that they can be counted
        days = [born, born] if twins else [born]
        for _ in range(draw.choice((0, 0, 1, 1, 2, 3))):
            days.append(days[-1] - timedelta(days=draw.randint(300, 1500)))
        children: list[Child] = []
        for day in days:
            if day > TODAY - OLDEST or not children:
                children.append(_child(draw, name, day, home, {one.given_name for one in children}))
        expected = draw.random() < EXPECTING
        if expected:
            children.append(Child(family_name=name, expected_date_of_birth=_soon(draw), address=home))
        people = [Person(number=index * 8 + place, child=one) for place, one in enumerate(children)]
        kept = 1 if draw.random() < FIRST_ALONE and not expected else len(people)
        gaps = tuple(replace(one, child=_with_gaps(draw, one.child)) for one in people[:kept])
        return Household(held=gaps, others=tuple(people[kept:]), twins=twins)

    def arrivals(self, hard: Hard, count: int) -> Iterator[Arrival]:
        """So many contacts of one kind, each about another family; fewer where there are not so many such families."""
        draw, found = chance("arrivals", self.seed, hard), 0
        for _ in range(count * 400):
            if found == count:
                return
            home = self.household(draw.randrange(self.families))
            arrival = self._unrelated(hard, draw) if hard in _UNRELATED else _MAKERS[hard](draw, home)
            if arrival is not None:
                child, person = arrival
                yield Arrival(hard=hard, child=child, truth=person.number if person else None)
                found += 1

    def _unrelated(self, hard: Hard, draw: Random) -> tuple[Child, None] | None:
        """Somebody of a family that is not among those held."""
        other = self.household(self.families + draw.randrange(10**9)).held[0].child
        if other.given_name is None:
            return None
        if hard is Hard.STRANGER:
            return other, None
        home = self.household(draw.randrange(self.families)).held[0].child
        if hard is Hard.SHARED_ADDRESS:
            return replace(other, address=home.address), None
        return replace(other, given_name=home.given_name, family_name=home.family_name, sex=home.sex), None

    def _home(self, draw: Random) -> Address:
        if draw.random() < CROWDED:
            hostel = chance("hostel", self.seed, draw.randrange(max(1, self.families * HOSTELS // 10_000)))
            return Address(lines=("1 Placeholder Place", words.TOWN), postcode=self._postcode(hostel))
        lines = (f"{draw.randint(1, 60)} {draw.choice(words.STREETS)}", words.TOWN)
        return Address(lines=lines, postcode=self._postcode(draw))

    def _postcode(self, draw: Random) -> str:
        """Of a range that no place has."""
        number = draw.randrange(max(1, self.families // PER_POSTCODE))
        number, last = divmod(number * 7919 % 360_000_000, len(words.POSTCODE_ENDS))
        number, first = divmod(number, len(words.POSTCODE_ENDS))
        area, sector = divmod(number, 10)
        return f"ZZ{10 + area % 90} {sector}{words.POSTCODE_ENDS[first]}{words.POSTCODE_ENDS[last]}"


def _child(draw: Random, name: str, born: date, home: Address, taken: set[str | None]) -> Child:
    sex = draw.choice("MF")
    if draw.random() < FIRST_OF_JANUARY:
        born = born.replace(month=1, day=1)
    given = next(one for one in iter(lambda: given_name(draw, sex), None) if one not in taken)
    return Child(given_name=given, family_name=name, date_of_birth=born, sex=sex, address=home)


def _with_gaps(draw: Random, child: Child) -> Child:
    address, unborn = child.address, child.date_of_birth is None
    return replace(
        child,
        sex=None if draw.random() < NO_SEX else child.sex,
        date_of_birth=None if draw.random() < NO_BIRTHDAY else child.date_of_birth,
        address=None if address is None or (draw.random() < NO_POSTCODE and not unborn) else address,
    )


def _soon(draw: Random) -> date:
    return TODAY + timedelta(days=draw.randint(-60, 200))


# -- contacts about a child of this household -----------------------------------------------------------------------

Made = tuple[Child, Person | None] | None


def _born(home: Household) -> Person | None:
    """Somebody whom no other child of the household is like."""
    if home.twins:
        return None
    return next((one for one in home.held if one.child.given_name and one.child.date_of_birth), None)


def _changed(change: Callable[[Random, Child], Child | None]) -> Callable[[Random, Household], Made]:
    def made(draw: Random, home: Household) -> Made:
        person = _born(home)
        child = change(draw, person.child) if person else None
        return (child, person) if child is not None and person else None

    return made


def _misspelt(draw: Random, child: Child) -> Child:
    if draw.random() < IN_GIVEN:
        return replace(child, given_name=misspelt(draw, child.given_name or ""))
    return replace(child, family_name=misspelt(draw, child.family_name or ""))


def _short_form(draw: Random, child: Child) -> Child | None:
    short = short_form(draw, child.given_name or "")
    return replace(child, given_name=short) if short else None


def _slipped(draw: Random, child: Child) -> Child:
    assert child.date_of_birth
    return replace(child, date_of_birth=slipped(draw, child.date_of_birth, TODAY))


def _transposed(_draw: Random, child: Child) -> Child | None:
    assert child.date_of_birth
    other = transposed(child.date_of_birth)
    return replace(child, date_of_birth=other) if other and other <= TODAY else None


def _first_of_january(_draw: Random, child: Child) -> Child | None:
    assert child.date_of_birth
    other = child.date_of_birth.replace(month=1, day=1)
    return replace(child, date_of_birth=other) if other != child.date_of_birth else None


def _moved(draw: Random, child: Child) -> Child:
    far = f"ZZ{draw.randint(10, 99)} {draw.randrange(10)}ZZ"
    return replace(
        child, address=Address(lines=(f"{draw.randint(61, 199)} {draw.choice(words.STREETS)}",), postcode=far)
    )


def _other_line(draw: Random, child: Child) -> Child | None:
    address = child.address
    if address is None or not address.lines:
        return None
    first, *more = address.lines
    return replace(child, address=replace(address, lines=(f"Flat {draw.randint(1, 9)}, {first}", *more)))


def _other_family(draw: Random, child: Child) -> Child:
    other = surname(draw)
    joined = f"{child.family_name}-{other}" if draw.random() < JOINED else other
    return replace(child, family_name=joined)


def _twin(draw: Random, home: Household) -> Made:
    if not home.twins or len(home.held) == 1:
        return None
    person = draw.choice(home.held[:2])
    return (person.child, person) if person.child.date_of_birth and person.child.given_name else None


def _born_since(draw: Random, home: Household) -> Made:
    person = next((one for one in home.held if one.child.expected_date_of_birth), None)
    if person is None:
        return None
    expected, sex = person.child.expected_date_of_birth, draw.choice("MF")
    assert expected
    born = expected + timedelta(days=round(min(21, max(-56, draw.gauss(-3, 11)))))
    named = given_name(draw, sex) if draw.random() < NAMED else None
    return replace(person.child, given_name=named, date_of_birth=born, expected_date_of_birth=None, sex=sex), person


def _unborn_twice(draw: Random, home: Household) -> Made:
    """The same pregnancy, perhaps after another scan."""
    person = next((one for one in home.held if one.child.expected_date_of_birth), None)
    if person is None:
        return None
    assert person.child.expected_date_of_birth
    moved = timedelta(days=draw.choice((0, 0, 0, -7, -3, 2, 4, 9)))
    return replace(person.child, expected_date_of_birth=person.child.expected_date_of_birth + moved), person


def _twin_of_held(_draw: Random, home: Household) -> Made:
    if not home.twins or len(home.held) != 1 or not home.others:
        return None
    return home.others[0].child, None


def _sibling_of_held(draw: Random, home: Household) -> Made:
    unheld = [one.child for one in home.others if one.child.date_of_birth]
    return (draw.choice(unheld), None) if unheld and not home.twins else None


def _unborn_sibling(draw: Random, home: Household) -> Made:
    if any(one.child.expected_date_of_birth for one in home.held):
        return None
    child = home.held[0].child
    expected = TODAY + timedelta(days=draw.randint(20, 200))
    return Child(family_name=child.family_name, expected_date_of_birth=expected, address=child.address), None


def _both(
    *changes: Callable[[Random, Child], Child | None],
) -> Callable[[Random, Child], Child | None]:
    def made(draw: Random, child: Child) -> Child | None:
        changed: Child | None = child
        for change in changes:
            changed = change(draw, changed) if changed else None
        return changed

    return made


def _renamed(draw: Random, child: Child) -> Child:
    return replace(child, given_name=given_name(draw, child.sex or "F"), family_name=surname(draw))


def _sparse(_draw: Random, child: Child) -> Child:
    return replace(child, address=None, sex=None)


_UNRELATED: Sequence[Hard] = (Hard.STRANGER, Hard.SHARED_ADDRESS, Hard.SAME_NAME)
_MAKERS: dict[Hard, Callable[[Random, Household], Made]] = {
    Hard.PLAIN: _changed(lambda _draw, child: child),
    Hard.OTHER_LINE: _changed(_other_line),
    Hard.MISSPELT: _changed(_misspelt),
    Hard.SHORT_FORM: _changed(_short_form),
    Hard.CHANGED_FAMILY: _changed(_other_family),
    Hard.CHANGED_AND_MOVED: _changed(_both(_other_family, _moved)),
    Hard.SWAPPED: _changed(lambda _, one: replace(one, given_name=one.family_name, family_name=one.given_name)),
    Hard.TRANSPOSED: _changed(_transposed),
    Hard.SLIP: _changed(_slipped),
    Hard.FIRST_OF_JANUARY: _changed(_first_of_january),
    Hard.MOVED: _changed(_moved),
    Hard.SPARSE: _changed(_sparse),
    Hard.SLIP_AND_MISSPELT: _changed(_both(_slipped, _misspelt)),
    Hard.RENAMED: _changed(_renamed),
    Hard.TWIN: _twin,
    Hard.BORN_SINCE: _born_since,
    Hard.UNBORN_TWICE: _unborn_twice,
    Hard.TWIN_OF_HELD: _twin_of_held,
    Hard.SIBLING_OF_HELD: _sibling_of_held,
    Hard.UNBORN_SIBLING: _unborn_sibling,
}
