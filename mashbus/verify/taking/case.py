"""What the story of a case leaves in the index."""

from collections.abc import Iterable
from sys import intern
from typing import Any
from uuid import UUID

from mashbus.contracts import agency, hub
from mashbus.contracts.record import Record
from mashbus.domain.deadline import Deadline
from mashbus.domain.enquiry import Request
from mashbus.verify import facts
from mashbus.verify.held_once import HeldOnce
from mashbus.verify.index import Index
from mashbus.verify.places import Logged
from mashbus.verify.taking.deadlines import TakingDeadlines
from mashbus.verify.taking.meetings import TakingMeetings
from mashbus.verify.taking.memory import TakingMemory
from mashbus.verify.taking.procedure import TakingProcedure
from mashbus.verify.taking.takes import Takes


class TakingCase:
    """mash.cases: what each fact of it means to the case, to its deadlines, to procedure and to the hub's memory."""

    def __init__(
        self,
        index: Index,
        held: HeldOnce,
        *,
        deadlines: TakingDeadlines,
        procedure: TakingProcedure,
        memory: TakingMemory,
        meetings: TakingMeetings,
    ) -> None:
        self._index = index
        self._held = held
        self._deadlines = deadlines
        self._procedure = procedure
        self._memory = memory
        self._meetings = meetings
        self.by_kind: Takes = {
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
        }

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
        first, last = self._index.versions.get(key, (logged.ms, logged.ms))
        self._index.versions[key] = min(first, logged.ms), max(last, logged.ms)

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
            self._index.ended[deadline_id].append(logged.ms)
        for one in record.rerated:
            due = one.deadline.due if one.deadline else None
            self._index.rerated.append(
                facts.Rerated(
                    self._held.request(one.request_id), self._held.of(record), intern(one.organisation), one.rag.value,
                    due, record.meta.event_id, logged.place, logged.ms,
                )
            )  # fmt: skip

    def _ask(self, record: Record, requests: Iterable[Request], logged: Logged) -> None:
        for one in requests:
            due = one.deadline.due if one.deadline else None
            self._index.asked.setdefault(
                one.request_id,
                facts.Asked(
                    self._held.request(one.request_id), self._held.of(record), intern(one.organisation), one.rag.value,
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
        self._index.restated[organisation, cause].append(
            facts.Restated(
                type(record).__name__, record.meta.event_id, self._held.of(record),
                self._held.request(record.request_id), organisation, cause, record.arrived_at, logged.place, logged.ms,
            )
        )  # fmt: skip

    def _given(self, record: Record, logged: Logged) -> None:
        event_id = record.meta.event_id
        self._index.given[event_id] = facts.Given(
            type(record).__name__, event_id, self._held.of(record), logged.place, logged.ms
        )

    def _refused(self, record: hub.DecisionRefused, logged: Logged) -> None:
        self._act(record, logged, record.refused_id)

    def _act(self, record: Record, logged: Logged, of: UUID | None = None) -> None:
        if decision := of or record.meta.cause_id:
            self._index.acts[decision].append(
                facts.Act(type(record).__name__, record.meta.event_id, self._held.of(record), logged.place.offset)
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
        self._index.disclosures[self._held.request(record.request_id)].append(
            facts.Disclosure(
                record.meta.event_id, self._held.of(record), intern(record.meta.partnership),
                self._held.request(record.request_id), intern(record.organisation),
                intern(record.shared_by or agency.InformationRequested.__name__), self._held.alike(record.rule),
                record.profile and intern(record.profile), self._held.same(record.disclosed),
            )
        )  # fmt: skip

    def _collated(self, record: hub.EnquiryCollated, logged: Logged) -> None:
        self._act(record, logged)
        self._index.collated[self._held.of(record)].append(
            facts.Collated(
                record.meta.event_id, self._held.of(record), record.collation.value, record.answered, record.declined,
                record.lapsed, record.outstanding, logged.place,
            )
        )  # fmt: skip

    def _decided(self, record: hub.OutcomeDecided, logged: Logged) -> None:
        self._act(record, logged)
        if self._once(record, "OutcomeDecided"):
            self._procedure.ruled(record, logged)
            self._index.decided[self._held.of(record)] = facts.Decided(
                record.meta.event_id, self._held.of(record), record.meta.cause_id, record.decided_at,
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
        self._memory.matched(record, logged)

    def _once(self, record: Record, kind: str) -> bool:
        return self._index.is_first(self._held.of(record), kind, record.meta.event_id)
