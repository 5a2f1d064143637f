"""What a contact says about a child: the values that referrals, police notifications and requests are made of.

All are optional where real contacts leave them out; which ones a partnership insists on is its profile's rule.
Codes (source, need, factors, ethnicity, sex, disability) are the sector's strings: "10" is not 10.
"""

from dataclasses import dataclass
from datetime import date

from mashbus.domain.vocabulary import ConsentStatus, LawfulBasis, NumberStatus, ReferrerKind


@dataclass(frozen=True, kw_only=True)
class Address:
    lines: tuple[str, ...] = ()
    postcode: str | None = None
    uprn: str | None = None
    """Unique property reference number: up to 12 digits, as a string."""


@dataclass(frozen=True, kw_only=True)
class Child:
    """A child, born or unborn: exactly one of the two dates is meant to be known."""

    local_id: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    date_of_birth: date | None = None
    expected_date_of_birth: date | None = None
    sex: str | None = None
    ethnicity: str | None = None
    language: str | None = None
    nhs_number: str | None = None
    nhs_number_status: NumberStatus = NumberStatus.ABSENT
    upn: str | None = None
    address: Address | None = None
    phone: str | None = None
    school: str | None = None
    disabilities: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Adult:
    """A parent, carer or other adult around the child."""

    given_name: str | None = None
    family_name: str | None = None
    relationship: str | None = None
    date_of_birth: date | None = None
    phone: str | None = None


@dataclass(frozen=True, kw_only=True)
class Referrer:
    """Who refers. Never part of what an agency is sent (G-21)."""

    kind: ReferrerKind = ReferrerKind.UNKNOWN
    name: str | None = None
    role: str | None = None
    organisation: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, kw_only=True)
class Concern:
    """Why somebody is worried."""

    summary: str | None = None
    impact: str | None = None
    tried: str | None = None
    category_of_need: str | None = None
    """DfE category of need, N0 to N9."""
    factors: tuple[str, ...] = ()
    """DfE assessment factors, such as 3A (domestic abuse of the child)."""
    immediate_harm: bool = False
    """A report of immediate harm is never returned or held back (promise P8)."""


@dataclass(frozen=True, kw_only=True)
class Consent:
    status: ConsentStatus = ConsentStatus.UNKNOWN
    given_by: str | None = None
    reason: str | None = None
    lawful_basis: LawfulBasis = LawfulBasis.UNKNOWN
    told: bool | None = None
    """Whether the family was told what is shared and why (J-05)."""
