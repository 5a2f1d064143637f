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
    telling_raises_risk: bool | None = None
    """Telling them would put the child at risk: then nobody is advised to (J-05)."""
    urgent: str | None = None
    """The urgent safety concern that overrides consent: one of two reasons, both recorded (H-13)."""
    asking_raises_risk: str | None = None
    """Why asking would raise the risk: the other one (H-13, C-02)."""
    action: str | None = None
    """What was done where consent was not sought or refused (M-10)."""


@dataclass(frozen=True, kw_only=True)
class ChildView:
    """What a child of sufficient understanding says for itself (H-18, C-13)."""

    child: int
    """Its place among the contact's children, from 0."""
    understands: bool | None = None
    """Of an age and understanding to decide: Gillick competent."""
    consent: ConsentStatus = ConsentStatus.UNKNOWN
    view: str | None = None


@dataclass(frozen=True, kw_only=True)
class Professional:
    """Another professional who is involved with the family (M-11, C-14). Never part of what an agency is sent."""

    name: str | None = None
    role: str | None = None
    organisation: str | None = None
    email: str | None = None
    phone: str | None = None
