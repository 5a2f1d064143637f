"""Which record is taken how."""

from uuid import UUID

from mashbus.verify.exposure import Secrets
from mashbus.verify.held_once import HeldOnce
from mashbus.verify.index import Index
from mashbus.verify.taking.case import TakingCase
from mashbus.verify.taking.contacts import Contact, TakingContacts
from mashbus.verify.taking.deadlines import Monitors, TakingDeadlines
from mashbus.verify.taking.emails import TakingEmails
from mashbus.verify.taking.hub import TakingHub
from mashbus.verify.taking.meetings import TakingMeetings
from mashbus.verify.taking.memory import TakingMemory
from mashbus.verify.taking.organisations import TakingOrganisations
from mashbus.verify.taking.procedure import TakingProcedure
from mashbus.verify.taking.takes import Takes


class Taking:
    def __init__(self, index: Index) -> None:
        self.index = index
        self.held = held = HeldOnce()
        self._deadlines = TakingDeadlines(index, held)
        procedure, memory, meetings = (
            TakingProcedure(index, held),
            TakingMemory(index, held),
            TakingMeetings(index, held),
        )
        self._contacts = contacts = TakingContacts(index, held, procedure)
        case = TakingCase(index, held, deadlines=self._deadlines, procedure=procedure, memory=memory, meetings=meetings)
        emails = TakingEmails(index, held, contacts, meetings)
        organisations = TakingOrganisations(index, held, contacts, memory)
        self.by_kind: Takes = {
            **self._deadlines.by_kind,
            **memory.by_kind,
            **meetings.by_kind,
            **contacts.by_kind,
            **case.by_kind,
            **emails.by_kind,
            **TakingHub(index).by_kind,
            **organisations.by_kind,
        }

    def learn(self, contact: Contact) -> None:
        """Whose values are whose; before anything of the case is looked at."""
        self._contacts.learn(contact)

    def again(self, record: Monitors) -> None:
        self._deadlines.again(record)

    def secrets(self, case_id: UUID | None) -> Secrets | None:
        return self._contacts.secrets(case_id)
