"""What a field of a form may hold: short texts without control characters, codes of the sector, dates that can be."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from mashbus.contracts import codes
from mashbus.domain.vocabulary import Assessment

NO_CONCERN = "no_concern"
"""What the police found of no safeguarding concern has no symbol of ours: it is counted and never kept (P8, G-11)."""
ASSESSMENTS = frozenset({NO_CONCERN, *(one.value for one in Assessment if one is not Assessment.UNKNOWN)})
_BREAKS = frozenset("\n\r\t")
_TEN, _WEIGHTS = re.compile(r"[0-9]{10}"), range(10, 0, -1)
_PUPIL = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")
_SETTING = re.compile(r"[0-9]{6}")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*")


def _one_line(text: str) -> str:
    return _without_controls(text, allowed=frozenset())


def _prose(text: str) -> str:
    return _without_controls(text, allowed=_BREAKS)


def _without_controls(text: str, allowed: frozenset[str]) -> str:
    if any(unicodedata.category(one) == "Cc" and one not in allowed for one in text):
        raise PydanticCustomError("control_character", "control character")
    return text


def _code(what: str, known: Iterable[str]) -> AfterValidator:
    known = frozenset(known)

    def check(code: str) -> str:
        if code not in known:
            said = {"what": what, "allowed": ", ".join(sorted(known))}
            raise PydanticCustomError("unknown_code", "unknown code", said)
        return code

    return AfterValidator(check)


def _nhs_number(text: str) -> str:
    """Ten digits, the last of which checks the others by modulus 11."""
    digits = "".join(one for one in text if one not in " -")
    if not _TEN.fullmatch(digits) or sum(int(one) * weight for one, weight in zip(digits, _WEIGHTS, strict=True)) % 11:
        raise _malformed("NHS number", "ten digits with the right check digit, such as 999 000 0018")
    return digits


def _upn(text: str) -> str:
    number = "".join(text.split()).upper()
    if not _PUPIL.fullmatch(number):
        raise _malformed("unique pupil number", "a letter, eleven digits, and a digit or letter")
    return number


def _urn(text: str) -> str:
    if not _SETTING.fullmatch(text):
        raise _malformed("unique reference number of a school or nursery", "six digits, such as 123456")
    return text


def _malformed(what: str, allowed: str) -> PydanticCustomError:
    return PydanticCustomError("malformed", "malformed", {"what": what, "allowed": allowed})


def _plausible(day: date) -> date:
    if not date(1900, 1, 1) <= day <= date(2200, 1, 1):
        raise PydanticCustomError("implausible_date", "implausible date")
    return day


def _plausible_instant(instant: datetime) -> datetime:
    _plausible(instant.date())
    return instant


def written(said: object) -> object:
    """As RFC 3339 writes it: a number in quotes is no date and time, whatever a lenient reader makes of it."""
    if not isinstance(said, str):
        return said
    try:
        return datetime.fromisoformat(said if _RFC3339.fullmatch(said) else "")
    except ValueError:
        raise PydanticCustomError("datetime_parsing", "not a date and time") from None


def utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("datetime_parsing", "out of range") from None


ShortText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_one_line)]
Narrative = Annotated[str, StringConstraints(max_length=20_000), AfterValidator(_prose)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_one_line)]
"""Taken as written: a mistyped address must not hold a referral back. The mailer says when it can't be used."""
Uprn = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}$")]
CarriedCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,10}$")]
"""Ethnicity, disability: nothing is decided by them, and their lists differ by year and council."""
NhsNumber = Annotated[str, AfterValidator(_nhs_number)]
Upn = Annotated[str, AfterValidator(_upn)]
Urn = Annotated[str, AfterValidator(_urn)]
"""Of a school or nursery, in the register of settings."""
Assessed = Annotated[str, _code("known assessment", ASSESSMENTS)]
"""How the police sorted a child (G-11)."""
Source = Annotated[str, _code("contact source of the DfE", codes.SOURCES)]
Need = Annotated[str, _code("category of need of the DfE", codes.NEEDS)]
Factor = Annotated[str, _code("assessment factor of the DfE", codes.FACTORS_READ)]
Sex = Annotated[str, _code("sex", codes.SEXES)]
Closure = Annotated[str, _code("closure reason of the DfE", [f"RC{number}" for number in range(1, 10)])]
Day = Annotated[date, AfterValidator(_plausible)]
Instant = Annotated[AwareDatetime, BeforeValidator(written), AfterValidator(utc)]
"""UTC, so that two ways to write one instant are one content."""

PlausibleInstant = Annotated[Instant, AfterValidator(_plausible_instant)]
"""Within the years in which a day can be told in every time zone."""

A_FEW_AT_MOST = 50
A_FEW = Field(default=(), max_length=A_FEW_AT_MOST)
"""More children, adults or codes than any family or form has."""
