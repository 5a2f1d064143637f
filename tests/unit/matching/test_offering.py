"""For which children somebody is looked for, and what is stated: once a round and child, nobody twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.contracts.story import evolve
from mashbus.domain.case import Case
from mashbus.domain.contact import Contact
from mashbus.domain.known import Contradiction, EarlierContact, Evidence, Identifier, KnownChild, Says
from mashbus.domain.referral import Child
from services.matching.features import Features
from services.matching.offering import offered
from services.matching.people import Person
from services.matching.scores import Scored
from services.matching.search import Found
from tests.core_story import HACKNEY as PROFILE
from tests.core_story import case_of as case_named
from tests.core_story import opened

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
CASE_ONE = case_named("one")
HOLDER = PROFILE.known.holders[0]
HELD = Person(features=Features(), token="ab" * 32, organisation=HOLDER, local_id="LA-1")
EVIDENCE = (Evidence(field="sex", says=Says.SAME, weight=1.0),)


def case_of(*children: Child) -> tuple[Case, Contact]:
    case = opened().case
    contact = case.contact
    assert contact is not None
    contact = replace(contact, children=children or (Child(given_name="Amara", date_of_birth=date(2017, 3, 2)),))
    return replace(case, contact=contact, partnership="hackney"), contact


def answer(round_: int = 1, **more: object) -> hub.ChildrenLookedUp:
    meta = Meta(event_id=uuid4(), partnership="hackney", case_id=CASE_ONE, occurred_at=AT)
    said = {"known": (), "contradictions": (), "earlier": (), "same_as": None, **more}
    return hub.ChildrenLookedUp(meta=meta, round=round_, **said)


def finding(*persons: Person) -> Callable[..., Sequence[Found]]:
    def search(_partnership: str, _child: Child, counts: Callable[[Person], bool]) -> Sequence[Found]:
        return [Found(one, Scored(0, 5.0, EVIDENCE)) for one in persons if counts(one)]

    return search


def offers(case: Case, contact: Contact, said: hub.ChildrenLookedUp, *persons: Person) -> list[hub.MatchOffered]:
    return list(offered(case, contact, said, PROFILE, AT, finding(*persons)))


def earlier_contact(case_id: UUID | None = None, **before: float) -> Person:
    _, contact = case_of()
    at = contact.received_at - timedelta(**(before or {"days": 1}))
    return Person(features=Features(), case=case_id or uuid4(), child=0, received_at=at)


def test_nobody_is_looked_for_where_an_exact_identifier_found_the_child() -> None:
    case, contact = case_of(Child(given_name="A"), Child(given_name="B"))
    known = KnownChild(child=0, token="cd" * 32, organisation=HOLDER, holdings=(), matched_on=(Identifier.UPN,))
    (offer,) = offers(case, contact, answer(known=(known,)), HELD)
    assert offer.child == 1
    (one,) = offer.candidates
    assert (one.token, one.local_id, one.organisation, one.evidence) == (HELD.token, "LA-1", HOLDER, EVIDENCE)


def test_where_identifiers_contradict_one_another_somebody_is_looked_for() -> None:
    case, contact = case_of()
    unclear = Contradiction(child=0, identifiers=(Identifier.UPN, Identifier.NHS_NUMBER))
    assert offers(case, contact, answer(contradictions=(unclear,)), HELD)


def test_of_a_duplicate_the_first_case_is_asked() -> None:
    case, contact = case_of()
    assert not offers(case, contact, answer(same_as=uuid4()), HELD)


def test_nobody_is_offered_twice_in_a_case() -> None:
    case, contact = case_of()
    (offer,) = offers(case, contact, answer(), HELD)
    case = evolve(case, offer, AT)
    assert not offers(case, contact, answer(round_=2), HELD)


def test_saying_it_again_says_the_same_ids() -> None:
    case, contact = case_of()
    (one,), (again,) = offers(case, contact, answer(), HELD), offers(case, contact, answer(), HELD)
    assert one.meta.event_id == again.meta.event_id
    assert one.candidates == again.candidates


@pytest.mark.parametrize(
    "person",
    [
        replace(HELD, organisation="somebody-else"),
        earlier_contact(CASE_ONE),
        earlier_contact(hours=-1),
    ],
    ids=["no holder of the profile", "the case itself", "a later contact"],
)
def test_who_does_not_count_is_not_offered(person: Person) -> None:
    case, contact = case_of()
    assert not offers(case, contact, answer(), person)


def test_an_earlier_contact_is_offered_unless_it_is_known_to_be_the_same_childs() -> None:
    case, contact = case_of()
    before = earlier_contact()
    assert offers(case, contact, answer(), before)
    assert before.case
    linked = EarlierContact(child=0, case=before.case, received_at=AT, matched_on=(Identifier.UPN,))
    assert not offers(case, contact, answer(earlier=(linked,)), before)
