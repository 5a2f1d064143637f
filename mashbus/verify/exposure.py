"""What a record shows that it must not: in its key, its headers and its bytes. Values are compared and never kept.

Of a contact two things are remembered until the end: hashes of its values, to tell whose a value is, and the words
that identify people, to search where none of them may stand. They leave in no message.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from typing import NamedTuple

from mashbus.bus.headers import CONTENT_TYPE, DATASCHEMA
from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.referral import Address, Adult, Child, Professional, Referrer
from mashbus.verify.facts import Exposed, Fields
from mashbus.verify.places import Logged

_BLANK: dict[str, Child | Adult] = {"child": Child(), "adult": Adult()}
_NAMES = {part: tuple(field.name for field in fields(blank)) for part, blank in _BLANK.items()}
CHILD_FIELDS = _NAMES["child"]
_IDENTIFYING = (
    "given_name", "family_name", "date_of_birth", "expected_date_of_birth", "nhs_number", "upn", "phone", "local_id",
)  # fmt: skip
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_WORD = re.compile(r"\W+")
_SUMMARY, _PARAGRAPH = "concern.summary", "\n\n"
_LEAST = 4
"""Shorter words would be found in anything."""
_PHRASE, _BEGINNING = 12, 60
"""Of what a child says for itself: as much as tells it from a word of ours, and no more than that is remembered."""


class Secrets(NamedTuple):
    """Of one case. `values`: hashes of (field, value); `children`: the same, child by child. `words`: of people.
    `referrer`: of whoever referred. `others`: of other professionals, and how the children's own views begin.
    """

    values: "array[int]"
    children: tuple["array[int]", ...]
    names: tuple[str, ...]
    """Of the children of a police notification, whose schools may be told who they are, and nothing else."""
    story: tuple[str, ...]
    """How it begins to say what happened."""
    words: tuple[str, ...]
    referrer: tuple[bytes, ...]
    others: tuple[bytes, ...]


def secrets_of(contact: hub.ReferralReceived | hub.PoliceNotificationReceived) -> Secrets:
    people = [("child", one) for one in contact.children] + [("adult", one) for one in contact.adults]
    values = [hash(pair) for part, one in people for pair in _held(part, one)]
    summary = contact.concern.summary
    if summary is not None:
        values += [hash((_SUMMARY, said)) for said in (summary, *summary.split(_PARAGRAPH))]
    words = {word for _, one in people for word in words_of(one)}
    referrer: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    story: tuple[str, ...] = ()
    if isinstance(contact, hub.PoliceNotificationReceived):
        names = tuple(_full_name(one) for one in contact.children)
        story = (summary.strip()[:_BEGINNING].casefold(),) if summary and len(summary.strip()) >= _PHRASE else ()
    if isinstance(contact, hub.ReferralReceived):
        words.update(_referrer(contact.referrer))
        text = repr((contact.children, contact.adults, contact.concern)).casefold()
        referrer = tuple(word for word in _referrer(contact.referrer) if word not in text)
        others = tuple(word for word in _others(contact) if word not in text)
    return Secrets(
        array("q", values),
        tuple(map(hashed, contact.children)),
        names,
        story,
        tuple(sorted(words)),
        tuple(map(str.encode, referrer)),
        tuple(map(str.encode, others)),
    )


def fields_of(children: Iterable[Child], adults: Iterable[Adult], context: str | None) -> Iterator[tuple[str, object]]:
    """Every field that holds something, with its value. An adult without any field still shows that he is there."""
    for child in children:
        yield from _held("child", child)
    for adult in adults:
        yield from _held("adult", adult)
    if context is not None:
        yield _SUMMARY, context


def foreign(shown: Iterable[tuple[str, object]], own: Secrets | None) -> Fields:
    """Fields whose value is not this case's own."""
    return frozenset(pair[0] for pair in shown if own is None or not _is_own(pair, own))


def _is_own(pair: tuple[str, object], own: Secrets) -> bool:
    """Several notifications of one incident are told one below the other."""
    name, value = pair
    if name != _SUMMARY or hash(pair) in own.values:
        return hash(pair) in own.values
    return all(hash((_SUMMARY, said)) in own.values for said in str(value).split(_PARAGRAPH))


