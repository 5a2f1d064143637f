"""Writes a synthetic children-in-need census file, with the proportions and the absurdities that real ones have."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import BinaryIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mashbus.synthetic.chance import chance

YEAR_ENDS = date(2026, 3, 31)
"""The census year is the twelve months before."""
MADE_ON = date(2026, 6, 5)
"""The Friday before the week that the demonstration plays."""
NAMESPACE = "urn:example:mashbus:synthetic:census"
SOURCE_SHARES = {
    "6": 29, "2A": 19, "2B": 2, "3A": 2, "3B": 2, "3C": 1, "3D": 1, "3E": 5, "3F": 4, "1A": 6, "1B": 3, "1C": 1,
    "1D": 2, "4": 2, "5A": 4, "5B": 2, "5C": 3, "5D": 3, "7": 3, "8": 4, "9": 2, "10": 1,
}  # fmt: skip
"""Per cent. Ours, shaped like England's yearly figures: police, schools and health send two thirds."""
NEED_SHARES = {"N1": 51, "N2": 7, "N3": 3, "N4": 9, "N5": 13, "N6": 3, "N7": 1, "N8": 3, "N9": 2, "N0": 8}
ETHNICITIES = ("WBRI", "WOTH", "MWBC", "MWBA", "MOTH", "AIND", "APKN", "ABAN", "BCRB", "BAFR", "BOTH", "OOTH", "NOBT")
DISABILITIES = ("AUT", "BEH", "COMM", "HEAR", "LD", "MOB", "VIS")
UNBORN = 0.03
DISABLED = 0.12
SECOND_EPISODE = 0.18
ABSURD = 0.02
CLOSED = 0.5
NO_FURTHER_ACTION = 0.3
DAY = timedelta(days=1)


class Form(StrEnum):
    """How the years differ, as far as a reader meets it."""

    OLDER = "older"
    """No namespace; GenderCurrent in digits."""
    NEWER = "newer"
    """A namespace; Sex in letters; a field that older readers have not heard of."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """A child that shall be in the file, with its spells in care of the council."""

    local_id: str
    upn: str | None = None
    birth_date: date | None = None
    expected_birth_date: date | None = None
    sex: str = "U"
    spells: tuple[tuple[date, date | None], ...]
    """Opened and closed; None: open."""


def write(
    to: BinaryIO,
    *,
    children: int,
    seed: object,
    form: Form = Form.NEWER,
    known: Iterable[Held] = (),
    prefix: str = "SYNTH",
) -> None:
    """A file of `known` and of so many other children, whose ids begin with `prefix`; one at a time."""
    space = f' xmlns="{NAMESPACE}"' if form is Form.NEWER else ""
    to.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- Synthetic: nobody in this file is real. -->\n')
    to.write(f"<Message{space}>\n".encode() + _bytes(_header(), 1) + b"  <Children>\n")
    to.writelines(_bytes(_of_the_year(_held(one), form), 2) for one in known)
    for number in range(1, children + 1):
        child = _child(chance("census", seed, number), f"{prefix}{number:09}")
        to.write(_bytes(_of_the_year(child, form), 2))
    to.write(b"  </Children>\n</Message>\n")


def _bytes(element: Element, level: int) -> bytes:
    indent(element, level=level)
    return b"  " * level + tostring(element).rstrip() + b"\n"


def _header() -> Element:
    header = Element("Header")
    details = SubElement(header, "CollectionDetails")
    _put(details, Collection="CIN", Year=YEAR_ENDS.year, ReferenceDate=YEAR_ENDS)
    source = SubElement(header, "Source")
    _put(source, SourceLevel="L", LEA="999", SoftwareCode="mashbus synthetic census", Release="1", SerialNo="1")
    _put(source, DateTime=f"{MADE_ON}T09:00:00Z")
    return header


def _of_the_year(child: Element, form: Form) -> Element:
    """Made in the newer form; the older one says sex in digits."""
    if form is Form.OLDER:
        for sex in child.iter("Sex"):
            sex.tag, sex.text = "GenderCurrent", {"M": "1", "F": "2"}.get(sex.text or "", "0")
    else:
        _put(child, SyntheticYearMark="newer")
    return child


def _held(held: Held) -> Element:
    child = Element("Child")
    said = {
        "LAchildID": held.local_id,
        "UPN": held.upn,
        "PersonBirthDate": held.birth_date,
        "ExpectedPersonBirthDate": held.expected_birth_date,
        "Sex": held.sex,
    }
    _put(SubElement(child, "ChildIdentifiers"), **{name: value for name, value in said.items() if value is not None})
    for opened, closed in held.spells:
        details = SubElement(child, "CINdetails")
        _put(details, CINreferralDate=opened, ReferralSource="2A", PrimaryNeedCode="N1")
        if closed:
            _put(details, CINclosureDate=closed, ReasonForClosure="RC7")
        _put(details, ReferralNFA="false")
    return child


def _child(draw: Random, local_id: str) -> Element:
    referred = YEAR_ENDS - draw.randrange(365) * DAY
    unborn = draw.random() < UNBORN
    child = Element("Child")
    _identify(SubElement(child, "ChildIdentifiers"), draw, local_id, referred, unborn=unborn)
    _characterise(SubElement(child, "ChildCharacteristics"), draw, unborn=unborn)
    _episode(child, draw, referred)
    if draw.random() < SECOND_EPISODE:
        _episode(child, draw, min(referred + draw.randint(30, 200) * DAY, YEAR_ENDS))
    return child


def _identify(element: Element, draw: Random, local_id: str, referred: date, *, unborn: bool) -> None:
    _put(element, LAchildID=local_id)
    if unborn:
        _put(element, UPNunknown="UN1", ExpectedPersonBirthDate=referred + draw.randint(10, 180) * DAY, Sex="U")
        return
    born = referred - draw.randrange(17 * 365) * DAY
    if draw.random() < ABSURD:
        born = referred + draw.randint(1, 900) * DAY  # referred before birth, as a typist may have it
    _put(element, UPN=f"Z{draw.randrange(10**12):012}", PersonBirthDate=born, Sex=draw.choices("MFU", (51, 48, 1))[0])


def _characterise(element: Element, draw: Random, *, unborn: bool) -> None:
    _put(element, Ethnicity="NOBT" if unborn else draw.choice(ETHNICITIES))
    if draw.random() < DISABLED and not unborn:
        disabilities = SubElement(element, "Disabilities")
        for code in draw.sample(DISABILITIES, draw.choice((1, 1, 2))):
            _put(disabilities, Disability=code)


def _episode(child: Element, draw: Random, referred: date) -> None:
    details = SubElement(child, "CINdetails")
    absurd = draw.random()
    if absurd < ABSURD / 2:  # a day that no calendar has
        _put(details, CINreferralDate=f"{referred.year}-02-30")
    else:
        _put(details, CINreferralDate=referred + 3650 * DAY if absurd < ABSURD else referred)
    _put(details, ReferralSource=_drawn(draw, SOURCE_SHARES), PrimaryNeedCode=_drawn(draw, NEED_SHARES))
    if draw.random() < CLOSED:
        closed, reason = referred + draw.randint(10, 250) * DAY, f"RC{draw.randint(7, 9)}"
        if closed <= MADE_ON:  # of later closings the file cannot know
            _put(details, CINclosureDate=closed, ReasonForClosure=reason)
    _put(details, ReferralNFA=str(draw.random() < NO_FURTHER_ACTION).lower())


def _drawn(draw: Random, shares: dict[str, int]) -> str:
    return draw.choices(tuple(shares), tuple(shares.values()))[0]


def _put(parent: Element, **values: object) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = str(value)
