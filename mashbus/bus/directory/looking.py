"""What the hub's memory answers about a contact. Exact identifiers decide, and a person's word on an offered match.

Identifiers of one child that lead to different children of one organisation decide nothing, nor does one that two
different children of the contact share: a person looks, and his word on one of those children settles it. An earlier
contact is one whose claim on the same identifier lies before ours in the log, whatever the clocks said; without a claim
of our own nothing is earlier yet.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from mashbus.bus.directory.decoding import Decoder
from mashbus.bus.directory.keys import PERSON, Exact, Keys, identifiers_in
from mashbus.bus.directory.lookups import Claim, Lookups
from mashbus.contracts import hub
from mashbus.domain.contact import Contact
from mashbus.domain.known import (
    Candidate,
    Contradiction,
    EarlierContact,
    Identifier,
    KnownChild,
    Looked,
)
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Child

_ORDER = tuple(Identifier)
_ByToken = dict[str, tuple[hub.ChildHeld, list[Identifier]]]
_Found = dict[str, _ByToken]
"""Of one child of the contact: by organisation and token, what its record says and what led to it."""


class Looking:
    """Over the table as it stands. Raises TableDamaged, TransientError."""

    def __init__(self, table: Lookups, keys: Keys, decoder: Decoder) -> None:
        self._table = table
        self._keys = keys
        self._decoder = decoder

    def look(
        self, partnership: Partnership, case_id: UUID, contact: Contact, matched: Mapping[int, Sequence[Candidate]]
    ) -> Looked:
        """`matched`: who a person decided to be the child at that place of the contact."""
        found = {
            place: self._found(partnership, child, contact.force, matched.get(place, ()))
            for place, child in enumerate(contact.children)
        }
        shared = _shared(contact.children, found)
        known, contradictions = [], []
        for place, organisations in found.items():
            for organisation, by_token in organisations.items():
                token = _settled(by_token) or (next(iter(by_token)) if len(by_token) == 1 else None)
                if token is None or (place, token) in shared:
                    led = {kind for _, kinds in by_token.values() for kind in kinds}
                    contradictions.append(Contradiction(child=place, identifiers=_in_order(led)))
                    continue
                record, kinds = by_token[token]
                known.append(
                    KnownChild(
                        child=place,
                        token=token,
                        organisation=organisation,
                        holdings=record.holdings,
                        matched_on=_in_order(kinds),
                    )
                )
        return Looked(
            known=tuple(known),
            contradictions=tuple(contradictions),
            earlier=tuple(self._earlier(partnership, case_id, contact, matched)),
            same_as=self._same_as(partnership, case_id, contact),
        )

    def received(self, partnership: Partnership, case_id: UUID) -> datetime | None:
        """None: no claim of that case is kept."""
        return min((one.received_at for one in self._table.claims_of(partnership.name, case_id)), default=None)

    # -- who holds the child -------------------------------------------------------------------------------------

    def _found(self, partnership: Partnership, child: Child, force: str | None, matched: Sequence[Candidate]) -> _Found:
        found: _Found = defaultdict(dict)
        for holder in partnership.known.holders:
            for one in _exact(child, force):
                if record := self._held(partnership.name, holder, one):
                    found[holder].setdefault(record.child, (record, []))[1].append(one.kind)
        for candidate in matched:
            if candidate.token and (value := self._table.child(candidate.token)):
                record = self._decoder.record(value, hub.ChildHeld)
                if record.meta.partnership == partnership.name and record.organisation in partnership.known.holders:
                    found[record.organisation].setdefault(record.child, (record, []))[1].append(Identifier.MATCH)
        return found

    def _held(self, partnership: str, holder: str, one: Exact) -> hub.ChildHeld | None:
        key = self._keys.held(partnership, holder, one)
        find = self._table.child if one.kind is Identifier.LOCAL_ID else self._table.child_of
        value = find(key)
        return self._decoder.record(value, hub.ChildHeld) if value else None

    # -- which contacts came before ------------------------------------------------------------------------------

    def _earlier(
        self, partnership: Partnership, case_id: UUID, contact: Contact, matched: Mapping[int, Sequence[Candidate]]
    ) -> Iterator[EarlierContact]:
        first_day = partnership.known.re_referral.first_day(contact.received_at.astimezone(partnership.zone).date())
        found: dict[tuple[datetime, UUID, int], list[Identifier]] = defaultdict(list)
        for place, child in enumerate(contact.children):
            before = self._before(partnership, case_id, place, child, contact.force)
            for claim, kind in (*before, *self._matched(partnership, case_id, contact, matched.get(place, ()))):
                if claim.received_at.astimezone(partnership.zone).date() >= first_day:
                    found[claim.received_at, claim.case_id, place].append(kind)
        for (received_at, case, place), kinds in sorted(found.items()):
            yield EarlierContact(child=place, case=case, received_at=received_at, matched_on=_in_order(kinds))

    def _before(
        self, partnership: Partnership, case_id: UUID, place: int, child: Child, force: str | None
    ) -> Iterator[tuple[Claim, Identifier]]:
        """Of two contacts that share several identifiers, the first of these in a fixed order says which is earlier:
        each has a partition of its own, and two that come at the same instant may lie crosswise.
        """
        said: dict[UUID, bool] = {}
        for one in sorted(_exact(child, force), key=lambda one: _ORDER.index(one.kind)):
            claims = self._table.claims(self._keys.contact(partnership.name, one))
            ours = _ours(claims, case_id, place)
            if ours is None:
                continue
            for claim in _first_of_each(claims):
                if claim.case_id != case_id and said.setdefault(claim.case_id, claim.place < ours.place):
                    yield claim, one.kind

    def _matched(
        self, partnership: Partnership, case_id: UUID, contact: Contact, matched: Sequence[Candidate]
    ) -> Iterator[tuple[Claim, Identifier]]:
        """A person's word has no place in the log: there the time of receipt counts."""
        for candidate in matched:
            claims = self._table.claims_of(partnership.name, candidate.case) if candidate.case else ()
            persons = [one for one in claims if one.kind == PERSON and one.case_id != case_id]
            if persons and persons[0].received_at <= contact.received_at:
                yield persons[0], Identifier.MATCH

    def _same_as(self, partnership: Partnership, case_id: UUID, contact: Contact) -> UUID | None:
        claims = self._table.claims(self._keys.content(partnership.name, contact.content_hash))
        ours = _ours(claims, case_id, 0)
        if ours is None:
            return None
        since = contact.received_at - partnership.known.duplicate
        return next((one.case_id for one in claims if one.place < ours.place and one.received_at >= since), None)


