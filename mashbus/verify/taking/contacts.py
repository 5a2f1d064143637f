"""What contacts leave in the index, and whose values are whose."""

from sys import intern
from uuid import UUID

from mashbus.contracts import hub
from mashbus.verify import facts
from mashbus.verify.exposure import Secrets, secrets_of
from mashbus.verify.held_once import HeldOnce
from mashbus.verify.incidents import Further, Incidents, Joined, joined_secrets
from mashbus.verify.index import Index
from mashbus.verify.places import Logged
from mashbus.verify.taking.procedure import TakingProcedure
from mashbus.verify.taking.takes import Takes

Contact = hub.ReferralReceived | hub.PoliceNotificationReceived


class TakingContacts:
    """mash.referrals and mash.police-notifications."""

    def __init__(self, index: Index, held: HeldOnce, procedure: TakingProcedure) -> None:
        self._index = index
        self._held = held
        self._procedure = procedure
        self._secrets: dict[UUID, Secrets] = {}
        self._incidents = Incidents(index.notified)
        self._joined: dict[UUID, Joined] = {}
        """What further notifications bring, until they are taken."""
        self.by_kind: Takes = {
            hub.ReferralReceived: self._contact,
            hub.PoliceNotificationReceived: self._contact,
            hub.ReferralReturned: self._returned,
            hub.PoliceBatchReconciled: self._batch,
        }

    def learn(self, contact: Contact) -> None:
        """Whose values are whose; before anything of the case is looked at."""
        case_id = contact.meta.case_id
        if case_id is None:
            return
        joined = self._incidents.add(contact) if isinstance(contact, hub.PoliceNotificationReceived) else None
        if joined is not None and isinstance(contact, hub.PoliceNotificationReceived):
            self._secrets[case_id] = joined_secrets(self._secrets[case_id], contact, joined)
            self._joined[contact.meta.event_id] = joined
        else:
            self._secrets.setdefault(case_id, secrets_of(contact))

    def secrets(self, case_id: UUID | None) -> Secrets | None:
        return self._secrets.get(case_id) if case_id else None

    def _contact(self, record: Contact, logged: Logged) -> None:
        first = self._index.contacts.get(self._held.of(record))
        if isinstance(record, hub.PoliceNotificationReceived) and first is not None:
            self._further(record, logged, first)
        elif self._index.is_first(self._held.of(record), "contact", record.meta.event_id):
            self._index.contacts[self._held.of(record)] = contact_of(record, logged)
            self._procedure.contact(record, logged)
        if isinstance(record, hub.PoliceNotificationReceived):
            self._index.incidents[record.batch_id].add(record.meta.event_id)

    def _further(self, record: hub.PoliceNotificationReceived, logged: Logged, first: facts.Contact) -> None:
        """Another one of the same incident is part of the contact; another hub's is none of it."""
        joined = self._joined.pop(record.meta.event_id, None)
        if joined is None:
            self._index.differing.append(contact_of(record, logged))
            return
        of = joined.told(self._index.particulars[first.case_id])
        self._index.further[first.case_id].append(
            Further(record.meta.event_id, logged.ms, joined.children, joined.graver, of, joined.nature)
        )

    def _returned(self, record: hub.ReferralReturned, logged: Logged) -> None:
        self._procedure.returned(record, logged)
        self._index.returned.setdefault(self._held.of(record), record.meta.event_id)

    def _batch(self, record: hub.PoliceBatchReconciled, _: Logged) -> None:
        self._index.batches[record.batch_id] = facts.Batch(
            record.meta.event_id,
            record.received,
            record.accepted,
            record.incidents,
            record.not_recorded,
            record.refused,
        )


def contact_of(record: Contact, logged: Logged) -> facts.Contact:
    assert record.meta.case_id is not None
    return facts.Contact(
        kind=type(record).__name__,
        event_id=record.meta.event_id,
        case_id=record.meta.case_id,
        content_hash=record.content_hash,
        partnership=intern(record.meta.partnership),
        harm=record.concern.immediate_harm,
        place=logged.place,
        ms=logged.ms,
    )
