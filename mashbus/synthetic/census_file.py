"""Writes a synthetic children-in-need census file, with the proportions and the absurdities that real ones have."""

from datetime import date, timedelta
from random import Random
from typing import BinaryIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mashbus.synthetic.chance import chance

YEAR_ENDS = date(2026, 3, 31)
"""The census year is the twelve months before."""
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


def write(to: BinaryIO, *, children: int, seed: object) -> None:
    """A file of so many children, one at a time."""
    to.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- Synthetic: nobody in this file is real. -->\n<Message>\n')
    to.write(_bytes(_header(), 1) + b"  <Children>\n")
    to.writelines(_bytes(_child(chance("census", seed, number), number), 2) for number in range(1, children + 1))
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
    return header


def _child(draw: Random, number: int) -> Element:
    referred = YEAR_ENDS - draw.randrange(365) * DAY
    unborn = draw.random() < UNBORN
    child = Element("Child")
    _identify(SubElement(child, "ChildIdentifiers"), draw, number, referred, unborn=unborn)
    _characterise(SubElement(child, "ChildCharacteristics"), draw, unborn=unborn)
    _episode(child, draw, referred)
    if draw.random() < SECOND_EPISODE:
        _episode(child, draw, min(referred + draw.randint(30, 200) * DAY, YEAR_ENDS))
    return child


def _identify(element: Element, draw: Random, number: int, referred: date, *, unborn: bool) -> None:
    _put(element, LAchildID=f"SYNTH{number:09}")
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
        _put(details, CINclosureDate=referred + draw.randint(10, 250) * DAY, ReasonForClosure=f"RC{draw.randint(7, 9)}")
    _put(details, ReferralNFA=str(draw.random() < NO_FURTHER_ACTION).lower())


def _drawn(draw: Random, shares: dict[str, int]) -> str:
    return draw.choices(tuple(shares), tuple(shares.values()))[0]


def _put(parent: Element, **values: object) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = str(value)
