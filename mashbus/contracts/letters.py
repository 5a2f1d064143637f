"""Emails as records: rendered from the partnership's message, or suppressed with a reason. The mailer adds nothing.

A message may name `$reference` (for a case without one, its id) and `$partnership`; what else depends on its kind and
stands in PLACEHOLDERS. Nothing of what was said about a child can be named: an email leaves the hub. Who the child is,
a school alone is told, of its own children and at the address that somebody has verified (G-13).
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from html import escape
from string import Template
from uuid import UUID

from markdown_it import MarkdownIt

from mashbus.contracts import hub
from mashbus.contracts.deadlines import FURTHER_REFERRER, NO_ADDRESS
from mashbus.contracts.facts import copied
from mashbus.contracts.record import Record
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.partnership import Message, Partnership
from mashbus.domain.referral import Referrer
from mashbus.domain.vocabulary import EmailKind, ReferrerKind

REFERRER = "referrer"
TEAM, ORGANISATION, PROFESSIONAL = "team", "organisation", "professional"
NOT_NAMED_BY_A_PRACTITIONER = "not_named_by_a_practitioner"
"""Not sent, as anybody may have typed the address: somebody looks at who it is, and asks by phone."""
NO_REFERRER, ANONYMOUS, NOT_TOLD, NOT_THIS_KIND = (
    "no_referrer", "anonymous", "not_told", "not_for_this_kind_of_referrer"
)  # fmt: skip
"""Nobody is owed it."""
ADDED_LATER = "added_after_the_outcome"
"""A further referrer whom no decision to tell could include: a person tells him, or does not."""
PLACEHOLDERS: Mapping[EmailKind, frozenset[str]] = {
    kind: frozenset({"reference", "partnership", *more})
    for kind, more in {
        EmailKind.ACKNOWLEDGEMENT: ("dealt_with_from",),
        EmailKind.RETURNED: ("missing",),
        EmailKind.OUT_OF_AREA: ("authority",),
        EmailKind.DIRECTED: ("title", "reason"),
        EmailKind.PASSED_ON: ("title", "reason"),
        EmailKind.ALERT: ("alert", "reason"),
        EmailKind.INVITATION: ("title",),
        EmailKind.ADVICE_TO_TELL: (),
        EmailKind.OUTCOME: ("outcomes",),
        EmailKind.OUTCOME_TO_AGENCY: ("outcomes",),
        EmailKind.ENCOMPASS_NOTIFICATION: ("children", "incident_at"),
    }.items()
}
"""What a message of each kind may name."""


def to_referrer(
    kind: EmailKind, case: Case, fact: Record, partnership: Partnership, at: datetime, **values: str
) -> Record | None:
    """The referrer's email of that kind about `fact`. None where the partnership has no such message."""
    contact = case.contact
    if contact is None or kind not in partnership.messages:
        return None
    if contact.referrer is None:
        return suppressed(kind, fact, NO_REFERRER, at)
    return to_one(kind, REFERRER, contact.referrer, case, fact, partnership, at, values)


def to_address(
    kind: EmailKind, recipient: str, address: str | None, case: Case, fact: Record, partnership: Partnership,
    at: datetime, **values: str,
) -> Record | None:  # fmt: skip
    """To a mailbox of a team, an organisation or a professional. `recipient`: its kind, and what tells it from others.

    None where the partnership has no such message.
    """
    message = partnership.messages.get(kind)
    if message is None:
        return None
    if not address:
        return suppressed(kind, fact, NO_ADDRESS, at, recipient)
    return _requested(kind, recipient, address, message, case, fact, partnership, at, values)


def suppressed(
    kind: EmailKind, fact: Record, reason: str, at: datetime, recipient: str = REFERRER
) -> hub.EmailSuppressed:
    """An email that is not sent, on the record: `no_address`, or why that person is not told at all."""
    return hub.EmailSuppressed(
        meta=copied(fact, hub.EmailSuppressed, f"{kind}/{recipient}", at),
        kind=kind,
        reason=reason,
        recipient_kind=_sort(recipient),
    )


