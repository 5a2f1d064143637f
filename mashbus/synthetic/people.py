"""One synthetic family: who is in it, where it lives. Numbers are of kinds that are never given to anybody."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from mashbus.domain.referral import Address, Adult, Child
from mashbus.domain.vocabulary import NumberStatus
from mashbus.synthetic import words


@dataclass(frozen=True, kw_only=True)
class Family:
    children: tuple[Child, ...]
    adults: tuple[Adult, ...]
    address: Address


TWINS = 0.03
SIBLING = 0.4
SECOND_ADULT = 0.6
SAME_SURNAME = 0.7
YOUNGEST_PARENT = timedelta(days=17 * 365)
SPREAD_OF_PARENTS = timedelta(days=25 * 365)

WOMEN = ("mother", "grandmother")


def made(draw: Random, *, born: date, sex: str, surname: str | None = None) -> Family:
    """A family whose first child is born on that day and is M or F; perhaps a twin or a sibling, one or two adults."""
    surname = surname or draw.choice(words.SURNAMES)
    address = _address(draw)
    first = _child(draw, surname, born, sex, address)
    children = [first]
    if draw.random() < TWINS:
        children.append(_child(draw, surname, born, draw.choice("MF"), address, unlike=first.given_name))
    elif draw.random() < SIBLING:
        apart = timedelta(days=draw.randint(300, 3000))
        children.append(_child(draw, surname, born - apart, draw.choice("MF"), address, unlike=first.given_name))
    adults = [_adult(draw, surname, born, "mother")]
    if draw.random() < SECOND_ADULT:
        other = surname if draw.random() < SAME_SURNAME else draw.choice(words.SURNAMES)
        adults.append(_adult(draw, other, born, draw.choice(("father", "father", "stepfather", "grandmother"))))
    return Family(children=tuple(children), adults=tuple(adults), address=address)


def nhs_number(draw: Random) -> str:
    """Ten digits that begin with 999 (never issued) and end with the right check digit (modulus 11)."""
    while True:
        digits = [9, 9, 9, *(draw.randrange(10) for _ in range(6))]
        check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        if check != len(digits) + 1:
            return "".join(map(str, (*digits, check % 11)))


def phone(draw: Random) -> str:
    """Of the range that Ofcom keeps for fiction."""
    return f"01632 960{draw.randrange(1000):03}"


def _address(draw: Random) -> Address:
    ends = draw.choice(words.POSTCODE_ENDS) + draw.choice(words.POSTCODE_ENDS)
    return Address(
        lines=(f"{draw.randint(1, 199)} {draw.choice(words.STREETS)}", words.TOWN),
        postcode=f"ZZ99 {draw.randrange(10)}{ends}",
    )


def _child(draw: Random, surname: str, born: date, sex: str, address: Address, *, unlike: str | None = None) -> Child:
    names = words.GIRLS if sex == "F" else words.BOYS
    return Child(
        given_name=draw.choice([name for name in names if name != unlike]),
        family_name=surname,
        date_of_birth=born,
        sex=sex,
        nhs_number=nhs_number(draw),
        nhs_number_status=NumberStatus.UNVERIFIED,
        address=address,
        school=draw.choice(words.SCHOOLS),
    )


def _adult(draw: Random, surname: str, child_born: date, relationship: str) -> Adult:
    older = YOUNGEST_PARENT + timedelta(days=draw.randrange(SPREAD_OF_PARENTS.days))
    if relationship == "grandmother":
        older += YOUNGEST_PARENT
    return Adult(
        given_name=draw.choice(words.WOMEN if relationship in WOMEN else words.MEN),
        family_name=surname,
        relationship=relationship,
        date_of_birth=child_born - older,
        phone=phone(draw),
    )
