"""One email for each recipient and kind: asked for once, ended once; nothing in the mail folder that nobody asked for.

Not promised is exactly one email after an unknown SMTP result: that is the same Message-ID again, and counted.
"""

from collections import Counter, defaultdict
from uuid import UUID

from mashbus.domain.vocabulary import EmailKind
from mashbus.verify.evidence import Evidence
from mashbus.verify.facts import Contact, Email, EmailEnd
from mashbus.verify.mail import Mail
from mashbus.verify.recipients import who_has
from mashbus.verify.verdict import Verdict

ENDS = ("EmailSent", "EmailFailed", "EmailSuppressed")


def emailed(evidence: Evidence) -> Verdict:
    verdict = Verdict("emails", "one email for each recipient and kind, and none that nobody asked for")
    asked: dict[tuple[UUID, UUID | None, str, int], list[UUID]] = defaultdict(list)
    for email in evidence.index.emails.values():
        verdict.looked["emails asked for"] += 1
        asked[email.case_id, email.cause_id, email.kind, email.to].append(email.event_id)
        _ends(evidence, verdict, email, evidence.index.email_ends.get(email.event_id, []))
    for (case_id, _, kind, to), ids in asked.items():
        if len(ids) > 1 and len(ids) > who_has(evidence, case_id, to):
            verdict.fault(f"the {kind} email was asked for under several ids", case_id, *ids)
    _called_for(evidence, verdict)
    if evidence.mails is not None:
        _folder(evidence, verdict, evidence.mails)
    return verdict


def _ends(evidence: Evidence, verdict: Verdict, email: Email, ends: list[EmailEnd]) -> None:
    if not ends:
        verdict.missing(
            evidence, "an email neither sent nor failed nor suppressed", email.event_id,
            case_id=email.case_id, service="mailer", after=email.place, ms=email.ms,
        )  # fmt: skip
    if len(ends) > 1:
        verdict.fault("an email ended more than once", email.event_id, *(end.event_id for end in ends))


def _called_for(evidence: Evidence, verdict: Verdict) -> None:
    """A referrer is told that it was received or returned, and what came of it; or the log says why not."""
    index = evidence.index
    said = index.suppressed.keys() | {(email.case_id, email.kind) for email in index.emails.values()}
    for case_id, contact in index.contacts.items():
        decided = index.decided.get(case_id)
        wanted = (
            (EmailKind.ACKNOWLEDGEMENT, "triage", (case_id, "CaseOpened") in index.stated),
            (_sent_back(evidence, case_id), "triage", case_id in index.returned),
            (EmailKind.OUTCOME, "outcomes", decided is not None),
        )
        for kind, service, called_for in wanted:
            if called_for and (case_id, kind) not in said and _has_message(evidence, contact, kind):
                after = decided if decided and service == "outcomes" else contact
                verdict.missing(
                    evidence, f"the {kind} email was neither asked for nor suppressed", case_id,
                    case_id=case_id, service=service, after=after.place, ms=after.ms,
                )  # fmt: skip


def _sent_back(evidence: Evidence, case_id: UUID) -> EmailKind:
    back = evidence.index.sent_back.get(case_id)
    return EmailKind.OUT_OF_AREA if back and back.authority is not None else EmailKind.RETURNED


def _has_message(evidence: Evidence, contact: Contact, kind: EmailKind) -> bool:
    """Somebody referred, and the partnership has such a message."""
    profile = evidence.profiles.get(contact.partnership)
    return contact.kind == "ReferralReceived" and profile is not None and kind in profile.messages


def _folder(evidence: Evidence, verdict: Verdict, mails: tuple[Mail, ...]) -> None:
    index = evidence.index
    by_message = {end.message_id: cause for cause, ends in index.email_ends.items() for end in ends if end.message_id}
    found: dict[UUID, Counter[str]] = defaultdict(Counter)
    for mail in mails:
        verdict.looked["files in the mail folder"] += 1
        email = index.emails.get(by_message.get(mail.message_id) or _named(mail.message_id))  # type: ignore[arg-type]
        if email is None:
            if not mail.late:
                verdict.fault("an email in the mail folder that nobody asked for", mail.file)
            continue
        found[email.event_id][mail.message_id] += 1
        if mail.to is not None and mail.to != email.to:
            verdict.fault("an email went to another address than was asked", email.event_id, mail.file)
    for event_id, messages in found.items():
        verdict.looked["sent again with the same Message-ID"] += messages.total() - len(messages)
        if len(messages) > 1:
            verdict.fault("an email was sent under several Message-IDs", event_id)
        if any(end.kind == "EmailSuppressed" for end in index.email_ends.get(event_id, ())):
            verdict.fault("an email that was suppressed is in the mail folder", event_id)
    for message_id, event_id in by_message.items():
        if message_id not in found.get(event_id, ()):
            verdict.fault("EmailSent, and no such email is in the mail folder", event_id)


def _named(message_id: str) -> UUID | None:
    """Message-ID and reference begin with the EmailRequested's id, so that it is known before EmailSent says it."""
    try:
        return UUID(message_id.strip("<>")[:36])
    except ValueError:
        return None
