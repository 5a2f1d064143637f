"""A person as he is compared, and where his like are to be found among a million: four keys, none of them a guess.

Whoever shares a key is scored; nobody else is. Each hard case has a key that survives it: another name keeps the date
of birth, a slip in the date keeps the names, the unborn keep family name and month or home (docs/matching.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mashbus.domain.referral import Child
from services.matching.names import house_of, parts, plain, postcode_of, short_forms, sounds

AROUND_BIRTH = timedelta(days=63)
"""How long before or after the day expected a child is still taken for the one who was expected."""
_FIRST, _LAST = date(2, 1, 1), date(9999, 1, 1)
"""Days beyond, which stand for none in some systems, have no months around them."""
_UNKNOWN_SEX = frozenset({"U", "N", "9", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    given: str | None = None
    family: str | None = None
    family_parts: tuple[str, ...] = ()
    born: date | None = None
    expected: date | None = None
    sex: str | None = None
    postcode: str | None = None
    house: str | None = None

    @property
    def says_enough(self) -> bool:
        """Without a date or without any name and home everybody would be alike."""
        return bool((self.born or self.expected) and (self.given or self.family or self.postcode))

    @property
    def names_key(self) -> str | None:
        """How both names sound, in either order: swapped ones are found, too."""
        if not self.given or not self.family:
            return None
        return "/".join(sorted((sounds(self.given), sounds(self.family))))

    @property
    def family_key(self) -> str | None:
        return sounds(self.family) if self.family else None


def features(child: Child) -> Features:
    sex = (child.sex or "").upper()
    return Features(
        given=plain(child.given_name),
        family=plain(child.family_name),
        family_parts=tuple(parts(child.family_name)),
        born=child.date_of_birth,
        expected=None if child.date_of_birth else child.expected_date_of_birth,
        sex=None if sex in _UNKNOWN_SEX else sex,
        postcode=postcode_of(child.address),
        house=house_of(child.address),
    )


def birthdays(sought: Features) -> Iterator[date]:
    """Dates of birth under which the child may be held: its own, and with day and month transposed."""
    if (born := sought.born) is not None:
        yield born
        if born.day <= 12 and born.day != born.month:  # noqa: PLR2004  there are twelve months
            yield born.replace(day=born.month, month=born.day)
        yield born.replace(month=1, day=1)


def months_around(sought: Features) -> Iterator[str]:
    """Months in which a child expected, or born, around that day may be held."""
    if (day := sought.expected or sought.born) is not None and _FIRST < day < _LAST:
        at = (day - AROUND_BIRTH).replace(day=1)
        while at <= day + AROUND_BIRTH:
            yield f"{at:%Y-%m}"
            at = (at + timedelta(days=32)).replace(day=1)


def spoken(given: str | None) -> list[str]:
    return list(short_forms(given)) if given else []
