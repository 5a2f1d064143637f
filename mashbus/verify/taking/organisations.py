"""What organisations' topics leave in the index: what each was shown, and what each said."""

from sys import intern
from typing import Any

from mashbus.contracts import agency, topics
from mashbus.domain import ids
from mashbus.verify import facts
from mashbus.verify.exposure import Secrets, child_fields, fields_of, foreign, of_whom, shows
from mashbus.verify.held_once import HeldOnce
from mashbus.verify.index import Index
from mashbus.verify.places import Logged
from mashbus.verify.taking.contacts import TakingContacts
from mashbus.verify.taking.memory import TakingMemory
from mashbus.verify.taking.takes import Takes


class TakingOrganisations:
    def __init__(self, index: Index, held: HeldOnce, contacts: TakingContacts, memory: TakingMemory) -> None:
        self._index = index
        self._held = held
        self._contacts = contacts
        self._memory = memory
        self.by_kind: Takes = {
            agency.InformationRequested: self._copy,
            **dict.fromkeys(agency.REQUESTS[1:], self._told),
            agency.CasePassedOn: self._handed,
            **dict.fromkeys(agency.RESPONSES, self._response),
            agency.ReferralSubmitted: self._submission,
            agency.CaseHoldingChanged: self._case_system,
        }

    def _copy(self, record: agency.InformationRequested, logged: Logged) -> None:
        shown = tuple(fields_of(record.children, record.adults, record.context))
        held = {name for name, _ in shown} | ({"adult"} if record.adults else set())
        own = self._contacts.secrets(record.meta.case_id)
        self._index.copies[self._held.request(record.request_id)].append(
            facts.Copy(
                record.meta.event_id, self._held.of(record), intern(record.meta.partnership),
                self._held.request(record.request_id), _whose(logged), intern(record.organisation), record.rag.value,
                record.asked_at, record.due, self._held.same(held), self._held.same(record.disclosed),
                self._held.same(foreign(shown, own)),
                self._held.alike(tuple(of_whom(child_fields(one), own) for one in record.children)),
                *_shows(logged, own), logged.place, logged.ms,
            )
        )  # fmt: skip

    def _told(self, record: Any, logged: Logged) -> None:
        """RequestRerated, RequestWithdrawn, AnswerRefused, OutcomeShared."""
        meta = record.meta
        shown = fields_of(getattr(record, "children", ()), (), None)
        own = self._contacts.secrets(meta.case_id)
        self._index.told.append(
            facts.Told(
                type(record).__name__, meta.event_id, meta.case_id, intern(meta.partnership),
                getattr(record, "request_id", None), _whose(logged), intern(record.organisation), meta.cause_id,
                getattr(record, "refused_id", None), getattr(record, "due", None),
                self._held.same(name for name, _ in shown),
                *_shows(logged, own), logged.place,
            )
        )  # fmt: skip

    def _handed(self, record: agency.CasePassedOn, logged: Logged) -> None:
        self._memory.handed(record, logged, _whose(logged), self._contacts.secrets(record.meta.case_id))

    def _response(self, record: Any, logged: Logged) -> None:
        organisation, event_id = _whose(logged), record.meta.event_id
        self._index.responses[organisation, event_id] = facts.Response(
            type(record).__name__, event_id, record.meta.case_id, self._held.request(record.request_id), organisation,
            logged.place, logged.ms,
        )  # fmt: skip

    def _submission(self, record: agency.ReferralSubmitted, logged: Logged) -> None:
        """Its case is not the sender's to say: it comes from the organisation and its key."""
        organisation, event_id = _whose(logged), record.meta.event_id
        case_id = self._held.case(ids.case_of_client(organisation, record.submission_key))
        self._index.submissions[organisation, event_id] = facts.Response(
            type(record).__name__, event_id, case_id, None, organisation, logged.place, logged.ms
        )

    def _case_system(self, record: agency.CaseHoldingChanged, logged: Logged) -> None:
        organisation, event_id = _whose(logged), record.meta.event_id
        self._index.submissions[organisation, event_id] = facts.Response(
            type(record).__name__, event_id, None, None, organisation, logged.place, logged.ms
        )


def _shows(logged: Logged, own: Secrets | None) -> tuple[bool, bool]:
    """Of the referrer; of other professionals and the children's own views."""
    if own is None:
        return False, False
    return shows(logged.value, own.referrer), shows(logged.value, own.others)


def _whose(logged: Logged) -> str:
    return intern(topics.organisation_of(logged.place.topic) or "")
