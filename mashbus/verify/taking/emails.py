"""What emails leave in the index: to whom, and how each ended."""

from sys import intern

from mashbus.contracts import hub
from mashbus.domain.vocabulary import EmailKind
from mashbus.verify import facts
from mashbus.verify.held_once import HeldOnce
from mashbus.verify.index import Index
from mashbus.verify.places import Logged
from mashbus.verify.taking.contacts import TakingContacts
from mashbus.verify.taking.meetings import TO_SETTING, TakingMeetings
from mashbus.verify.taking.takes import Takes

BY_MAIL = "smtp"
"""The channel that leaves a file in the mail folder."""
FURTHER, STILL_OWED = "further_referrer", "no_address"
"""Beside whom the referrer is told; and why an email is not sent that is owed all the same."""


class TakingEmails:
    """mash.emails."""

    def __init__(self, index: Index, held: HeldOnce, contacts: TakingContacts, meetings: TakingMeetings) -> None:
        self._index = index
        self._held = held
        self._contacts = contacts
        self._meetings = meetings
        self.by_kind: Takes = {
            hub.EmailRequested: self._email,
            hub.EmailSent: self._email_end,
            hub.EmailFailed: self._email_end,
            hub.EmailSuppressed: self._email_end,
            hub.EmailBounced: meetings.undelivered,
        }

    def _email(self, record: hub.EmailRequested, logged: Logged) -> None:
        event_id = record.meta.event_id
        self._index.emails[event_id] = facts.Email(
            event_id,
            self._held.of(record),
            record.meta.cause_id,
            record.kind.value,
            intern(record.recipient_kind),
            hash(record.to.casefold()),
            logged.place,
            logged.ms,
        )
        if record.kind is TO_SETTING:
            self._meetings.to_setting(record, self._contacts.secrets(record.meta.case_id))

    def _email_end(self, record: hub.EmailSent | hub.EmailFailed | hub.EmailSuppressed, logged: Logged) -> None:
        meta = record.meta
        if not isinstance(record, hub.EmailSent):
            self._meetings.undelivered(record, logged)
        if isinstance(record, hub.EmailFailed) and not record.attempts:
            return  # its channel had taken it, and gave it up later: EmailSent is the mailer's end of it
        if isinstance(record, hub.EmailSent) and record.recipient_kind != FURTHER:
            own = meta.cause_id if record.kind is EmailKind.ENCOMPASS_NOTIFICATION else None
            self._index.sent.setdefault((own or self._held.of(record), record.kind.value), logged.ms)
        if isinstance(record, hub.EmailSuppressed) and record.recipient_kind != FURTHER:
            self._index.suppressed.setdefault((self._held.of(record), record.kind.value), logged.ms)
            if record.reason != STILL_OWED:
                self._index.not_owed.setdefault((self._held.of(record), record.kind.value), logged.ms)
        if meta.cause_id:
            message_id = record.message_id if isinstance(record, hub.EmailSent) and record.channel == BY_MAIL else None
            self._index.email_ends[meta.cause_id].append(
                facts.EmailEnd(type(record).__name__, meta.event_id, message_id)
            )
