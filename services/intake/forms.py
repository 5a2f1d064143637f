"""The body of POST /v1/referrals: the fields of `mashbus.domain.referral`, all of them optional.

What a partnership insists on is its profile's business, after the referral was taken (promise P1); here only what
can't be read at all is refused.
"""

from pydantic import Field

from mashbus.bus.http.reading import Form
from mashbus.contracts import codes
from mashbus.domain.referral import Address, Adult, Child, Concern, Consent, Referrer
from mashbus.domain.vocabulary import Channel, ConsentStatus, LawfulBasis, NumberStatus, ReferrerKind
from services.intake.fields import (
    A_FEW,
    CarriedCode,
    Day,
    Email,
    Factor,
    Instant,
    Narrative,
    Need,
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


class ReferralForm(Form):
    """A contact about a child. Send what is known; nothing but what can't be read is refused."""

    source: Source = codes.UNKNOWN_SOURCE
    channel: Channel = Channel.UNKNOWN
    received_at: Instant | None = None
    """Only where it came earlier than now: by phone, by post."""
    referrer: ReferrerForm = ReferrerForm()
    children: tuple[ChildForm, ...] = A_FEW
    adults: tuple[AdultForm, ...] = A_FEW
    concern: ConcernForm = ConcernForm()
    consent: ConsentForm = ConsentForm()
