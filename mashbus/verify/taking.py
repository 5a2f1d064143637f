"""What each kind of record leaves in the index: ids, instants and names of fields."""

from collections.abc import Callable, Iterable
from sys import intern
from typing import Any
from uuid import UUID

from mashbus.contracts import agency, hub, topics
from mashbus.contracts.record import Record
from mashbus.domain import ids
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Request
from mashbus.domain.vocabulary import EmailKind
from mashbus.verify import facts
from mashbus.verify.exposure import Secrets, child_fields, fields_of, foreign, of_whom, secrets_of, shows
from mashbus.verify.held_once import HeldOnce
from mashbus.verify.incidents import Further, Incidents, Joined, joined_secrets
from mashbus.verify.index import Index
from mashbus.verify.places import Logged, Place
from mashbus.verify.taking_deadlines import Monitors, TakingDeadlines
from mashbus.verify.taking_meetings import TO_SETTING, TakingMeetings
from mashbus.verify.taking_memory import TakingMemory
from mashbus.verify.taking_procedure import TakingProcedure

Contact = hub.ReferralReceived | hub.PoliceNotificationReceived
Take = Callable[[Any, Logged], None]
BY_MAIL = "smtp"
"""The channel that leaves a file in the mail folder."""
FURTHER, STILL_OWED = "further_referrer", "no_address"
"""Beside whom the referrer is told; and why an email is not sent that is owed all the same."""


