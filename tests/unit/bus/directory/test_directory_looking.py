"""What the hub's memory answers: exact identifiers decide, what contradicts does not, and the log says who was earlier."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from core_story import CHILD, MONDAY
from hub_memory import (
    CSC,
    EARLY_HELP,
    NHS,
    OPEN,
    OTHER_NHS,
    PARTNERSHIP,
    UPN,
    HubMemory,
    case,
    contact,
    held,
    identified,
    token,
)

from mashbus.domain import ids
from mashbus.domain.known import Candidate, Contradiction, Identifier
from mashbus.domain.referral import Child

HOUR = timedelta(hours=1)
CHILD_X = Child(given_name="Robin", nhs_number=NHS)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[HubMemory]:
    made = HubMemory(tmp_path / "directory")
    yield made
    made.table.close()


def offered(token: str | None = None, case_key: str | None = None) -> Candidate:
    return Candidate(
        candidate_id=ids.derived("test", "offer"), token=token, case=case(case_key) if case_key else None,
        probability=0.9, evidence=(),
    )  # fmt: skip


# -- who holds a child -------------------------------------------------------------------------------------------


def test_a_child_is_known_by_the_local_authoritys_own_id(memory: HubMemory) -> None:
    memory.told(held("c-1".upper(), OPEN))
    (known,) = memory.look("one", contact("one", Child(local_id=" c-1 "))).known
    assert (known.child, known.organisation, known.holdings) == (0, CSC, (OPEN,))
    assert known.token == token("C-1")
    assert known.matched_on == (Identifier.LOCAL_ID,)


@pytest.mark.parametrize(
    ("kind", "value", "child"),
    [
        (Identifier.NHS_NUMBER, NHS, Child(nhs_number="999 000 0018")),
        (Identifier.UPN, UPN, Child(upn=UPN.lower())),
    ],
)
def test_a_child_is_known_by_every_other_exact_identifier(memory, kind, value, child) -> None:
    memory.told(held("L1", OPEN), identified(kind, value, "L1"))
    (known,) = memory.look("one", contact("one", child)).known
    assert known.matched_on == (kind,)


def test_a_force_s_reference_is_that_force_s_alone(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN), identified(Identifier.POLICE_REFERENCE, ("met-police", "P77"), "L1"))
    notified = contact("one", Child(local_id="p77"), force="met-police")
    elsewhere = contact("two", Child(local_id="p77"), force="kent-police")
    referred = contact("three", Child(local_id="p77"))
    assert memory.look("one", notified).known[0].matched_on == (Identifier.POLICE_REFERENCE,)
    assert not memory.look("two", elsewhere).known
    assert not memory.look("three", referred).known


def test_a_force_s_reference_is_not_taken_for_the_local_authority_s_id(memory: HubMemory) -> None:
    memory.told(held("P77", OPEN))
    assert not memory.look("one", contact("one", Child(local_id="P77"), force="met-police")).known
    assert memory.look("two", contact("two", Child(local_id="P77"))).known


def test_several_identifiers_that_agree_are_all_named(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN), identified(Identifier.NHS_NUMBER, NHS, "L1"), identified(Identifier.UPN, UPN, "L1"))
    (known,) = memory.look("one", contact("one", Child(local_id="L1", nhs_number=NHS, upn=UPN))).known
    assert known.matched_on == (Identifier.LOCAL_ID, Identifier.UPN, Identifier.NHS_NUMBER)


def test_identifiers_that_lead_to_different_children_decide_nothing(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN), held("L2", OPEN), identified(Identifier.NHS_NUMBER, NHS, "L2"))
    looked = memory.look("one", contact("one", Child(local_id="L1", nhs_number=NHS)))
    assert not looked.known
    assert looked.contradictions == (Contradiction(child=0, identifiers=(Identifier.LOCAL_ID, Identifier.NHS_NUMBER)),)


def test_different_children_of_different_organisations_are_no_contradiction(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN), held("E9", OPEN, organisation=EARLY_HELP))
    memory.told(identified(Identifier.NHS_NUMBER, NHS, "E9", EARLY_HELP))
    looked = memory.look("one", contact("one", Child(local_id="L1", nhs_number=NHS)))
    assert [one.organisation for one in looked.known] == [CSC, EARLY_HELP]
    assert not looked.contradictions


def test_twins_under_one_number_are_a_contradiction_of_both(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN), identified(Identifier.NHS_NUMBER, NHS, "L1"))
    twins = (Child(given_name="Robin", nhs_number=NHS), Child(given_name="Sam", nhs_number=NHS))
    looked = memory.look("one", contact("one", *twins))
    assert not looked.known
    assert [one.child for one in looked.contradictions] == [0, 1]


def test_a_child_that_is_listed_twice_is_known_twice(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN), identified(Identifier.NHS_NUMBER, NHS, "L1"))
    looked = memory.look("one", contact("one", CHILD_X, replace(CHILD_X, school="Placeholder Primary")))
    assert [one.child for one in looked.known] == [0, 1]


def test_only_organisations_that_the_profile_names_are_believed(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN, organisation="somebody-else"))
    assert not memory.look("one", contact("one", Child(local_id="L1"))).known


def test_no_partnership_s_directory_answers_another_s_contact(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN, partnership="medway"))
    assert not memory.look("one", contact("one", Child(local_id="L1"))).known


@pytest.mark.parametrize("number", ["0000000000", "9999999999", "9990000019", "unknown", " "])
def test_what_is_no_identifier_finds_nobody(memory: HubMemory, number: str) -> None:
    memory.came("one", contact("one", Child(nhs_number=number)))
    later = contact("two", Child(nhs_number=number), at=MONDAY + HOUR)
    assert not memory.came("two", later).look("two", later).earlier


def test_the_latest_word_on_a_child_counts_and_what_is_forgotten_is_gone(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN), held("L1", replace(OPEN, unit="Unit 5")))
    about = contact("one", Child(local_id="L1"))
    assert [one.unit for one in memory.look("one", about).known[0].holdings] == ["Unit 5"]
    memory.told(held("L1"))
    assert not memory.look("one", about).known


def test_an_identifier_that_is_a_child_s_no_longer_leads_nowhere(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN), identified(Identifier.NHS_NUMBER, NHS, "L1"))
    about = contact("one", Child(nhs_number=NHS))
    assert memory.look("one", about).known
    memory.told(identified(Identifier.NHS_NUMBER, NHS, None))
    assert not memory.look("one", about).known


def test_what_a_person_decided_is_an_identifier_too(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN))
    about = contact("one", Child(given_name="Robin"))
    (known,) = memory.look("one", about, {0: [offered(token=token("L1"))]}).known
    assert known.matched_on == (Identifier.MATCH,)


def test_a_person_s_word_against_an_exact_identifier_is_a_contradiction(memory: HubMemory) -> None:
    memory.told(held("L1", OPEN), held("L2", OPEN))
    looked = memory.look("one", contact("one", Child(local_id="L1")), {0: [offered(token=token("L2"))]})
    assert not looked.known
    assert looked.contradictions[0].identifiers == (Identifier.LOCAL_ID, Identifier.MATCH)


def test_a_person_s_word_settles_to_which_of_two_children_the_identifiers_lead(memory: HubMemory) -> None:
    memory.told(held("A", OPEN), identified(Identifier.NHS_NUMBER, NHS, "A"))
    memory.told(held("B", OPEN), identified(Identifier.UPN, UPN, "B"))
    about = contact("one", Child(nhs_number=NHS, upn=UPN))
    assert memory.look("one", about).contradictions
    looked = memory.look("one", about, {0: [offered(token=token("A"))]})
    (known,) = looked.known
    assert (known.token, known.matched_on) == (token("A"), (Identifier.NHS_NUMBER, Identifier.MATCH))
    assert not looked.contradictions


@pytest.mark.parametrize("words", [("C",), ("A", "B"), ("A", "C")])
def test_a_word_for_a_third_child_or_for_two_settles_nothing(memory: HubMemory, words: tuple[str, ...]) -> None:
    memory.told(held("A", OPEN), held("B", OPEN), held("C", OPEN))
    memory.told(identified(Identifier.NHS_NUMBER, NHS, "A"), identified(Identifier.UPN, UPN, "B"))
    about = contact("one", Child(nhs_number=NHS, upn=UPN))
    looked = memory.look("one", about, {0: [offered(token=token(one)) for one in words]})
    assert not looked.known
    assert [one.child for one in looked.contradictions] == [0]


def test_a_person_s_word_settles_whose_a_number_is_that_twins_share_and_the_other_is_still_looked_for(
    memory: HubMemory,
) -> None:
    memory.told(held("L1", OPEN), identified(Identifier.NHS_NUMBER, NHS, "L1"))
    twins = contact("one", Child(given_name="Robin", nhs_number=NHS), Child(given_name="Sam", nhs_number=NHS))
    robins = [offered(token=token("L1"))]
    looked = memory.look("one", twins, {0: robins})
    assert [one.child for one in looked.known] == [0]
    assert [one.child for one in looked.contradictions] == [1]
    of_both = memory.look("one", twins, {0: robins, 1: robins})
    assert not of_both.known, "two different children cannot both be that one"
    assert [one.child for one in of_both.contradictions] == [0, 1]


# -- which contacts came before ----------------------------------------------------------------------------------


def test_a_child_s_earlier_contact_is_found_and_the_later_one_is_not_earlier(memory: HubMemory) -> None:
    first = contact("one", Child(nhs_number=NHS))
    later = contact("two", Child(upn="UN1"), Child(nhs_number=NHS), at=MONDAY + HOUR)
    memory.came("one", first).came("two", later)
    (earlier,) = memory.look("two", later).earlier
    assert (earlier.child, earlier.case, earlier.received_at) == (1, case("one"), MONDAY)
    assert earlier.matched_on == (Identifier.NHS_NUMBER,)
    assert not memory.look("one", first).earlier


def test_the_place_in_the_log_decides_not_the_clock(memory: HubMemory) -> None:
    first_in_log = contact("one", Child(nhs_number=NHS), at=MONDAY + HOUR)
    second = contact("two", Child(nhs_number=NHS), at=MONDAY)
    memory.came("one", first_in_log).came("two", second)
    assert [one.case for one in memory.look("two", second).earlier] == [case("one")]
    assert not memory.look("one", first_in_log).earlier


def test_of_two_that_share_several_identifiers_crosswise_one_is_the_earlier(memory: HubMemory) -> None:
    child = Child(nhs_number=NHS, upn=UPN)
    one, two = contact("one", child), contact("two", child)
    from hub_memory import KEYS

    from mashbus.bus.directory.claims import claims

    said = {
        key: {c.kind: c for c in claims(PARTNERSHIP, case(key), what, KEYS)}
        for key, what in (("one", one), ("two", two))
    }
    memory.told(said["one"]["nhs_number"], said["two"]["nhs_number"], said["two"]["upn"], said["one"]["upn"])
    found = {
        key: [other.case for other in memory.look(key, what).earlier] for key, what in (("one", one), ("two", two))
    }
    assert found == {"one": [case("two")], "two": []}


def test_before_its_own_claim_is_in_the_log_nothing_is_earlier(memory: HubMemory) -> None:
    later = contact("two", Child(nhs_number=NHS), at=MONDAY + HOUR, content="same")
    memory.came("one", contact("one", Child(nhs_number=NHS), content="same"))
    before = memory.look("two", later)
    assert (before.earlier, before.same_as) == ((), None)
    after = memory.came("two", later).look("two", later)
    assert (len(after.earlier), after.same_as) == (1, case("one"))


def test_the_same_few_words_about_nobody_in_particular_are_no_duplicate(memory: HubMemory) -> None:
    """Two neighbours hear a child cry: nothing says that it is one child."""
    first, second = (contact(key, Child(), content="same") for key in ("one", "two"))
    assert memory.came("one", first).came("two", second).look("two", second).same_as is None


def test_a_claim_that_is_made_again_changes_nothing(memory: HubMemory) -> None:
    one, two = contact("one", Child(nhs_number=NHS)), contact("two", Child(nhs_number=NHS))
    memory.came("one", one).came("two", two).came("one", one)
    assert [other.case for other in memory.look("two", two).earlier] == [case("one")]
    assert not memory.look("one", one).earlier


def test_a_contact_counts_within_the_profile_s_window_only(memory: HubMemory) -> None:
    """Twelve months back the whole local day counts, and the day before it does not."""
    now = MONDAY.replace(year=2027)  # 8 June
    memory.came("within", contact("within", Child(nhs_number=NHS), at=MONDAY.replace(hour=0)))
    memory.came("before", contact("before", Child(nhs_number=NHS), at=MONDAY.replace(hour=0) - 2 * HOUR))
    later = contact("now", Child(nhs_number=NHS), at=now)
    assert [one.case for one in memory.came("now", later).look("now", later).earlier] == [case("within")]


def test_what_a_person_matched_to_an_earlier_case_is_a_contact_of_the_same_child(memory: HubMemory) -> None:
    memory.came("one", contact("one", Child(given_name="Robin")))
    later = contact("two", Child(given_name="Robyn"), at=MONDAY + HOUR)
    memory.came("two", later)
    assert not memory.look("two", later).earlier
    (earlier,) = memory.look("two", later, {0: [offered(case_key="one")]}).earlier
    assert (earlier.case, earlier.matched_on) == (case("one"), (Identifier.MATCH,))


def test_the_same_content_within_the_window_is_the_same_referral(memory: HubMemory) -> None:
    memory.came("one", contact("one", content="same"))
    second = contact("two", at=MONDAY + 48 * HOUR, content="same")
    third = contact("three", at=MONDAY + 49 * HOUR, content="other")
    fourth = contact("four", at=MONDAY + 97 * HOUR, content="same")
    memory.came("two", second).came("three", third).came("four", fourth)
    same = {key: memory.look(key, one).same_as for key, one in (("two", second), ("three", third), ("four", fourth))}
    assert same == {"two": case("one"), "three": None, "four": None}


def test_a_case_is_known_to_its_own_partnership(memory: HubMemory) -> None:
    memory.came("one", contact("one", CHILD))
    assert memory.knows("one")
    assert not memory.knows("two")


def test_other_number_is_another_child(memory: HubMemory) -> None:
    memory.came("one", contact("one", Child(nhs_number=NHS)))
    later = contact("two", Child(nhs_number=OTHER_NHS), at=MONDAY + HOUR)
    assert not memory.came("two", later).look("two", later).earlier
