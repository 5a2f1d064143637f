"""A synthetic town: for every day of its years one girl and one boy, each with a family.

Two runs that share nothing but the town's seed (an agency's database, the referrals of a demonstration) meet in it
the same people, as two offices of a real town do.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from mashbus.synthetic.chance import chance
from mashbus.synthetic.holdings import PersonRecord, held
from mashbus.synthetic.people import Family, made
from mashbus.synthetic.roles import ANY_ROLE, HOLDINGS

TOWN_SEED = "exampleton"
FIRST_BIRTH = date(2004, 1, 1)
LAST_BIRTH = date(2026, 12, 31)
FAMILIES = 2 * ((LAST_BIRTH - FIRST_BIRTH).days + 1)
"""Two for every day: as many as there are."""
SAME_SURNAME = 0.03
"""Share of days on which the girl's and the boy's families, strangers to each other, have one surname."""


def town(seed: object = TOWN_SEED, families: int = FAMILIES) -> Iterator[Family]:
    """The first `families` families, by the birthday of their first child."""
    return (family(index, seed) for index in range(min(families, FAMILIES)))


def born_on(day: date, sex: str, seed: object = TOWN_SEED) -> Family | None:
    """The family whose first child, M or F, was born on that day; none outside the town's years."""
    if not FIRST_BIRTH <= day <= LAST_BIRTH:
        return None
    return family(2 * (day - FIRST_BIRTH).days + (sex == "M"), seed)


def family(index: int, seed: object = TOWN_SEED) -> Family:
    """Family number `index`: even ones begin with a girl, odd ones with a boy of the same birthday."""
    day, is_boy = divmod(index, 2)
    draw = chance("town", seed, index)
    surname = None
    if is_boy and chance("town", seed, "coincidence", day).random() < SAME_SURNAME:
        surname = family(index - 1, seed).children[0].family_name
    return made(draw, born=FIRST_BIRTH + timedelta(days=day), sex="M" if is_boy else "F", surname=surname)


def seed(organisation_role: str, seed: object, families: int = FAMILIES) -> Iterator[PersonRecord]:
    """What an agency of that role (`police`, `csc`, …) holds of the town. The seed decides who is held."""
    return held(HOLDINGS.get(organisation_role, ANY_ROLE), town(families=families), seed)
