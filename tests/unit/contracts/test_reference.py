"""References: read over the phone without doubt, and known as mistyped before anybody looks for them."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mashbus.contracts.reference import (
    ALPHABET,
    NotAReference,
    call_reference_of,
    parsed,
    parsed_call,
    prefix_of,
    reference_of,
)

CASES = st.uuids(version=5)
PARTNERSHIPS = st.sampled_from(["hackney", "gloucestershire", "cambridgeshire", "jersey", "medway", "wu"])


@given(PARTNERSHIPS, CASES)
def test_a_reference_is_read_however_it_is_typed(partnership: str, case_id: UUID) -> None:
    reference = reference_of(partnership, case_id)
    assert parsed(reference) == reference
    assert parsed(reference.lower().replace("-", " ")) == reference
    assert parsed(reference[:4] + reference[4:].replace("0", "o").replace("1", "l")) == reference


@given(PARTNERSHIPS, CASES)
def test_every_single_wrong_symbol_is_noticed(partnership: str, case_id: UUID) -> None:
    reference = reference_of(partnership, case_id)
    for at, symbol in enumerate(reference):
        for other in ALPHABET if at > 3 and symbol != "-" else "":
            if other != symbol:
                with pytest.raises(NotAReference):
                    parsed(reference[:at] + other + reference[at + 1 :])


@given(CASES)
def test_nearly_all_changed_places_are_noticed(case_id: UUID) -> None:
    bare = reference_of("hackney", case_id).replace("-", "")
    swaps = [at for at in range(3, len(bare) - 1) if bare[at] != bare[at + 1]]
    unnoticed = 0
    for at in swaps:
        try:
            parsed(bare[:at] + bare[at + 1] + bare[at] + bare[at + 2 :])
            unnoticed += 1
        except NotAReference:
            pass
    assert unnoticed <= 2


@pytest.mark.parametrize(
    "text", ["", "HAC", "HAC-5V0B-XG6E-F2", "HAC-5V0B-XG6E-F277", "5V0-5V0B-XG6E-F27", "HÅC-5V0B-XG6E-F27"]
)
def test_another_shape_is_no_reference_and_is_not_quoted(text: str) -> None:
    with pytest.raises(NotAReference) as refused:
        parsed(text)
    assert not text or text not in str(refused.value)


@given(PARTNERSHIPS, CASES)
def test_a_call_s_reference_is_read_however_it_is_typed_and_is_no_referral_s(partnership: str, call_id: UUID) -> None:
    reference = call_reference_of(partnership, call_id)
    typed = reference[:8] + reference[8:].replace("0", "o").replace("1", "l")
    assert {parsed_call(one) for one in (reference, reference.lower().replace("-", " "), typed)} == {reference}
    for read, other in ((parsed, reference), (parsed_call, reference_of(partnership, call_id))):
        with pytest.raises(NotAReference):
            read(other)


@given(PARTNERSHIPS, CASES)
def test_every_single_wrong_symbol_of_a_call_s_is_noticed(partnership: str, call_id: UUID) -> None:
    reference = call_reference_of(partnership, call_id)
    for at, symbol in enumerate(reference):
        for other in ALPHABET if at > 8 and symbol != "-" else "":
            if other != symbol:
                with pytest.raises(NotAReference):
                    parsed_call(reference[:at] + other + reference[at + 1 :])


def test_the_prefix_names_the_partnership() -> None:
    assert [prefix_of(name) for name in ("hackney", "wu", "st-helens")] == ["HAC", "WUX", "STH"]


def test_a_reference_never_changes() -> None:
    assert reference_of("hackney", UUID("886313e1-3b8a-5202-9b96-7c9c249ee215")) == "HAC-KWKG-J9XR-GNV"
