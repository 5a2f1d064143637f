"""What a referral lacks of what its partnership insists on: each place named, never a value."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from mashbus.domain.completeness import REQUIRABLE, NotRequirable, missing
from mashbus.domain.contact import Contact
from mashbus.domain.referral import Child, Concern, Consent, Referrer
from mashbus.domain.vocabulary import Channel, OpeningKind, ReferrerKind
from mashbus.profiles import load

REQUIRED = load("hackney", Path(__file__).parents[3] / "partnerships").required
WHOLE = Contact(
    kind=OpeningKind.REFERRAL,
    event_id=UUID(int=1),
    partnership="hackney",
    received_at=datetime(2026, 6, 8, tzinfo=UTC),
    channel=Channel.ONLINE_FORM,
    source="2A",
    children=(
        Child(family_name="Sampleton", date_of_birth=date(2019, 4, 1)),
        Child(family_name="Sampleton", expected_date_of_birth=date(2026, 9, 1)),
    ),
    adults=(),
    concern=Concern(summary="An invented worry."),
    content_hash="",
    referrer=Referrer(kind=ReferrerKind.PRACTITIONER, name="Pat Example", phone="01632 960001"),
    consent=Consent(),
)


def test_a_whole_referral_lacks_nothing() -> None:
    assert missing(REQUIRED, WHOLE) == ()


def test_M_11_every_missing_item_is_named_at_once() -> None:
    empty = replace(WHOLE, referrer=Referrer(), children=(Child(), WHOLE.children[0], Child()), concern=Concern())
    assert missing(REQUIRED, empty) == (
        "referrer.name", "referrer.contact", "children[0].family_name", "children[2].family_name", "children[0].birth",
        "children[2].birth", "concern.summary",
    )  # fmt: skip


def test_no_child_at_all_is_one_missing_item() -> None:
    assert missing(REQUIRED, replace(WHOLE, children=())) == ("children",)


def test_blanks_say_nothing_and_false_is_an_answer() -> None:
    blank = replace(WHOLE, concern=Concern(summary=" \n "), consent=Consent(told=False))
    assert missing(["concern.summary", "consent.told", "concern.immediate_harm"], blank) == ("concern.summary",)
    assert missing(["consent.told"], WHOLE) == ("consent.told",)


@pytest.mark.parametrize("reach", [Referrer(name="P", email="p@example.org"), Referrer(name="P", phone="01632 960001")])
def test_email_or_phone_is_a_contact(reach: Referrer) -> None:
    assert missing(REQUIRED, replace(WHOLE, referrer=reach)) == ()


def test_an_anonymous_referrer_owes_neither_name_nor_contact() -> None:
    assert missing(REQUIRED, replace(WHOLE, referrer=Referrer(kind=ReferrerKind.ANONYMOUS))) == ()
    assert missing(REQUIRED, replace(WHOLE, referrer=None)) == ()


@pytest.mark.parametrize("path", ["referrer.shoe_size", "children.family_name", "weather", "concern[].summary", ""])
def test_a_path_that_no_referral_has_is_said(path: str) -> None:
    assert path not in REQUIRABLE
    with pytest.raises(NotRequirable):
        missing([path], WHOLE)


def test_every_path_that_can_be_required_can_be_asked() -> None:
    assert missing(sorted(REQUIRABLE), WHOLE)
