"""The body of POST /v1/referrals: the fields of `mashbus.domain.referral`, all of them optional.

What a partnership insists on is its profile's business, after the referral was taken (promise P1); here only what
can't be read at all is refused.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from mashbus.bus.http.reading import Form
from mashbus.contracts import codes
from mashbus.domain.referral import Address, Adult, Child, ChildView, Concern, Consent, Professional, Referrer
from mashbus.domain.vocabulary import Channel, ConsentStatus, LawfulBasis, NumberStatus, ReferrerKind, Support
from services.intake.fields import (
    A_FEW,
    A_FEW_AT_MOST,
    CarriedCode,
    Day,
    Email,
    Factor,
    Narrative,
    Need,
    PlausibleInstant,
    Sex,
    ShortText,
    Source,
    Uprn,
)


class AddressForm(Form):
    lines: tuple[ShortText, ...] = Field(default=(), max_length=10)
    postcode: ShortText | None = None
    uprn: Uprn | None = None
    """Unique property reference number."""

    def value(self) -> Address:
        return Address(**vars(self))


class ChildForm(Form):
    local_id: ShortText | None = None
    """The council's own id of the child. Of a referral by an organisation that keeps no cases it is left out: its own
    number may be another child's at the council.
    """
    given_name: ShortText | None = None
    family_name: ShortText | None = None
    date_of_birth: Day | None = None
    expected_date_of_birth: Day | None = None
    sex: Sex | None = None
    ethnicity: CarriedCode | None = None
    language: ShortText | None = None
    nhs_number: ShortText | None = None
    nhs_number_status: NumberStatus = NumberStatus.ABSENT
    upn: ShortText | None = None
    address: AddressForm | None = None
    phone: ShortText | None = None
    school: ShortText | None = None
    disabilities: tuple[CarriedCode, ...] = A_FEW

    def value(self) -> Child:
        return Child(**{**vars(self), "address": self.address and self.address.value()})


class AdultForm(Form):
    given_name: ShortText | None = None
    family_name: ShortText | None = None
    relationship: ShortText | None = None
    date_of_birth: Day | None = None
    phone: ShortText | None = None

    def value(self) -> Adult:
        return Adult(**vars(self))


class ReferrerForm(Form):
    kind: ReferrerKind = ReferrerKind.UNKNOWN
    name: ShortText | None = None
    role: ShortText | None = None
    organisation: ShortText | None = None
    email: Email | None = None
    phone: ShortText | None = None

    def value(self) -> Referrer:
        return Referrer(**vars(self))


class ConcernForm(Form):
    summary: Narrative | None = None
    impact: Narrative | None = None
    tried: Narrative | None = None
    category_of_need: Need | None = None
    factors: tuple[Factor, ...] = A_FEW
    immediate_harm: bool = False

    def value(self) -> Concern:
        return Concern(**{**vars(self), "factors": codes.today(self.factors)})


class ConsentForm(Form):
    status: ConsentStatus = ConsentStatus.UNKNOWN
    given_by: ShortText | None = None
    reason: Narrative | None = None
    lawful_basis: LawfulBasis = LawfulBasis.UNKNOWN
    told: bool | None = None
    telling_raises_risk: bool | None = None
    urgent: Narrative | None = None
    asking_raises_risk: Narrative | None = None
    action: Narrative | None = None

    def value(self) -> Consent:
        return Consent(**vars(self))


class ChildViewForm(Form):
    """What a child of sufficient understanding says for itself (H-18, C-13)."""

    child: int = Field(ge=0, lt=A_FEW_AT_MOST)
    """Its place among the contact's `children`, from 0."""
    understands: bool | None = None
    consent: ConsentStatus = ConsentStatus.UNKNOWN
    view: Narrative | None = None

    def value(self) -> ChildView:
        return ChildView(**vars(self))


class ProfessionalForm(Form):
    """Another professional who is involved with the family (M-11); invited to a strategy discussion (C-14)."""

    name: ShortText | None = None
    role: ShortText | None = None
    organisation: ShortText | None = None
    email: Email | None = None
    phone: ShortText | None = None

    def value(self) -> Professional:
        return Professional(**vars(self))


class ReferralForm(Form):
    """A contact about a child. Send what is known; nothing but what can't be read is refused."""

    source: Source = codes.UNKNOWN_SOURCE
    channel: Channel = Channel.UNKNOWN
    received_at: PlausibleInstant | None = None
    """Only where it came earlier than now: by phone, by post."""
    contact_type: ShortText | None = None
    """Only where it is no ordinary referral: one of the partnership's names for such (J-02, H-07, G-22)."""
    asks_for: Support = Support.UNKNOWN
    """What the referrer asks for (G-07)."""
    indicators: tuple[ShortText, ...] = A_FEW
    """Signs that call for joint triage, by the partnership's names (J-08)."""
    referrer: ReferrerForm = ReferrerForm()
    children: tuple[ChildForm, ...] = A_FEW
    adults: tuple[AdultForm, ...] = A_FEW
    professionals: tuple[ProfessionalForm, ...] = A_FEW
    no_other_professionals: bool = False
    """True: nobody else is involved. Neither this nor anybody named: it was not said (M-11)."""
    concern: ConcernForm = ConcernForm()
    consent: ConsentForm = ConsentForm()
    views: tuple[ChildViewForm, ...] = A_FEW
    """What the children say for themselves (H-18, C-13)."""
    call_reference: ShortText | None = None
    """Of an advice call before, as it was told to the caller (G-15). Not where calls are never on a child's record."""

    def said(self) -> Mapping[str, Any]:
        """The fields of ReferralReceived that are the contact's own."""
        return {name: _plain(value) for name, value in vars(self).items()}


def _plain(value: Any) -> Any:
    """A form's value, of forms within forms too."""
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    return value.value() if isinstance(value, _VALUED) else value


_VALUED = (ChildForm, AdultForm, ReferrerForm, ConcernForm, ConsentForm, ChildViewForm, ProfessionalForm)
