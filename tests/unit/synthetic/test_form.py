"""How referrers fill in a partnership's form: what its profile insists on is there, mostly."""

from collections import Counter
from dataclasses import replace

import pytest

from mashbus.domain.area import Area, Authority
from mashbus.domain.completeness import missing
from mashbus.domain.procedure import Insistence
from mashbus.domain.referral import Child, Concern, Consent, Referrer
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import Channel, ConsentStatus, ReferrerKind
from mashbus.synthetic.chance import chance
from mashbus.synthetic.form import WHATEVER, Form
from mashbus.synthetic.people import made
from mashbus.synthetic.referral_document import Draft
from mashbus.synthetic.words import SURNAMES
from tests.unit.demo.played import WEEKS

GIVEN = Consent(status=ConsentStatus.GIVEN)


def draft(number: int, consent: Consent = GIVEN) -> Draft:
    family = made(chance("form", number), born=WEEKS["medway"].starts.date(), sex="F")
    sender = Referrer(kind=ReferrerKind.PRACTITIONER, name=f"Rita {SURNAMES[0]}", phone="01632 960000")
    return Draft(
        source="2A", channel=Channel.ONLINE_FORM, referrer=sender, children=family.children, adults=family.adults,
        concern=Concern(summary="Synthetic."), consent=consent,
    )  # fmt: skip


def filled(form: Form, count: int = 200, **more) -> list[Draft]:
    return [form.filled(draft(number, **more), chance("fill", number)) for number in range(count)]


def left_out(one: Draft, required: tuple[str, ...]) -> tuple[str, ...]:
    return missing(required, replace(one, no_other_professionals=bool(one.no_other_professionals)))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", WEEKS)
def test_M_11_most_referrals_are_complete_and_a_few_are_not(name: str) -> None:
    profile = WEEKS[name].partnership
    complete = Counter(not left_out(one, profile.required) for one in filled(Form(profile)))
    assert complete[True] > 140


def test_M_11_without_the_form_medway_s_referrals_would_all_be_returned() -> None:
    required = WEEKS["medway"].partnership.required
    assert all(left_out(one, required) for one in filled(WHATEVER))


def test_who_asks_for_nothing_changes_nothing() -> None:
    assert filled(WHATEVER) == [draft(number) for number in range(200)]


def test_M_10_what_was_done_without_consent_is_written_down_where_a_profile_insists() -> None:
    refused = Condition(fact="consent", test="is", value="refused")
    insists = (Insistence(items=("consent.action",), requirement="M-10", conditions=(refused,)),)
    form = Form(replace(WEEKS["medway"].partnership, insists=insists))
    said = filled(form, consent=Consent(status=ConsentStatus.REFUSED))
    assert sum(bool(one.consent.action) for one in said) > 150
    assert not any(one.consent.action for one in filled(form))


def test_G_02_a_few_live_in_another_authority_s_area_where_the_profile_has_one() -> None:
    here, there = Authority(code="E1", name="Here"), Authority(code="E2", name="There")
    area = Area(authority="E1", districts={"ZY1": here, "ZX1": there})
    found = filled(Form(replace(WEEKS["gloucestershire"].partnership, area=area)), 600)
    elsewhere = [one for one in found if area.elsewhere(one.children)]
    assert 1 <= len(elsewhere) < 30
    assert all(one.children[0].address and one.children[0].address.postcode == "ZX1 9ZZ" for one in elsewhere)


def test_a_first_name_is_made_up_for_an_unborn_child_where_one_is_insisted_on() -> None:
    unborn = replace(draft(1), children=(Child(family_name="Sampleton"),))
    form = Form(WEEKS["medway"].partnership)
    assert {form.filled(unborn, chance(number)).children[0].given_name for number in range(50)} >= {"Baby"}