def requested_id(fact_id: UUID, kind: EmailKind, recipient: str) -> UUID:
    """Of the EmailRequested that the recipient is sent because of that fact."""
    return ids.caused(fact_id, hub.EmailRequested.__name__, f"{kind}/{recipient}")


def local(at: datetime, partnership: Partnership) -> str:
    """An instant for people: `Monday 8 June 2026, 08:30`."""
    there = at.astimezone(partnership.zone)
    return f"{there:%A} {there.day} {there:%B %Y, %H:%M}"


def further(referrer_id: UUID) -> str:
    """The recipient that a further referrer is: told by a decision of its own."""
    return f"{FURTHER_REFERRER}/{referrer_id}"


def is_told(referrer: Referrer, case: Case, partnership: Partnership) -> bool:
    """Whether every way that the case goes tells this kind of referrer its outcome (J-17, J-18, J-22)."""
    told = [partnership.pathways[one].tells for one in case.pathways]
    return all(kinds is None or _kind(referrer) in kinds for kinds in told)


def may_know_outcome(kind: ReferrerKind, case: Case, partnership: Partnership) -> bool:
    """Whether this kind of referrer may hear an outcome at all: whoever is not written to is not answered either.

    A way that the profile no longer has tells nobody.
    """
    referrer, message = Referrer(kind=kind), partnership.messages.get(EmailKind.OUTCOME)
    if message is not None and message.to is not None and _kind(referrer) not in message.to:
        return False
    return partnership.pathways.keys() >= set(case.pathways) and is_told(referrer, case, partnership)


def to_one(
    kind: EmailKind, recipient: str, referrer: Referrer, case: Case, fact: Record, partnership: Partnership,
    at: datetime, values: Mapping[str, str],
) -> Record:  # fmt: skip
    """One referrer's, where the partnership has such a message."""
    message = partnership.messages[kind]
    if message.to is not None and _kind(referrer) not in message.to:
        return suppressed(kind, fact, NOT_THIS_KIND, at, recipient)
    if not referrer.email:
        reason = ANONYMOUS if referrer.kind is ReferrerKind.ANONYMOUS else NO_ADDRESS
        return suppressed(kind, fact, reason, at, recipient)
    return _requested(kind, recipient, referrer.email, message, case, fact, partnership, at, values)


def _sort(recipient: str) -> str:
    return recipient.partition("/")[0]


def _kind(referrer: Referrer) -> ReferrerKind:
    """UNKNOWN is treated as a member of the public: told least."""
    return ReferrerKind.PUBLIC if referrer.kind is ReferrerKind.UNKNOWN else referrer.kind


def _requested(
    kind: EmailKind, recipient: str, address: str, message: Message, case: Case, fact: Record,
    partnership: Partnership, at: datetime, values: Mapping[str, str],
) -> hub.EmailRequested:  # fmt: skip
    reference = (case.contact.reference if case.contact else None) or str(case.case_id)
    said = {"reference": reference, "partnership": partnership.title, **values}
    body = Template(message.body).safe_substitute(said).lstrip()
    return hub.EmailRequested(
        meta=copied(fact, hub.EmailRequested, f"{kind}/{recipient}", at),
        kind=kind,
        recipient_kind=_sort(recipient),
        to=address,
        subject=Template(message.subject).safe_substitute(said),
        body=body,
        html=_html(body) if message.html is None else Template(message.html).safe_substitute(_escaped(said)),
    )


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    """Raw HTML in a text stays text."""
    return MarkdownIt("commonmark", {"html": False})


def _html(body: str) -> str:
    """The same words as HTML: paragraphs and lists as they stand in the text."""
    return f'<!doctype html>\n<html lang="en-GB"><body>\n{_markdown().render(body)}</body></html>\n'


def _escaped(said: Mapping[str, str]) -> Mapping[str, str]:
    """What stands in lines is a list, and stays one."""
    return {name: _markdown().render(value) if "\n" in value else escape(value) for name, value in said.items()}
