"""By what a contact can be found again: one claim for each exact identifier of each child, one for its content, and one
for each child as a person, for what is weaker than an identifier.

Claimed before the case opens and looked up afterwards: of two contacts about one child, exactly one is the earlier, by
its place in the log. Doing it again claims the same ids.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from mashbus.bus.directory.keys import CONTENT, PERSON, Exact, Keys, identifiers_in
from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.domain import ids
from mashbus.domain.contact import Contact
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Address, Child
from mashbus.domain.vocabulary import OpeningKind


def claims(
    partnership: Partnership, case_id: UUID, contact: Contact, keys: Keys, occurred_at: datetime | None = None
) -> Iterator[hub.ContactIndexed]:
    """Of a contact as it was received; `occurred_at` is when it was, unless said otherwise."""
    name, at = partnership.name, occurred_at or contact.received_at

    def claim(identifier: str, kind: str, child: int, person: Child | None = None) -> hub.ContactIndexed:
        return hub.ContactIndexed(
            meta=Meta(
                event_id=ids.caused(contact.event_id, f"{hub.ContactIndexed.__name__}/{kind}/{child}", identifier),
                partnership=name,
                case_id=None,
                occurred_at=at,
                cause_id=contact.event_id,
            ),
            identifier=identifier,
            kind=kind,
            case=case_id,
            child=child,
            received_at=contact.received_at,
            person=person,
        )

    for place, child in enumerate(contact.children):
        for one in identifiers_in(child, contact.force):
            if isinstance(one, Exact):
                yield claim(keys.contact(name, one), one.kind, place)
        yield claim(keys.person(name, case_id, place), PERSON, place, person_of(child))
    if tells_itself(contact):
        yield claim(keys.content(name, contact.content_hash), CONTENT, 0)


def tells_itself(contact: Contact) -> bool:
    """Whether the same content again is surely the same referral: it says who the children are, and what the worry is.

    Two callers who say no more than that a child cries may mean two children. An incident has an identity of its own.
    """
    named = bool(contact.children) and all(map(_is_named, contact.children))
    return contact.kind is OpeningKind.REFERRAL and named and bool(contact.concern.summary)


def _is_named(child: Child) -> bool:
    born = child.date_of_birth or child.expected_date_of_birth
    return bool(child.family_name and born) or any(isinstance(one, Exact) for one in identifiers_in(child, None))


def person_of(child: Child) -> Child:
    """What matching compares, and nothing else: names, dates, sex and address."""
    address = child.address
    return Child(
        given_name=child.given_name,
        family_name=child.family_name,
        date_of_birth=child.date_of_birth,
        expected_date_of_birth=child.expected_date_of_birth,
        sex=child.sex,
        address=Address(lines=address.lines, postcode=address.postcode, uprn=address.uprn) if address else None,
    )