def child_fields(child: Child) -> tuple[tuple[str, object], ...]:
    return tuple(_held("child", child))


def hashed(child: Child) -> "array[int]":
    """A hash of each of its fields, in their order; 0 where nothing is said."""
    held = {name: hash((name, value)) for name, value in _held("child", child)}
    return array("q", (held.get(f"child.{name}", 0) for name in CHILD_FIELDS))


def of_whom(shown: Iterable[tuple[str, object]], own: Secrets | None) -> frozenset[int]:
    """Which children of the contact may be the one that is shown: those that say all that is shown."""
    pairs = set(map(hash, shown))
    return frozenset(place for place, values in enumerate(own.children if own else ()) if pairs.issubset(values))


def exposures(logged: Logged, record: Record, own: Secrets | None) -> Iterator[Exposed]:
    """The key is the case, or the record's own id; each header is what it is for; no other header speaks of people."""
    meta = record.meta
    if logged.key != str(meta.case_id or meta.event_id).encode():
        yield Exposed(logged.place, "the key is not the case's id")
    yield from header_exposures(logged, record, own.words if own else ())


def header_exposures(logged: Logged, record: Record, words: Iterable[str]) -> Iterator[Exposed]:
    """Each header is what it is for, and no other one speaks of people. `words`: theirs."""
    words = tuple(words)
    if logged.dropped:
        yield Exposed(logged.place, "a header is not text")
    wanted = _wanted(record)
    for name, value in logged.headers.items():
        if wanted.get(name) == value or (name == "traceparent" and _TRACEPARENT.fullmatch(value)):
            continue
        if name == DATASCHEMA:
            continue  # names an entry of the catalogue, or the record would not have been read
        if speaks_of(f"{name} {value}", words):
            yield Exposed(logged.place, "a header holds personal data of its case")
        elif name in wanted or name == "traceparent":
            yield Exposed(logged.place, f"header {name} does not say what the record says")


def _wanted(record: Record) -> dict[str, str]:
    """Standard headers say what the record itself says: such a one cannot hold anything else."""
    meta, full_name = record.meta, record.full_name()
    return {
        "ce_id": str(meta.event_id),
        "ce_subject": str(meta.case_id),
        "ce_type": full_name,
        "ce_time": meta.occurred_at.isoformat().replace("+00:00", "Z"),
        "ce_specversion": "1.0",
        "content-type": CONTENT_TYPE,
    }


def speaks_of(text: str, words: Iterable[str]) -> bool:
    """Names as whole words (a child may be called May), numbers and dates anywhere."""
    text = text.casefold()
    parts = frozenset(_WORD.split(text))
    return any(word in parts if word.isalpha() else len(word) >= _LEAST and word in text for word in words)


def shows(value: bytes, words: Iterable[bytes]) -> bool:
    """Whether any of these words stands in the bytes."""
    text = value.lower()
    return any(word in text for word in words)


def _held(part: str, person: Child | Adult) -> Iterator[tuple[str, object]]:
    blank = _BLANK[part]
    for name in _NAMES[part]:
        value = getattr(person, name)
        if value != getattr(blank, name):
            yield f"{part}.{name}", value


def _full_name(child: Child) -> str:
    return " ".join(word.casefold() for word in (child.given_name, child.family_name) if word)


def words_of(person: Child | Adult) -> Iterator[str]:
    for name in _IDENTIFYING:
        value = getattr(person, name, None)
        if isinstance(value, date):
            yield value.isoformat()
        elif value:
            yield str(value).casefold()
    address: Address | None = getattr(person, "address", None)
    if address and address.postcode:
        yield address.postcode.casefold()


def _others(contact: hub.ReferralReceived) -> Iterator[str]:
    """A professional named by one word ("Police") would be found in any request's purpose."""
    for one in contact.professionals:
        yield from (said for said in _referrer(one) if said != (one.name or "").casefold() or " " in said)
    for view in contact.views:
        if view.view and len(view.view.strip()) >= _PHRASE:
            yield view.view.strip()[:_BEGINNING].casefold()


def _referrer(referrer: Referrer | Professional) -> tuple[str, ...]:
    values = (referrer.name, referrer.email, referrer.phone)
    return tuple(value.casefold() for value in values if value and len(value) >= _LEAST)
