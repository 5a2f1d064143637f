"""Ids are derived from what they stand for: doing it again says the same, anything else says something else."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from mashbus.domain import ids

WORDS = st.lists(st.text(st.characters(exclude_characters="\x1f", codec="utf-8"), max_size=4), min_size=1, max_size=3)


def test_the_namespace_is_fixed_for_ever() -> None:
    assert ids.case_of_client("school", "key-1") == UUID("92450da6-96ad-5b58-a0f1-768b3bba7988")
    assert ids.request_of(UUID(int=1), "met-police") == UUID("93586625-8d6f-5452-bb6f-ecab55f3f468")


@given(WORDS, WORDS)
def test_parts_never_run_into_one_another(one: list[str], other: list[str]) -> None:
    assert (ids.derived("kind", *one) == ids.derived("kind", *other)) == (one == other)


def test_a_round_a_recipient_a_stage_and_a_revision_each_make_an_id_of_their_own() -> None:
    case, fact = UUID(int=1), UUID(int=2)
    assert ids.once(case, "CaseRerated", 1) != ids.once(case, "CaseRerated", 2)
    assert ids.caused(fact, "OutcomeShared", "met-police") != ids.caused(fact, "OutcomeShared", "homerton-health")
    assert ids.breach_of(case, "lapse") != ids.breach_of(case, "at_risk")
    assert ids.deadline_of(case, "agency-response", 1) != ids.deadline_of(case, "agency-response", 2)


def test_a_police_incident_and_a_client_s_key_of_the_same_words_are_two_cases() -> None:
    assert ids.case_of_client("met-police", "I-1") != ids.case_of_incident("met-police", "I-1")