def _exact(child: Child, force: str | None) -> Iterator[Exact]:
    return (one for one in identifiers_in(child, force) if isinstance(one, Exact))


def _ours(claims: Iterable[Claim], case_id: UUID, place: int) -> Claim | None:
    return next((one for one in claims if one.case_id == case_id and one.child == place), None)


def _first_of_each(claims: Iterable[Claim]) -> Iterable[Claim]:
    """Of each case, where it names the same child twice."""
    first: dict[UUID, Claim] = {}
    for one in claims:
        first.setdefault(one.case_id, one)
    return first.values()


def _settled(by_token: _ByToken) -> str | None:
    """The one child that an identifier leads to and that a person says it is. His word alone, against what all
    identifiers say, settles nothing.
    """
    said = [token for token, (_, kinds) in by_token.items() if Identifier.MATCH in kinds]
    return said[0] if len(said) == 1 and set(by_token[said[0]][1]) != {Identifier.MATCH} else None


def _shared(children: Sequence[Child], found: Mapping[int, _Found]) -> frozenset[tuple[int, str]]:
    """Where two children of the contact who are not the same person lead to one child of the directory. Whom a person
    settled it for shares it only with another of whom a person says so too.
    """
    led: dict[str, dict[int, _ByToken]] = defaultdict(dict)
    for place, organisations in found.items():
        for by_token in organisations.values():
            for token in by_token:
                led[token][place] = by_token

    def rivals(token: str, place: int) -> Iterable[int]:
        places = led[token]
        if _settled(places[place]) != token:
            return places
        return [other for other, by_token in places.items() if Identifier.MATCH in by_token[token][1]]

    return frozenset(
        (place, token)
        for token, places in led.items()
        for place in places
        if any(_person(children[other]) != _person(children[place]) for other in rivals(token, place))
    )


def _person(child: Child) -> Child:
    """A child that is listed twice is one child, whatever else its two lines say."""
    given, family = ((name or "").casefold().strip() for name in (child.given_name, child.family_name))
    return replace(
        Child(), given_name=given, family_name=family,
        date_of_birth=child.date_of_birth, expected_date_of_birth=child.expected_date_of_birth,
    )  # fmt: skip


def _in_order(kinds: Iterable[Identifier]) -> tuple[Identifier, ...]:
    return tuple(sorted(set(kinds), key=_ORDER.index))