class Taking:
    def __init__(self, index: Index) -> None:
        self.index = index
        self.held = HeldOnce()
        self._deadlines = TakingDeadlines(index, self.held)
        self._procedure = TakingProcedure(index, self.held)
        self._memory = TakingMemory(index, self.held)
        self._meetings = TakingMeetings(index, self.held)
        self._secrets: dict[UUID, Secrets] = {}
        self._incidents = Incidents(index.notified)
        self._joined: dict[UUID, Joined] = {}
        """What further notifications bring, until they are taken."""
        self.by_kind: dict[type[Record], Take] = self._table()

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

    def again(self, record: Monitors) -> None:
        self._deadlines.again(record)

    def secrets(self, case_id: UUID | None) -> Secrets | None:
        return self._secrets.get(case_id) if case_id else None

    def _once(self, record: Record, kind: str) -> bool:
        """True for the first such fact of its case."""
        case_id, event_id = self.held.of(record), record.meta.event_id
        first = self.index.stated.setdefault((case_id, kind), event_id)
        if first != event_id:
            self.index.stated_again.append((case_id, kind, event_id))
        return first == event_id

    # -- mash.referrals, mash.police-notifications ---------------------------------------------------------------

    def _contact(self, record: Contact, logged: Logged) -> None:
        first = self.index.contacts.get(self.held.of(record))
        if isinstance(record, hub.PoliceNotificationReceived) and first is not None:
            self._further(record, logged, first)
        elif self._once(record, "contact"):
            self.index.contacts[self.held.of(record)] = contact_of(record, logged)
            self._procedure.contact(record, logged)
        if isinstance(record, hub.PoliceNotificationReceived):
            self.index.incidents[record.batch_id].add(record.meta.event_id)

    def _further(self, record: hub.PoliceNotificationReceived, logged: Logged, first: facts.Contact) -> None:
        """Another one of the same incident is part of the contact; another hub's is none of it."""
        joined = self._joined.pop(record.meta.event_id, None)
        if joined is None:
            self.index.differing.append(contact_of(record, logged))
            return
        of = joined.told(self.index.particulars[first.case_id])
        self.index.further[first.case_id].append(
            Further(record.meta.event_id, logged.ms, joined.children, joined.graver, of)
        )

    def _returned(self, record: hub.ReferralReturned, logged: Logged) -> None:
        self._procedure.returned(record, logged)
        self.index.returned.setdefault(self.held.of(record), record.meta.event_id)

    def _batch(self, record: hub.PoliceBatchReconciled, _: Logged) -> None:
        self.index.batches[record.batch_id] = facts.Batch(
            record.meta.event_id,
            record.received,
            record.accepted,
            record.incidents,
            record.not_recorded,
            record.refused,
        )

    # -- mash.cases ----------------------------------------------------------------------------------------------

    def _opened(self, record: hub.CaseOpened, logged: Logged) -> None:
        if self._once(record, "CaseOpened"):
            self._stood(record, record.deadlines, logged)
            self._procedure.opened(record, logged)
            self._deadlines.owe(record, record.deadlines, logged)

    def _stood(self, record: Record, deadlines: Iterable[Deadline], logged: Logged) -> None:
        """Which version of the profile stood then. A re-rated deadline names the one that computed it first."""
        for version in {one.profile for one in deadlines if one.revision == 1}:
            self._used(record, version, logged)

    def _used(self, record: Record, version: str, logged: Logged) -> None:
        key = intern(record.meta.partnership), intern(version)
        first, last = self.index.versions.get(key, (logged.ms, logged.ms))
        self.index.versions[key] = min(first, logged.ms), max(last, logged.ms)

    def _raised(self, record: hub.AlertRaised, logged: Logged) -> None:
        self._procedure.raised(record, logged)

    def _directed(self, record: hub.ContactDirected, logged: Logged) -> None:
        if self._once(record, f"ContactDirected, {record.handling}"):
            self._procedure.directed(record, logged)
            self._deadlines.directed(record, logged)

    def _routed(self, record: hub.CaseRouted, logged: Logged) -> None:
        self._act(record, logged)
        if self._once(record, "CaseRouted"):
            self._stood(record, (*record.deadlines, *(one.deadline for one in record.requests if one.deadline)), logged)
            self._procedure.rated(record, logged)
            self._deadlines.routed(record, logged)
            self._ask(record, record.requests, logged)
            self._deadlines.owe(record, record.deadlines, logged)

    def _rerated(self, record: hub.CaseRerated, logged: Logged) -> None:
        self._act(record, logged)
        if not self._once(record, f"CaseRerated, round {record.round}"):
            return
        self._procedure.rated(record, logged)
        self._ask(record, record.requests, logged)
        self._deadlines.owe(
            record, (*record.deadlines, *(one.deadline for one in record.rerated if one.deadline)), logged
        )
        for deadline_id in record.withdrawn_deadlines:
            self.index.ended[deadline_id].append(logged.ms)
        for one in record.rerated:
            due = one.deadline.due if one.deadline else None
            self.index.rerated.append(
                facts.Rerated(
                    self.held.request(one.request_id), self.held.of(record), intern(one.organisation), one.rag.value,
                    due, record.meta.event_id, logged.place, logged.ms,
                )
            )  # fmt: skip

    def _ask(self, record: Record, requests: Iterable[Request], logged: Logged) -> None:
        for one in requests:
            due = one.deadline.due if one.deadline else None
            self.index.asked.setdefault(
                one.request_id,
                facts.Asked(
                    self.held.request(one.request_id), self.held.of(record), intern(one.organisation), one.rag.value,
                    one.asked_at, due, record.meta.event_id, logged.place, logged.ms,
                ),
            )  # fmt: skip
            if one.deadline:
                self._deadlines.owe(record, (one.deadline,), logged)

    def _restated(self, record: Any, logged: Logged) -> None:
        """AnswerReceived, AnswerDeclined, RiskFlagged, RequestSeenNoted."""
        organisation, cause = intern(record.organisation), record.meta.cause_id
        if isinstance(record, hub.RiskFlagged):
            self._procedure.flagged(record, logged)
        self.index.restated[organisation, cause].append(
            facts.Restated(
                type(record).__name__, record.meta.event_id, self.held.of(record), self.held.request(record.request_id),
                organisation, cause, record.arrived_at, logged.place, logged.ms,
            )
        )  # fmt: skip

    def _given(self, record: Record, logged: Logged) -> None:
        event_id = record.meta.event_id
        self.index.given[event_id] = facts.Given(
            type(record).__name__, event_id, self.held.of(record), logged.place, logged.ms
        )

    def _refused(self, record: hub.DecisionRefused, logged: Logged) -> None:
        self._act(record, logged, record.refused_id)

    def _act(self, record: Record, logged: Logged, of: UUID | None = None) -> None:
        if decision := of or record.meta.cause_id:
            self.index.acts[decision].append(
                facts.Act(type(record).__name__, record.meta.event_id, self.held.of(record), logged.place.offset)
            )

    def _milestone(self, record: hub.MilestoneRecorded, logged: Logged) -> None:
        self._act(record, logged)
        self._stood(record, record.deadlines, logged)
        self._procedure.marked(record, logged)
        self._deadlines.milestone(record, logged)

    def _called(self, record: hub.EncompassCalled, logged: Logged) -> None:
        self._stood(record, record.deadlines, logged)
        self._procedure.called(record, logged)
        self._deadlines.owe(record, record.deadlines, logged)

    def _stopped(self, record: hub.DeadlineSuspended | hub.DeadlineResumed, logged: Logged) -> None:
        self._act(record, logged)
        self._deadlines.stopped(record, logged)

    def _disclosed(self, record: hub.DisclosureMade, logged: Logged) -> None:
        if record.profile:
            self._used(record, record.profile, logged)
        self.index.disclosures[self.held.request(record.request_id)].append(
            facts.Disclosure(
                record.meta.event_id, self.held.of(record), intern(record.meta.partnership),
                self.held.request(record.request_id), intern(record.organisation),
                intern(record.shared_by or agency.InformationRequested.__name__), self.held.alike(record.rule),
                record.profile and intern(record.profile), self.held.same(record.disclosed),
            )
        )  # fmt: skip

    def _collated(self, record: hub.EnquiryCollated, logged: Logged) -> None:
        self._act(record, logged)
        self.index.collated[self.held.of(record)].append(
            facts.Collated(
                record.meta.event_id, self.held.of(record), record.collation.value, record.answered, record.declined,
                record.lapsed, record.outstanding, logged.place,
            )
        )  # fmt: skip

    def _decided(self, record: hub.OutcomeDecided, logged: Logged) -> None:
        self._act(record, logged)
        if self._once(record, "OutcomeDecided"):
            self._procedure.ruled(record, logged)
            self.index.decided[self.held.of(record)] = facts.Decided(
                record.meta.event_id, self.held.of(record), record.meta.cause_id, record.decided_at,
                record.tell_referrer,
                tuple((one.request_id, one.organisation) for one in record.answered),
                tuple((one.request_id, one.organisation) for one in record.withdrawn),
                logged.place, logged.ms,
            )  # fmt: skip

    def _looked_up(self, record: hub.ChildrenLookedUp, logged: Logged) -> None:
        self._act(record, logged)
        self._memory.looked_up(record, logged)

    def _passed(self, record: hub.PassedToHolder, logged: Logged) -> None:
        self._memory.passed(record, logged)
        self._deadlines.passed(record, logged)

    def _linked(self, record: hub.CaseLinked, logged: Logged) -> None:
        self._act(record, logged)
        self._memory.linked(record, logged)
        self._deadlines.linked(record, logged)

    def _met(self, record: hub.MeetingResultRecorded, logged: Logged) -> None:
        self._act(record, logged)
        self._meetings.met(record, logged)

    def _rating(self, record: hub.RatingGiven, logged: Logged) -> None:
        self._given(record, logged)
        self._meetings.rated(record)

    def _match(self, record: hub.MatchDecided, logged: Logged) -> None:
        self._given(record, logged)
        self._memory.by_kind[hub.MatchDecided](record, logged)

    # -- mash.emails ---------------------------------------------------------------------------------------------

    def _email(self, record: hub.EmailRequested, logged: Logged) -> None:
        event_id = record.meta.event_id
        self.index.emails[event_id] = facts.Email(
            event_id,
            self.held.of(record),
            record.meta.cause_id,
            record.kind.value,
            intern(record.recipient_kind),
            hash(record.to.casefold()),
            logged.place,
            logged.ms,
        )
        if record.kind is TO_SETTING:
            self._meetings.to_setting(record, self.secrets(record.meta.case_id))

    def _email_end(self, record: hub.EmailSent | hub.EmailFailed | hub.EmailSuppressed, logged: Logged) -> None:
        meta = record.meta
        if not isinstance(record, hub.EmailSent):
            self._meetings.undelivered(record, logged)
        if isinstance(record, hub.EmailFailed) and not record.attempts:
            return  # its channel had taken it, and gave it up later: EmailSent is the mailer's end of it
        if isinstance(record, hub.EmailSent) and record.recipient_kind != FURTHER:
            own = meta.cause_id if record.kind is EmailKind.ENCOMPASS_NOTIFICATION else None
            self.index.sent.setdefault((own or self.held.of(record), record.kind.value), logged.ms)
        if isinstance(record, hub.EmailSuppressed) and record.recipient_kind != FURTHER:
            self.index.suppressed.setdefault((self.held.of(record), record.kind.value), logged.ms)
            if record.reason != STILL_OWED:
                self.index.not_owed.setdefault((self.held.of(record), record.kind.value), logged.ms)
        if meta.cause_id:
            message_id = record.message_id if isinstance(record, hub.EmailSent) and record.channel == BY_MAIL else None
            self.index.email_ends[meta.cause_id].append(
                facts.EmailEnd(type(record).__name__, meta.event_id, message_id)
            )

    # -- mash.hub ------------------------------------------------------------------------------------------------

    def _not_recorded(self, record: hub.ContactNotRecorded, _: Logged) -> None:
        self.index.not_recorded[intern(record.meta.partnership), intern(record.rule)] += 1

    def _call(self, record: hub.CallLogged, _: Logged) -> None:
        self.index.calls.add(record.reference)

    def _silent(self, record: hub.PartnerSilent, logged: Logged) -> None:
        meta = record.meta
        self.index.silences[meta.event_id] = facts.Silence(
            meta.event_id, intern(meta.partnership), intern(record.organisation), record.owes, record.since,
            meta.occurred_at, logged.ms,
        )  # fmt: skip

    def _back(self, record: hub.PartnerBack, logged: Logged) -> None:
        meta = record.meta
        self.index.returns[meta.cause_id or meta.event_id].append(
            facts.Return(meta.event_id, intern(meta.partnership), intern(record.organisation), logged.ms)
        )

    # -- organisations' topics -----------------------------------------------------------------------------------

    def _copy(self, record: agency.InformationRequested, logged: Logged) -> None:
        shown = tuple(fields_of(record.children, record.adults, record.context))
        held = {name for name, _ in shown} | ({"adult"} if record.adults else set())
        own = self.secrets(record.meta.case_id)
        self.index.copies[self.held.request(record.request_id)].append(
            facts.Copy(
                record.meta.event_id, self.held.of(record), intern(record.meta.partnership),
                self.held.request(record.request_id), _whose(logged), intern(record.organisation), record.rag.value,
                record.asked_at, record.due, self.held.same(held), self.held.same(record.disclosed),
                self.held.same(foreign(shown, own)),
                self.held.alike(tuple(of_whom(child_fields(one), own) for one in record.children)),
                *self._shows(logged, own), logged.place, logged.ms,
            )
        )  # fmt: skip

    def _told(self, record: Any, logged: Logged) -> None:
        """RequestRerated, RequestWithdrawn, AnswerRefused, OutcomeShared."""
        meta = record.meta
        shown = fields_of(getattr(record, "children", ()), (), None)
        own = self.secrets(meta.case_id)
        self.index.told.append(
            facts.Told(
                type(record).__name__, meta.event_id, meta.case_id, intern(meta.partnership),
                getattr(record, "request_id", None), _whose(logged), intern(record.organisation), meta.cause_id,
                getattr(record, "refused_id", None), getattr(record, "due", None),
                self.held.same(name for name, _ in shown),
                *self._shows(logged, own), logged.place,
            )
        )  # fmt: skip

    def _handed(self, record: agency.CasePassedOn, logged: Logged) -> None:
        self._memory.handed(record, logged, _whose(logged), self.secrets(record.meta.case_id))

    def _shows(self, logged: Logged, own: Secrets | None) -> tuple[bool, bool]:
        """Of the referrer; of other professionals and the children's own views."""
        if own is None:
            return False, False
        return shows(logged.value, own.referrer), shows(logged.value, own.others)

    def _response(self, record: Any, logged: Logged) -> None:
        organisation, event_id = _whose(logged), record.meta.event_id
        self.index.responses[organisation, event_id] = facts.Response(
            type(record).__name__, event_id, record.meta.case_id, self.held.request(record.request_id), organisation,
            logged.place, logged.ms,
        )  # fmt: skip

    def _submission(self, record: agency.ReferralSubmitted, logged: Logged) -> None:
        """Its case is not the sender's to say: it comes from the organisation and its key."""
        organisation, event_id = _whose(logged), record.meta.event_id
        case_id = self.held.case(ids.case_of_client(organisation, record.submission_key))
        self.index.submissions[organisation, event_id] = facts.Response(
            type(record).__name__, event_id, case_id, None, organisation, logged.place, logged.ms
        )

    def _case_system(self, record: agency.CaseHoldingChanged, logged: Logged) -> None:
        organisation, event_id = _whose(logged), record.meta.event_id
        self.index.submissions[organisation, event_id] = facts.Response(
            type(record).__name__, event_id, None, None, organisation, logged.place, logged.ms
        )

    # -- mash.quarantine -----------------------------------------------------------------------------------------

    def _quarantined(self, record: hub.RecordQuarantined, _: Logged) -> None:
        original = record.original
        place = Place(original.topic, original.partition, original.offset)
        self.index.quarantined[place].append(
            facts.Quarantined(record.meta.event_id, record.service, record.organisation, record.meta.case_id)
        )

    def _released(self, record: Record, _: Logged) -> None:
        if record.meta.cause_id:
            self.index.released.add(record.meta.cause_id)

    # -- which record is taken how ----------------------------------------------------------------------------------

    def _table(self) -> dict[type[Record], Take]:
        return {
            **self._deadlines.by_kind,
            **self._memory.by_kind,
            **self._meetings.by_kind,
            hub.EmailBounced: self._meetings.bounced,
            hub.ReferralReceived: self._contact,
            hub.PoliceNotificationReceived: self._contact,
            hub.ReferralReturned: self._returned,
            hub.PoliceBatchReconciled: self._batch,
            hub.CaseOpened: self._opened,
            hub.AlertRaised: self._raised,
            hub.ContactDirected: self._directed,
            hub.CaseRouted: self._routed,
            hub.CaseRerated: self._rerated,
            hub.AnswerReceived: self._restated,
            hub.AnswerDeclined: self._restated,
            hub.RiskFlagged: self._restated,
            hub.RequestSeenNoted: self._restated,
            hub.RatingGiven: self._rating,
            hub.OutcomeGiven: self._given,
            hub.EnoughGiven: self._given,
            hub.SuspensionGiven: self._given,
            hub.ResumptionGiven: self._given,
            hub.MilestoneGiven: self._given,
            hub.LinkGiven: self._given,
            hub.MatchDecided: self._match,
            hub.MeetingResultGiven: self._given,
            hub.MeetingResultRecorded: self._met,
            hub.MilestoneRecorded: self._milestone,
            hub.EncompassCalled: self._called,
            hub.ChildrenLookedUp: self._looked_up,
            hub.PassedToHolder: self._passed,
            hub.CaseLinked: self._linked,
            hub.ConsentRecorded: self._procedure.consent,
            hub.InvolvementRecorded: self._procedure.involved,
            hub.ReferrerAdded: self._procedure.referred,
            hub.DeadlineSuspended: self._stopped,
            hub.DeadlineResumed: self._stopped,
            hub.DecisionRefused: self._refused,
            hub.DisclosureMade: self._disclosed,
            hub.EnquiryCollated: self._collated,
            hub.OutcomeDecided: self._decided,
            hub.EmailRequested: self._email,
            hub.EmailSent: self._email_end,
            hub.EmailFailed: self._email_end,
            hub.EmailSuppressed: self._email_end,
            hub.ContactNotRecorded: self._not_recorded,
            hub.CallLogged: self._call,
            hub.PartnerSilent: self._silent,
            hub.PartnerBack: self._back,
            hub.RecordQuarantined: self._quarantined,
            hub.QuarantineReleased: self._released,
            hub.QuarantineDiscarded: self._released,
            agency.InformationRequested: self._copy,
            **dict.fromkeys(agency.REQUESTS[1:], self._told),
            agency.CasePassedOn: self._handed,
            **dict.fromkeys(agency.RESPONSES, self._response),
            agency.ReferralSubmitted: self._submission,
            agency.CaseHoldingChanged: self._case_system,
        }


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


def _whose(logged: Logged) -> str:
    return intern(topics.organisation_of(logged.place.topic) or "")
