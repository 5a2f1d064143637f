"""Which children of a contact are looked for beyond exact identifiers, and what is stated of whom was found.

One offer a round and child. Nobody is offered twice in a case: a person's word on him stands.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.contact import Contact
from mashbus.domain.known import Candidate
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Child
from services.matching.people import Person
from services.matching.search import Found

NEARLY_CERTAIN = 0.9999
"""No offer says more: only exact identifiers and people decide."""

Search = Callable[[str, Child, Callable[[Person], bool]], Sequence[Found]]
"""Partnership, the child sought, and who may be offered at all."""


def offered(
    case: Case, contact: Contact, answer: hub.ChildrenLookedUp, partnership: Partnership, at: datetime, search: Search
) -> Iterator[hub.MatchOffered]:
    """For every child that exact identifiers did not find, or found twice. Of a duplicate the first case is asked."""
    if answer.same_as is not None:
        return
    for place in sought(contact, answer):
        mine = _may_be(case, contact, answer, partnership, place)
        found = search(partnership.name, contact.children[place], mine)
        if found:
            yield hub.MatchOffered(
                meta=Meta(
                    event_id=ids.once(case.case_id, f"{hub.MatchOffered.__name__}/{place}", answer.round),
                    partnership=partnership.name,
                    case_id=case.case_id,
                    occurred_at=at,
                    cause_id=answer.meta.event_id,
                ),
                child=place,
                candidates=tuple(_candidate(case.case_id, place, one) for one in found),
            )


def sought(contact: Contact, answer: hub.ChildrenLookedUp) -> Sequence[int]:
    """Places of the children that a person may have to find."""
    unclear = {one.child for one in answer.contradictions}
    found = {one.child for one in answer.known} - unclear
    return [place for place in range(len(contact.children)) if place not in found]


def candidate_id(case_id: UUID, place: int, person: Person) -> UUID:
    """The same for the same person in every round, so that a word about him is not asked for again."""
    return ids.derived("candidate", case_id, place, person.token or f"{person.case}/{person.child}")


def _may_be(
    case: Case, contact: Contact, answer: hub.ChildrenLookedUp, partnership: Partnership, place: int
) -> Callable[[Person], bool]:
    linked = {one.case for one in answer.earlier if one.child == place}

    def counts(person: Person) -> bool:
        if candidate_id(case.case_id, place, person) in case.candidates:
            return False
        if person.token is not None:
            return person.organisation in partnership.known.holders
        assert person.case is not None
        assert person.received_at is not None
        came_before = (person.received_at, person.case) < (contact.received_at, case.case_id)
        return came_before and person.case != case.case_id and person.case not in linked

    return counts


def _candidate(case_id: UUID, place: int, one: Found) -> Candidate:
    person = one.person
    return Candidate(
        candidate_id=candidate_id(case_id, place, person),
        token=person.token,
        case=person.case,
        local_id=person.local_id,
        organisation=person.organisation,
        probability=min(round(one.score.probability, 4), NEARLY_CERTAIN),
        evidence=one.score.evidence,
    )
