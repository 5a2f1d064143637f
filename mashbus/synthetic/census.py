"""Reads a children-in-need census file for the demonstration: its episodes, as referrals are made of them.

What the directory takes of such a file is another question: `mashbus.census`. A faulty child or episode is reported by
its position and the rest goes on; of a damaged file everything before the damage is used. No fault names a value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from mashbus.census.children import NEEDS, SEXES
from mashbus.census.elements import Element, elements, local
from mashbus.census.faults import CensusRefused
from mashbus.synthetic.codes import SOURCES


@dataclass(frozen=True, kw_only=True)
class CensusRow:
    """One episode (CINdetails) of one child. Dates are as the file has them, absurd ones included."""

    child: int
    """Position of the child in the file, from 1."""
    episode: int
    local_id: str
    upn: str | None
    birth_date: date | None
    expected_birth_date: date | None
    sex: str
    ethnicity: str | None
    disabilities: tuple[str, ...]
    referral_date: date
    source: str | None
    need: str | None
    closure_date: date | None
    closure_reason: str | None
    no_further_action: bool | None


@dataclass(frozen=True, kw_only=True)
class CensusFault:
    """Why a child or an episode was left out, or (without a child) why reading the file ended early."""

    reason: str
    child: int | None = None
    episode: int | None = None

    def __str__(self) -> str:
        where = "file" if self.child is None else f"child {self.child}"
        return f"{where}{f', episode {self.episode}' if self.episode else ''}: {self.reason}"


class _Faulty(Exception):
    pass


def read(source: Path | BinaryIO) -> Iterator[CensusRow | CensusFault]:
    """Rows and faults in the order of the file, in bounded memory. Raises OSError where there is no such file."""
    if isinstance(source, Path):
        with source.open("rb") as opened:
            yield from read(opened)
        return
    children = 0
    try:
        for children, child in enumerate((one for one in elements(source) if local(one) == "Child"), start=1):
            yield from _rows(child, children)
        if not children:
            yield CensusFault(reason="has no Child element: not a children-in-need census")
    except CensusRefused as fault:
        yield CensusFault(reason=str(fault))


def _rows(child: Element, position: int) -> Iterator[CensusRow | CensusFault]:
    try:
        known = _about(child)
    except _Faulty as fault:
        yield CensusFault(child=position, reason=str(fault))
        return
    for number, episode in enumerate(_all(child, "CINdetails"), start=1):
        try:
            yield _row(known, episode, position, number)
        except _Faulty as fault:
            yield CensusFault(child=position, episode=number, reason=str(fault))


@dataclass(frozen=True, kw_only=True)
class _About:
    """What the file says of a child, for all of its episodes."""

    local_id: str
    upn: str | None
    birth_date: date | None
    expected_birth_date: date | None
    sex: str
    ethnicity: str | None
    disabilities: tuple[str, ...]


def _about(child: Element) -> _About:
    local_id = _text(child, "LAchildID")
    if not local_id:
        raise _Faulty("LAchildID is missing")
    born, expected = _date(child, "PersonBirthDate"), _date(child, "ExpectedPersonBirthDate")
    if born and expected:
        raise _Faulty("has both PersonBirthDate and ExpectedPersonBirthDate; it may have one")
    gender = _coded(child, "Sex", SEXES) or _coded(child, "GenderCurrent", SEXES) or "U"
    disabilities = tuple(one.text.strip() for one in _all(child, "Disability") if one.text and one.text.strip())
    return _About(
        local_id=local_id,
        upn=_text(child, "UPN"),
        birth_date=born,
        expected_birth_date=expected,
        sex=SEXES[gender],
        ethnicity=_text(child, "Ethnicity"),
        disabilities=tuple(code for code in disabilities if code != "NONE"),
    )


def _row(known: _About, episode: Element, child: int, number: int) -> CensusRow:
    referred = _date(episode, "CINreferralDate")
    if referred is None:
        raise _Faulty("CINreferralDate is missing")
    nfa = _text(episode, "ReferralNFA")
    return CensusRow(
        child=child,
        episode=number,
        referral_date=referred,
        source=_coded(episode, "ReferralSource", SOURCES),
        need=_coded(episode, "PrimaryNeedCode", NEEDS),
        closure_date=_date(episode, "CINclosureDate"),
        closure_reason=_text(episode, "ReasonForClosure"),
        no_further_action=None if nfa is None else nfa.lower() in ("true", "1"),
        **vars(known),
    )


def _all(element: Element, name: str) -> list[Element]:
    return [one for one in element.iter() if local(one) == name]


def _text(element: Element, name: str) -> str | None:
    found = next(iter(_all(element, name)), None)
    return (found.text or "").strip() or None if found is not None else None


def _date(element: Element, name: str) -> date | None:
    text = _text(element, name)
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        raise _Faulty(f"{name} is not a date as YYYY-MM-DD") from None


def _coded(element: Element, name: str, codes: Mapping[str, Any]) -> str | None:
    text = _text(element, name)
    if text is not None and text not in codes:
        raise _Faulty(f"{name} is not a code of the census")
    return text
